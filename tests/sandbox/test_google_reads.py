"""Google Ads v26: reading over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from omnify_sandbox.advertisers.techflow import GOOGLE_CUSTOMERS, GOOGLE_MANAGER
from omnify_sandbox.google.check import BESIDE, WITH_FIGURES, metrics_of
from omnify_sandbox.google.contract import field
from omnify_sandbox.google.metrics import DATE_SEGMENTS
from tests.builders.contract_shapes import google_faults
from tests.builders.sandbox_wire import (
    EU_CUSTOMER,
    TODAY,
    US_CUSTOMER,
    SandboxWire,
    days_ago,
    open_wire,
)

WEEK = f"segments.date BETWEEN '{days_ago(7)}' AND '{days_ago(1)}'"
SHOWN = {
    "customer": ["id", "descriptive_name", "currency_code", "time_zone", "manager", "status"],
    "customer_client": ["id", "descriptive_name", "level", "manager", "client_customer", "hidden"],
    "campaign": ["id", "name", "status", "advertising_channel_type", "campaign_budget", "start_date_time"],
    "campaign_budget": ["id", "name", "amount_micros", "explicitly_shared", "reference_count", "period"],
    "ad_group": ["id", "name", "status", "type", "campaign"],
    "ad_group_ad": [
        "status",
        "ad.id",
        "ad.name",
        "ad.type",
        "ad.final_urls",
        "ad.responsive_search_ad.headlines",
    ],
    "asset": ["id", "name", "type", "youtube_video_asset.youtube_video_id"],
    "video": ["id", "title", "duration_millis", "channel_id"],
    "ad_group_criterion": [
        "criterion_id",
        "status",
        "type",
        "negative",
        "cpc_bid_micros",
        "ad_group",
        "keyword.text",
        "keyword.match_type",
    ],
    "campaign_criterion": [
        "criterion_id",
        "status",
        "type",
        "negative",
        "campaign",
        "keyword.text",
        "keyword.match_type",
        "location.geo_target_constant",
        "language.language_constant",
    ],
    "search_term_view": ["search_term", "status", "ad_group"],
    "user_list": ["id", "name", "type", "size_for_search", "membership_life_span", "read_only"],
    "geo_target_constant": ["id", "country_code", "name", "target_type", "status"],
    "language_constant": ["id", "code", "name", "targetable"],
}


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def test_the_manager_lists_its_two_clients(wire: SandboxWire) -> None:
    headers = await wire.google_headers()
    accessible = await wire.http.get("/google-ads/v26/customers:listAccessibleCustomers", headers=headers)
    assert accessible.json() == {"resourceNames": [f"customers/{GOOGLE_MANAGER}"]}
    clients = await wire.rows(
        "SELECT customer_client.id, customer_client.descriptive_name FROM customer_client "
        "WHERE customer_client.manager = FALSE",
        GOOGLE_MANAGER,
    )
    assert {row["customerClient"]["id"] for row in clients} == set(GOOGLE_CUSTOMERS)


@pytest.mark.parametrize("resource", sorted(set(BESIDE) - {"offline_user_data_job"}))
async def test_rows_have_the_names_and_types_of_the_contract(wire: SandboxWire, resource: str) -> None:
    paths = [f"{resource}.{name}" for name in SHOWN[resource]]
    is_manager = resource == "customer_client"
    dated = resource in WITH_FIGURES
    if dated:
        paths += [f"metrics.{name}" for name in metrics_of(resource)] + [
            f"segments.{name}" for name in DATE_SEGMENTS
        ]
    query = f"SELECT {', '.join(paths)} FROM {resource}" + (f" WHERE {WEEK}" if dated else "")
    rows = await wire.rows(query, GOOGLE_MANAGER if is_manager else US_CUSTOMER)
    assert rows
    assert [faults for row in rows if (faults := google_faults(row))] == []


async def test_26_campaigns_over_both_customers_and_shared_budgets_once(wire: SandboxWire) -> None:
    query = "SELECT campaign.id, campaign_budget.id, campaign_budget.explicitly_shared FROM campaign"
    rows = await wire.rows(query, US_CUSTOMER) + await wire.rows(query, EU_CUSTOMER)
    assert len({row["campaign"]["id"] for row in rows}) == 26
    shared = [row["campaignBudget"]["id"] for row in rows if row["campaignBudget"]["explicitlyShared"]]
    assert len(shared) == 5
    assert len(set(shared)) == 2


async def test_days_add_up_to_the_week_and_campaigns_to_the_account(wire: SandboxWire) -> None:
    metrics = "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions"
    daily = await wire.rows(f"SELECT campaign.id, segments.date, {metrics} FROM campaign WHERE {WEEK}")
    whole = await wire.rows(f"SELECT campaign.id, {metrics} FROM campaign WHERE {WEEK}")
    account = await wire.rows(f"SELECT customer.id, {metrics} FROM customer WHERE {WEEK}")
    for name in ("impressions", "clicks", "costMicros", "conversions"):
        sums = {sum(Decimal(str(r["metrics"][name])) for r in rows) for rows in (daily, whole, account)}
        assert len(sums) == 1, name


async def test_performance_max_has_no_ads_of_its_own(wire: SandboxWire) -> None:
    rows = await wire.rows("SELECT ad_group_ad.ad.id, campaign.advertising_channel_type FROM ad_group_ad")
    assert "PERFORMANCE_MAX" not in {row["campaign"]["advertisingChannelType"] for row in rows}


async def test_conditions_order_and_limit_are_applied(wire: SandboxWire) -> None:
    rows = await wire.rows(
        "SELECT campaign.name, campaign.status, metrics.cost_micros FROM campaign "
        f"WHERE campaign.status = 'ENABLED' AND campaign.name LIKE '%Search%' AND metrics.clicks > 10 "
        f"AND {WEEK} ORDER BY metrics.cost_micros DESC LIMIT 3"
    )
    costs = [int(row["metrics"]["costMicros"]) for row in rows]
    assert len(rows) == 3
    assert costs == sorted(costs, reverse=True)
    assert all("Search" in row["campaign"]["name"] for row in rows)


async def test_weeks_begin_on_monday(wire: SandboxWire) -> None:
    rows = await wire.rows(f"SELECT customer.id, segments.week, metrics.clicks FROM customer WHERE {WEEK} ")
    weeks = [date.fromisoformat(row["segments"]["week"]) for row in rows]
    assert all(week.weekday() == 0 for week in weeks)


async def test_a_day_without_delivery_has_no_row(wire: SandboxWire) -> None:
    paused = next(c for c in wire.market.catalog.campaigns if c.paused_since is not None)
    rows = await wire.rows(
        f"SELECT campaign.id, segments.date, metrics.clicks FROM campaign WHERE {WEEK} "
        f"AND campaign.id = {paused.id}",
        paused.account,
    )
    assert rows == []


async def test_known_fields_without_a_value_are_absent(wire: SandboxWire) -> None:
    rows = await wire.rows("SELECT campaign.id, campaign.tracking_url_template FROM campaign LIMIT 1")
    assert field("campaign.tracking_url_template") is not None
    assert set(rows[0]["campaign"]) == {"resourceName", "id"}


async def test_pages_hold_all_rows_once() -> None:
    query = f"SELECT campaign.id, segments.date, metrics.clicks FROM campaign WHERE {WEEK}"
    async with open_wire(page_rows=40) as wire:
        found, token = [], ""
        while True:
            body = {"query": query, "searchSettings": {"returnTotalResultsCount": True}}
            reply = await wire.google("googleAds:search", body | ({"pageToken": token} if token else {}))
            page = reply.json()
            found += [(row["campaign"]["id"], row["segments"]["date"]) for row in page["results"]]
            token = page.get("nextPageToken", "")
            if not token:
                break
        assert len(found) == len(set(found)) == int(page["totalResultsCount"]) > 80
        stolen = (await wire.google("googleAds:search", {"query": query})).json()["nextPageToken"]
        other = await wire.google(
            "googleAds:search", {"query": "SELECT campaign.id FROM campaign", "pageToken": stolen}
        )
        assert "INVALID_PAGE_TOKEN" in other.text


async def test_the_stream_is_an_array_and_so_are_its_errors(wire: SandboxWire) -> None:
    good = await wire.google("googleAds:searchStream", {"query": "SELECT campaign.id FROM campaign"})
    assert sum(len(chunk["results"]) for chunk in good.json()) == 15
    bad = await wire.google("googleAds:searchStream", {"query": "SELECT campaign.foo FROM campaign"})
    assert bad.status_code == 400
    assert bad.json()[0]["error"]["code"] == 400


async def test_figures_stop_at_the_running_day(wire: SandboxWire) -> None:
    end = (TODAY + timedelta(3)).isoformat()
    rows = await wire.rows(
        "SELECT customer.id, segments.date, metrics.clicks FROM customer "
        f"WHERE segments.date BETWEEN '{days_ago(1)}' AND '{end}'"
    )
    assert [row["segments"]["date"] for row in rows] == [days_ago(1), days_ago(0)]
