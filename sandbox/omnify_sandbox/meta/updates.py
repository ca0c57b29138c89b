"""Meta's writes: POST and DELETE on campaigns, ad sets, ads, creatives and customer lists."""

from __future__ import annotations

from typing import Any

import orjson

from omnify_sandbox.book import Change, Key
from omnify_sandbox.catalog import Group
from omnify_sandbox.growth import Thing
from omnify_sandbox.meta.contract import enum_of, update_params
from omnify_sandbox.meta.creating import check_bid
from omnify_sandbox.meta.errors import invalid, no_such_object
from omnify_sandbox.meta.nodes import CAPS
from omnify_sandbox.meta.objects import NODE_KINDS, MetaObjects
from omnify_sandbox.meta.params import check_names, check_types, json_value, name_list
from omnify_sandbox.meta.targeting import check_targeting
from omnify_sandbox.meta.values import budget_on_both, cents, checked_name, state

_IGNORED = {"access_token", "appsecret_proof", "execution_options", "fields"}
_OF_MADE = {"AdCreative": {"name"}, "CustomAudience": {"name", "description"}}
"""What can be changed of objects that only exist where the API made them."""


def judge_update(
    objects: MetaObjects, node: str, item: Any, params: dict[str, str]
) -> tuple[list[Change], bool]:
    """The changes of a POST, and whether it only rehearses them. Raises MetaProblem."""
    _check_can_change("post", node, item)
    types = update_params(node)
    check_names(params, set(types))
    given = {name: value for name, value in params.items() if name not in _IGNORED}
    check_types(node, {n: v for n, v in given.items() if n not in ("daily_budget", "status")}, types)
    options = name_list("execution_options", params.get("execution_options"))
    for option in options:
        if option not in enum_of("Campaign", "ExecutionOptions"):
            raise invalid(f"Param execution_options[0] must be a known option, got {option!r}")
    _check_alive(objects, node, item, params)
    changes = [
        change for name, value in given.items() for change in _changes(objects, node, item, name, given)
    ]
    return changes, "validate_only" in options


def judge_delete(objects: MetaObjects, node: str, item: Any) -> list[Change]:
    _check_can_change("delete", node, item)
    _check_alive(objects, node, item, {})
    return [Change(Key(NODE_KINDS[node], item.id, "status"), "removed")]


def _check_can_change(verb: str, node: str, item: Any) -> None:
    """Creatives and audiences that were there before the market began are fixed."""
    if node == "AdAccount" or (node in _OF_MADE and not isinstance(item, Thing)):
        raise no_such_object(verb, item if isinstance(item, str) else item.id)


def _check_alive(objects: MetaObjects, node: str, item: Any, params: dict[str, str]) -> None:
    status = objects.get(NODE_KINDS[node], item.id, "status", "enabled")
    if status == "removed":
        raise invalid(f"The {node.lower()} {item.id} is deleted and can no longer be edited")
    is_to_be_deleted = params.get("status") == "DELETED"
    if status == "archived" and params and not is_to_be_deleted:
        raise invalid(f"The {node.lower()} {item.id} is archived; it can only be deleted")


def _changes(objects: MetaObjects, node: str, item: Any, name: str, given: dict[str, str]) -> list[Change]:
    key, value = Key(NODE_KINDS[node], item.id, name), given[name]
    if node in _OF_MADE and name not in _OF_MADE[node]:
        raise invalid(f"The sandbox market does not change {name}")
    match name:
        case "status":
            return [Change(key, state(value))]
        case "name":
            return [Change(key, checked_name(value))]
        case "description":
            return [Change(key, value)]
        case "daily_budget" if node != "Ad":
            return _budget(objects, node, item, value)
        case "bid_strategy" if node == "Campaign":
            return [Change(key, value), *_bids(objects, item, given)]
        case "adset_bid_amounts" if "bid_strategy" in given:
            return []
        case _ if node == "AdSet":
            return [_of_ad_set(objects, item, key, value)]
        case _:
            raise invalid(f"The sandbox market does not change {name}")


def _of_ad_set(objects: MetaObjects, group: Group, key: Key, value: str) -> Change:
    match key.field:
        case "lifetime_budget":
            raise budget_on_both()
        case "bid_amount":
            shown = objects.fields("AdSet", group) | objects.fields("Campaign", group.campaign)
            return Change(key, check_bid(shown["bid_strategy"], value)["bid_amount"])
        case "targeting":
            spec = check_targeting(value, objects.audiences, must_say_audience=False)
            return Change(key, orjson.dumps(spec).decode())
        case _:
            raise invalid(f"The sandbox market does not change {key.field}")


def _budget(objects: MetaObjects, node: str, item: Any, value: str) -> list[Change]:
    """An ad set's own budget is spent through its campaign's, which is their sum in the world."""
    campaign = item if node == "Campaign" else item.campaign
    if objects.holds_budget(campaign) is not (node == "Campaign"):
        raise budget_on_both()
    count = cents(value)
    if node == "Campaign":
        return [Change(Key("budget", campaign.id, "daily_budget"), count)]
    return [
        Change(Key("group", item.id, "adset_daily_budget"), count),
        Change(Key("budget", campaign.id, "daily_budget"), objects.budgets_below(campaign, item.id) + count),
    ]


def _bids(objects: MetaObjects, campaign: Any, given: dict[str, str]) -> list[Change]:
    """With a cap, every ad set of the campaign needs an amount: its own, or one that comes along."""
    if not objects.holds_budget(campaign):
        raise invalid("A campaign without a budget has no bid_strategy; its ad sets do")
    if given["bid_strategy"] not in CAPS:
        return []
    new = json_value("adset_bid_amounts", given.get("adset_bid_amounts", "{}"))
    changes = []
    for group in objects.groups.values():
        if group.campaign is not campaign or objects.is_deleted("AdSet", group.id):
            continue
        held = objects.fields("AdSet", group).get("bid_amount")
        bid = str(new.get(group.id, held or ""))
        amount = check_bid(given["bid_strategy"], bid if bid.isdigit() else None)["bid_amount"]
        changes.append(Change(Key("group", group.id, "bid_amount"), amount))
    return changes
