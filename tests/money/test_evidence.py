"""What the rules read of the imported history: this month's spend, and what stands behind a campaign."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from omnify_core.campaigns import Level, Platform
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.rates import DatedRates
from omnify_guardrails.case import Case
from omnify_guardrails.evidence import evidence_of, spent_this_month
from omnify_guardrails.exposure import Picture
from tests.builders.money import NOON, OURS, MoneyHouse, a_policy, money_house, usd
from tests.builders.plans import budget_leg
from tests.builders.stores import day_of_figures

TODAY = date(2026, 11, 20)
RATES = DatedRates(day=TODAY, source="a bank", per_unit={"EUR": Decimal("1.10")})


@pytest.fixture
async def house() -> AsyncIterator[MoneyHouse]:
    async with money_house() as opened:
        opened.pass_time(days=18)
        yield opened


async def spent_on(
    house: MoneyHouse, day: date, money: Money, entity: str = "meta:1201", **more: Any
) -> None:
    await house.stores.market.save_metrics(OURS, [day_of_figures(day, entity, spend=money, **more)])


async def spent(house: MoneyHouse, **policy: Any) -> Any:
    return await spent_this_month(house.money._ports, OURS, a_policy(**policy))


CAPPED = {"monthly_cap_total": usd(5000)}


async def test_a_months_spend_runs_from_its_first_day_to_yesterday(house: MoneyHouse) -> None:
    for day, amount in ((date(2026, 10, 31), 1), (date(2026, 11, 1), 20), (date(2026, 11, 19), 300)):
        await spent_on(house, day, usd(amount))
    await spent_on(house, TODAY, usd(4000))
    assert await spent(house, **CAPPED) == {Platform.META: usd(320)}


async def test_platforms_are_kept_apart_and_currencies_converted(house: MoneyHouse) -> None:
    await spent_on(house, date(2026, 11, 5), usd(50), "google:7")
    await spent_on(house, date(2026, 11, 5), Money(10_000, "EUR"))
    await spent_on(house, date(2026, 11, 6), usd(2))
    assert await spent(house, **CAPPED, rates=RATES) == {Platform.GOOGLE: usd(50), Platform.META: usd(112)}


async def test_spend_in_a_currency_without_a_rate_is_unknown_not_less(house: MoneyHouse) -> None:
    await spent_on(house, date(2026, 11, 5), Money(10_000, "EUR"))
    assert await spent(house, **CAPPED) is None


async def test_it_is_read_only_where_a_rule_asks(house: MoneyHouse) -> None:
    await spent_on(house, date(2026, 11, 5), usd(50))
    assert await spent(house) is None
    assert await spent(house, monthly_cap_by_platform={Platform.META: usd(1)}) == {Platform.META: usd(50)}


async def test_on_the_first_of_a_month_nothing_was_spent_yet(house: MoneyHouse) -> None:
    await spent_on(house, date(2026, 11, 30), usd(50))
    house.pass_time(days=11)
    assert await spent(house, **CAPPED) == {}


async def test_a_months_spend_is_summed_over_platforms_or_asked_for_one() -> None:
    case = Case(
        policy=a_policy(),
        legs=(budget_leg(),),
        picture=Picture(),
        now=NOON,
        spent={Platform.META: usd(5), Platform.GOOGLE: usd(7)},
    )
    assert case.spent_this_month(None) == usd(12)
    assert case.spent_this_month(Platform.META) == usd(5)
    assert case.spent_this_month(Platform.TIKTOK) == usd(0)


async def behind(house: MoneyHouse, **policy: Any) -> Any:
    return await evidence_of(house.money._ports, OURS, a_policy(**policy), [budget_leg()])


@pytest.mark.parametrize("rule", ["min_days", "min_conversions", "learning_days"])
async def test_thirty_days_up_to_yesterday_stand_behind_a_campaign(house: MoneyHouse, rule: str) -> None:
    for back, conversions in ((0, 1000.0), (1, 1.0), (30, 20.0), (31, 300.0)):
        await spent_on(house, TODAY - timedelta(days=back), usd(1), conversions=conversions)
    await spent_on(house, TODAY - timedelta(days=2), usd(1), conversions=4.0, impressions=0)
    await spent_on(house, TODAY - timedelta(days=3), usd(1), "meta:9", conversions=7.0)
    found = (await behind(house, **{rule: 1}))[EntityId("meta:1201")]
    assert (found.days, found.conversions, found.created_on) == (2, 25.0, None)


async def test_nothing_is_gathered_where_no_rule_asks(house: MoneyHouse) -> None:
    assert await behind(house) == {}


async def test_ad_groups_have_no_evidence_of_their_own(house: MoneyHouse) -> None:
    leg = budget_leg()
    below = leg.model_copy(update={"ref": leg.ref.model_copy(update={"level": Level.AD_GROUP})})
    assert await evidence_of(house.money._ports, OURS, a_policy(min_days=1), [below]) == {}


async def test_when_a_campaign_began_comes_from_the_import(house: MoneyHouse) -> None:
    house.world.campaign("1201", "100")
    await house.import_market()
    (campaign,) = await house.stores.market.campaigns(OURS)
    began = campaign.model_copy(update={"created_on": date(2026, 11, 15)})
    await house.stores.market.save_campaigns(OURS, [began])
    found = (await behind(house, learning_days=14))[campaign.id]
    assert found.created_on == date(2026, 11, 15)
