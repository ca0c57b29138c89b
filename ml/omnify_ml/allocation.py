"""Splitting a budget over campaigns: exact by its dual where curves are concave, certified elsewhere.

At the optimum every campaign that can still move has the same marginal return, the shadow price of
the budget. So one number is searched instead of a thousand. S-shaped curves are replaced by their
concave envelope, which bounds the optimum from above; where the plan lands on a bridge of the
envelope the range of that campaign is split in two until the bound is met.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np

from omnify_core.errors import BadInput
from omnify_ml.curves import Curves, Envelope, envelope
from omnify_ml.interval import FloatArray, IntArray

CERTIFIED_GAP = 1e-3
_ROUND = 1 + 1e-9


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


class GroupCap(NamedTuple):
    """At most `most` (and at least `least`) money over `members` (indices; groups do not overlap)."""

    members: Sequence[int]
    most: float
    least: float = 0.0


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


@dataclass(frozen=True)
class Limits:
    """Budget and group caps as arrays; `group_of` is -1 for campaigns without a group."""

    budget: float
    names: tuple[str, ...]
    group_of: IntArray
    most: FloatArray
    least: FloatArray
    least_marginal: float

    @classmethod
    def of(cls, n: int, budget: float, groups: Mapping[str, GroupCap], least_marginal: float) -> Limits:
        group_of = np.full(n, -1, dtype=np.int64)
        for number, (name, cap) in enumerate(groups.items()):
            members = np.asarray(cap.members, dtype=np.int64)
            if (group_of[members] >= 0).any():
                raise BadInput(f"Group {name!r} shares a campaign with another group; make groups disjoint.")
            group_of[members] = number
        most = np.array([cap.most for cap in groups.values()], dtype=np.float64)
        least = np.array([cap.least for cap in groups.values()], dtype=np.float64)
        return cls(float(budget), tuple(groups), group_of, most, least, least_marginal)

    def check(self, lower: FloatArray, upper: FloatArray) -> None:
        """Raises BadInput naming the first limit that contradicts the others."""
        if not len(self.group_of) == len(lower) == len(upper):
            raise BadInput(
                f"{len(self.group_of)} curves need as many limits (lower {len(lower)}, upper {len(upper)})."
            )
        if (lower < 0).any() or (lower > upper).any():
            worst = int(np.argmax((lower < 0) | (lower > upper)))
            raise BadInput(
                f"Campaign {worst}: {lower[worst]}..{upper[worst]} is no range; need 0 <= lower <= upper."
            )
        sums = zip(
            self.names, self.group_sums(lower), self.group_sums(upper), self.least, self.most, strict=True
        )
        for name, low, top, least, most in sums:
            if low > most * _ROUND or top * _ROUND < least or least > most:
                raise BadInput(
                    f"Group {name!r}: campaigns allow {low:.2f}..{top:.2f}, its caps {least:.2f}..{most:.2f}."
                )
        needed = self.needed(lower)
        if needed > self.budget * _ROUND:
            raise BadInput(
                f"The minimum spends sum to {needed:.2f}, above the budget {self.budget:.2f}; lower them."
            )

    def needed(self, lower: FloatArray) -> float:
        """The least money that meets every minimum."""
        free = float(lower[self.group_of < 0].sum())
        return free + float(np.maximum(self.group_sums(lower), self.least).sum())

    def allows(self, lower: FloatArray, upper: FloatArray) -> bool:
        """Whether some spend within the ranges meets every limit."""
        caps = (self.group_sums(lower) <= self.most * _ROUND).all()
        floors = (self.group_sums(upper) * _ROUND >= self.least).all()
        return bool(caps and floors and self.needed(lower) <= self.budget * _ROUND)

    def group_sums(self, spend: FloatArray) -> FloatArray:
        member = self.group_of >= 0
        return np.bincount(self.group_of[member], spend[member], len(self.names)).astype(np.float64)

    def spread(self, per_group: FloatArray, rest: float) -> FloatArray:
        """One number per campaign: its group's, or `rest` without a group."""
        return np.append(per_group, rest)[self.group_of]


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
