"""Meta's writes: POST and DELETE on campaigns, ad sets and ads."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.book import Change, Key, ObjectKind
from omnify_sandbox.market import Market
from omnify_sandbox.meta.contract import enum_of, update_params
from omnify_sandbox.meta.errors import invalid, no_such_object
from omnify_sandbox.meta.objects import MIN_DAILY_BUDGET_CENTS, STATUS
from omnify_sandbox.meta.params import check_names, name_list

_KINDS: dict[str, ObjectKind] = {"Campaign": "campaign", "AdSet": "group", "Ad": "ad"}
_SAME = {meta: ours for ours, meta in STATUS.items()}
_IGNORED = {"access_token", "appsecret_proof", "execution_options", "fields"}
_MAX_BUDGET_CENTS = 10**10


def judge_update(market: Market, node: str, item: Any, params: dict[str, str]) -> tuple[list[Change], bool]:
    """The changes of a POST, and whether it only rehearses them. Raises MetaProblem."""
    if node not in _KINDS:
        raise no_such_object("post", item if isinstance(item, str) else item.id)
    check_names(params, set(update_params(node)))
    options = name_list("execution_options", params.get("execution_options"))
    for option in options:
        if option not in enum_of("Campaign", "ExecutionOptions"):
            raise invalid(f"Param execution_options[0] must be a known option, got {option!r}")
    _check_alive(market, node, item, params)
    changes = [_change(node, item, name, value) for name, value in params.items() if name not in _IGNORED]
    return changes, "validate_only" in options


def judge_delete(market: Market, node: str, item: Any) -> list[Change]:
    if node not in _KINDS:
        raise no_such_object("delete", item if isinstance(item, str) else item.id)
    _check_alive(market, node, item, {})
    return [Change(Key(_KINDS[node], item.id, "status"), "removed")]


def _check_alive(market: Market, node: str, item: Any, params: dict[str, str]) -> None:
    status = market.read(Key(_KINDS[node], item.id, "status"))
    if status == "removed":
        raise invalid(f"The {node.lower()} {item.id} is deleted and can no longer be edited")
    is_to_be_deleted = params.get("status") == "DELETED"
    if status == "archived" and params and not is_to_be_deleted:
        raise invalid(f"The {node.lower()} {item.id} is archived; it can only be deleted")


def _change(node: str, item: Any, name: str, value: str) -> Change:
    match name:
        case "status":
            return Change(Key(_KINDS[node], item.id, "status"), _status(value))
        case "name":
            if not value.strip() or len(value) > 400:
                raise invalid("Param name must have 1 to 400 characters")
            return Change(Key(_KINDS[node], item.id, "name"), value)
        case "daily_budget" if node == "Campaign":
            return Change(Key("budget", item.id, "daily_budget"), _cents(value))
        case "daily_budget" | "lifetime_budget" if node == "AdSet":
            raise invalid(
                "Invalid parameter",
                subcode=1885621,
                title="Campaign Budget Optimization Is On",
                user_message="You can only set an ad set budget or a campaign budget.",
            )
        case _:
            raise invalid(f"The sandbox market does not change {name}")


def _status(value: str) -> str:
    if value not in enum_of("Campaign", "Status"):
        raise invalid(f"Param status must be one of {{ACTIVE, PAUSED, DELETED, ARCHIVED}}, got {value!r}")
    return _SAME[value]


def _cents(value: str) -> int:
    """Minor units from an unsigned integer: decimals and currency signs are refused."""
    if not (value.isascii() and value.isdigit()):
        raise invalid(f"Param daily_budget must be an integer in the currency's minor unit, got {value!r}")
    cents = int(value)
    if cents < MIN_DAILY_BUDGET_CENTS:
        raise invalid(
            "Invalid parameter",
            subcode=1885272,
            title="Budget is too low",
            user_message=f"Your budget must be at least ${MIN_DAILY_BUDGET_CENTS / 100:.2f} a day.",
        )
    if cents > _MAX_BUDGET_CENTS:
        raise invalid("Param daily_budget is too large")
    return cents
