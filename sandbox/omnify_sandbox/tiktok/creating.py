"""TikTok's creations: campaigns, ad groups and ads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from omnify_sandbox.book import Value
from omnify_sandbox.growth import Birth
from omnify_sandbox.stage import Stage
from omnify_sandbox.tiktok import fields
from omnify_sandbox.tiktok.errors import TikTokProblem, invalid, not_served
from omnify_sandbox.tiktok.objects import TikTokObjects
from omnify_sandbox.tiktok.params import Params
from omnify_sandbox.tiktok.places import IDENTITY, identity_id
from omnify_sandbox.tiktok.updates import minor_of_day, named

_RESPONSES = {
    "WEB_CONVERSIONS": "tt_conversions",
    "PRODUCT_SALES": "tt_conversions",
    "LEAD_GENERATION": "tt_leads",
    "VIDEO_VIEWS": "tt_views",
    "REACH": "tt_views",
    "ENGAGEMENT": "tt_traffic",
    "TRAFFIC": "tt_traffic",
}
_OURS = {"ENABLE": "enabled", "DISABLE": "paused"}


class _Goal(NamedTuple):
    goals: tuple[str, ...]
    billing: tuple[str, ...]


# What an ad group of an objective may be optimised for and billed by.
_GOALS = {
    "REACH": _Goal(("REACH", "SHOW"), ("CPM",)),
    "TRAFFIC": _Goal(("CLICK", "TRAFFIC_LANDING_PAGE_VIEW"), ("CPC", "OCPM")),
    "VIDEO_VIEWS": _Goal(("ENGAGED_VIEW", "ENGAGED_VIEW_FIFTEEN"), ("CPV",)),
    "WEB_CONVERSIONS": _Goal(("CONVERT", "VALUE"), ("OCPM",)),
    "LEAD_GENERATION": _Goal(("LEAD_GENERATION",), ("OCPM",)),
    "ENGAGEMENT": _Goal(("FOLLOWERS", "PROFILE_VIEWS"), ("CPM", "OCPM")),
}
_CAMPAIGN = (
    "advertiser_id", "campaign_name", "objective_type", "budget_mode", "budget", "budget_optimize_on",
    "operation_status", "request_id",
)  # fmt: skip
_GROUP = (
    "advertiser_id", "campaign_id", "adgroup_name", "operation_status", "promotion_type", "placement_type",
    "placements", "schedule_type", "schedule_start_time", "schedule_end_time", "optimization_goal",
    "billing_event", "bid_type", "bid_price", "conversion_bid_price", "pacing", "budget_mode", "budget",
    "request_id", "pixel_id", "optimization_event", *fields.TARGETING,
)  # fmt: skip
_AD = (
    "ad_name", "ad_text", "ad_format", "image_ids", "video_id", "identity_type", "identity_id",
    "call_to_action", "landing_page_url", "operation_status",
)  # fmt: skip
_MOST_TEXT = 100
_IMAGE, _VIDEO = re.compile(r"ad-site-i18n-sg/[\w-]+"), re.compile(r"v10033g5\d+")
_ADDRESS = re.compile(r"https?://\S{1,500}")


def campaign_birth(stage: Stage, objects: TikTokObjects, advertiser: str, params: Params) -> Birth:
    """Of `campaign/create`. Raises TikTokProblem."""
    _served(params, _CAMPAIGN)
    objective = params["objective_type"]
    if objective not in _RESPONSES:
        raise invalid(f"objective_type: {objective} is not a valid choice.")
    fields.check(params, frozenset())
    once(stage, advertiser, params)
    if not params.get("budget_optimize_on"):
        raise not_served("leave budgets to ad groups")
    if params.get("budget_mode") not in ("BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"):
        raise invalid("budget_mode: A daily budget is required while budget_optimize_on is true.")
    if "budget" not in params:
        raise invalid("budget: Missing data for required field.")
    held = [objects.campaign(c)["campaign_name"] for c in objects.standing_campaigns(advertiser)]
    name = named("campaign_name", params["campaign_name"], held)
    own = ("objective_type", "budget_mode", "request_id")
    values: dict[str, Value] = {
        "name": name,
        "status": _OURS[params.get("operation_status", "ENABLE")],
        "daily_budget": minor_of_day(params["budget"], objects.held[advertiser].currency),
        **_kept(params, own),
    }
    return Birth("campaign", advertiser, "", values, _RESPONSES[objective])


def group_birth(stage: Stage, objects: TikTokObjects, advertiser: str, params: Params) -> Birth:
    """Of `adgroup/create`, in a campaign that holds the budget. Raises TikTokProblem."""
    _served(params, _GROUP)
    campaigns = {c.id: c for c in objects.standing_campaigns(advertiser)}
    if params["campaign_id"] not in campaigns:
        raise TikTokProblem("NOT_EXIST", f"campaign_id: {params['campaign_id']} does not exist.")
    campaign = campaigns[params["campaign_id"]]
    fields.check(params, frozenset(thing.id for thing in stage.things("audience")))
    once(stage, advertiser, params)
    for name in ("location_ids", "placement_type", "promotion_type"):
        if name not in params:
            raise invalid(f"{name}: Missing data for required field.")
    _check_goal(objects.campaign(campaign)["objective_type"], params)
    _check_bid(params, objects.held[advertiser].currency)
    if params["budget_mode"] != "BUDGET_MODE_INFINITE" or params["budget"]:
        raise invalid("budget: Cannot be set while the campaign's budget optimization is on.")
    if params["schedule_type"] == "SCHEDULE_START_END" and "schedule_end_time" not in params:
        raise invalid("schedule_end_time: Missing data for required field.")
    beside = [g for g in objects.standing_groups(advertiser) if g.campaign is campaign]
    name = named("adgroup_name", params["adgroup_name"], [objects.adgroup(g)["adgroup_name"] for g in beside])
    own = [n for n in _GROUP if n not in ("advertiser_id", "campaign_id", "adgroup_name", "operation_status")]
    status = _OURS[params.get("operation_status", "ENABLE")]
    return Birth("group", advertiser, campaign.id, {"name": name, "status": status, **_kept(params, own)})


def ad_births(objects: TikTokObjects, advertiser: str, params: Params) -> list[Birth]:
    """Of `ad/create`: one per creative, all or none. Raises TikTokProblem."""
    groups = {g.id: g for g in objects.standing_groups(advertiser)}
    if params["adgroup_id"] not in groups:
        raise TikTokProblem("NOT_EXIST", f"adgroup_id: {params['adgroup_id']} does not exist.")
    if not 1 <= len(params["creatives"]) <= 20:
        raise invalid("creatives: Length must be between 1 and 20.")
    births = []
    for place, creative in enumerate(params["creatives"]):
        where = f"creatives.{place}."
        _served(creative, _AD)
        fields.check(creative, frozenset())
        _check_creative(creative, where, identity_id(advertiser))
        named(f"{where}ad_name", creative["ad_name"], [])
        values = {
            "name": creative["ad_name"],
            "status": _OURS[creative.get("operation_status", "ENABLE")],
            "headline": creative["ad_text"],
            **_kept(creative, [n for n in _AD if n not in ("ad_name", "operation_status")]),
        }
        births.append(Birth("ad", advertiser, params["adgroup_id"], values))
    return births


def once(stage: Stage, advertiser: str, params: Params) -> None:
    """Refuses a request id that something was created under before."""
    number = params.get("request_id")
    if number is None:
        return
    if not (number.isascii() and number.isdigit()):
        raise invalid("request_id: Not a valid number.")
    made = [*stage.things("campaign"), *stage.things("group")]
    if any(objects_number(stage, t.kind, t.id) == number for t in made if t.account == advertiser):
        raise TikTokProblem("DUPLICATED_REQUEST", f"request_id: {number} was used before.")


def objects_number(stage: Stage, kind: Any, id_: str) -> str:
    return TikTokObjects(stage).own(kind, id_, "request_id") or ""


def _served(given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in given:
        if name not in names:
            raise not_served(f"create with {name}")


def _kept(given: Mapping[str, Any], names: Any) -> dict[str, str]:
    return {name: fields.kept(given[name]) for name in names if name in given}


def _check_goal(objective: str, params: Params) -> None:
    goal = _GOALS[objective]
    if params["optimization_goal"] not in goal.goals:
        raise invalid(f"optimization_goal: {params['optimization_goal']} does not fit {objective}.")
    if params["billing_event"] not in goal.billing:
        raise invalid(f"billing_event: {params['billing_event']} does not fit {params['optimization_goal']}.")
    if objective == "WEB_CONVERSIONS" and not {"pixel_id", "optimization_event"} <= set(params):
        raise invalid("pixel_id: Missing data for required field.")


def _check_bid(params: Params, currency: str) -> None:
    wanted = "conversion_bid_price" if params["billing_event"] == "OCPM" else "bid_price"
    has_own = params.get("bid_type", "BID_TYPE_NO_BID") == "BID_TYPE_CUSTOM"
    for name in ("bid_price", "conversion_bid_price"):
        if name in params and not (has_own and name == wanted):
            raise invalid(f"{name}: Cannot be set with this bid_type and billing_event.")
    if has_own and wanted not in params:
        raise invalid(f"{wanted}: Missing data for required field.")
    if has_own:
        fields.amount(wanted, params[wanted], currency)


def _check_creative(creative: Mapping[str, Any], where: str, own_identity: str) -> None:
    for name in ("ad_name", "ad_text", "ad_format", "identity_type", "identity_id", "landing_page_url"):
        if name not in creative:
            raise invalid(f"{where}{name}: Missing data for required field.")
    if not 1 <= len(creative["ad_text"]) <= _MOST_TEXT:
        raise invalid(f"{where}ad_text: Length must be between 1 and {_MOST_TEXT}.")
    if (creative["identity_type"], creative["identity_id"]) != (IDENTITY, own_identity):
        raise invalid(f"{where}identity_id: The identity does not exist.")
    if not _ADDRESS.fullmatch(creative["landing_page_url"]):
        raise invalid(f"{where}landing_page_url: Not a valid URL.")
    images, form = creative.get("image_ids", []), creative["ad_format"]
    if form not in ("SINGLE_IMAGE", "SINGLE_VIDEO"):
        raise invalid(f"{where}ad_format: {form} is not a valid choice.")
    if len(images) != 1 or not _IMAGE.fullmatch(images[0]):
        raise TikTokProblem("FILE_NOT_EXIST", f"{where}image_ids: One picture that exists is required.")
    if form == "SINGLE_VIDEO" and not _VIDEO.fullmatch(creative.get("video_id", "")):
        raise TikTokProblem("VIDEO_ID_INVALID_ERROR", f"{where}video_id: The video does not exist.")
    if form == "SINGLE_IMAGE" and "video_id" in creative:
        raise invalid(f"{where}video_id: Cannot be set for SINGLE_IMAGE.")
