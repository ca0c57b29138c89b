"""What Meta takes for a name, a state and an amount of money."""

from __future__ import annotations

from omnify_sandbox.meta.contract import enum_of
from omnify_sandbox.meta.errors import MetaProblem, invalid
from omnify_sandbox.meta.objects import MIN_DAILY_BUDGET_CENTS, STATUS

SAME_STATUS = {meta: ours for ours, meta in STATUS.items()}
_MAX_BUDGET_CENTS = 10**10
_LONGEST_NAME = 400


def checked_name(value: str) -> str:
    if not value.strip() or len(value) > _LONGEST_NAME:
        raise invalid(f"Param name must have 1 to {_LONGEST_NAME} characters")
    return value


def state(value: str) -> str:
    """The book's word for Meta's."""
    if value not in enum_of("Campaign", "Status"):
        raise invalid(f"Param status must be one of {{ACTIVE, PAUSED, DELETED, ARCHIVED}}, got {value!r}")
    return SAME_STATUS[value]


def cents(value: str) -> int:
    """Minor units from an unsigned integer: decimals and currency signs are refused."""
    if not (value.isascii() and value.isdigit()):
        raise invalid(f"Param daily_budget must be an integer in the currency's minor unit, got {value!r}")
    count = int(value)
    if count < MIN_DAILY_BUDGET_CENTS:
        raise invalid(
            "Invalid parameter",
            subcode=1885272,
            title="Budget is too low",
            user_message=f"Your budget must be at least ${MIN_DAILY_BUDGET_CENTS / 100:.2f} a day.",
        )
    if count > _MAX_BUDGET_CENTS:
        raise invalid("Param daily_budget is too large")
    return count


def budget_on_both() -> MetaProblem:
    return invalid(
        "Invalid parameter",
        subcode=1885621,
        title="Campaign Budget Optimization Is On",
        user_message="You can only set an ad set budget or a campaign budget.",
    )
