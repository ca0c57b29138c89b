"""What Meta makes: POST on an account's edges, judged field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from omnify_sandbox.book import Value
from omnify_sandbox.growth import Birth
from omnify_sandbox.meta.contract import create_params, enum_of, fields_of
from omnify_sandbox.meta.errors import MetaProblem, invalid
from omnify_sandbox.meta.listing import NODE_OF
from omnify_sandbox.meta.nodes import CAPS, PAGE_ID, PIXEL_ID, PROMOTES_PAGE, PROMOTES_PIXEL
from omnify_sandbox.meta.objects import MetaObjects
from omnify_sandbox.meta.params import ALWAYS, check_keys, check_names, check_types, json_value, name_list
from omnify_sandbox.meta.targeting import check_targeting
from omnify_sandbox.meta.values import SAME_STATUS, budget_on_both, cents, checked_name

_ODAX = {
    "OUTCOME_SALES": "prospecting",
    "OUTCOME_LEADS": "leads",
    "OUTCOME_TRAFFIC": "traffic",
    "OUTCOME_ENGAGEMENT": "traffic",
    "OUTCOME_AWARENESS": "awareness",
}
"""Objectives, and which of the world's kinds a campaign with each is like."""
_ANY_GOAL = ("REACH", "IMPRESSIONS")
_SITE_GOALS = ("LINK_CLICKS", "LANDING_PAGE_VIEWS", *_ANY_GOAL)
_GOALS = {
    "OUTCOME_SALES": ("OFFSITE_CONVERSIONS", "VALUE", *_SITE_GOALS),
    "OUTCOME_LEADS": ("OFFSITE_CONVERSIONS", "LEAD_GENERATION", "QUALITY_LEAD", *_SITE_GOALS),
    "OUTCOME_TRAFFIC": _SITE_GOALS,
    "OUTCOME_ENGAGEMENT": ("POST_ENGAGEMENT", "THRUPLAY", "PAGE_LIKES", *_SITE_GOALS),
    "OUTCOME_AWARENESS": ("AD_RECALL_LIFT", "THRUPLAY", *_ANY_GOAL),
}
_SPECIAL = ("CREDIT", "EMPLOYMENT", "FINANCIAL_PRODUCTS_SERVICES", "HOUSING")
_KNOWN = {
    "campaigns": {
        "name",
        "objective",
        "status",
        "special_ad_categories",
        "buying_type",
        "daily_budget",
        "bid_strategy",
        "is_adset_budget_sharing_enabled",
    },
    "adsets": {
        "name",
        "campaign_id",
        "status",
        "billing_event",
        "optimization_goal",
        "promoted_object",
        "destination_type",
        "targeting",
        "daily_budget",
        "bid_amount",
        "bid_strategy",
    },
    "ads": {"name", "adset_id", "creative", "status"},
    "adcreatives": {"name", "object_story_spec"},
    "customaudiences": {"name", "description", "subtype", "customer_file_source"},
}
_LONGEST_CREATIVE_NAME = 100
Params = dict[str, str]


def judge_create(objects: MetaObjects, account: str, edge: str, params: Params) -> tuple[Birth, bool]:
    """What is to be made, and whether it is only rehearsed. Raises MetaProblem."""
    types = create_params("AdAccount", edge)
    check_names(params, set(types))
    given = {name: text for name, text in params.items() if name not in ALWAYS}
    check_types(NODE_OF[edge], given, types)
    options = name_list("execution_options", given.pop("execution_options", None))
    if strange := sorted(set(given) - _KNOWN[edge]):
        raise invalid(f"The sandbox market does not set {strange} of new {edge}")
    judges: dict[str, Callable[[MetaObjects, str, Params], Birth]] = {
        "campaigns": _campaign,
        "adsets": _ad_set,
        "ads": _ad,
        "adcreatives": _creative,
        "customaudiences": _audience,
    }
    return judges[edge](objects, account, given), "validate_only" in options


def _campaign(objects: MetaObjects, account: str, given: Params) -> Birth:
    fields: dict[str, Value] = {"name": _needed(given, "name"), "status": _status(given)}
    objective = _needed(given, "objective")
    if objective not in _ODAX:
        raise invalid(f"Objective {objective} is invalid. Use one of: {', '.join(_ODAX)}", subcode=1815107)
    categories = json_value("special_ad_categories", _needed(given, "special_ad_categories"))
    if "NONE" in categories and len(categories) > 1:
        raise invalid("NONE stands alone among the special ad categories")
    if given.get("buying_type", "AUCTION") != "AUCTION":
        raise invalid("The sandbox market only has buying_type AUCTION")
    fields |= {"objective": objective, "special_ad_categories": orjson.dumps(categories).decode()}
    return Birth("campaign", account, "", fields | _campaign_money(objects, given), _ODAX[objective])


