"""Splitting a budget over campaigns: exact by its dual where curves are concave, certified elsewhere.

At the optimum every campaign that can still move has the same marginal return, the shadow price of
the budget. So one number is searched instead of a thousand. S-shaped curves are replaced by their
concave envelope, which bounds the optimum from above; where the plan lands on a bridge of the
envelope the range of that campaign is split in two until the bound is met.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np

from omnify_ml.curves import Curves, envelope
from omnify_ml.interval import FloatArray
from omnify_ml.limits import GroupCap, Limits
from omnify_ml.market import Market, Prices, Relaxed

CERTIFIED_GAP = 1e-3


@dataclass(frozen=True)
class Allocation:
    """The plan. `shadow_price`: what one more unit of budget would bring; `marginal`: per campaign.

    `gap`: certified share by which the best possible plan could be better (0 for concave curves).
    `group_prices`: extra price of each binding group cap (what one more unit of cap would bring).
    """

    spend: FloatArray
    value: FloatArray
    shadow_price: float
    marginal: FloatArray
    gap: float
    unspent: float
    group_prices: dict[str, float]

    @property
    def total(self) -> float:
        return float(self.value.sum())


def allocate(
    curves: Curves,
    *,
    budget: float,
    lower: FloatArray,
    upper: FloatArray,
    groups: Mapping[str, GroupCap] | None = None,
    least_marginal: float = 0.0,
    gap: float = CERTIFIED_GAP,
    max_nodes: int = 200,
) -> Allocation:
    """The spend per campaign that brings most within `lower..upper`, `budget` and group caps.

    Money whose marginal return would be below `least_marginal` stays unspent.
    Raises BadInput when the limits cannot all hold.
    """
    lower, upper = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    limits = Limits.of(len(curves), budget, groups or {}, least_marginal)
    limits.check(lower, upper)
    spend, price, bound = _search(curves, limits, lower, upper, gap=gap, max_nodes=max_nodes)
    value = curves.value(spend)
    left = max(bound - float(value.sum()), 0.0)
    return Allocation(
        spend,
        value,
        price.budget,
        curves.slope(spend),
        left / bound if bound > 0 else 0.0,
        max(budget - float(spend.sum()), 0.0),
        dict(zip(limits.names, (price.groups - price.budget).round(12).tolist(), strict=True)),
    )


class Found(NamedTuple):
    spend: FloatArray
    prices: Prices
    bound: float


def _search(
    curves: Curves, limits: Limits, lower: FloatArray, upper: FloatArray, *, gap: float, max_nodes: int
) -> Found:
    """Best-first branch and bound over the ranges of S-shaped campaigns."""
    root = _node(curves, limits, lower, upper)
    best, order = root.spend, count()
    best_value = float(curves.value(best).sum())
    waiting = [(-root.bound, next(order), root)]
    bound = root.bound
    for _ in range(max_nodes):
        bound = -waiting[0][0] if waiting else best_value
        if not waiting or bound - best_value <= gap * abs(bound):
            break
        node = heapq.heappop(waiting)[2]
        for child in _split(curves, limits, node):
            value = float(curves.value(child.spend).sum())
            if value > best_value:
                best, best_value = child.spend, value
            if child.bound > best_value:
                heapq.heappush(waiting, (-child.bound, next(order), child))
    return Found(best, root.prices, max(bound, best_value))


def _node(curves: Curves, limits: Limits, lower: FloatArray, upper: FloatArray) -> Relaxed:
    return Market(curves, limits, envelope(curves, lower, upper)).relax()


def _split(curves: Curves, limits: Limits, node: Relaxed) -> list[Relaxed]:
    """The two halves of the range where the envelope exceeds the curve most."""
    market = Market(curves, limits, node.hull)
    excess = market.hull_value(node.spend) - curves.value(node.spend)
    worst = int(np.argmax(excess))
    at = float(node.spend[worst])
    children = []
    for side in ("low", "high"):
        lower, upper = node.hull.lower.copy(), node.hull.upper.copy()
        (upper if side == "low" else lower)[worst] = at
        if limits.allows(lower, upper):
            children.append(_node(curves, limits, lower, upper))
    return children


__all__ = ["Allocation", "GroupCap", "allocate"]
