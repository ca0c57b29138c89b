"""TikTok: campaigns, ad groups, ads and audiences that are made, and everything that is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.builders.sandbox_tiktok import US, TikTokWire, open_tiktok, outcome
from tests.builders.sandbox_wire import days_ago
from tests.builders.tiktok_makings import (
    PICTURE,
    USA,
    VIDEO,
    ad,
    audience,
    campaign,
    group,
    made,
)

ON = {"operation_status": "ENABLE"}


@pytest.fixture
async def wire() -> AsyncIterator[TikTokWire]:
    async with open_tiktok() as opened:
        yield opened


async def test_what_is_made_shows_what_it_was_made_of(wire: TikTokWire) -> None:
    first, second, third = await made(wire)
    (shown,) = (await wire.data("campaign/get/", filtering={"campaign_ids": [first]}))["list"]
    assert (shown["budget"], shown["operation_status"], shown["objective_type"]) == (
        80.5,
        "DISABLE",
        "TRAFFIC",
    )
    (shown,) = (await wire.data("adgroup/get/", filtering={"adgroup_ids": [second]}))["list"]
    assert (shown["bid_price"], shown["location_ids"], shown["campaign_id"]) == (0.4, [USA], first)
    (shown,) = (await wire.data("ad/get/", filtering={"ad_ids": [third]}))["list"]
    assert (shown["ad_text"], shown["image_ids"]) == ("Eleven hours back", [PICTURE])
    logged = [(w["object"].partition("/")[0], w["field"]) for w in await wire.sandbox.writes()]
    assert logged == [("campaign", "created"), ("adgroup", "created"), ("ad", "created")]


async def test_what_was_left_out_is_not_made_up(wire: TikTokWire) -> None:
    _, second, third = await made(wire)
    (shown,) = (await wire.data("adgroup/get/", filtering={"adgroup_ids": [second]}))["list"]
    assert (shown["languages"], shown["age_groups"], shown["gender"]) == ([], [], "GENDER_UNLIMITED")
    (shown,) = (await wire.data("ad/get/", filtering={"ad_ids": [third]}))["list"]
    assert (shown["call_to_action"], shown["video_id"]) == (None, None)


async def test_an_audience_is_not_both_wanted_and_kept_out(wire: TikTokWire) -> None:
    id_ = (await audience(wire)).json()["data"]["custom_audience_id"]
    first = (await campaign(wire)).json()["data"]["campaign_id"]
    reply = await group(wire, first, audience_ids=[id_], excluded_audience_ids=[id_])
    assert "is in audience_ids, too" in outcome(reply)[1]


async def test_it_delivers_once_all_of_it_is_enabled(wire: TikTokWire) -> None:
    first, second, third = await made(wire)
    market = wire.sandbox.market
    for node, id_ in (("campaign", first), ("adgroup", second)):
        await wire.post(f"{node}/status/update/", advertiser_id=US, **{f"{node}_ids": [id_]}, **ON)
    market.advance(3)
    assert await impressions(wire, first) == 0
    await wire.post("ad/status/update/", advertiser_id=US, ad_ids=[third], **ON)
    market.advance(3)
    assert await impressions(wire, first) > 1000


async def impressions(wire: TikTokWire, campaign_id: str) -> int:
    filtering = [{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": f'["{campaign_id}"]'}]
    report = await wire.data(
        "report/integrated/get/",
        report_type="BASIC",
        data_level="AUCTION_CAMPAIGN",
        dimensions=["campaign_id"],
        metrics=["impressions"],
        start_date=days_ago(20),
        end_date=days_ago(-10),
        filtering=filtering,
    )
    return sum(int(row["metrics"]["impressions"]) for row in report["list"])


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"campaign_name": None}, 40002, "campaign_name: Missing"),
        ({"objective_type": None}, 40002, "objective_type: Missing"),
        ({"budget": None}, 40002, "budget: Missing"),
        ({"objective_type": "SALES"}, 40002, "not a valid choice"),
        ({"budget_mode": "BUDGET_MODE_INFINITE"}, 40002, "daily budget is required"),
        ({"budget": "80"}, 40002, "Not a valid number"),
        ({"budget": 49.99}, 40002, "at least 50.00"),
        ({"budget": 80.005}, 40002, "decimal places"),
        ({"operation_status": "ACTIVE"}, 40002, "not a valid choice"),
        ({"campaign_name": " "}, 40002, "campaign_name"),
        ({"request_id": "k-1"}, 40002, "Not a valid number"),
        ({"daily_budget": 80}, 40002, "daily_budget: Unknown field"),
        ({"budget_optimize_on": False}, 40009, "leave budgets to ad groups"),
        ({"app_id": "1"}, 40009, "app_id"),
        ({"advertiser_id": "1"}, 40001, "No permission"),
    ],
)
async def test_a_campaign_that_tiktok_would_refuse(
    wire: TikTokWire, changes: dict[str, Any], code: int, says: str
) -> None:
    found, message = outcome(await campaign(wire, **changes))
    assert found == code
    assert says in message
    assert await wire.sandbox.writes() == []


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        *[
            ({name: None}, 40002, f"{name}: Missing")
            for name in (
                "adgroup_name", "billing_event", "budget", "budget_mode", "optimization_goal", "pacing",
                "schedule_start_time", "schedule_type", "location_ids", "placement_type", "promotion_type",
                "bid_price",
            )
        ],
        ({"campaign_id": "7"}, 40007, "does not exist"),
        ({"location_ids": ["US"]}, 40002, "location_ids.0"),
        ({"location_ids": []}, 40002, "location_ids"),
        ({"location_ids": [USA, USA]}, 40002, "must not repeat"),
        ({"languages": ["english"]}, 40002, "languages.0"),
        ({"age_groups": ["AGE_21_30"]}, 40002, "age_groups.0"),
        ({"gender": "FEMALE"}, 40002, "gender"),
        ({"audience_ids": ["99"]}, 40002, "audience_ids.0"),
        ({"optimization_goal": "CONVERT"}, 40002, "does not fit TRAFFIC"),
        ({"billing_event": "CPM"}, 40002, "does not fit CLICK"),
        ({"bid_type": "BID_TYPE_NO_BID"}, 40002, "bid_price: Cannot be set"),
        ({"bid_price": 0}, 40002, "greater than 0"),
        ({"bid_price": 0.123}, 40002, "decimal places"),
        ({"budget": 50, "budget_mode": "BUDGET_MODE_DAY"}, 40002, "budget optimization is on"),
        ({"schedule_start_time": "2026-11-23"}, 40002, "Not a valid datetime"),
        ({"bidprice": 1}, 40002, "bidprice: Unknown field"),
        ({"dayparting": "1"}, 40009, "dayparting"),
    ],
)  # fmt: skip
async def test_an_ad_group_that_tiktok_would_refuse(
    wire: TikTokWire, changes: dict[str, Any], code: int, says: str
) -> None:
    id_ = (await campaign(wire)).json()["data"]["campaign_id"]
    found, message = outcome(await group(wire, id_, **changes))
    assert found == code, message
    assert says in message
    assert len(await wire.sandbox.writes()) == 1


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"ad_name": None}, 40002, "ad_name: Missing"),
        ({"ad_text": None}, 40002, "ad_text: Missing"),
        ({"identity_id": "1"}, 40002, "identity does not exist"),
        ({"ad_text": "x" * 101}, 40002, "between 1 and 100"),
        ({"image_ids": ["other/1"]}, 40905, "image_ids"),
        ({"image_ids": []}, 40905, "image_ids"),
        ({"ad_format": "SINGLE_VIDEO"}, 40053, "video_id"),
        ({"ad_format": "CAROUSEL"}, 40002, "not a valid choice"),
        ({"video_id": VIDEO}, 40002, "Cannot be set for SINGLE_IMAGE"),
        ({"landing_page_url": "techflow.example"}, 40002, "Not a valid URL"),
        ({"call_to_action": "BUY"}, 40002, "call_to_action"),
        ({"headline": "x"}, 40002, "headline: Unknown field"),
        ({"deeplink": "x"}, 40009, "deeplink"),
    ],
)
async def test_an_ad_that_tiktok_would_refuse(
    wire: TikTokWire, changes: dict[str, Any], code: int, says: str
) -> None:
    _, second, _ = await made(wire)
    found, message = outcome(await ad(wire, second, **{"ad_name": "Other"} | changes))
    assert found == code, message
    assert says in message
    assert len(await wire.sandbox.writes()) == 3


async def test_a_video_comes_with_its_cover(wire: TikTokWire) -> None:
    _, second, _ = await made(wire)
    reply = await ad(wire, second, ad_format="SINGLE_VIDEO", video_id=VIDEO)
    (shown,) = (await wire.data("ad/get/", filtering={"ad_ids": reply.json()["data"]["ad_ids"]}))["list"]
    assert (shown["video_id"], shown["image_ids"]) == (VIDEO, [PICTURE])


async def test_names_and_request_ids_are_taken_once(wire: TikTokWire) -> None:
    first = (await campaign(wire, request_id="1234")).json()["data"]["campaign_id"]
    assert outcome(await campaign(wire)) == (40002, "campaign_name: The name already exists.")
    again = await campaign(wire, campaign_name="Another", request_id="1234")
    assert outcome(again)[0] == 40050
    await group(wire, first)
    assert outcome(await group(wire, first)) == (40002, "adgroup_name: The name already exists.")
    taken = await wire.post(
        "campaign/update/", advertiser_id=US, campaign_id=first, campaign_name="Made by API"
    )
    assert outcome(taken)[0] == 0
    await wire.post(
        "campaign/status/update/", advertiser_id=US, campaign_ids=[first], operation_status="DELETE"
    )
    assert outcome(await campaign(wire))[0] == 0


async def test_bids_and_targeting_of_an_ad_group_are_changed(wire: TikTokWire) -> None:
    _, second, _ = await made(wire)
    wanted = {
        "bid_price": 0.55,
        "location_ids": ["2921044"],
        "age_groups": ["AGE_18_24"],
        "gender": "GENDER_MALE",
    }
    reply = await wire.post("adgroup/update/", advertiser_id=US, adgroup_id=second, **wanted)
    assert outcome(reply)[0] == 0
    (shown,) = (await wire.data("adgroup/get/", filtering={"adgroup_ids": [second]}))["list"]
    assert {name: shown[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"location_ids": ["1"]}, "location_ids.0"),
        ({"conversion_bid_price": 2.0}, "Cannot be set"),
        ({"bid_price": "1"}, "Not a valid number"),
        ({"gender": 1}, "Not a valid string"),
    ],
)
async def test_changes_of_an_ad_group_that_tiktok_would_refuse(
    wire: TikTokWire, wanted: dict[str, Any], says: str
) -> None:
    _, second, _ = await made(wire)
    reply = await wire.post("adgroup/update/", advertiser_id=US, adgroup_id=second, **wanted)
    assert says in outcome(reply)[1]


async def test_an_ad_is_renamed_and_not_replaced(wire: TikTokWire) -> None:
    _, second, third = await made(wire)
    change = {"adgroup_id": second, "creatives": [{"ad_id": third, "ad_name": "New"}], "advertiser_id": US}
    assert outcome(await wire.post("ad/update/", **change))[0] == 40009
    assert outcome(await wire.post("ad/update/", **change, patch_update=True))[0] == 0
    (shown,) = (await wire.data("ad/get/", filtering={"ad_ids": [third]}))["list"]
    assert (shown["ad_name"], shown["ad_text"]) == ("New", "Eleven hours back")
