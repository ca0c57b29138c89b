"""Campaigns and their budgets as an owner makes them."""

from __future__ import annotations

import re
from datetime import date

from omnify_sandbox.book import Key
from omnify_sandbox.google import refusing
from omnify_sandbox.google.creator import Creator, Parent
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.message import Made
from omnify_sandbox.google.money import minor_of
from omnify_sandbox.growth import Birth

_STRATEGIES = {
    "manual_cpc": "MANUAL_CPC",
    "maximize_conversions": "MAXIMIZE_CONVERSIONS",
    "maximize_conversion_value": "MAXIMIZE_CONVERSION_VALUE",
    "target_spend": "TARGET_SPEND",
}
_SMART = frozenset(_STRATEGIES) - {"manual_cpc"}
_NETWORKS = tuple(
    f"network_settings.target_{name}"
    for name in ("google_search", "search_network", "content_network", "partner_search_network")
)
_BUDGET = frozenset({"name", "amount_micros", "delivery_method", "explicitly_shared"})
_PLAIN = frozenset(
    {"name", "status", "advertising_channel_type", "campaign_budget", "contains_eu_political_advertising"}
    | {"start_date_time"}
)
_BIDS = frozenset(
    {"manual_cpc", "manual_cpc.enhanced_cpc_enabled", "maximize_conversions", "target_spend"}
    | {"maximize_conversions.target_cpa_micros", "maximize_conversion_value"}
    | {"maximize_conversion_value.target_roas", "target_spend.cpc_bid_ceiling_micros"}
)


def judge_budget(creator: Creator, made: Made, at: Path) -> tuple[list[Birth], str]:
    """It is born with the campaign of the same request that uses it."""
    creator.check_own_name(made, "campaignBudgets", at)
    refusing.need(made, at, "amount_micros")
    refusing.only(made, _BUDGET, at)
    if made.get("explicitly_shared", True):  # Google's default is to share
        raise refusing.not_made("budgets that several campaigns share", (*at, "explicitly_shared"))
    if made.get("delivery_method", "STANDARD") != "STANDARD":
        code = "CANNOT_USE_ACCELERATED_DELIVERY_MODE"
        raise GoogleProblem("campaignBudgetError", code, "Use STANDARD.", path=(*at, "delivery_method"))
    temporary = made.get("resource_name")
    if not temporary:
        raise refusing.not_made("budgets without their campaign; use googleAds:mutate", at)
    creator.budgets[temporary] = minor_of(made["amount_micros"], creator.smallest, (*at, "amount_micros"))
    return [], temporary


def judge_campaign(creator: Creator, made: Made, at: Path) -> tuple[list[Birth], str]:
    creator.check_own_name(made, "campaigns", at)
    refusing.need(made, at, "name", "advertising_channel_type", "campaign_budget")
    refusing.only(made, _PLAIN | _BIDS | frozenset(_NETWORKS), at)
    channel = str(made["advertising_channel_type"])
    _check_kind(channel, made, at)
    strategy = _strategy(channel, made, at)
    _check_name(creator, made, at)
    _check_start(creator, made, at)
    cents = creator.budgets.pop(str(made["campaign_budget"]), None)
    if cents is None:
        raise GoogleProblem(
            "mutateError",
            "RESOURCE_NOT_FOUND",
            "The sandbox market gives a new campaign the budget of the same request only.",
            path=(*at, "campaign_budget"),
        )
    id_ = creator.next_id("campaign")
    name = creator.objects.campaign_name(id_)
    creator.remember(made, Parent(id_, name, channel, id_))
    kept = {path: value for path, value in made.items() if path not in ("resource_name", "campaign_budget")}
    kept["bidding_strategy_type"] = strategy
    kind = "search" if channel == "SEARCH" else "yt_demand" if creator.is_youtube else "demand_gen"
    return [creator.birth("campaign", id_, "", kept, daily_budget=cents, response=kind)], name


def _check_kind(channel: str, made: Made, at: Path) -> None:
    if channel == "VIDEO":
        raise GoogleProblem(
            "contextError",
            "OPERATION_NOT_PERMITTED_FOR_CONTEXT",
            "Video campaigns cannot be created through the API; create a Demand Gen campaign.",
            path=(*at, "advertising_channel_type"),
        )
    if channel not in ("SEARCH", "DEMAND_GEN"):
        raise refusing.not_made(f"{channel} campaigns", (*at, "advertising_channel_type"))
    if "contains_eu_political_advertising" not in made:
        raise GoogleProblem(
            "mutateError",
            "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED",
            "Whether the campaign contains EU political advertising must be declared.",
            path=(*at, "contains_eu_political_advertising"),
        )
    set_ = [path for path in _NETWORKS if made.get(path)]
    if channel == "DEMAND_GEN" and set_:
        raise GoogleProblem("campaignError", "INCOMPATIBLE_CAMPAIGN_FIELD", "No networks there.", path=at)
    if channel == "SEARCH" and not set_:
        code = "CAMPAIGN_MUST_TARGET_AT_LEAST_ONE_NETWORK"
        raise GoogleProblem("campaignError", code, "No network is targeted.", path=(*at, "network_settings"))
    if made.get(_NETWORKS[1]) and not made.get(_NETWORKS[0]):
        code = "CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH"
        raise GoogleProblem("campaignError", code, "Target Google search.", path=(*at, "network_settings"))


def _strategy(channel: str, made: Made, at: Path) -> str:
    named = {path.split(".")[0] for path in made} & set(_STRATEGIES)
    if len(named) != 1:
        raise refusing.missing("campaign_bidding_strategy", at)
    strategy = named.pop()
    if channel == "DEMAND_GEN" and strategy not in _SMART:
        code = "CANNOT_CREATE_CAMPAIGN_WITH_BIDDING_STRATEGY"
        raise GoogleProblem("biddingError", code, "The strategy does not fit.", path=(*at, strategy))
    return _STRATEGIES[strategy]


def _check_name(creator: Creator, made: Made, at: Path) -> None:
    name = str(made["name"])
    refusing.check_text(name, 255, (*at, "name"))
    taken = GoogleProblem(
        "campaignError", "DUPLICATE_CAMPAIGN_NAME", "The name is already being used.", path=(*at, "name")
    )
    read = creator.market.read
    if any(
        read(Key("campaign", c.id, "name")) == name and read(Key("campaign", c.id, "status")) != "removed"
        for c in creator.objects.campaigns
    ):
        raise taken
    creator.claim("campaign", "", name, taken)


def _check_start(creator: Creator, made: Made, at: Path) -> None:
    start = made.get("start_date_time")
    if start is None:
        made["start_date_time"] = f"{creator.market.today():%Y-%m-%d} 00:00:00"
        return
    place = (*at, "start_date_time")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", start):
        raise GoogleProblem(
            "fieldError", "INVALID_VALUE", "Write it as yyyy-MM-dd HH:mm:ss.", path=place, trigger=start
        )
    if date.fromisoformat(start[:10]) < creator.market.today():
        raise GoogleProblem("campaignError", "CANNOT_SET_DATE_TO_PAST", "It is in the past.", path=place)
