"""TikTok: reports at once, and reports as tasks."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.tiktok.contract import metric_kinds
from tests.builders.sandbox_tiktok import US, TikTokWire, open_tiktok, outcome

DAILY: dict[str, Any] = {
    "advertiser_id": US,
    "report_type": "BASIC",
    "data_level": "AUCTION_CAMPAIGN",
    "dimensions": ["campaign_id", "stat_time_day"],
    "metrics": ["spend", "impressions", "clicks", "conversion", "ctr", "likes"],
    "start_date": "2026-11-01",
    "end_date": "2026-11-20",
}


@pytest.fixture
async def wire() -> AsyncIterator[TikTokWire]:
    async with open_tiktok() as opened:
        yield opened


async def test_figures_are_texts_and_sum_to_the_markets(wire: TikTokWire) -> None:
    found = (await wire.data("report/integrated/get/", **DAILY, page_size=1000))["list"]
    metrics = [row["metrics"] for row in found]
    assert all(re.fullmatch(r"\d+\.\d\d", one["spend"]) for one in metrics)
    assert all(isinstance(one["impressions"], str) and isinstance(one["likes"], int) for one in metrics)
    assert all(row["dimensions"]["stat_time_day"].endswith(" 00:00:00") for row in found)
    stage = wire.sandbox.market.on(Platform.TIKTOK)
    ads = [ad.index for ad in stage.catalog.ads if ad.campaign.account == US]
    days = stage.figures(date(2026, 11, 1), date(2026, 11, 20)).by_day(ads)
    spent = sum(Decimal(one["spend"]) for one in metrics)
    assert spent * 1_000_000 == sum(day.spend_micros for day in days)
    assert sum(int(one["conversion"]) for one in metrics) == sum(day.conversions for day in days)
    row = metrics[0]
    assert float(row["ctr"]) == pytest.approx(int(row["clicks"]) / int(row["impressions"]) * 100, abs=0.01)


@pytest.mark.parametrize(
    ("level", "dimension"),
    [
        ("AUCTION_ADVERTISER", "advertiser_id"),
        ("AUCTION_CAMPAIGN", "campaign_id"),
        ("AUCTION_ADGROUP", "adgroup_id"),
        ("AUCTION_AD", "ad_id"),
    ],
)
async def test_every_level_sums_to_the_same(wire: TikTokWire, level: str, dimension: str) -> None:
    params = {**DAILY, "data_level": level, "dimensions": [dimension], "page_size": 1000}
    data = await wire.data("report/integrated/get/", **params, enable_total_metrics=True)
    spent = sum(Decimal(row["metrics"]["spend"]) for row in data["list"])
    assert spent == Decimal(data["total_metrics"]["spend"])


async def test_a_report_has_pages_order_and_filters(wire: TikTokWire) -> None:
    params = {**DAILY, "order_field": "spend", "order_type": "DESC", "page_size": 5}
    data = await wire.data("report/integrated/get/", **params)
    spent = [float(row["metrics"]["spend"]) for row in data["list"]]
    assert spent == sorted(spent, reverse=True)
    assert data["page_info"]["total_page"] == -(-data["page_info"]["total_number"] // 5)
    id_ = data["list"][0]["dimensions"]["campaign_id"]
    only = {"field_name": "campaign_ids", "filter_type": "IN", "filter_value": json.dumps([id_])}
    data = await wire.data("report/integrated/get/", **DAILY, filtering=[only], page_size=100)
    assert {row["dimensions"]["campaign_id"] for row in data["list"]} == {id_}


async def test_the_whole_life_needs_no_dates(wire: TikTokWire) -> None:
    params = {name: value for name, value in DAILY.items() if not name.endswith("_date")}
    lifetime = {**params, "dimensions": ["campaign_id"], "query_lifetime": True}
    assert (await wire.data("report/integrated/get/", **lifetime))["page_info"]["total_number"] >= 3
    assert outcome(await wire.get("report/integrated/get/", **params, query_lifetime=True))[0] == 40002


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({"start_date": "2026-10-20"}, 40002, "at most 30 days"),
        ({"start_date": "2026-11-21"}, 40002, "start_date"),
        ({"start_date": "20261101"}, 40002, "YYYY-MM-DD"),
        ({"metrics": ["cost"]}, 40002, "metrics: cost"),
        ({"dimensions": ["ad_id"]}, 40002, "ad_id is not supported"),
        ({"dimensions": ["stat_time_day"]}, 40002, "campaign_id is required"),
        ({"data_level": "CAMPAIGN"}, 40002, "data_level"),
        ({"report_type": "BASICS"}, 40002, "report_type"),
        ({"report_type": "AUDIENCE"}, 40009, "AUDIENCE"),
        ({"dimensions": "campaign_id"}, 40002, "dimensions"),
        ({"granularity": "DAY"}, 40002, "Unknown field"),
        ({"order_field": "reach"}, 40002, "order_field"),
    ],
)
async def test_reports_that_tiktok_refuses(
    wire: TikTokWire, changes: dict[str, Any], code: int, word: str
) -> None:
    found, message = outcome(await wire.get("report/integrated/get/", **{**DAILY, **changes}))
    assert found == code
    assert word in message


async def test_a_task_is_polled_and_its_file_lives_an_hour(wire: TikTokWire) -> None:
    body = {**DAILY, "output_format": "CSV_DOWNLOAD"}
    task = (await wire.post("report/task/create/", **body)).json()["data"]["task_id"]
    early = await wire.get("report/task/download/", advertiser_id=US, task_id=task)
    assert outcome(early)[0] == 40201
    states = [(await wire.data("report/task/check/", task_id=task))["status"] for _ in range(4)]
    assert states == ["QUEUING", "PROCESSING", "SUCCESS", "SUCCESS"]
    link = (await wire.data("report/task/download/", task_id=task))["download_url"]
    rows = list(csv.DictReader((await wire.sandbox.http.get(link)).text.splitlines()))
    sync = (await wire.data("report/integrated/get/", **DAILY, page_size=1000))["list"]
    assert [row["spend"] for row in rows] == [row["metrics"]["spend"] for row in sync]
    wire.sandbox.market.advance(0.05)
    assert (await wire.sandbox.http.get(link)).status_code == 403


async def test_a_task_may_give_its_text_and_may_be_canceled(wire: TikTokWire) -> None:
    first, second = [(await wire.post("report/task/create/", **DAILY)).json()["data"] for _ in range(2)]
    for _ in range(3):
        await wire.data("report/task/check/", **first)
    text = await wire.get("report/task/download/", advertiser_id=US, **first)
    assert text.text.startswith("campaign_id,stat_time_day,spend")
    assert outcome(await wire.post("report/task/cancel/", advertiser_id=US, **second))[0] == 0
    assert (await wire.data("report/task/check/", **second))["status"] == "CANCELED"
    assert outcome(await wire.get("report/task/check/", advertiser_id=US, task_id="1"))[0] == 40007


async def test_every_metric_has_the_type_of_the_contract(wire: TikTokWire) -> None:
    kinds = metric_kinds()
    types: dict[str, Any] = {"string": str, "integer": str, "number": (int, float)}
    for level, dimension in (("AUCTION_CAMPAIGN", "campaign_id"), ("AUCTION_AD", "ad_id")):
        params = {**DAILY, "data_level": level, "dimensions": [dimension], "metrics": list(kinds)}
        (row, *_) = (await wire.data("report/integrated/get/", **params))["list"]
        wrong = [name for name, value in row["metrics"].items() if not isinstance(value, types[kinds[name]])]
        assert wrong == []
