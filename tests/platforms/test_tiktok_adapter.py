"""What we send to TikTok, and what we make of its rows."""

from __future__ import annotations

import json
import logging
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import AD_LEVELS, EntityRef, Level, Status
from omnify_core.errors import BadInput, PlatformError, PlatformNotFound, Unsupported
from omnify_core.money import Money
from omnify_platforms import tiktok_rows
from tests.builders.contract_files import contract
from tests.builders.platform_wire import account, budget_leg, ref, status_leg
from tests.builders.tiktok_wire import (
    ACCESS_TOKEN,
    APP_SECRET,
    TIKTOK,
    asked,
    campaign,
    connection,
    described,
    desk,
    ok,
    page,
)

CURRENCIES = ["USD", "EUR", "JPY", "KRW", "VND", "KWD", "BHD"]
OCTOBER = date(2026, 10, 1)


def reported(day: str = "2026-10-01", **metrics: Any) -> dict[str, Any]:
    dimensions = {"ad_id": "4", "campaign_id": "1201", "stat_time_day": f"{day} 00:00:00"}
    return {"dimensions": dimensions, "metrics": {"impressions": "10", "campaign_id": "1201"} | metrics}


async def test_accounts_are_those_granted_described_by_currency_and_zone() -> None:
    granted = ok({"list": [{"advertiser_id": "501", "advertiser_name": "TechFlow"}]})
    at = desk(granted, described())
    (found,) = await at.ads.accounts()
    assert (found.account_id, found.currency, found.time_zone) == ("501", "USD", "America/New_York")
    listing, info = at.script.asked
    assert listing.url.path == "/open_api/v1.3/oauth2/advertiser/get/"
    assert asked(listing) == {"app_id": "7001", "secret": APP_SECRET}
    assert asked(info)["advertiser_ids"] == ["501"]
    assert {request.headers["access-token"] for request in at.script.asked} == {ACCESS_TOKEN}
    assert "authorization" not in listing.headers


async def test_the_app_s_secret_does_not_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await desk(ok({"list": []})).ads.accounts()
    assert "advertiser/get" in caplog.text
    assert APP_SECRET not in caplog.text


async def test_campaigns_are_paged_and_only_daily_budgets_are_daily() -> None:
    modes = {"BUDGET_MODE_TOTAL": 900, "BUDGET_MODE_INFINITE": 0, "BUDGET_MODE_DYNAMIC_DAILY_BUDGET": 75.5}
    others = [campaign(str(n), budget, budget_mode=mode) for n, (mode, budget) in enumerate(modes.items())]
    at = desk(page(campaign("7312345678901234567"), of=2), page(*others, number=2, of=2))
    first, *rest = [row async for row in at.ads.campaigns(account(TIKTOK))]
    assert (first.id, first.daily_budget, first.budget_key) == (
        "tiktok:7312345678901234567",
        Money(10000, "USD"),
        "7312345678901234567",
    )
    # Two in the morning UTC is still February in New York.
    assert (first.status, first.created_on) == (Status.ENABLED, date(2026, 2, 28))
    assert [row.daily_budget for row in rest] == [None, None, Money(7550, "USD")]
    assert [asked(r)["page"] for r in at.script.asked] == ["1", "2"]
    assert asked(at.script.asked[0])["fields"] == list(tiktok_rows.FIELDS[Level.CAMPAIGN])
    assert at.script.paths[0] == "/open_api/v1.3/campaign/get/"


async def test_ad_groups_carry_their_own_budget_and_ads_their_caption() -> None:
    group = {"adgroup_id": "3", "campaign_id": "1201", "adgroup_name": "US", "operation_status": "DISABLE"}
    at = desk(page(group | {"budget_mode": "BUDGET_MODE_DAY", "budget": 5.55}))
    (found,) = [row async for row in at.ads.ad_groups(account(TIKTOK))]
    assert (found.daily_budget, found.status, found.campaign_id) == (
        Money(555, "USD"),
        Status.PAUSED,
        "tiktok:1201",
    )
    ad = {"ad_id": "4", "adgroup_id": "3", "campaign_id": "1201", "operation_status": "ENABLE"}
    (creative,) = [
        row
        async for row in desk(page(ad | {"ad_name": "A", "ad_text": "Ship faster"})).ads.creatives(
            account(TIKTOK)
        )
    ]
    assert (creative.headline, creative.ad_group_id, creative.created_on) == (
        "Ship faster",
        "tiktok:3",
        None,
    )


