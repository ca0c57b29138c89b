"""The expected effect: from history where there is enough, and honest where there is not."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from omnify_core.campaigns import AdAccount, DailyMetrics, Level, Platform
from omnify_core.change_sets import Band, Effect
from omnify_core.clock import FixedClock
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import BudgetLeg
from omnify_core.money import Money
from omnify_core.ports import MarketStore
from omnify_core.rates import Rates
from omnify_guardrails import ResponseEffects
from omnify_guardrails.learning_cost import Learning
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.worst_case import worst_case
from omnify_memory import open_sqlite, stores_on
from tests.builders.money import NOON, OURS, usd
from tests.builders.plans import budget_leg

FACTORS = {Platform.META: Decimal("1.25"), Platform.GOOGLE: Decimal(2)}


class NoSnapshots:
    """Nothing of these tests is computed again."""

    async def keep(self, tenant: TenantId, digest: str, text: str) -> None:
        assert len(digest) == 64

    async def get(self, tenant: TenantId, digest: str) -> str:
        raise NotImplementedError


@pytest.fixture
async def market() -> AsyncIterator[MarketStore]:
    async with open_sqlite(None) as documents:
        market = stores_on(documents).market
        account = AdAccount(
            platform=Platform.META, account_id="act_1", name="", currency="USD", time_zone="America/New_York"
        )
        await market.save_accounts(OURS, [account])
        yield market


async def days(market: MarketStore, native_id: str, spend: float, *, count: int = 60) -> None:
    rng = random.Random(native_id)
    rows = []
    for back in range(1, count + 1):
        cost = spend * rng.uniform(0.9, 1.1)
        clicks = int(cost / 2)
        conversions = sum(rng.random() < 0.06 for _ in range(clicks))
        rows.append(
            DailyMetrics(
                entity_id=EntityId(f"meta:{native_id}"),
                campaign_id=EntityId(f"meta:{native_id}"),
                platform=Platform.META,
                level=Level.CAMPAIGN,
                day=date(2026, 11, 2) - timedelta(days=back),
                impressions=clicks * 50,
                clicks=clicks,
                spend=Money.rounded(Decimal(cost), "USD"),
                conversions=float(conversions),
                revenue=Money.rounded(Decimal(conversions * 90), "USD"),
            )
        )
    await market.save_metrics(OURS, rows)


async def effect_of(market: MarketStore, *legs: AnyLeg) -> Effect:
    return await ResponseEffects(market, NoSnapshots(), FixedClock(NOON)).estimate(
        OURS, legs, overdelivery=FACTORS, rates=Rates("USD"), learning=Learning()
    )


def numbers(band: Band) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(band.p10), Decimal(band.p50), Decimal(band.p90)


def leg(before: str, after: str, native_id: str = "1201") -> BudgetLeg:
    return budget_leg(before, after, native_id=native_id)


async def test_a_raise_brings_more_spend_and_more_conversions_within_a_band(market: MarketStore) -> None:
    for number in ("1201", "1202", "1203"):
        await days(market, number, 100)
    effect = await effect_of(market, leg("100", "140"))
    assert effect.spend is not None
    assert effect.conversions is not None
    assert Decimal(240) < Decimal(effect.spend.p50) < Decimal(320)
    low, middle, high = (
        Decimal(text) for text in (effect.conversions.p10, effect.conversions.p50, effect.conversions.p90)
    )
    assert 0 < low < middle < high
    assert effect.worst_case == usd(50)
    assert effect.window == "2026-07-05 to 2026-11-01"


async def test_a_decrease_brings_less_and_its_band_is_ordered(market: MarketStore) -> None:
    await days(market, "1201", 100)
    await days(market, "1202", 100)
    effect = await effect_of(market, leg("100", "60"))
    assert effect.conversions is not None
    assert (
        Decimal(effect.conversions.p10)
        <= Decimal(effect.conversions.p50)
        <= Decimal(effect.conversions.p90)
        < 0
    )
    assert effect.worst_case == usd(0)


async def test_a_campaign_that_leaves_its_budget_unspent_gets_a_warning(market: MarketStore) -> None:
    await days(market, "1201", 40)
    await days(market, "1202", 100)
    effect = await effect_of(market, leg("100", "150"))
    assert effect.spend is not None
    assert Decimal(effect.spend.p50) < Decimal(200)
    assert any("of its budget lately" in note for note in effect.notes)


async def test_without_enough_history_only_the_worst_case_is_said(market: MarketStore) -> None:
    await days(market, "1201", 100, count=5)
    effect = await effect_of(market, leg("100", "140"))
    assert (effect.spend, effect.conversions, effect.value) == (None, None, None)
    assert effect.worst_case == usd(50)
    assert "5 days with delivery, 14 are needed" in effect.notes[0]


async def test_the_same_history_gives_the_same_card(market: MarketStore) -> None:
    await days(market, "1201", 100)
    await days(market, "1202", 100)
    assert await effect_of(market, leg("100", "140")) == await effect_of(market, leg("100", "140"))


def test_the_worst_case_adds_up_raises_with_each_platforms_overdelivery() -> None:
    legs = [
        leg("100", "140"),
        leg("100", "60", "1202"),
        budget_leg("100", "130", native_id="7", platform=Platform.GOOGLE),
    ]
    assert worst_case(legs, FACTORS, Rates("USD")) == usd(110)
