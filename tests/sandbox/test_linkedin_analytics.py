"""LinkedIn: `adAnalytics`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from omnify_core.campaigns import Platform
from tests.builders.sandbox_linkedin import EMEA, NAMER, LinkedInWire, open_linkedin

WEEK = "dateRange=(start:(year:2026,month:11,day:9),end:(year:2026,month:11,day:15))"
ACCOUNT = f"accounts=List({quote(f'urn:li:sponsoredAccount:{NAMER}', safe='')})"
COUNTS = "impressions,clicks,costInLocalCurrency,externalWebsiteConversions,oneClickLeads"
FIELDS = f"fields={COUNTS},pivotValues,dateRange"


@pytest.fixture
async def wire() -> AsyncIterator[LinkedInWire]:
    async with open_linkedin() as opened:
        yield opened


async def rows(wire: LinkedInWire, query: str) -> list[dict[str, Any]]:
    reply = await wire.get(f"adAnalytics?{query}")
    assert reply.status_code == 200, reply.text
    return list(reply.json()["elements"])


async def test_only_what_is_asked_for_comes_back(wire: LinkedInWire) -> None:
    query = f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{WEEK}&{ACCOUNT}"
    assert set((await rows(wire, query))[0]) == {"impressions", "clicks"}
    assert set((await rows(wire, f"{query}&fields=costInUsd,pivotValues"))[0]) == {"costInUsd", "pivotValues"}


async def test_money_is_a_decimal_text_and_counts_are_numbers(wire: LinkedInWire) -> None:
    query = f"q=analytics&pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)&{WEEK}&{ACCOUNT}&{FIELDS}"
    found = await rows(wire, query)
    assert all(re.fullmatch(r"\d+\.\d{3}", row["costInLocalCurrency"]) for row in found)
    assert any(not row["costInLocalCurrency"].endswith("0") for row in found)
    assert all(isinstance(row["impressions"], int) and row["impressions"] > 0 for row in found)
    assert found[0]["dateRange"]["start"] == found[0]["dateRange"]["end"]


@pytest.mark.parametrize("pivot", ["ACCOUNT", "CAMPAIGN_GROUP", "CAMPAIGN", "CREATIVE"])
@pytest.mark.parametrize("grain", ["ALL", "DAILY", "MONTHLY", "YEARLY"])
async def test_every_cut_sums_to_the_same(wire: LinkedInWire, pivot: str, grain: str) -> None:
    found = await rows(wire, f"q=analytics&pivot={pivot}&timeGranularity={grain}&{WEEK}&{ACCOUNT}&{FIELDS}")
    stage = wire.sandbox.market.on(Platform.LINKEDIN)
    ads = [ad.index for ad in stage.catalog.ads if ad.campaign.account == NAMER]
    days = stage.figures(date(2026, 11, 9), date(2026, 11, 15)).by_day(ads)
    spent = sum(Decimal(row["costInLocalCurrency"]) for row in found)
    assert spent * 1_000_000 == sum(day.spend_micros for day in days)
    assert sum(row["impressions"] for row in found) == sum(day.impressions for day in days)
    counted = sum(row["externalWebsiteConversions"] + row["oneClickLeads"] for row in found)
    assert counted == sum(day.conversions for day in days)


async def test_several_pivots_are_a_statistic(wire: LinkedInWire) -> None:
    query = f"q=statistics&pivots=List(CAMPAIGN,CREATIVE)&timeGranularity=ALL&{WEEK}&{ACCOUNT}&{FIELDS}"
    first = (await rows(wire, query))[0]["pivotValues"]
    assert first[0].startswith("urn:li:sponsoredCampaign:")
    assert first[1].startswith("urn:li:sponsoredCreative:")


async def test_objects_of_strangers_have_no_rows(wire: LinkedInWire) -> None:
    stranger = quote("urn:li:sponsoredAccount:1", safe="")
    query = f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{WEEK}&accounts=List({stranger})"
    assert await rows(wire, query) == []


async def test_a_range_without_an_end_reaches_to_today(wire: LinkedInWire) -> None:
    emea = quote(f"urn:li:sponsoredAccount:{EMEA}", safe="")
    span = "dateRange=(start:(year:2026,month:11,day:22))"
    query = f"q=analytics&pivot=ACCOUNT&timeGranularity=DAILY&{span}&accounts=List({emea})&{FIELDS}"
    assert [row["dateRange"]["start"]["day"] for row in await rows(wire, query)] == [22, 23]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"q=analytics&pivot=CAMPAIN&timeGranularity=DAILY&{WEEK}&{ACCOUNT}", 400),
        (f"q=analytics&pivot=CAMPAIGN&timeGranularity=WEEKLY&{WEEK}&{ACCOUNT}", 400),
        (f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{WEEK}", 400),
        (f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{ACCOUNT}", 400),
        (f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{WEEK}&{ACCOUNT}&count=10", 403),
        (f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{WEEK}&{ACCOUNT}&fields=spend", 403),
        (f"q=analytics&pivots=List(CAMPAIGN)&timeGranularity=DAILY&{WEEK}&{ACCOUNT}", 403),
        (f"q=statistics&pivots=List(CAMPAIGN,X)&timeGranularity=DAILY&{WEEK}&{ACCOUNT}", 400),
        (
            f"q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&{WEEK.replace('day:9', 'day:31')}&{ACCOUNT}",
            400,
        ),
    ],
)
async def test_questions_that_are_refused(wire: LinkedInWire, query: str, status: int) -> None:
    assert (await wire.get(f"adAnalytics?{query}")).status_code == status


async def test_twenty_fields_are_the_most(wire: LinkedInWire) -> None:
    query = f"q=analytics&pivot=CAMPAIGN&timeGranularity=ALL&{WEEK}&{ACCOUNT}&fields="
    many = ["impressions", *(["likes"] * 20)]
    assert (await wire.get(f"adAnalytics?{query}{','.join(many[:20])}")).status_code == 200
    assert (await wire.get(f"adAnalytics?{query}{','.join(many)}")).status_code == 400
