from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.allocation import allocate
from omnify_ml.curves import Curves
from omnify_ml.plans import allocate_frame


def spent(curves: Curves, *, seed: int, n_days: int = 80) -> pd.DataFrame:
    """A history in which every campaign's budget moved now and then, along known curves."""
    rng = np.random.default_rng(seed)
    n = len(curves)
    steps = np.repeat(rng.standard_normal((n_days // 10, n)), 10, axis=0)
    spend = 100 * rng.uniform(0.4, 1.6, n) * np.exp(0.35 * steps + 0.1 * rng.standard_normal((n_days, n)))
    names = [f"c{number:02d}" for number in range(n)]
    value = np.stack([curves.value(day) for day in spend]) * np.exp(0.2 * rng.standard_normal((n_days, n)))
    return pd.DataFrame({"campaign": names * n_days, "spend": spend.ravel(), "value": value.ravel()})


def truth(seed: int, n: int = 8) -> Curves:
    rng = np.random.default_rng(100 + seed)
    return Curves.hill(rng.lognormal(6, 0.5, n), rng.lognormal(4.8, 0.5, n), rng.uniform(0.6, 1.2, n))


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_from_history_comes_near_the_best_and_never_below_today(seed: int) -> None:
    curves, history = truth(seed), spent(truth(seed), seed=seed)
    by_campaign = history.groupby("campaign")["spend"]
    now, largest = (
        by_campaign.apply(lambda part: part.iloc[-14:].mean()).to_numpy(),
        by_campaign.max().to_numpy(),
    )
    plan = allocate_frame(history, budget=float(now.sum()))
    spend = np.array([row.spend for row in plan.campaigns])
    best = allocate(curves, budget=float(now.sum()), lower=now / 3, upper=1.5 * largest).total
    assert curves.value(spend).sum() >= 0.95 * best
    assert curves.value(spend).sum() >= curves.value(now).sum()


def test_given_curves_are_used_as_they_are() -> None:
    frame = pd.DataFrame({"campaign": ["x", "y"], "a": [100.0, 300.0], "k": [50.0, 80.0], "s": [0.9, 2.0]})
    plan = allocate_frame(frame.assign(min=[5.0, 0.0], max=[90.0, 200.0]), budget=120.0)
    assert sum(row.spend for row in plan.campaigns) == pytest.approx(120.0)
    assert plan.campaigns[0].spend >= 5.0
    assert plan.value_now is None
    assert plan.gap <= 1e-3


def test_a_plan_does_not_leave_what_its_history_can_say() -> None:
    history = spent(truth(1), seed=1)
    plan = allocate_frame(history, budget=10_000.0)
    largest = history.groupby("campaign")["spend"].max().to_numpy()
    assert all(row.spend <= 1.5 * most + 1e-6 for row, most in zip(plan.campaigns, largest, strict=True))
    assert plan.unspent > 0


def test_a_budget_below_a_third_of_today_is_still_split() -> None:
    plan = allocate_frame(spent(truth(2), seed=2), budget=50.0)
    assert sum(row.spend for row in plan.campaigns) == pytest.approx(50.0)


def test_dates_put_the_rows_in_order() -> None:
    history = spent(truth(3), seed=3)
    dated = history.assign(
        date=pd.Timestamp("2026-07-01") + pd.to_timedelta(history.groupby("campaign").cumcount(), unit="D")
    )
    shuffled = dated.sample(frac=1, random_state=1)
    assert allocate_frame(shuffled, budget=800.0).value == pytest.approx(
        allocate_frame(history, budget=800.0).value
    )


def test_a_bad_file_or_budget_is_named() -> None:
    with pytest.raises(BadInput, match="above 0"):
        allocate_frame(spent(truth(1), seed=1), budget=0.0)
    with pytest.raises(BadInput, match="give campaign, spend, value"):
        allocate_frame(pd.DataFrame({"campaign": ["x"], "spend": [1.0]}), budget=10.0)
    with pytest.raises(BadInput, match="needs a history"):
        allocate_frame(pd.DataFrame({"campaign": ["x"], "spend": [1.0], "value": [2.0]}), budget=10.0)