def _campaign_money(objects: MetaObjects, given: Params) -> dict[str, Value]:
    """The budget and how it bids, or that its ad sets hold theirs."""
    del objects
    strategy, sharing = given.get("bid_strategy"), given.get("is_adset_budget_sharing_enabled")
    if "daily_budget" in given:
        if sharing == "true":
            raise invalid("Ad set budget sharing cannot be combined with a campaign budget", subcode=1885621)
        usual = {"bid_strategy": strategy or "LOWEST_COST_WITHOUT_CAP"}
        return {"daily_budget": cents(given["daily_budget"])} | usual
    if sharing is None:
        raise invalid(
            "You must specify True or False in is_adset_budget_sharing_enabled without a campaign budget"
        )
    if sharing == "true" and strategy is None:
        raise invalid("Ad set budget sharing needs a bid strategy on the campaign", subcode=4834005)
    if strategy and sharing != "true":
        raise invalid("A campaign without a budget has no bid_strategy; its ad sets do")
    return {"is_adset_budget_sharing_enabled": sharing}


def _ad_set(objects: MetaObjects, account: str, given: Params) -> Birth:
    campaign = _parent(objects, account, "Campaign", _needed(given, "campaign_id"))
    objective = objects.objective(campaign)
    goal, billed = _needed(given, "optimization_goal"), _needed(given, "billing_event")
    if goal not in _GOALS.get(objective, ()):
        raise invalid(
            "Invalid parameter",
            subcode=2490408,
            title="Performance goal isn't available",
            user_message=f"{goal} cannot be used with the objective {objective}.",
        )
    if billed != "IMPRESSIONS" and (billed, goal) not in {
        ("LINK_CLICKS", "LINK_CLICKS"),
        ("THRUPLAY", "THRUPLAY"),
    }:
        raise invalid(f"Billing event {billed} is not available for the optimization goal {goal}")
    special = orjson.loads(str(objects.get("campaign", campaign.id, "special_ad_categories", "[]")))
    targeting = check_targeting(
        _needed(given, "targeting"), objects.audiences, must_say_audience=bool(set(special) & set(_SPECIAL))
    )
    fields: dict[str, Value] = {
        "name": _needed(given, "name"),
        "status": _status(given),
        "optimization_goal": goal,
        "billing_event": billed,
        "targeting": orjson.dumps(targeting).decode(),
        "promoted_object": _promoted(goal, objective, given.get("promoted_object")),
        "destination_type": given.get("destination_type", "UNDEFINED"),
    }
    return Birth("group", account, campaign.id, fields | _ad_set_money(objects, campaign, given))


def _ad_set_money(objects: MetaObjects, campaign: Any, given: Params) -> dict[str, Value]:
    money: dict[str, Value] = {}
    if objects.holds_budget(campaign):
        if "daily_budget" in given:
            raise budget_on_both()
        if "bid_strategy" in given:
            raise invalid("The campaign has the bid strategy; the ad set cannot have one")
        strategy = objects.fields("Campaign", campaign)["bid_strategy"]
    else:
        strategy = given.get("bid_strategy", "LOWEST_COST_WITHOUT_CAP")
        money = {"adset_daily_budget": cents(_needed(given, "daily_budget")), "bid_strategy": strategy}
    return money | check_bid(strategy, given.get("bid_amount"))


def check_bid(strategy: str, bid: str | None) -> dict[str, Value]:
    """The bid as it will be kept. Raises MetaProblem where the strategy has none, or must have one."""
    if strategy not in CAPS:
        if bid is not None:
            raise invalid(f"bid_amount cannot be set with the bid strategy {strategy}", subcode=1815857)
        return {}
    if bid is None or int(bid) < 1:
        raise invalid(
            "Invalid parameter",
            subcode=1815857,
            title="Bid Amount Required",
            user_message=f"A bid amount above 0 is required for the bid strategy {strategy}.",
        )
    return {"bid_amount": int(bid)}


