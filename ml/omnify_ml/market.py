"""Campaigns as buyers: what each takes at a price, and the price at which the budget is taken up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from omnify_ml.curves import Curves, Envelope
from omnify_ml.interval import FloatArray
from omnify_ml.limits import Limits


class Prices(NamedTuple):
    """Marginal return asked of every campaign, and of the members of each group."""

    budget: float
    groups: FloatArray


class Relaxed(NamedTuple):
    """The optimum on the envelopes: an upper bound, and the spend that reaches it there."""

    spend: FloatArray
    prices: Prices
    bound: float
    hull: Envelope


@dataclass(frozen=True)
class Market:
    """Envelopes and limits together: what campaigns demand at a price."""

    curves: Curves
    limits: Limits
    hull: Envelope

    def demand(self, price: FloatArray) -> FloatArray:
        """Spend at which each envelope's marginal return has fallen to `price` (one per campaign)."""
        wanted = np.clip(
            self.curves.spend_at_slope(np.maximum(price, 1e-300)), self.hull.touch, self.hull.upper
        )
        worth_it = (price < self.hull.chord) & (self.curves.scale > 0)
        return np.where(worth_it, wanted, self.hull.lower)

    def group_demand(self, prices: FloatArray) -> FloatArray:
        return self.limits.group_sums(self.demand(self.limits.spread(prices, 1.0)))

    def group_range(self, scale: float) -> tuple[FloatArray, FloatArray]:
        """Prices above which each group's cap holds, and below which its minimum is met."""
        limits, n = self.limits, len(self.limits.names)
        if not n:
            return np.zeros(0), np.zeros(0)
        none = np.full(n, 1e-12 * scale)
        caps = _clear(self.group_demand, limits.most, scale, n)[1]
        floors = _clear(self.group_demand, limits.least, scale, n)[1]
        caps = np.where(self.group_demand(none) <= limits.most, 0.0, caps)
        idle = limits.group_sums(self.hull.lower) >= limits.least
        return caps, np.where(idle, np.inf, np.maximum(floors, caps))

    def asked(self, price: float, caps: FloatArray, floors: FloatArray) -> FloatArray:
        return self.limits.spread(np.clip(price, caps, floors), price)

    def fill(self, spend: FloatArray, more: FloatArray) -> FloatArray:
        """Adds `more` where group minimums, then the budget, still ask for money."""
        limits, spend = self.limits, spend.copy()
        short = np.maximum(limits.least - limits.group_sums(spend), 0.0)
        free = limits.most - limits.group_sums(spend)
        left = limits.budget - float(spend.sum())
        order = np.flatnonzero(more > 0)
        urgent = limits.spread(short, 0.0)[order] > 0
        for index in order[np.argsort(~urgent, kind="stable")]:
            group = int(limits.group_of[index])
            room = left - float(short.sum()) + (float(short[group]) if group >= 0 else 0.0)
            step = min(float(more[index]), room, float(free[group]) if group >= 0 else np.inf)
            if step <= 0:
                continue
            spend[index] += step
            left -= step
            if group >= 0:
                free[group] -= step
                short[group] = max(short[group] - step, 0.0)
        return spend

    def dual(self, price: Prices) -> float:
        """An upper bound on what any plan within the limits can bring."""
        limits = self.limits
        asked = limits.spread(price.groups, price.budget)
        spend = self.demand(asked)
        surplus = float((self.hull_value(spend) - asked * spend).sum())
        extra = price.groups - price.budget
        caps = float(
            (np.maximum(extra, 0.0) * limits.most).sum() + (np.minimum(extra, 0.0) * limits.least).sum()
        )
        return surplus + price.budget * limits.budget + caps

    def hull_value(self, spend: FloatArray) -> FloatArray:
        base = self.curves.value(self.hull.lower)
        chord = np.where(np.isfinite(self.hull.chord), self.hull.chord, 0.0)
        bridged = base + chord * (spend - self.hull.lower)
        return np.where(spend < self.hull.touch, bridged, self.curves.value(spend))

    def relax(self) -> Relaxed:
        limits = self.limits
        scale = max(float(self.curves.value(self.hull.upper).sum()) / max(limits.budget, 1e-9), 1e-12)
        caps, floors = self.group_range(scale)

        def total(price: FloatArray) -> FloatArray:
            spend = self.demand(self.asked(float(price[0]), caps, floors))
            short = np.maximum(limits.least - limits.group_sums(spend), 0.0).sum()
            return np.array([spend.sum() + short])

        low = high = max(limits.least_marginal, 1e-12 * scale)
        if total(np.array([high]))[0] > limits.budget:
            found = _clear(total, np.array([limits.budget]), scale, 1)
            low, high = float(found[0][0]), float(found[1][0])
        spend = self.demand(self.asked(high, caps, floors))
        less = self.demand(self.asked(low, caps * (1 - 1e-9), floors * (1 - 1e-9)))
        spend = self.fill(spend, less - spend)
        price = Prices(high, np.clip(high, caps, floors))
        return Relaxed(spend, price, self.dual(price), self.hull)


def _clear(
    demand: Callable[[FloatArray], FloatArray], target: FloatArray, scale: float, n: int
) -> tuple[FloatArray, FloatArray]:
    """Prices just below and just above which each falling `demand` meets its `target`."""
    low, high = np.full(n, np.log(scale) - 30.0), np.full(n, np.log(scale) + 60.0)
    for _ in range(64):
        middle = (low + high) / 2
        above = demand(np.exp(middle)) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
        if np.all(high - low < 1e-14):
            break
    return np.exp(low), np.exp(high)
