from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize

from omnify_core.errors import BadInput
from omnify_ml.allocation import GroupCap, allocate
from omnify_ml.curves import Curves, envelope


def mixed(n: int, seed: int, *, top_shape: float) -> Curves:
    rng = np.random.default_rng(seed)
    return Curves.hill(rng.lognormal(3, 1, n), rng.lognormal(5, 0.7, n), rng.uniform(0.6, top_shape, n))


def brute(curves: Curves, budget: float, lower: np.ndarray, upper: np.ndarray, steps: int) -> float:
    """Best value over a grid of three spends that use up the budget."""
    first, second = (np.linspace(lower[i], upper[i], steps) for i in (0, 1))
    best = 0.0
    for a, b in itertools.product(first, second):
        rest = budget - a - b
        if lower[2] <= rest <= upper[2]:
            best = max(best, float(curves.value(np.array([a, b, rest])).sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("top_shape", [1.0, 3.0])
def test_no_grid_point_beats_the_plan(seed: int, top_shape: float) -> None:
    curves = mixed(3, seed, top_shape=top_shape)
    lower, upper = np.zeros(3), np.full(3, 600.0)
    plan = allocate(curves, budget=500.0, lower=lower, upper=upper)
    assert plan.total >= brute(curves, 500.0, lower, upper, 120) * (1 - 1e-6)
    assert plan.spend.sum() == pytest.approx(500.0)


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_the_certified_gap_is_at_most_a_thousandth(n: int) -> None:
    curves = mixed(n, 4, top_shape=3.0)
    now = curves.half * 0.7
    plan = allocate(curves, budget=float(now.sum()), lower=0.2 * now, upper=3 * now)
    assert plan.gap <= 1e-3
    assert (plan.spend >= 0.2 * now - 1e-9).all()
    assert (plan.spend <= 3 * now + 1e-9).all()


def test_a_concave_plan_equals_a_general_solver() -> None:
    curves = mixed(8, 9, top_shape=1.0)
    now = curves.half * 0.5
    plan = allocate(curves, budget=float(now.sum()), lower=0.1 * now, upper=4 * now)
    found = minimize(
        lambda x: -curves.value(x).sum(), now, jac=lambda x: -curves.slope(x), method="SLSQP",
        bounds=list(zip(0.1 * now, 4 * now, strict=True)), options={"maxiter": 500, "ftol": 1e-12},
        constraints={"type": "eq", "fun": lambda x: x.sum() - now.sum(), "jac": np.ones_like},
    )  # fmt: skip
    assert plan.total >= -found.fun * (1 - 1e-7)


def test_free_campaigns_share_one_marginal_return_the_shadow_price() -> None:
    curves = Curves.power(np.array([5.0, 9.0, 4.0]), np.array([0.7, 0.8, 0.6]))
    plan = allocate(curves, budget=1000.0, lower=np.zeros(3), upper=np.full(3, 1000.0))
    assert plan.marginal == pytest.approx(np.full(3, plan.shadow_price), rel=1e-6)
    more = allocate(curves, budget=1001.0, lower=np.zeros(3), upper=np.full(3, 1001.0))
    assert more.total - plan.total == pytest.approx(plan.shadow_price, rel=1e-3)


def test_group_caps_hold_and_have_a_price() -> None:
    curves = mixed(20, 2, top_shape=1.0)
    budget = float(curves.half.sum())
    groups = {"a": GroupCap(range(10), 0.2 * budget), "b": GroupCap(range(10, 20), budget, 0.7 * budget)}
    plan = allocate(curves, budget=budget, lower=np.zeros(20), upper=np.full(20, budget), groups=groups)
    assert plan.spend[:10].sum() <= 0.2 * budget * (1 + 1e-9)
    assert plan.spend.sum() <= budget * (1 + 1e-9)
    assert plan.group_prices["a"] > 0
    assert plan.gap < 1e-9


def test_a_group_minimum_is_met_though_it_does_not_pay() -> None:
    curves = Curves.power(np.array([1.0, 10.0]), np.array([0.5, 0.9]))
    plan = allocate(
        curves,
        budget=100.0,
        lower=np.zeros(2),
        upper=np.full(2, 100.0),
        groups={"a": GroupCap([0], 100.0, 40.0)},
    )
    assert plan.spend[0] == pytest.approx(40.0)


def test_money_that_brings_too_little_stays_unspent() -> None:
    curves = Curves.power(np.array([10.0]), np.array([0.5]))
    plan = allocate(curves, budget=1000.0, lower=np.zeros(1), upper=np.array([1000.0]), least_marginal=1.0)
    assert plan.spend[0] == pytest.approx(25.0, rel=1e-6)
    assert plan.unspent == pytest.approx(975.0, rel=1e-6)


def test_the_budget_may_exceed_what_campaigns_can_take() -> None:
    curves = Curves.power(np.array([10.0, 5.0]), np.array([0.5, 0.9]))
    plan = allocate(curves, budget=1000.0, lower=np.zeros(2), upper=np.array([10.0, 20.0]))
    assert plan.spend == pytest.approx([10.0, 20.0])
    assert plan.unspent == pytest.approx(970.0)


def test_contradicting_limits_are_named() -> None:
    curves = Curves.power(np.array([10.0, 5.0]), np.array([0.5, 0.9]))
    with pytest.raises(BadInput, match="minimum spends sum to 60"):
        allocate(curves, budget=50.0, lower=np.array([30.0, 30.0]), upper=np.array([40.0, 40.0]))
    with pytest.raises(BadInput, match="no range"):
        allocate(curves, budget=50.0, lower=np.array([30.0, 0.0]), upper=np.array([20.0, 40.0]))
    groups = {"a": GroupCap([0], 10.0), "b": GroupCap([0, 1], 10.0)}
    with pytest.raises(BadInput, match="disjoint"):
        allocate(curves, budget=50.0, lower=np.zeros(2), upper=np.full(2, 9.0), groups=groups)


def test_the_envelope_lies_above_the_curve_and_touches_it() -> None:
    curves = Curves.hill(np.array([100.0]), np.array([50.0]), np.array([2.5]))
    hull = envelope(curves, np.zeros(1), np.array([300.0]))
    for spend in np.linspace(1, float(hull.touch[0]), 50):
        assert hull.chord[0] * spend >= curves.value(np.array([spend]))[0] - 1e-6
    assert hull.chord[0] * hull.touch[0] == pytest.approx(curves.value(hull.touch)[0], rel=1e-6)


def test_a_curve_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="Curve 1"):
        Curves.power(np.array([1.0, 1.0]), np.array([0.5, 1.5]))
