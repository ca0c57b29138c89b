"""Verdicts on applied changes: against what everybody else did, with an interval, gains like losses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from omnify_core.campaigns import DailyMetrics
from omnify_core.change_sets import ChangeSet
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_core.results import EffectVerdict, Result
from omnify_guardrails.measuring import Window, measured
from tests.builders.money import NOON, OURS, MoneyHouse, actor, usd
from tests.builders.stores import day_of_figures

OURS_ID, OTHER = EntityId("meta:1"), EntityId("meta:2")
APPLIED = NOON.date()


def figures(
    entity: EntityId,
    *,
    first: int,
    last: int,
    spend: int,
    value: int,
    noise: int = 0,
) -> list[DailyMetrics]:
    """Days from `first` to `last` after the change, in whole dollars; the noise goes up and down in turn."""
    return [
        day_of_figures(
            APPLIED + timedelta(days=day),
            entity,
            spend=usd(spend),
            revenue=usd(value + noise * (-1) ** day),
        )
        for day in range(first, last + 1)
    ]


def a_week(value_after: int, *, spend_after: int = 120, season: int = 1) -> list[DailyMetrics]:
    return [
        *figures(OURS_ID, first=-28, last=-1, spend=100, value=300, noise=20),
        *figures(OURS_ID, first=1, last=14, spend=spend_after, value=value_after, noise=20),
        *figures(OTHER, first=-28, last=-1, spend=50, value=100),
        *figures(OTHER, first=1, last=14, spend=50, value=100 * season),
    ]


def window(days: int = 7) -> Window:
    def day(number: int) -> date:
        return APPLIED + timedelta(days=number)

    return Window(day(-28), day(-1), day(1), day(days))


def test_a_raise_that_earns_more_than_it_costs_is_measured_with_its_interval() -> None:
    found = measured(a_week(400), {OURS_ID}, window(), Rates("USD"))
    assert found is not None
    assert (found.spend, found.value) == (usd(140), usd(680))  # the last day's noise is a down
    assert found.net.low.minor > 0
    assert found.net.low < found.net.mid < found.net.high


def test_a_season_that_lifts_everybody_is_not_credited_to_the_change() -> None:
    found = measured(a_week(600, season=2), {OURS_ID}, window(), Rates("USD"))
    assert found is not None
    assert abs(found.value.minor) <= 4_000, "the doubling was everybody's"
    assert found.net.low.minor < 0 < found.net.high.minor or found.net.high.minor < 0


def test_few_days_before_say_nothing() -> None:
    rows = figures(OURS_ID, first=-6, last=7, spend=100, value=300)
    short = window()._replace(before_since=APPLIED - timedelta(days=6))
    assert measured(rows, {OURS_ID}, short, Rates("USD")) is None


async def applied(house: MoneyHouse, rows: Sequence[DailyMetrics]) -> ChangeSet:
    campaign = house.world.campaign("1", "100")
    house.world.campaign("2", "100")
    plan = await house.approved(campaign, 120)
    await house.work()
    await house.stores.market.save_metrics(OURS, rows)
    return await house.stored(plan)


async def judged(house: MoneyHouse, days: int) -> list[EffectVerdict]:
    house.pass_time(days=days)
    return await house.money.judge_due(OURS)


@pytest.mark.parametrize(
    ("value_after", "result"), [(400, Result.BETTER), (200, Result.WORSE), (322, Result.INCONCLUSIVE)]
)
async def test_each_age_is_judged_once_and_gains_like_losses(
    house: MoneyHouse, value_after: int, result: Result
) -> None:
    await applied(house, a_week(value_after))
    assert await judged(house, 1) == [], "the day after is not over yet"
    (day,) = await judged(house, 1)
    assert (day.days, day.since) == (1, APPLIED + timedelta(days=1))
    (week,) = await judged(house, 6)
    assert (week.days, week.result) == (7, result)
    assert week.net is not None
    assert week.net.low <= week.net.mid <= week.net.high
    (fortnight,) = await judged(house, 7)
    assert fortnight.days == 14
    assert await judged(house, 30) == []
    assert [one.days for one in await house.stores.verdicts.of_tenant(OURS)] == [1, 7, 14]


async def test_figures_that_were_not_imported_are_not_taken_for_zero(house: MoneyHouse) -> None:
    await applied(house, figures(OURS_ID, first=-28, last=-1, spend=100, value=300))
    (day,) = await judged(house, 2)
    assert (day.result, day.net) == (Result.INCONCLUSIVE, None)
    assert "not imported" in day.why


async def test_another_change_of_the_same_campaign_makes_it_inconclusive(house: MoneyHouse) -> None:
    first = await applied(house, a_week(400))
    house.pass_time(days=3)
    second = await house.approved(OURS_ID, 130)
    await house.work()
    verdicts = {(one.change_set_id, one.days): one for one in await judged(house, 5)}
    assert verdicts[first.id, 1].result is not Result.WORSE
    assert verdicts[first.id, 7].result is Result.INCONCLUSIVE
    assert second.id in verdicts[first.id, 7].why
    assert "too few days before" in verdicts[second.id, 1].why, "days under the first change only"


async def test_a_change_made_elsewhere_is_found_once_an_import_has_seen_it(house: MoneyHouse) -> None:
    plan = await applied(house, [])
    house.pass_time(minutes=5)
    await house.import_market()
    assert (await house.money.reconcile(OURS)).drifts == ()
    house.world.set_budget(OURS_ID, usd(99))
    assert (await house.money.reconcile(OURS)).drifts == (), "nobody has looked yet"
    await house.import_market()
    found = await house.money.reconcile(OURS)
    (drift,) = found.drifts
    assert (drift.entity_id, drift.change_set_id) == (OURS_ID, plan.id)
    assert (drift.ours, drift.seen) == (str(usd(120)), str(usd(99)))
    assert (found.backlog, found.unknown) == (0, 0)


async def test_the_backlog_counts_what_was_approved_and_has_not_ended(house: MoneyHouse) -> None:
    await house.money.turn_switch(actor("owner"), stopped=True)
    await house.approved(house.world.campaign("1", "100"), 120)
    await house.work()
    found = await house.money.reconcile(OURS)
    assert (found.backlog, found.oldest_open) == (1, NOON)
    assert Money.zero("USD") == usd(0)
