"""Market runs: the clairvoyant is one, and the copilot earns through the real money path."""

from __future__ import annotations

from itertools import product

import numpy as np

from omnify_evals.market.clairvoyant import GRID, best_split
from omnify_evals.market.scoring import market_run, summary_of
from omnify_evals.market.world import budgets_of, earned, market_of, set_budgets


def test_the_clairvoyant_split_is_the_best_of_all_on_the_grid() -> None:
    budget = np.array([100.0, 80.0])
    amounts = budget[:, None] * GRID
    table = np.stack([30 * amounts[0] ** 0.5 - amounts[0], 9 * amounts[1] ** 0.7 - amounts[1]])
    total = 180.0
    found = best_split(table, budget, total=total, cap=400.0)
    value = sum(float(np.interp(found[i], amounts[i], table[i])) for i in range(2))
    every = [
        table[0, a] + table[1, b]
        for a, b in product(range(len(GRID)), repeat=2)
        if amounts[0, a] + amounts[1, b] <= total
    ]
    assert found.sum() <= total + 1e-9
    assert value >= max(every) - 1e-9
    assert best_split(-amounts, budget, total=total, cap=400.0).sum() < 0.2 * total, "a loss is not bought"


async def test_money_moved_at_random_earns_less_than_the_clairvoyant_and_a_copy_earns_the_same() -> None:
    best = await market_run("oracle", 11, 14)
    assert best.value == best.oracle_value > best.hold_value
    market = market_of(11)
    start = budgets_of(market)
    set_budgets(market, np.random.default_rng(1).permutation(start))
    market.advance(14)
    revenue, spend = earned(market, market.world.first_today)
    assert revenue - spend < best.hold_value


async def test_the_copilot_earns_more_than_holding_still_and_breaks_nothing() -> None:
    one = await market_run("copilot", 12, 14)
    assert one.changes > 10
    assert (one.duplicates, one.cap_violations) == (0, 0)
    assert one.value > one.hold_value
    summary = summary_of([one])
    assert summary.gap_closed_median == one.gap_closed
    assert summary.below_hold == 0