def _promoted(goal: str, objective: str, text: str | None) -> str:
    """As JSON text, '' where nothing is promoted. Raises MetaProblem where the goal needs something."""
    needs_page = goal in PROMOTES_PAGE or objective == "OUTCOME_AWARENESS"
    if text is None:
        if needs_page or goal in PROMOTES_PIXEL:
            raise invalid(f"A promoted_object is required for the optimization goal {goal}", subcode=1885024)
        return ""
    held = check_keys("promoted_object", json_value("promoted_object", text), fields_of("AdPromotedObject"))
    if goal in PROMOTES_PIXEL:
        if held.get("pixel_id") != PIXEL_ID:
            raise invalid(f"Pixel {held.get('pixel_id')!r} does not exist or cannot be used by this account")
        if held.get("custom_event_type") not in enum_of("AdPromotedObject", "CustomEventType"):
            raise invalid("promoted_object needs a known custom_event_type beside its pixel_id")
    elif needs_page and held.get("page_id") != PAGE_ID:
        raise invalid(f"Page {held.get('page_id')!r} does not exist or cannot be used by this account")
    return orjson.dumps(held).decode()


def _ad(objects: MetaObjects, account: str, given: Params) -> Birth:
    group = _parent(objects, account, "AdSet", _needed(given, "adset_id"))
    held = check_keys("creative", json_value("creative", _needed(given, "creative")), {"creative_id"})
    found = objects.find(str(held.get("creative_id")))
    if found is None or found[0] != "AdCreative" or objects.account_of(*found) != account:
        raise invalid(f"Creative {held.get('creative_id')!r} does not exist in this account", subcode=1487390)
    shown = objects.fields(*found)
    fields: dict[str, Value] = {
        "name": _needed(given, "name"),
        "status": _status(given),
        "creative_id": shown["id"],
        "headline": str(shown.get("title", "")),
        "body": str(shown.get("body", "")),
    }
    return Birth("ad", account, group.id, fields)


def _creative(objects: MetaObjects, account: str, given: Params) -> Birth:
    del objects
    text = _needed(given, "object_story_spec")
    story = check_keys(
        "object_story_spec", json_value("object_story_spec", text), fields_of("AdCreativeObjectStorySpec")
    )
    if story.get("page_id") != PAGE_ID:
        raise invalid(f"Page {story.get('page_id')!r} does not exist or cannot be used by this account")
    link = check_keys("link_data", story.get("link_data"), fields_of("AdCreativeLinkData"))
    if not str(link.get("link", "")).startswith(("http://", "https://")):
        raise invalid("link_data needs a link that is an http or https address", subcode=1443051)
    if "call_to_action" in link:
        action = check_keys("call_to_action", link["call_to_action"], {"type", "value"})
        if action.get("type") not in enum_of("AdCreativeLinkDataCallToAction", "Type"):
            raise invalid(f"Call to action {action.get('type')!r} is not known")
    name = given.get("name", "")
    if len(name) > _LONGEST_CREATIVE_NAME:
        raise invalid(f"A creative's name has at most {_LONGEST_CREATIVE_NAME} characters")
    return Birth("creative", account, "", {"name": name, "object_story_spec": text, "status": "enabled"})


def _audience(objects: MetaObjects, account: str, given: Params) -> Birth:
    del objects
    if _needed(given, "subtype") != "CUSTOM":
        raise invalid("The sandbox market only makes audiences of the subtype CUSTOM")
    fields: dict[str, Value] = {
        "name": _needed(given, "name"),
        "description": given.get("description", ""),
        "subtype": "CUSTOM",
        "customer_file_source": _needed(given, "customer_file_source"),
        "status": "enabled",
    }
    return Birth("audience", account, "", fields)


def _parent(objects: MetaObjects, account: str, node: str, id_: str) -> Any:
    found = objects.find(id_)
    if found is None or found[0] != node or objects.account_of(*found) != account:
        raise invalid(f"{node} {id_!r} does not exist in this account", subcode=1487566)
    if objects.fields(*found)["status"] in ("DELETED", "ARCHIVED"):
        raise invalid(f"{node} {id_} is deleted or archived; nothing can be added to it", subcode=1487056)
    return found[1]


def _needed(given: Params, name: str) -> str:
    if not given.get(name, "").strip():
        raise MetaProblem(100, f"(#100) The parameter {name} is required")
    return checked_name(given[name]) if name == "name" else given[name]


def _status(given: Params) -> str:
    """New objects run at once unless they are said to be paused."""
    status = given.get("status", "ACTIVE")
    if status not in ("ACTIVE", "PAUSED"):
        raise invalid(f"Param status of a new object must be ACTIVE or PAUSED, got {status!r}")
    return SAME_STATUS[status]