async def test_figures_come_day_by_day_with_reach_and_a_frequency_that_rolls_over_seven_days() -> None:
    rolling = {"dimensions": {"ad_id": "4"}, "metrics": {"frequency": "2.40"}}
    values = {"total_complete_payment_rate": "199.98", "total_purchase_value": "-"}
    figures = {"spend": "123.45", "clicks": "87", "conversion": "5", "reach": "8"}
    at = desk(page(rolling), page(reported(**figures, **values)))
    days = at.ads.daily_metrics(account(TIKTOK), Level.AD, OCTOBER, OCTOBER)
    (row,) = [row async for row in days]
    assert (row.entity_id, row.campaign_id, row.day, row.impressions) == (
        "tiktok:4",
        "tiktok:1201",
        OCTOBER,
        10,
    )
    assert (row.spend, row.revenue, row.conversions) == (Money(12345, "USD"), Money(19998, "USD"), 5.0)
    assert (row.reach, row.frequency) == (8, 2.4)
    week, day = (asked(request) for request in at.script.asked)
    assert (week["dimensions"], week["start_date"]) == (["ad_id"], "2026-09-25")
    assert (day["dimensions"], day["data_level"]) == (["ad_id", "stat_time_day"], "AUCTION_AD")
    assert "campaign_id" in day["metrics"]


async def test_long_ranges_are_asked_in_slices_of_thirty_days() -> None:
    at = desk(*[page() for _ in range(4)])
    days = at.ads.daily_metrics(account(TIKTOK), Level.CAMPAIGN, OCTOBER, OCTOBER + timedelta(days=119))
    assert [row async for row in days] == []
    spans = [(asked(r)["start_date"], asked(r)["end_date"]) for r in at.script.asked]
    assert spans[0] == ("2026-10-01", "2026-10-30")
    assert spans[1][0] == "2026-10-31"
    assert len(spans) == 4


async def test_frequencies_are_asked_for_the_last_month_only() -> None:
    at = desk(*[page() for _ in range(34)])
    days = at.ads.daily_metrics(account(TIKTOK), Level.AD, OCTOBER, OCTOBER + timedelta(days=119))
    assert [row async for row in days] == []
    assert len(at.script.asked) == 30 + 4


async def test_a_budget_is_a_plain_exact_number() -> None:
    at = desk(described(), ok({"campaign_id": "1201"}))
    await at.ads.write(budget_leg(TIKTOK, "120.50"), key="k")
    request = at.script.asked[-1]
    assert (request.method, request.url.path) == ("POST", "/open_api/v1.3/campaign/update/")
    assert request.content == b'{"advertiser_id":"501","campaign_id":"1201","budget":120.50}'
    assert request.headers["content-type"] == "application/json"


@given(st.integers(min_value=1, max_value=10**15), st.sampled_from(CURRENCIES))
async def test_every_budget_survives_the_wire_both_ways_without_a_binary_float(
    minor: int, currency: str
) -> None:
    after = Money(minor, currency)
    at = desk(described(currency), ok())
    await at.ads.write(budget_leg(TIKTOK, after.amount, currency), key="k")
    sent = json.loads(at.script.asked[-1].content, parse_float=Decimal)["budget"]
    assert Decimal(sent) == after.units
    echoed = json.dumps(page(campaign(budget="BUDGET")).json()).replace('"BUDGET"', str(sent))
    state = await desk(httpx.Response(200, text=echoed), described(currency)).ads.read(ref(TIKTOK))
    assert state.daily_budget == after


async def test_pausing_and_enabling_go_to_the_status_endpoint_of_the_level() -> None:
    for level, name in ((Level.CAMPAIGN, "campaign"), (Level.AD_GROUP, "adgroup"), (Level.AD, "ad")):
        at = desk(ok(), ok())
        await at.ads.write(status_leg(TIKTOK, Status.PAUSED, level), key="k")
        await at.ads.write(status_leg(TIKTOK, Status.ENABLED, level), key="k")
        body = {"advertiser_id": "501", f"{name}_ids": ["1201"]}
        assert at.script.body(0) == body | {"operation_status": "DISABLE"}
        assert at.script.body(1) == body | {"operation_status": "ENABLE"}
        assert at.script.paths[0] == f"/open_api/v1.3/{name}/status/update/"


async def test_a_fresh_read_names_budget_and_status() -> None:
    at = desk(page(campaign()), described())
    state = await at.ads.read(ref(TIKTOK))
    assert (state.status, state.daily_budget, state.budget_key) == (
        Status.ENABLED,
        Money(10000, "USD"),
        "1201",
    )
    assert asked(at.script.asked[0])["filtering"] == {"campaign_ids": ["1201"]}


async def test_what_tiktok_does_not_list_is_not_found() -> None:
    with pytest.raises(PlatformNotFound, match="account 501 has no campaign 1201"):
        await desk(page(), page()).ads.read(ref(TIKTOK))
    with pytest.raises(PlatformNotFound, match="shows no account 501"):
        await desk(ok({"list": []})).ads.write(budget_leg(TIKTOK), key="k")


