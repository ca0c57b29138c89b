"""Predictions: said with their range, and not said where there is too little to learn from."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from omnify_core.campaigns import DailyMetrics, Level, Status
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_tools.allocations import suggest_allocation
from omnify_tools.anomalies import find_anomalies
from omnify_tools.fatigue import predict_fatigue
from omnify_tools.forecasts import compare_campaigns, forecast_performance
from omnify_tools.opportunities import find_opportunities, marginal_returns
from tests.builders.copilot import OURS, Client, a_client, creative, days


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


def noisy(entity: EntityId, number: int = 60, *, roas: float = 3.0) -> list[DailyMetrics]:
    """Days that scatter by a few percent around the same level."""
    chance = random.Random(entity)
    rows = []
    for row in days(entity, number):
        factor = chance.uniform(0.92, 1.08)
        changes = {
            "clicks": int(row.clicks * chance.uniform(0.95, 1.05)),
            "spend": Money(round(10_000 * factor), "USD"),
            "conversions": round(10 * chance.uniform(0.85, 1.15)),
            "revenue": Money(round(10_000 * roas * chance.uniform(0.9, 1.1)), "USD"),
        }
        rows.append(row.model_copy(update=changes))
    return rows


async def test_a_forecast_has_a_range_around_its_middle(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Spring")))
    table = await client.call(forecast_performance, days=7)
    (row,) = table["rows"]
    low, middle, high = (_units(row[f"spend_{part}"]) for part in ("p10", "p50", "p90"))
    assert low < middle < high
    assert 500 < middle < 900
    assert "P10 to P90" in table["warnings"][-1]
    assert "«Spring» (meta:1)" in table["headline"]


async def test_too_little_data_is_said_instead_of_a_forecast(client: Client) -> None:
    campaign = await client.campaign("1", "New")
    await client.has(*days(campaign, 2))
    table = await client.call(forecast_performance)
    assert table["rows"][0]["spend_p50"] is None
    assert "insufficient data" in table["headline"]
    assert any("No forecast for 1 campaign " in warning for warning in table["warnings"])
    assert (await client.call(forecast_performance, days=99))["code"] == "bad_input"


async def test_the_better_of_two_is_named_with_its_probability(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Strong"), roas=6.0))
    await client.has(*noisy(await client.campaign("2", "Weak"), roas=2.0))
    table = await client.call(compare_campaigns, campaign_a="Strong", campaign_b="Weak", metric="roas")
    a, b = table["rows"]
    assert a["p_better"] > 0.9
    assert a["p_better"] + b["p_better"] == pytest.approx(1)
    assert "«Strong» (meta:1) will clearly" in table["headline"]
    same = await client.call(compare_campaigns, campaign_a="Strong", campaign_b="meta:1")
    assert "both names mean" in same["message"]


async def test_a_campaign_without_delivery_cannot_be_compared(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Strong")))
    await client.campaign("2", "Silent")
    error = await client.call(compare_campaigns, campaign_a="Strong", campaign_b="Silent")
    assert "meta:2 has no delivery" in error["message"]


async def test_fatigue_is_predicted_per_creative_or_abstained_from(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    worn, young, paused = (EntityId(f"meta:{number}") for number in (71, 72, 73))
    ads = [
        creative("71", campaign, "Old video"),
        creative("72", campaign, "New image"),
        creative("73", campaign, "Retired", status=Status.PAUSED),
    ]
    await client.stores.market.save_creatives(OURS, ads)
    falling = [
        row.model_copy(update={"clicks": int(400 - 4 * age)})
        for age, row in enumerate(reversed(days(worn, 60, level=Level.AD, campaign=campaign)))
    ]
    await client.has(*falling, *days(young, 3, level=Level.AD, campaign=campaign))
    await client.has(*days(paused, 60, level=Level.AD, campaign=campaign))
    table = await client.call(predict_fatigue, days=14)
    assert [row["creative"] for row in table["rows"]] == ["Old video"]
    assert 0 <= table["rows"][0]["risk"] <= 1
    assert any("No prediction for 1 creative:" in warning for warning in table["warnings"])
    assert (await client.call(predict_fatigue, days=30))["code"] == "bad_input"


async def test_without_any_creative_figures_there_is_no_prediction(client: Client) -> None:
    table = await client.call(predict_fatigue)
    assert table["rows"] == []
    assert table["headline"].startswith("No prediction")


async def test_a_day_that_does_not_fit_is_found(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    rows = noisy(campaign)
    rows[2] = rows[2].model_copy(update={"spend": Money(90_000, "USD")})
    await client.has(*rows)
    table = await client.call(find_anomalies, days=7)
    worst = table["rows"][0]
    assert (worst["day"], worst["campaign_id"]) == ("2026-11-28", "meta:1")
    assert worst["change"] > 2
    assert "possible cause" in table["headline"]


async def test_a_quiet_account_is_called_quiet(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Spring")))
    table = await client.call(find_anomalies, days=3)
    assert table["headline"] == "Nothing unusual in the last 3 complete days."


async def test_the_next_unit_of_money_is_ranked_by_what_it_brings(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Rich"), roas=6.0))
    await client.has(*noisy(await client.campaign("2", "Poor"), roas=0.4))
    table = await client.call(marginal_returns)
    assert [row["campaign"] for row in table["rows"]] == ["Rich", "Poor"]
    assert (
        table["rows"][0]["revenue_p10"] <= table["rows"][0]["revenue_p50"] <= table["rows"][0]["revenue_p90"]
    )
    assert any("correlational" in warning for warning in table["warnings"])


async def test_opportunities_name_what_holds_back_and_what_brings_little(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Rich", budget="100"), roas=6.0))
    await client.has(*noisy(await client.campaign("2", "Poor", budget="500"), roas=0.2))
    table = await client.call(find_opportunities)
    assert [(row["campaign"], row["kind"]) for row in table["rows"]] == [
        ("Rich", "budget holds it back"),
        ("Rich", "the same money elsewhere"),
        ("Poor", "spend brings little"),
    ]
    assert "from meta:2 to meta:1" in table["rows"][1]["evidence"]
    assert (await client.call(find_opportunities, limit=1))["total_rows"] == 3


async def test_no_delivery_gives_no_opportunity(client: Client) -> None:
    await client.campaign("1", "Silent")
    assert (await client.call(find_opportunities))["code"] == "bad_input"


async def test_a_suggested_split_keeps_the_total_and_the_steps(client: Client) -> None:
    await client.has(*noisy(await client.campaign("1", "Rich", budget="100"), roas=6.0))
    await client.has(*noisy(await client.campaign("2", "Poor", budget="100"), roas=0.5))
    table = await client.call(suggest_allocation)
    changed = {row["campaign"]: row for row in table["rows"]}
    assert _units(changed["Rich"]["suggested"]) > 100 > _units(changed["Poor"]["suggested"])
    assert all(abs(row["change"]) <= 0.3 + 1e-6 for row in table["rows"])
    assert sum(_units(row["suggested"]) for row in table["rows"]) <= 200.01
    assert "Nothing is proposed yet" in " ".join(table["warnings"])
    error = await client.call(suggest_allocation, total="5000")
    assert "140.00 USD to 260.00 USD" in error["message"]


def _units(cell: str) -> float:
    return float(cell.split()[0])
