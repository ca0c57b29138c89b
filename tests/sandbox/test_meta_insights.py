"""Meta v26.0: insights over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from tests.builders.contract_shapes import meta_faults
from tests.builders.sandbox_wire import ACCOUNT, TODAY, SandboxWire, days_ago, open_wire

FIELDS = (
    "account_id,account_name,account_currency,campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name,objective,"
    "impressions,clicks,inline_link_clicks,spend,reach,frequency,cpc,cpm,cpp,ctr,actions,action_values,"
    "cost_per_action_type,purchase_roas,website_purchase_roas"
)
WEEK = json.dumps({"since": days_ago(7), "until": days_ago(1)})


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def insights(wire: SandboxWire, path: str = ACCOUNT, **params: Any) -> list[dict[str, Any]]:
    sent = {"fields": FIELDS, "time_range": WEEK, "limit": "1000", **params}
    reply = await wire.graph(f"{path}/insights", **sent)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["data"])


def action(row: dict[str, Any], name: str, of: str = "actions") -> Decimal:
    return sum((Decimal(a["value"]) for a in row.get(of, []) if a["action_type"] == name), Decimal(0))


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
async def test_rows_have_the_names_and_types_of_the_contract(wire: SandboxWire, level: str) -> None:
    rows = await insights(wire, level=level, time_increment="1")
    assert rows
    assert [faults for row in rows if (faults := meta_faults("AdsInsights", row))] == []
    ids = {"account": 0, "campaign": 1, "adset": 2, "ad": 3}[level]
    assert [f"{name}_id" in rows[0] for name in ("campaign", "adset", "ad")] == [n < ids for n in range(3)]


async def test_levels_and_days_add_up(wire: SandboxWire) -> None:
    tables = [
        await insights(wire, level=level, time_increment=increment)
        for level, increment in (("ad", "1"), ("campaign", "1"), ("campaign", "all_days"), ("account", "7"))
    ]
    for name in ("impressions", "clicks"):
        assert len({sum(int(row[name]) for row in rows) for rows in tables}) == 1, name
    for name in ("purchase", "lead"):
        assert len({sum(action(row, name) for row in rows) for rows in tables}) == 1, name
    spends = [sum(Decimal(row["spend"]) for row in rows) for rows in tables]
    assert max(spends) == min(spends)


async def test_spend_is_in_currency_units_and_ctr_in_percent(wire: SandboxWire) -> None:
    row = (await insights(wire, level="campaign"))[0]
    spend, clicks, seen = Decimal(row["spend"]), int(row["clicks"]), int(row["impressions"])
    assert spend.as_tuple().exponent == -2
    assert 50 < spend < 5000
    assert Decimal(row["ctr"]) == pytest.approx(Decimal(clicks * 100) / seen, abs=Decimal("0.00001"))
    assert Decimal(row["cpc"]) == pytest.approx(spend / clicks, abs=Decimal("0.00001"))


async def test_one_conversion_appears_under_several_overlapping_types(wire: SandboxWire) -> None:
    rows = await insights(wire, level="campaign")
    sale = next(row for row in rows if action(row, "purchase"))
    same = {action(sale, n) for n in ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")}
    assert len(same) == 1
    assert Decimal(sale["purchase_roas"][0]["value"]) == pytest.approx(
        action(sale, "omni_purchase", "action_values") / Decimal(sale["spend"]), abs=Decimal("0.00001")
    )
    lead = next(row for row in rows if row["objective"] == "OUTCOME_LEADS")
    assert action(lead, "lead") > 0
    assert action(lead, "purchase") == 0


async def test_reach_counts_people_and_frequency_grows_with_the_window(wire: SandboxWire) -> None:
    daily = await insights(wire, level="ad", time_increment="1")
    week = await insights(wire, level="ad")
    for row in daily + week:
        assert 0 < int(row["reach"]) <= int(row["impressions"])
        assert Decimal(row["frequency"]) >= 1
    by_ad: dict[str, list[int]] = {}
    for row in daily:
        by_ad.setdefault(row["ad_id"], []).append(int(row["reach"]))
    for row in week:
        assert max(by_ad[row["ad_id"]]) <= int(row["reach"]) <= sum(by_ad[row["ad_id"]])


async def test_a_paused_campaign_has_no_row(wire: SandboxWire) -> None:
    paused = {c.name for c in wire.market.catalog.campaigns if c.paused_since is not None}
    assert not paused & {row["campaign_name"] for row in await insights(wire, level="campaign")}


async def test_a_node_reports_on_itself(wire: SandboxWire) -> None:
    campaign = (await insights(wire, level="campaign"))[0]["campaign_id"]
    (row,) = await insights(wire, campaign)
    assert row["campaign_id"] == campaign
    assert "adset_id" not in row


async def test_presets_end_yesterday_and_months_are_cut_to_the_range(wire: SandboxWire) -> None:
    (row,) = await insights(wire, level="account", time_range="", date_preset="last_7d")
    assert (row["date_start"], row["date_stop"]) == (days_ago(7), days_ago(1))
    span = json.dumps({"since": "2026-09-15", "until": "2026-11-10"})
    rows = await insights(wire, level="account", time_range=span, time_increment="monthly")
    assert [(row["date_start"], row["date_stop"]) for row in rows] == [
        ("2026-09-15", "2026-09-30"),
        ("2026-10-01", "2026-10-31"),
        ("2026-11-01", "2026-11-10"),
    ]


async def test_each_time_range_has_rows_of_its_own_even_where_they_overlap(wire: SandboxWire) -> None:
    spans = [{"since": days_ago(day + 6), "until": days_ago(day)} for day in (3, 2, 1)]
    together = await insights(wire, level="ad", time_range="", time_ranges=json.dumps(spans))
    apart = [await insights(wire, level="ad", time_range=json.dumps(span)) for span in spans]
    assert together == [row for rows in apart for row in rows]
    assert {(row["date_start"], row["date_stop"]) for row in together} == {
        (span["since"], span["until"]) for span in spans
    }


async def test_today_is_there_so_far(wire: SandboxWire) -> None:
    rows = await insights(wire, level="account", time_range="", date_preset="today")
    assert rows[0]["date_start"] == TODAY.isoformat()


async def test_filters_are_applied(wire: SandboxWire) -> None:
    everything = await insights(wire, level="campaign")
    wanted = everything[3]["campaign_id"]
    by_id = json.dumps([{"field": "campaign.id", "operator": "IN", "value": [wanted]}])
    assert [row["campaign_id"] for row in await insights(wire, level="campaign", filtering=by_id)] == [wanted]
    by_spend = json.dumps([{"field": "spend", "operator": "GREATER_THAN", "value": 1500}])
    dear = await insights(wire, level="campaign", filtering=by_spend)
    assert {row["campaign_id"] for row in dear} == {
        row["campaign_id"] for row in everything if Decimal(row["spend"]) > 1500
    }


async def test_a_field_that_is_only_tested_or_sorted_by_need_not_be_shown(wire: SandboxWire) -> None:
    everything = await insights(wire, level="campaign")
    fewer = {"fields": "campaign_id", "sort": '["spend_descending"]'}
    by_clicks = json.dumps([{"field": "clicks", "operator": "GREATER_THAN", "value": 100}])
    rows = await insights(wire, level="campaign", filtering=by_clicks, **fewer)
    assert set(rows[0]) == {"campaign_id", "date_start", "date_stop"}
    spends = {row["campaign_id"]: Decimal(row["spend"]) for row in everything if int(row["clicks"]) > 100}
    assert [row["campaign_id"] for row in rows] == sorted(spends, key=lambda one: -spends[one])


async def test_rows_are_sorted_as_asked(wire: SandboxWire) -> None:
    rows = await insights(wire, level="campaign", sort='["spend_descending"]')
    spends = [Decimal(row["spend"]) for row in rows]
    assert spends == sorted(spends, reverse=True)


async def test_windows_are_shown_beside_the_value(wire: SandboxWire) -> None:
    rows = await insights(wire, level="account", action_attribution_windows='["7d_click","1d_view"]')
    stat = next(a for a in rows[0]["actions"] if a["action_type"] == "purchase")
    assert stat["7d_click"] == stat["value"]


async def test_pages_of_a_report_fit_together(wire: SandboxWire) -> None:
    everything = await insights(wire, level="ad", time_increment="1", fields="ad_id,spend")
    reply = await wire.graph(
        f"{ACCOUNT}/insights",
        level="ad",
        time_increment="1",
        fields="ad_id,spend",
        time_range=WEEK,
        limit="30",
    )
    found = list(reply.json()["data"])
    while url := reply.json()["paging"].get("next"):
        reply = await wire.http.get(url)
        found += reply.json()["data"]
    assert found == everything


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"fields": "impresions"}, 100),
        ({"level": "adgroup"}, 100),
        ({"time_increment": "0"}, 100),
        ({"time_increment": "daily"}, 100),
        ({"time_range": "2026-11-01..2026-11-02"}, 100),
        ({"time_range": '{"since":"2026-11-02","until":"2026-11-01"}'}, 100),
        ({"time_range": '{"since":"2026-11-32","until":"2026-12-01"}'}, 100),
        ({"time_range": '{"from":"2026-11-01"}'}, 100),
        ({"time_range": '{"since":"2022-01-01","until":"2026-01-01"}'}, 3018),
        ({"time_range": "", "date_preset": "last_week"}, 100),
        ({"time_ranges": f"[{WEEK}]"}, 100),
        ({"time_range": "", "time_ranges": f"[{WEEK}]", "time_increment": "1"}, 100),
        ({"time_range": "", "time_ranges": f"[{WEEK}]", "date_preset": "today"}, 100),
        ({"time_range": "", "time_ranges": WEEK}, 100),
        ({"time_range": "", "time_ranges": "[]"}, 100),
        ({"time_range": "", "time_ranges": f'[{WEEK}, "today"]'}, 100),
        ({"time_range": "", "time_ranges": f'[{WEEK}, {{"since": "2026-11-01"}}]'}, 100),
        ({"time_range": "", "time_ranges": '[{"since":"2026-11-02","until":"2026-11-01"}]'}, 100),
        ({"time_range": "", "time_ranges": f'[{WEEK}, {{"since":"2022-01-01","until":"2022-01-02"}}]'}, 3018),
        ({"filtering": '["spend"]'}, 100),
        ({"date_presett": "today"}, 100),
        ({"sort": "spend"}, 100),
        ({"breakdowns": "age"}, 100),
        ({"action_attribution_windows": '["9d_click"]'}, 100),
        ({"filtering": '[{"field":"spend","operator":"ABOUT","value":1}]'}, 100),
    ],
)
async def test_reports_that_meta_refuses(wire: SandboxWire, params: dict[str, str], code: int) -> None:
    sent = {"fields": "spend", "level": "campaign", "time_range": WEEK, **params}
    reply = await wire.graph(f"{ACCOUNT}/insights", **sent)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, code)


async def test_an_async_report_is_started_polled_and_read(wire: SandboxWire) -> None:
    reply = await wire.graph_post(f"{ACCOUNT}/insights", level="campaign", fields="spend", time_range=WEEK)
    run = reply.json()["report_run_id"]
    states = [(await wire.graph(run)).json() for _ in range(2)]
    assert [state["async_percent_completion"] for state in states] == [60, 100]
    assert states[-1]["async_status"] == "Job Completed"
    rows = (await wire.graph(f"{run}/insights", limit="500")).json()["data"]
    assert rows == await insights(wire, level="campaign", fields="spend")