async def test_what_tiktok_cannot_do_is_said_and_not_sent() -> None:
    with pytest.raises(Unsupported, match="no dry run"):
        await desk().ads.dry_run(budget_leg(TIKTOK))
    assert not desk().ads.capabilities.can_dry_run
    on_ad = budget_leg(TIKTOK).model_copy(update={"ref": ref(TIKTOK, Level.AD)})
    with pytest.raises(Unsupported, match="no daily budget on an ad"):
        await desk().ads.write(on_ad, key="k")
    with pytest.raises(BadInput, match="budget_key must be '1201'"):
        await desk().ads.write(budget_leg(TIKTOK).model_copy(update={"budget_key": ""}), key="k")
    with pytest.raises(BadInput, match="must be digits"):
        await desk().ads.read(ref(TIKTOK, native_id='1"]'))


async def test_money_of_another_currency_is_refused_before_anything_is_sent() -> None:
    at = desk(described("EUR"))
    with pytest.raises(BadInput, match="account 501 counts in EUR"):
        await at.ads.write(budget_leg(TIKTOK), key="k")
    assert len(at.script.asked) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"campaign_id": "x"}, {"operation_status": "SLEEPING"}, {"budget": "ten"}, {"budget": 1.234}],
)
async def test_a_row_that_breaks_the_contract_is_not_used(wrong: dict[str, Any]) -> None:
    with pytest.raises(PlatformError, match="does not allow"):
        _ = [row async for row in desk(page(campaign(**wrong))).ads.campaigns(account(TIKTOK))]


async def test_health_says_how_many_accounts_are_reachable() -> None:
    assert (await desk(ok({"list": [{"advertiser_id": "501"}]}), described()).ads.health()).ok
    assert not (await desk(ok({"list": []})).ads.health()).ok
    no_secret = connection(secrets={"access_token": connection().secrets["access_token"]})
    assert "connect it again" in (await desk(using=no_secret).ads.health()).message


def of_level(level: Level) -> EntityRef:
    return ref(TIKTOK, level)


async def test_requests_name_only_what_the_contract_names() -> None:
    sdk = contract("tiktok_ads/sdk_v1.3_contract.json")
    endpoints, models = sdk["endpoints"], sdk["models"]
    by_path = {endpoint["path"]: endpoint for endpoint in endpoints.values()}
    at = desk(
        ok({"list": [{"advertiser_id": "501"}]}),
        described(),
        *[page(campaign()) for _ in range(2)],
        *[page() for _ in range(3)],
        *[ok() for _ in range(5)],
    )
    await at.ads.accounts()
    await at.ads.read(ref(TIKTOK))
    assert len([row async for row in at.ads.campaigns(account(TIKTOK))]) == 1
    for listing in (at.ads.ad_groups(account(TIKTOK)), at.ads.creatives(account(TIKTOK))):
        assert [row async for row in listing] == []
    days = at.ads.daily_metrics(account(TIKTOK), Level.CAMPAIGN, OCTOBER, OCTOBER)
    assert [row async for row in days] == []
    for level in (Level.CAMPAIGN, Level.AD_GROUP):
        await at.ads.write(budget_leg(TIKTOK).model_copy(update={"ref": of_level(level)}), key="k")
    for level in AD_LEVELS:
        await at.ads.write(status_leg(TIKTOK, level=level), key="k")
    for request in at.script.asked:
        endpoint = by_path[request.url.path]
        assert request.method == endpoint["method"]
        params = endpoint["params"]
        assert set(request.url.params) <= set(params), request.url
        required = {n for n, p in params.items() if p["required"]} - {"access_token", "body"}
        assert required <= set(request.url.params)
        if request.method == "POST":
            fields, body = models[params["body"]["type"]], json.loads(request.content)
            assert set(body) <= set(fields)
            assert {name for name, f in fields.items() if f.get("required")} <= set(body)


def test_asked_figures_and_fields_are_known() -> None:
    schemas = contract("tiktok_ads/response_schemas_airbyte.json")["schemas"]
    metrics = set(schemas["base_report"]["properties"]["metrics"]["properties"])
    for level in AD_LEVELS:
        query = tiktok_rows.figures_query(level, OCTOBER, OCTOBER)
        assert set(json.loads(query["metrics"])) <= metrics
    for level, schema in ((Level.CAMPAIGN, "campaigns"), (Level.AD_GROUP, "ad_groups"), (Level.AD, "ads")):
        assert set(tiktok_rows.FIELDS[level]) <= set(schemas[schema]["properties"])
    assert set(tiktok_rows.ACCOUNTS) <= set(schemas["advertisers"]["properties"])


async def test_a_recorded_report_is_understood() -> None:
    recorded = contract("tiktok_ads/fixtures/campaign_report_hourly.airbyte_MIT.json")
    row = recorded["data"]["list"][1]
    row["dimensions"]["stat_time_day"] = "2024-01-01 00:00:00"
    at = desk(page(row))
    days = at.ads.daily_metrics(account(TIKTOK), Level.CAMPAIGN, date(2024, 1, 1), date(2024, 1, 1))
    (found,) = [row async for row in days]
    assert (found.entity_id, found.spend, found.reach) == ("tiktok:11111111", Money(2000, "USD"), 3822)
