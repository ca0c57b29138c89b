"""Google's micros in the market's minor units, with its refusals."""

from __future__ import annotations

from omnify_sandbox.google.errors import GoogleProblem, Path

_MAX_BUDGET_MICROS = 10**13


def minor_of(micros: int, smallest: int, at: Path) -> int:
    """A budget in minor units. `smallest`: micros of one of them."""
    if micros < 0:
        raise _budget("NEGATIVE_MONEY_AMOUNT", "The amount is negative.", at)
    if micros % smallest:
        raise _budget(
            "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT",
            f"The amount must be a multiple of {smallest} micros.",
            at,
        )
    if micros == 0:
        raise _budget("MONEY_AMOUNT_LESS_THAN_CURRENCY_MINIMUM_CPC", "The amount is below the minimum.", at)
    if micros > _MAX_BUDGET_MICROS:
        raise _budget("MONEY_AMOUNT_TOO_LARGE", "The amount is too large.", at)
    return micros // smallest


def _budget(code: str, message: str, at: Path) -> GoogleProblem:
    return GoogleProblem("campaignBudgetError", code, message, path=at)
