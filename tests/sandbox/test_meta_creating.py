"""Meta v26.0: campaigns and ad sets made over the wire, and what is refused on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnify_sandbox.meta.contract import create_params, fields_of
from omnify_sandbox.meta.nodes import PIXEL_ID
from tests.builders.contract_files import contract
from tests.builders.contract_shapes import meta_faults
from tests.builders.meta_forms import AD_SET, CAMPAIGN, SPEC, made, refusal, story, whole
from tests.builders.sandbox_wire import ACCOUNT, TODAY, SandboxWire, open_wire


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def test_what_is_made_is_listed_and_reads_as_the_contract_has_it(wire: SandboxWire) -> None:
    ids = await whole(wire)
    nodes = ("Campaign", "AdSet", "AdCreative", "Ad")
    edges = ("campaigns", "adsets", "adcreatives", "ads")
    for id_, node, edge in zip(ids, nodes, edges, strict=True):
        wanted = ",".join(fields_of(node))
        shown = (await wire.graph(id_, fields=wanted)).json()
        assert meta_faults(node, shown) == []
        listed = (await wire.graph(f"{ACCOUNT}/{edge}", fields="id", limit="500")).json()["data"]
        assert {"id": id_} in listed
    shown = (await wire.graph(ids[1], fields="targeting,promoted_object")).json()
    # Meta adds its own ages and kinds of location to what was set.
    assert shown["targeting"]["geo_locations"] == {"countries": ["GB"], "location_types": ["home", "recent"]}
    assert (shown["targeting"]["age_min"], shown["targeting"]["age_max"]) == (18, 65)
    assert shown["promoted_object"]["pixel_id"] == PIXEL_ID


async def test_each_thing_that_is_made_is_one_write_of_the_log(wire: SandboxWire) -> None:
    campaign, ad_set, creative, ad = await whole(wire)
    log = await wire.writes()
    assert [write["object"] for write in log] == [
        f"campaign/{campaign}",
        f"adset/{ad_set}",
        f"creative/{creative}",
        f"ad/{ad}",
    ]
    assert json.loads(log[0]["after"])["fields"]["daily_budget"] == 5000


async def test_what_is_made_delivers_once_it_is_enabled_and_its_figures_show(wire: SandboxWire) -> None:
    ids = await whole(wire)
    wire.market.advance(3)
    asked = {
        "fields": "impressions,clicks,spend",
        "time_range": json.dumps({"since": str(TODAY), "until": "2026-12-31"}),
    }
    assert (await wire.graph(f"{ids[0]}/insights", **asked)).json()["data"] == []
    for id_ in (ids[0], ids[1], ids[3]):
        await wire.graph_post(id_, status="ACTIVE")
    wire.market.advance(4)
    (row,) = (await wire.graph(f"{ids[0]}/insights", **asked)).json()["data"]
    assert int(row["impressions"]) > 1000
    assert 0 < float(row["spend"]) <= 4 * 50 * 1.25


async def test_a_rehearsal_makes_nothing(wire: SandboxWire) -> None:
    campaign = await made(wire, "campaigns", CAMPAIGN)
    before = await wire.writes()
    only = {"execution_options": '["validate_only"]'}
    for edge, form in (
        ("campaigns", CAMPAIGN),
        ("adsets", AD_SET | {"campaign_id": campaign}),
        ("adcreatives", {"name": "C", "object_story_spec": story()}),
    ):
        assert (await wire.graph_post(f"{ACCOUNT}/{edge}", **form, **only)).json() == {"success": True}
    assert await wire.writes() == before
    error = await refusal(wire, f"{ACCOUNT}/campaigns", CAMPAIGN | only | {"objective": "CONVERSIONS"})
    assert error["error_subcode"] == 1815107


WRONG_CAMPAIGNS = {
    "an objective of old": {"objective": "LINK_CLICKS"},
    "no name": {"name": " "},
    "a misspelt field": {"daily_budgt": "1"},
    "a budget in units": {"daily_budget": "50.00"},
    "a budget below the least": {"daily_budget": "99"},
    "a budget of a lifetime": {"lifetime_budget": "50000"},
    "an unknown category": {"special_ad_categories": '["PETS"]'},
    "categories that are no list": {"special_ad_categories": "HOUSING"},
    "none and another": {"special_ad_categories": '["NONE","HOUSING"]'},
    "a state that new ones have not": {"status": "ARCHIVED"},
    "another way of buying": {"buying_type": "RESERVED"},
    "a strategy that is none": {"bid_strategy": "CHEAP"},
    "budgets on both": {"is_adset_budget_sharing_enabled": "true"},
    "a word for a yes": {"is_adset_budget_sharing_enabled": "maybe"},
}


@pytest.mark.parametrize("change", WRONG_CAMPAIGNS.values(), ids=WRONG_CAMPAIGNS.keys())
async def test_a_campaign_that_meta_would_refuse_is_refused(
    wire: SandboxWire, change: dict[str, str]
) -> None:
    assert (await refusal(wire, f"{ACCOUNT}/campaigns", CAMPAIGN | change))["code"] == 100


@pytest.mark.parametrize("missing", ["name", "objective", "special_ad_categories"])
async def test_a_campaign_needs_its_fields(wire: SandboxWire, missing: str) -> None:
    form = {name: value for name, value in CAMPAIGN.items() if name != missing}
    assert missing in (await refusal(wire, f"{ACCOUNT}/campaigns", form))["message"]


async def test_without_a_budget_a_campaign_says_whether_its_ad_sets_share_theirs(wire: SandboxWire) -> None:
    bare = {name: value for name, value in CAMPAIGN.items() if name != "daily_budget"}
    sharing = "is_adset_budget_sharing_enabled"
    assert sharing in (await refusal(wire, f"{ACCOUNT}/campaigns", bare))["message"]
    error = await refusal(wire, f"{ACCOUNT}/campaigns", bare | {sharing: "true"})
    assert error["error_subcode"] == 4834005
    campaign = await made(wire, "campaigns", bare | {sharing: "false"})
    set_form = AD_SET | {"campaign_id": campaign}
    assert "daily_budget" in (await refusal(wire, f"{ACCOUNT}/adsets", set_form))["message"]
    ad_set = await made(wire, "adsets", set_form | {"daily_budget": "3000"})
    assert (await wire.graph(ad_set, fields="daily_budget")).json()["daily_budget"] == "3000"
    assert "daily_budget" not in (await wire.graph(campaign, fields="daily_budget")).json()
    await wire.graph_post(ad_set, daily_budget="4500")
    assert (await wire.graph(ad_set, fields="daily_budget")).json()["daily_budget"] == "4500"
    assert (await refusal(wire, campaign, {"daily_budget": "7000"}))["error_subcode"] == 1885621


WRONG_AD_SETS: dict[str, dict[str, str]] = {
    "a goal of another objective": {"optimization_goal": "LEAD_GENERATION"},
    "a goal that is none": {"optimization_goal": "CLICKS"},
    "billed by what the goal has not": {"billing_event": "LINK_CLICKS"},
    "nothing promoted": {"promoted_object": ""},
    "a stranger's pixel": {"promoted_object": '{"pixel_id":"1","custom_event_type":"PURCHASE"}'},
    "an event that is none": {
        "promoted_object": json.dumps({"pixel_id": PIXEL_ID, "custom_event_type": "BUY"})
    },
    "a budget beside the campaign's": {"daily_budget": "3000"},
    "a bid without a cap": {"bid_amount": "300"},
    "a strategy beside the campaign's": {"bid_strategy": "COST_CAP"},
    "a campaign that is not there": {"campaign_id": "1"},
    "a misspelt field": {"targetting": "{}"},
}


@pytest.mark.parametrize("change", WRONG_AD_SETS.values(), ids=WRONG_AD_SETS.keys())
async def test_an_ad_set_that_meta_would_refuse_is_refused(wire: SandboxWire, change: dict[str, str]) -> None:
    campaign = await made(wire, "campaigns", CAMPAIGN)
    form = {n: v for n, v in (AD_SET | {"campaign_id": campaign} | change).items() if v}
    assert (await refusal(wire, f"{ACCOUNT}/adsets", form))["code"] == 100


WRONG_TARGETING: dict[str, Any] = {
    "nowhere": {"geo_locations": {}},
    "a country that is none": {"geo_locations": {"countries": ["uk"]}},
    "countries by name": {"geo_locations": {"country": ["GB"]}},
    "in and out": {"excluded_geo_locations": {"countries": ["GB"]}},
    "too young": {"age_min": 12},
    "an age as text": {"age_min": "21"},
    "ages upside down": {"age_min": 50, "age_max": 40},
    "a third gender": {"genders": [3]},
    "an audience that is not there": {"custom_audiences": [{"id": "1"}]},
    "an audience without its braces": {"custom_audiences": ["1"]},
    "an interest by name": {"flexible_spec": [{"interests": [{"id": "golf"}]}]},
    "a field that only Meta sets": {"targeting_optimization": "none"},
    "a field that is none": {"gender": [1]},
    "a flag that is neither": {"targeting_automation": {"advantage_audience": 2}},
}


@pytest.mark.parametrize("change", WRONG_TARGETING.values(), ids=WRONG_TARGETING.keys())
async def test_targeting_that_meta_would_refuse_is_refused_alike_in_new_and_old(
    wire: SandboxWire, change: dict[str, Any]
) -> None:
    campaign = await made(wire, "campaigns", CAMPAIGN)
    spec = json.dumps(SPEC | change)
    new = await refusal(wire, f"{ACCOUNT}/adsets", AD_SET | {"campaign_id": campaign, "targeting": spec})
    ad_set = await made(wire, "adsets", AD_SET | {"campaign_id": campaign})
    old = await refusal(wire, ad_set, {"targeting": spec})
    assert (new["code"], new["message"]) == (old["code"], old["message"])


async def test_special_categories_choose_the_advantage_audience_by_name(wire: SandboxWire) -> None:
    campaign = await made(wire, "campaigns", CAMPAIGN | {"special_ad_categories": '["HOUSING"]'})
    silent = json.dumps({"geo_locations": {"countries": ["GB"]}})
    form = AD_SET | {"campaign_id": campaign}
    error = await refusal(wire, f"{ACCOUNT}/adsets", form | {"targeting": silent})
    assert error["error_subcode"] == 1870227
    await made(wire, "adsets", form)


async def test_with_a_cap_every_ad_set_has_a_bid(wire: SandboxWire) -> None:
    capped = CAMPAIGN | {"bid_strategy": "COST_CAP"}
    campaign = await made(wire, "campaigns", capped)
    form = AD_SET | {"campaign_id": campaign}
    assert (await refusal(wire, f"{ACCOUNT}/adsets", form))["error_user_title"] == "Bid Amount Required"
    ad_set = await made(wire, "adsets", form | {"bid_amount": "450"})
    assert (await wire.graph(ad_set, fields="bid_amount")).json()["bid_amount"] == 450
    await refusal(wire, ad_set, {"bid_amount": "0"})
    await refusal(wire, ad_set, {"bid_amount": "4.50"})
    plain = await made(wire, "campaigns", CAMPAIGN)
    other = await made(wire, "adsets", AD_SET | {"campaign_id": plain})
    assert (await refusal(wire, plain, {"bid_strategy": "COST_CAP"}))["error_subcode"] == 1815857
    bids = json.dumps({other: 700})
    await wire.graph_post(plain, bid_strategy="COST_CAP", adset_bid_amounts=bids)
    assert (await wire.graph(other, fields="bid_amount")).json()["bid_amount"] == 700


async def test_a_lie_about_a_creation_shows_when_it_is_read(wire: SandboxWire) -> None:
    lie = {"x-sandbox-fault": "lying_success"}
    reply = await wire.graph_post(f"{ACCOUNT}/campaigns", headers=lie, **CAMPAIGN)
    assert (await wire.graph(reply.json()["id"], fields="id")).status_code == 400
    assert await wire.writes() == []


async def test_a_stale_reader_does_not_know_what_has_just_been_made(wire: SandboxWire) -> None:
    campaign = await made(wire, "campaigns", CAMPAIGN)
    stale = {"x-sandbox-fault": "stale_read;60"}
    assert (await wire.graph(campaign, headers=stale, fields="id")).status_code == 400
    assert (await wire.graph(campaign, fields="id")).status_code == 200


def test_the_names_that_new_objects_may_have_are_the_contract_s() -> None:
    edges = contract("meta_ads/sdk_v26_contract.json")["nodes"]["AdAccount"]["edges"]
    calls = {
        "campaigns": "create_campaign",
        "adsets": "create_ad_set",
        "ads": "create_ad",
        "adcreatives": "create_ad_creative",
        "customaudiences": "create_custom_audience",
    }
    for edge, call in calls.items():
        assert create_params("AdAccount", edge) == edges[call]["params"]
