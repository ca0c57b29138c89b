"""What the Meta adapter refuses before a byte of a write leaves, and why, in words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.errors import BadInput, PlatformNotFound, Unsupported
from omnify_core.legs import AdGroupLeg, AnyLeg, AudienceLeg, BidLeg, KeywordLeg, NameLeg, TargetingLeg
from omnify_core.money import Money
from omnify_core.platform_ports import Look
from omnify_core.specs import AdGroupSpec, AudienceSpec, Keyword, Match, Targeting
from tests.builders.meta_graph import ACCOUNT_ID, LEGS, Graph, graph_desk

HOME, AD = (
    EntityRef(platform=Platform.META, account_id=ACCOUNT_ID, level=level, native_id=number)
    for level, number in ((Level.ACCOUNT, ACCOUNT_ID), (Level.AD, "13"))
)
US = Targeting(countries=("US",))
SHARED: dict[str, Any] = {"objective": "OUTCOME_TRAFFIC", "daily_budget": "5000"}
CAPPED = SHARED | {"bid_strategy": "COST_CAP"}
SEPARATE: dict[str, Any] = {"objective": "OUTCOME_TRAFFIC"}


def usd(amount: str) -> Money:
    return Money.parse(amount, "USD")


def ad_set(**changes: Any) -> AdGroupLeg:
    leg = LEGS["create an ad set"]
    assert isinstance(leg, AdGroupLeg)
    return leg.model_copy(update={"after": AdGroupSpec(name="New", targeting=US, **changes)})


async def refused(graph: Graph, leg: AnyLeg, error: type[Exception], words: str) -> None:
    """By the write and by its rehearsal alike."""
    for call in (graph_desk(graph).ads.write(leg, key="k"), graph_desk(graph).ads.dry_run(leg)):
        with pytest.raises(error, match=words):
            await call
    assert graph.writes == []


@pytest.mark.parametrize(
    ("campaign", "changes", "words"),
    [
        (SHARED, {"daily_budget": usd("10")}, "the campaign has the budget"),
        (
            {"objective": "OUTCOME_TRAFFIC", "lifetime_budget": "9"},
            {"daily_budget": usd("10")},
            "has the budget",
        ),
        (SEPARATE, {}, "name one for the ad set"),
        (SHARED, {"bid": usd("2")}, "bids without a cap"),
        (CAPPED, {}, "needs a bid for each ad set"),
        (SEPARATE, {"daily_budget": Money(500, "EUR")}, "counts in USD"),
        (CAPPED, {"bid": Money(500, "EUR")}, "counts in USD"),
    ],
)
async def test_a_budget_and_a_bid_stand_in_one_place_only(
    campaign: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    await refused(Graph(nodes={"11": campaign}), ad_set(**changes), BadInput, words)


@pytest.mark.parametrize(
    ("campaign", "changes", "sent"),
    [
        (SHARED, {}, {}),
        (CAPPED, {"bid": usd("2.50")}, {"bid_amount": "250"}),
        (
            SEPARATE,
            {"daily_budget": usd("10")},
            {"daily_budget": "1000", "bid_strategy": "LOWEST_COST_WITHOUT_CAP"},
        ),
        (
            SEPARATE,
            {"daily_budget": usd("10"), "bid": usd("2.50")},
            {"daily_budget": "1000", "bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": "250"},
        ),
    ],
)
async def test_an_ad_set_brings_the_money_that_its_campaign_has_not(
    campaign: dict[str, Any], changes: dict[str, Any], sent: dict[str, str]
) -> None:
    graph = Graph(nodes={"11": campaign})
    await graph_desk(graph).ads.write(ad_set(**changes), key="k")
    form = dict(parse_qsl(graph.writes[0].content.decode()))
    money = ("daily_budget", "bid_strategy", "bid_amount")
    assert {name: form[name] for name in money if name in form} == sent
    assert (form["status"], form["optimization_goal"]) == ("PAUSED", "LINK_CLICKS")


@pytest.mark.parametrize(
    ("objective", "goal", "promoted"),
    [
        ("OUTCOME_SALES", "OFFSITE_CONVERSIONS", {"pixel_id": "77", "custom_event_type": "PURCHASE"}),
        ("OUTCOME_LEADS", "OFFSITE_CONVERSIONS", {"pixel_id": "77", "custom_event_type": "LEAD"}),
        ("OUTCOME_AWARENESS", "REACH", {"page_id": "88"}),
        ("OUTCOME_ENGAGEMENT", "POST_ENGAGEMENT", None),
    ],
)
async def test_each_objective_has_its_goal_and_what_it_promotes(
    objective: str, goal: str, promoted: dict[str, str] | None
) -> None:
    graph = Graph(nodes={"11": SHARED | {"objective": objective}})
    await graph_desk(graph).ads.write(ad_set(), key="k")
    form = dict(parse_qsl(graph.writes[0].content.decode()))
    assert form["optimization_goal"] == goal
    assert (json.loads(form["promoted_object"]) if "promoted_object" in form else None) == promoted


PIXELS = [{"id": "12", "promoted_object": {"pixel_id": one}} for one in ("77", "78")]
PAGES = [{"id": "13", "creative": {"object_story_spec": {"page_id": one}}} for one in ("88", "89")]


@pytest.mark.parametrize(
    ("edges", "leg", "words"),
    [
        ({"adsets": []}, ad_set(), "not known which one a new ad set should use"),
        ({"adsets": PIXELS}, ad_set(), r"more than one pixel \(77, 78\)"),
        ({"ads": []}, LEGS["create an ad"], "not known which one a new ad should use"),
        ({"ads": PAGES}, LEGS["create an ad"], r"more than one page \(88, 89\)"),
    ],
)
async def test_a_pixel_or_page_that_is_not_known_is_not_guessed(
    edges: dict[str, Any], leg: AnyLeg, words: str
) -> None:
    await refused(Graph(edges=edges), leg, Unsupported, words)


async def test_an_objective_of_old_takes_no_new_ad_set() -> None:
    graph = Graph(nodes={"11": SHARED | {"objective": "LINK_CLICKS"}})
    await refused(graph, ad_set(), Unsupported, "'LINK_CLICKS'")


@pytest.mark.parametrize("strategy", ["LOWEST_COST_WITHOUT_CAP", "LOWEST_COST_WITH_MIN_ROAS", ""])
async def test_a_bid_is_set_under_a_cap_only(strategy: str) -> None:
    graph = Graph(nodes={"12": {"campaign": {"bid_strategy": strategy}}})
    await refused(graph, LEGS["bid"], Unsupported, "Ads Manager")


async def test_an_ad_set_with_a_strategy_of_its_own_takes_a_bid() -> None:
    graph = Graph(nodes={"12": {"bid_strategy": "COST_CAP", "bid_amount": 300, "campaign": {}}})
    assert await graph_desk(graph).ads.look(LEGS["bid"]) == Look(usd("3"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "leg",
    [
        BidLeg(ref=AD, name="x", after=Money(100, "USD")),
        TargetingLeg(ref=AD, name="x", after=US),
        TargetingLeg(ref=HOME.model_copy(update={"level": Level.CAMPAIGN}), name="x", after=US),
    ],
)
async def test_bids_and_targeting_stand_on_ad_sets_only(leg: BidLeg | TargetingLeg) -> None:
    await refused(Graph(), leg, Unsupported, "on ad sets only")
    with pytest.raises(Unsupported, match="on ad sets only"):
        await graph_desk(Graph()).ads.look(leg)


async def test_limits_that_have_no_word_here_are_not_written_over() -> None:
    held = {"geo_locations": {"cities": [{"key": "2420605"}]}}
    graph = Graph(nodes={"12": {"targeting": held}})
    await refused(graph, LEGS["targeting"], Unsupported, "limited by cities")


async def test_meta_has_no_keywords() -> None:
    leg = KeywordLeg(ref=AD, name="x", after=Keyword(text="shoes", match=Match.BROAD))
    await refused(Graph(), leg, Unsupported, "keyword")
    with pytest.raises(Unsupported):
        await graph_desk(Graph()).ads.look(leg)


async def test_what_is_not_there_cannot_be_removed() -> None:
    spec = AudienceSpec(name="Nobody")
    leg = AudienceLeg(ref=HOME, name="Nobody", before=spec, after=None)
    await refused(Graph(), leg, PlatformNotFound, "nothing was removed")


async def test_a_stranger_s_object_is_not_renamed() -> None:
    leg = NameLeg(ref=AD, name="x", after="Mine")
    graph = Graph(nodes={"13": {"account_id": "999"}})
    await refused(graph, leg, PlatformNotFound, "has no ad 13")


@pytest.mark.parametrize(("received", "arrived"), [("1", True), ("0", False), ("2", False)])
async def test_an_upload_counts_as_arrived_only_when_it_is_whole(received: str, arrived: bool) -> None:
    leg = LEGS["create a list"]
    assert isinstance(leg, AudienceLeg)
    assert leg.after is not None
    form = Graph()
    await graph_desk(form).ads.write(leg, key="k")
    session = json.loads(dict(parse_qsl(form.writes[1].content.decode()))["session"])
    rows = [{"session_id": str(session["session_id"]), "num_received": received}]
    lists = [{"id": "14", "name": "New"}]
    graph = Graph(nodes={"14": {"name": "New"}}, edges={"sessions": rows, "customaudiences": lists})
    look = await graph_desk(graph).ads.look(leg)
    assert look.native_id == "14"
    assert (look.value == leg.after) is arrived
