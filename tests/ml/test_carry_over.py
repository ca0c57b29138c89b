"""Money of past days that still works: found where it is, and not where it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_ml.backtest.response import backtest_response
from omnify_ml.carry_over import CarryOver, carried, kept_of, learn_carry_over
from omnify_ml.panel import panel_of
from omnify_ml.response import fit_response
from tests.builders.ml_worlds import days, last_day, steady

N_DAYS = 120


def world(
    half_life: float, *, seed: int = 0, entities: int = 8, per_day: float = 40.0, group: str = "meta/USD"
) -> pd.DataFrame:
    """Campaigns whose budgets move every ten days and whose money works on with a half-life."""
    rng = np.random.default_rng(seed)
    shape = (entities, N_DAYS)
    steps = np.repeat(0.5 * rng.standard_normal((entities, N_DAYS // 10)), 10, axis=1)
    spend = 100 * np.exp(0.4 * rng.standard_normal((entities, 1)) + steps + 0.1 * rng.standard_normal(shape))
    at_work = carried(spend, np.full(entities, float(kept_of(np.array(half_life)))))
    drift = np.cumsum(0.03 * rng.standard_normal(shape), axis=1) + 0.1 * rng.standard_normal(shape)
    conversions = rng.poisson(per_day * (at_work / 100) ** 0.8 * np.exp(drift))
    names = [f"c{number}" for number in range(entities)]
    return pd.DataFrame(
        {
            "entity": np.repeat(names, N_DAYS),
            "group": group,
            "date": np.tile(days(N_DAYS), entities),
            "impressions": 5000.0,
            "clicks": spend.ravel(),
            "cost": spend.ravel(),
            "conversions": conversions.ravel(),
            "revenue": conversions.ravel() * 50.0,
        }
    )


def learned(frame: pd.DataFrame) -> CarryOver:
    return learn_carry_over(panel_of(frame))


@pytest.mark.parametrize("half_life", [2.0, 7.0, 14.0])
def test_a_known_half_life_is_recovered(half_life: float) -> None:
    for seed in range(3):
        found = learned(world(half_life, seed=seed))
        assert np.median(found.half_life) == pytest.approx(half_life, rel=0.35)
        assert found.own.mean() > 0.8


@pytest.mark.parametrize("group", ["google/USD", "youtube/USD"])
def test_where_nothing_carries_over_none_is_seen(group: str) -> None:
    for seed in range(5):
        assert not learned(world(0.0, seed=seed, group=group)).half_life.any()
        assert not learned(world(0.0, seed=seed, entities=2, per_day=8.0, group=group)).half_life.any()


def test_a_history_without_movement_or_counts_decides_nothing() -> None:
    still = learned(steady("google:1", 90))
    few = learned(world(14.0, per_day=0.2))
    assert not still.half_life.any()
    assert not few.half_life.any()
    assert few.own.max() == pytest.approx(0.0, abs=1e-9)


def test_a_campaign_with_few_days_borrows_from_its_group() -> None:
    frame = world(7.0)
    young = frame[(frame["entity"] != "c0") | (frame["date"] > days(N_DAYS)[-20])]
    found = learned(young)
    assert found.half_life[0] == pytest.approx(7.0, rel=0.4)


def test_a_steady_spend_is_its_own_effective_spend_and_a_change_arrives_slowly() -> None:
    memory = CarryOver(np.array([0.0, 7.0]), np.zeros(2))
    spend = np.full((2, 60), 50.0)
    assert carried(spend, memory.kept) == pytest.approx(spend)
    now = memory.mixed(np.array([50.0, 50.0]), np.array([100.0, 100.0]), 7)
    # After one half-life half of the change is there; over the days before it, less than half on average.
    assert now[0] == 100.0
    left = np.mean(0.5 ** (np.arange(1, 8) / 7))
    assert now[1] == pytest.approx(100.0 - 50.0 * left)
    far = memory.mixed(np.array([50.0, 50.0]), np.array([100.0, 100.0]), 2000)
    assert far[1] == pytest.approx(100.0, rel=0.01)


def test_without_carry_over_the_answers_are_the_same_to_the_last_bit() -> None:
    frame = world(0.0)
    usual = fit_response(frame, as_of=last_day(N_DAYS))
    without = fit_response(frame, as_of=last_day(N_DAYS), lasting=False)
    assert usual.predict("c1", 137.0) == without.predict("c1", 137.0)
    assert (usual.curves().scale == without.curves().scale).all()
    assert "Carry-over" not in usual.note("c1")


def test_a_raise_shows_late_where_money_works_on_and_the_note_says_so() -> None:
    model = fit_response(world(14.0), as_of=last_day(N_DAYS))
    level = float(model.working[0])
    first, late = (
        model.predict("c0", 2 * level, horizon_days=horizon)["conversions"].p50 / horizon
        for horizon in (7, 90)
    )
    assert first < 0.85 * late
    assert "half-life about 1" in model.note("c0")
    assert "own data weigh" in model.note("c0")


def test_curves_for_the_split_are_those_of_a_steady_spend() -> None:
    model = fit_response(world(14.0), as_of=last_day(N_DAYS))
    level = float(model.working[0])
    curve = model.curves("conversions").value(np.full(len(model.entities), 2 * level))[0]
    long = model.predict("c0", 2 * level, horizon_days=3000)["conversions"].p50 / 3000
    week = model.predict("c0", 2 * level)["conversions"].p50 / 7
    assert curve == pytest.approx(long, rel=0.15)
    assert week < 0.8 * curve


def test_with_carry_over_the_coming_week_is_foretold_better() -> None:
    frame = world(14.0).assign(clicks=0.0)
    found = backtest_response(frame, origins=6, test_from=str(days(N_DAYS)[45].date()))
    assert found.ratios["logerr/constant_price"] < 0.5
