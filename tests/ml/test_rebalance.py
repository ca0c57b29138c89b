"""The next step of a budget review: bounded, towards what earns, never paid for by overshooting."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.rebalance import STEP, Move, at_present_spend, rebalance

LAST = date(2026, 6, 30)
ROAS = {"rich": 5.0, "fair": 2.0, "poor": 0.4, "idle": 6.0}
BUDGET = {"rich": 100.0, "fair": 100.0, "poor": 100.0, "idle": 100.0}


def history(days: int = 60) -> pd.DataFrame:
    """Each spends its budget, but for `idle`, which finds nothing more to buy at 30 a day."""
    random = np.random.default_rng(3)
    rows = []
    for name, roas in ROAS.items():
        for back in range(days):
            cost = 30.0 if name == "idle" else BUDGET[name] * random.uniform(0.97, 1.03)
            orders = random.poisson(cost * roas / 20)
            rows.append((name, "g", LAST - timedelta(days=back), 9000, 300, cost, orders, orders * 20.0))
    columns = ["entity", "group", "date", "impressions", "clicks", "cost", "conversions", "revenue"]
    return pd.DataFrame(rows, columns=columns)


def moves(**limits: float) -> dict[str, Move]:
    found = rebalance(history(), BUDGET, as_of=LAST, total=limits.pop("total", 400.0), **limits)  # type: ignore[arg-type]
    return {move.budget: move for move in found}


def test_money_goes_from_poor_to_rich_by_no_more_than_a_step() -> None:
    found = moves()
    assert found["rich"].then == pytest.approx(100 * (1 + STEP))
    assert found["poor"].then == pytest.approx(100 * (1 - STEP)), "it earns less than it costs"
    assert sum(move.then for move in found.values()) <= 400.0 + 1e-6


def test_spend_that_followed_demand_does_not_make_the_next_unit_worth_more() -> None:
    """Demand doubles every other week and spend with it: that says nothing about buying more."""
    frame = history()
    week = frame["date"].map(lambda day: (LAST - day).days // 7)
    busy = np.where(week % 2, 1.0, 0.5)
    for name in ("impressions", "clicks", "cost", "conversions", "revenue"):
        frame[name] = frame[name] * busy
    budgets = {name: 0.5 * budget for name, budget in BUDGET.items()}
    found = {move.budget: move for move in rebalance(frame, budgets, as_of=LAST, total=200.0)}
    fair = found["fair"]
    assert fair.marginal < 0.75 * ROAS["fair"] * fair.spend / fair.now


def test_a_budget_that_is_not_used_up_gets_no_more() -> None:
    assert moves()["idle"].then <= 100.0


def test_caps_hold() -> None:
    capped = rebalance(
        history(), BUDGET, as_of=LAST, total=400.0, caps={"p": (frozenset({"rich", "fair"}), 205.0)}, most=110
    )
    found = {move.budget: move.then for move in capped}
    assert found["rich"] + found["fair"] <= 205.0 + 1e-6
    assert max(found.values()) <= 110.0


def test_days_of_less_spend_are_read_as_if_they_had_the_present_one() -> None:
    """Revenue grows as spend to the power 0.6: at today's spend every day looks alike."""
    days = [LAST - timedelta(days=back) for back in range(40)]
    cost = [200.0 if back < 20 else 100.0 for back in range(40)]
    frame = pd.DataFrame({"entity": "a", "date": days, "cost": cost, "conversions": 1.0})
    frame["revenue"] = 50 * frame["cost"] ** 0.6
    read = at_present_spend(frame)
    roas = read["revenue"] / read["cost"]
    assert roas.drop(index=[19, 20, 18, 21, 17]).std() < 1e-9 < (frame["revenue"] / frame["cost"]).std()


def test_too_little_to_split_is_refused() -> None:
    with pytest.raises(BadInput, match="fewer than two"):
        rebalance(history()[lambda f: f["entity"] == "rich"], BUDGET, as_of=LAST, total=100.0)
