"""What happened: sums, comparisons and rankings on exact figures, with what must be said about them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from omnify_core.campaigns import Platform, Status
from omnify_tools.campaigns import list_campaigns, rank_campaigns
from omnify_tools.reports import performance_summary
from tests.builders.copilot import Client, a_client, days


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


async def test_sums_stand_by_platform_and_in_total_against_the_period_before(client: Client) -> None:
    meta = await client.campaign("1", "Spring")
    google = await client.campaign("2", "Brand", platform=Platform.GOOGLE)
    await client.has(*days(meta, 7, spend="110.00"), *days(meta, 7, spend="100.00", until_days_ago=8))
    await client.has(
        *days(google, 7, spend="50.00", conversions=5), *days(google, 7, spend="50.00", until_days_ago=8)
    )
    table = await client.call(performance_summary, period="last_7_days")

    rows = {row["platform"]: row for row in table["rows"]}
    assert list(rows) == ["Google Ads", "Meta Ads", "All platforms"]
    whole = rows["All platforms"]
    assert whole["spend"] == "1120.00 USD"
    assert whole["conversions"] == 105
    assert whole["cpa"] == "10.67 USD"
    assert whole["roas"] == 3.75
    assert whole["spend_change"] == 0.0667
    assert rows["Meta Ads"]["spend_change"] == 0.1
    assert "spend 1,120.00 USD (+6.7%)" in table["headline"]
    assert "Meta Ads 68.8% of spend" in table["headline"]
    assert table["window"] == "2026-11-24 to 2026-11-30 (America/New_York)"


async def test_a_ratio_without_a_denominator_does_not_exist(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 7, conversions=0, revenue="0.00"))
    table = await client.call(performance_summary)
    (row,) = table["rows"]
    assert row["cpa"] is None
    assert row["cpa_change"] is None
    assert row["spend_change"] is None
    assert row["roas"] == 0.0
    assert "no conversions, so no CPA" in table["headline"]


async def test_unlike_money_is_never_added(client: Client) -> None:
    dollars = await client.campaign("1", "Spring")
    euros = await client.campaign("2", "Marke", platform=Platform.GOOGLE, currency="EUR")
    await client.has(*days(dollars, 7), *days(euros, 7, currency="EUR"))
    table = await client.call(performance_summary)
    totals = [row["spend"] for row in table["rows"] if row["platform"] == "All platforms"]
    assert totals == ["700.00 EUR", "700.00 USD"]
    assert any("not added up" in warning for warning in table["warnings"])


async def test_a_running_day_and_late_conversions_are_told(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 7, until_days_ago=0))
    today = await client.call(performance_summary, period="today")
    assert any("2026-12-01 is still running" in warning for warning in today["warnings"])
    last_week = await client.call(performance_summary, period="last_month")
    assert any("attribution lag" in warning for warning in last_week["warnings"])
    long_ago = await client.call(performance_summary, period="last_week")
    assert not any("still running" in warning for warning in long_ago["warnings"])


async def test_nothing_delivered_is_said_plainly(client: Client) -> None:
    table = await client.call(performance_summary, period="yesterday")
    assert table["rows"] == []
    assert table["headline"].startswith("No delivery was recorded")


async def test_the_best_and_the_worst_by_roas(client: Client) -> None:
    for number, revenue in (("1", "300.00"), ("2", "100.00"), ("3", "500.00")):
        await client.has(*days(await client.campaign(number, f"Campaign {number}"), 10, revenue=revenue))
    best = await client.call(rank_campaigns, metric="roas", order="best")
    ranked = [(row["campaign_id"], row["roas"]) for row in best["rows"]]
    assert ranked == [("meta:3", 5.0), ("meta:1", 3.0), ("meta:2", 1.0)]
    worst = await client.call(rank_campaigns, metric="roas", order="worst", limit=1)
    assert [row["campaign_id"] for row in worst["rows"]] == ["meta:2"]
    assert worst["total_rows"] == 3
    assert "«Campaign 2» (meta:2) with 1.00" in worst["headline"]


async def test_the_best_cpa_is_the_lowest(client: Client) -> None:
    for number, conversions in (("1", 10.0), ("2", 20.0)):
        await client.has(
            *days(await client.campaign(number, f"Campaign {number}"), 10, conversions=conversions)
        )
    table = await client.call(rank_campaigns, metric="cpa", order="best")
    assert [row["cpa"] for row in table["rows"]] == ["5.00 USD", "10.00 USD"]


async def test_a_lucky_few_conversions_do_not_win_a_ranking(client: Client) -> None:
    await client.has(*days(await client.campaign("1", "Steady"), 10))
    await client.has(
        *days(await client.campaign("2", "Lucky"), 1, conversions=1, spend="0.10", revenue="100.00")
    )
    table = await client.call(rank_campaigns, metric="roas")
    assert [row["campaign"] for row in table["rows"]] == ["Steady"]
    assert any(
        "fewer than 10 conversions" in warning and "«Lucky»" in warning for warning in table["warnings"]
    )


async def test_where_all_have_few_events_the_order_is_only_a_hint(client: Client) -> None:
    await client.has(*days(await client.campaign("1", "Small"), 2, conversions=1))
    table = await client.call(rank_campaigns, metric="cpa")
    assert len(table["rows"]) == 1
    assert any("read the order as a hint" in warning for warning in table["warnings"])


async def test_paused_campaigns_are_ranked_only_when_asked_for(client: Client) -> None:
    await client.has(*days(await client.campaign("1", "Running"), 10))
    await client.has(*days(await client.campaign("2", "Resting", status=Status.PAUSED), 10))
    assert [row["campaign"] for row in (await client.call(rank_campaigns))["rows"]] == ["Running"]
    both = await client.call(rank_campaigns, status="")
    assert len(both["rows"]) == 2


async def test_campaigns_are_listed_with_budget_and_status(client: Client) -> None:
    await client.has(*days(await client.campaign("1", "Spring", budget="120.50"), 30))
    await client.campaign("2", "Quiet", platform=Platform.GOOGLE, budget=None, status=Status.PAUSED)
    await client.synced(minutes_ago=5)
    table = await client.call(list_campaigns)
    spring, quiet = table["rows"]
    assert (spring["campaign_id"], spring["daily_budget"], spring["status"]) == (
        "meta:1",
        "120.50 USD",
        "enabled",
    )
    assert (quiet["daily_budget"], quiet["cpa"]) == (None, None)
    assert table["freshness"] == "Meta Ads synced 5 min ago"
    assert (await client.call(list_campaigns, platform="google"))["total_rows"] == 1
    assert (await client.call(list_campaigns, status="paused"))["total_rows"] == 1


async def test_a_shared_budget_is_named_as_one(client: Client) -> None:
    await client.campaign("1", "One", shared="budget/9")
    await client.campaign("2", "Two", shared="budget/9")
    table = await client.call(list_campaigns)
    assert any("shared by several campaigns" in warning for warning in table["warnings"])


@pytest.mark.parametrize(
    ("arguments", "says_what"),
    [
        ({"metric": "vibes"}, "metric 'vibes' is not known; use one of spend"),
        ({"order": "middle"}, "order must be best or worst"),
        ({"platform": "myspace"}, "platform 'myspace' is not known; use one of google"),
        ({"period": "last_5_days"}, "period 'last_5_days' is not known; use one of today"),
        ({"limit": 0}, "limit must be at least 1"),
        ({"status": "asleep"}, "status 'asleep' is not known"),
        ({"limit": "many"}, "limit: Input should be a valid integer"),
    ],
)
async def test_wrong_arguments_say_what_would_be_right(
    client: Client, arguments: dict[str, object], says_what: str
) -> None:
    error = await client.call(rank_campaigns, **arguments)
    assert (error["kind"], error["code"], error["retry"]) == ("error", "bad_input", "changed")
    assert says_what in error["message"]


async def test_only_campaigns_that_could_give_an_amount_are_ranked_when_asked(client: Client) -> None:
    for number, budget in (("1", "90"), ("2", "100"), ("3", "225")):
        await client.has(*days(await client.campaign(number, f"Campaign {number}", budget=budget), 10))
    table = await client.call(rank_campaigns, order="worst", min_daily_budget="100.00")
    assert [row["campaign_id"] for row in table["rows"]] == ["meta:3"]
    assert (await client.call(rank_campaigns, min_daily_budget="lots"))["code"] == "bad_input"
