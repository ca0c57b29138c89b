"""What ad sets and creatives show beyond their names: goals, bids, who sees them, what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from omnify_sandbox.book import ObjectKind, Value
from omnify_sandbox.catalog import Group
from omnify_sandbox.growth import Thing

Fields = dict[str, Any]
Get = Callable[[ObjectKind, str, str, Value], Value]
"""Kind, id, field and default: what the owner set, or the default where nobody did."""

PAGE_ID = "104830217745"
PIXEL_ID = "2291740083615"
CAPS = ("COST_CAP", "LOWEST_COST_WITH_BID_CAP")
PROMOTES_PIXEL = ("OFFSITE_CONVERSIONS", "VALUE")
PROMOTES_PAGE = ("LEAD_GENERATION", "QUALITY_LEAD", "PAGE_LIKES")
_GOALS = {
    "OUTCOME_SALES": "OFFSITE_CONVERSIONS",
    "OUTCOME_LEADS": "LEAD_GENERATION",
    "OUTCOME_TRAFFIC": "LANDING_PAGE_VIEWS",
    "OUTCOME_AWARENESS": "REACH",
}
_AGES = {"age_min": 18, "age_max": 65}
_FIRST_BID = 900


def goals(get: Get, group: Group, objective: str) -> Fields:
    """What the ad set is billed by and works for."""
    goal = str(get("group", group.id, "optimization_goal", _GOALS.get(objective, "REACH")))
    shown: Fields = {
        "billing_event": get("group", group.id, "billing_event", "IMPRESSIONS"),
        "optimization_goal": goal,
        "destination_type": get("group", group.id, "destination_type", "UNDEFINED"),
    }
    promoted = get("group", group.id, "promoted_object", _promoted(goal))
    return shown | ({"promoted_object": orjson.loads(str(promoted))} if promoted else {})


def _promoted(goal: str) -> str:
    if goal in PROMOTES_PIXEL:
        return f'{{"pixel_id":"{PIXEL_ID}","custom_event_type":"PURCHASE"}}'
    return f'{{"page_id":"{PAGE_ID}"}}' if goal in PROMOTES_PAGE else ""


def bids(get: Get, group: Group, *, holds_budget: bool) -> Fields:
    """The ad set's own bid, and with a budget of its own that and the strategy, too."""
    usual = _FIRST_BID + 10 * (group.index % 7) if group.campaign.kind == "retargeting" else 0
    bid = get("group", group.id, "bid_amount", usual)
    shown: Fields = {"bid_amount": bid} if bid else {}
    if holds_budget:
        shown["daily_budget"] = str(get("group", group.id, "adset_daily_budget", 0))
        shown["bid_strategy"] = get("group", group.id, "bid_strategy", "LOWEST_COST_WITHOUT_CAP")
    return shown


def shown_targeting(get: Get, group: Group, audiences: Mapping[str, Any]) -> Fields:
    """As it was set, with Meta's own ages where none were, and the names of what was set by id."""
    country = "US" if group.campaign.name.endswith("US") else "GB"
    usual = {"age_min": 25, "age_max": 64, "geo_locations": {"countries": [country]}}
    held = get("group", group.id, "targeting", orjson.dumps(usual).decode())
    spec: Fields = _AGES | orjson.loads(str(held))
    for name in ("custom_audiences", "excluded_custom_audiences"):
        if name in spec:
            spec[name] = [_named(get, one["id"], audiences) for one in spec[name]]
    if places := spec.get("geo_locations"):
        spec["geo_locations"] = {"location_types": ["home", "recent"]} | places
    return spec


def _named(get: Get, id_: str, audiences: Mapping[str, Any]) -> Fields:
    held = audiences.get(id_)
    name = getattr(held, "name", None) or str(get("audience", id_, "name", ""))
    return {"id": id_, "name": name}


def made_creative(get: Get, creative: Thing, picture: str) -> Fields:
    """A creative that was made through the API. Its picture is drawn where it has none of its own."""
    story: Fields = orjson.loads(str(get("creative", creative.id, "object_story_spec", "{}")))
    link = story["link_data"]
    action = link.get("call_to_action", {}).get("type")
    shown = {
        "id": creative.id,
        "account_id": creative.account,
        "name": get("creative", creative.id, "name", ""),
        "title": link.get("name", ""),
        "body": link.get("message", ""),
        "image_url": picture,
        "thumbnail_url": picture,
        "object_type": "SHARE",
        "object_story_spec": story,
        "effective_object_story_id": f"{story['page_id']}_{creative.id}",
        "status": "DELETED" if get("creative", creative.id, "status", "") == "removed" else "ACTIVE",
    }
    return shown | ({"call_to_action_type": action} if action else {})
