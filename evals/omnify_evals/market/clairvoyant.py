"""What the best split of the same money would be, for someone who sees the hidden world.

The clairvoyant knows every response curve, the season, the present wear and the shocks of the coming
days, but not their luck: it maximizes expected revenue less spend, and leaves money unspent where the
next unit would bring less than itself. It does not plan wear ahead, so it is the optimum of each week,
not of the whole run.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from omnify_ml.interval import FloatArray, IntArray
from omnify_sandbox.demand import demand_factor, price_factor
from omnify_sandbox.response import efficiency
from omnify_sandbox.traits import soft_min
from omnify_sandbox.wear import kept_share
from omnify_sandbox.world import Setting, World

# Multiples of a budget that are tried; between them the net value is taken as straight.
GRID = np.concatenate([np.linspace(0.05, 1.0, 20), np.geomspace(1.1, 4.0, 14)])
# How the world splits lost efficiency over price, clicks and conversions; see its own module.
_PRICE, _CLICK, _CONVERSION = 0.55, 0.10, 0.35


def expected_net(world: World, setting: Setting, day: date) -> FloatArray:
    """Revenue less spend in USD per budget on `day`, at average luck and with today's wear."""
    t = world.traits
    n = len(t.cpm)
    able = np.bincount(t.campaign_of, setting.active, n) > 0
    shock = world.shocks.on(day.toordinal())
    season = np.where(t.is_work, demand_factor(day, True), demand_factor(day, False))
    others = world.rivalry.effects()
    demand = season * others.demand * np.exp(t.drift * (day - world.first_today).days / 365.25)
    pace = np.clip(1 + 0.3 * (demand - 1), 0.55, 2.0)
    n_budgets = len(setting.budget)
    available = np.where(able, t.capacity * demand, 0.0)
    pooled = _summed(t.budget_of, available, n_budgets)
    paced = np.bincount(t.budget_of, pace, n_budgets) / np.bincount(t.budget_of, minlength=n_budgets)
    wanted = soft_min(pooled, setting.budget * paced)
    share = np.divide(wanted, pooled, out=np.zeros(n_budgets), where=pooled > 0)
    spend = available * share[t.budget_of]
    kept = efficiency(t.curves, spend / np.where(able, t.reference * demand, 1.0))
    worn = kept_share(t.wear, world.exposures())
    pull = np.where(setting.active, t.favor * (t.appeal * worn) ** 1.5, 0.0)
    total = np.bincount(t.campaign_of, pull, n)[t.campaign_of]
    of_ad = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    price = t.cpm * shock.price * price_factor(day) * kept**-_PRICE
    impressions = spend[t.campaign_of] * of_ad / price[t.campaign_of] * 1000
    click_rate = (t.ctr * kept**_CLICK)[t.campaign_of] * t.appeal * worn
    conversion_rate = (
        (t.cvr * shock.conversion * shock.tracked * others.conversion * kept**_CONVERSION)[t.campaign_of]
        * t.fit
        * worn**0.15
    )
    orders = impressions * np.minimum(click_rate, 0.5) * conversion_rate
    net = _summed(t.campaign_of, orders, n) * t.order_value - spend
    return _summed(t.budget_of, net, n_budgets)


def _summed(place: IntArray, values: FloatArray, n: int) -> FloatArray:
    return np.asarray(np.bincount(place, values, n), dtype=np.float64)


def expected_table(world: World, setting: Setting, *, days: int) -> FloatArray:
    """Budgets x `GRID`: expected net value a day over the coming `days` at each multiple."""
    ahead = [world.day + timedelta(days=i) for i in range(days)]
    table = np.zeros((len(setting.budget), len(GRID)))
    for column, times in enumerate(GRID):
        tried = setting._replace(budget=setting.budget * times)
        for day in ahead:
            table[:, column] += expected_net(world, tried, day) / days
    return table


def best_split(table: FloatArray, budget: FloatArray, *, total: float, cap: float) -> FloatArray:
    """The budgets of at most that total with the highest expected net value, none above `cap`.

    Greedy over the concave envelope of each row, which is exact for concave rows.
    """
    amounts = budget[:, None] * GRID
    chosen: FloatArray = amounts[:, 0].copy()
    left = total - float(chosen.sum())
    steps = []
    for row in range(len(budget)):
        steps += _envelope(row, amounts[row], table[row], cap)
    for slope, row, width in sorted(steps, key=lambda step: -step[0]):
        taken = min(width, left)
        if taken <= 0 or slope <= 0:
            break
        chosen[row] += taken
        left -= taken
    return chosen


def _envelope(row: int, amount: FloatArray, value: FloatArray, cap: float) -> list[tuple[float, int, float]]:
    """(net value per money, row, width) of the segments of the upper concave hull, steepest first."""
    hull = [0]
    for place in range(1, len(amount)):
        if amount[place] > cap:
            break
        while len(hull) > 1 and _slope(amount, value, hull[-2], hull[-1]) <= _slope(
            amount, value, hull[-1], place
        ):
            hull.pop()
        hull.append(place)
    return [(_slope(amount, value, a, b), row, float(amount[b] - amount[a])) for a, b in pairwise(hull)]


def _slope(amount: FloatArray, value: FloatArray, a: int, b: int) -> float:
    return float((value[b] - value[a]) / (amount[b] - amount[a]))
