"""Delivery figures as the platforms report them at a moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from omnify_sandbox.randomness import IntArray


class Sums(NamedTuple):
    """Summed figures of one object over some days, in its account's currency.

    `value_cents` is attributed revenue in minor units.
    """

    spend_micros: int
    impressions: int
    clicks: int
    conversions: int
    value_cents: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Arrays of days x ads."""

    days: tuple[date, ...]
    spend_micros: IntArray
    impressions: IntArray
    clicks: IntArray
    conversions: IntArray
    value_cents: IntArray

    def by_day(self, ads: list[int]) -> list[Sums]:
        """One row per day, summed over `ads`."""
        return [Sums(*row) for row in self._table(ads).tolist()]

    def running(self, ads: list[int]) -> RunningSums:
        """For sums over many stretches of days of the same `ads`."""
        start = np.zeros((1, len(Sums._fields)), np.int64)
        return RunningSums(np.concatenate([start, self._table(ads).cumsum(axis=0)]).tolist())

    def _table(self, ads: list[int]) -> IntArray:
        columns = (self.spend_micros, self.impressions, self.clicks, self.conversions, self.value_cents)
        return np.stack([column[:, ads].sum(axis=1, dtype=np.int64) for column in columns], axis=1)


@dataclass(frozen=True, slots=True)
class RunningSums:
    """Figures summed from the first day on: one row more than there are days."""

    upto: list[list[int]]

    def between(self, start: int, stop: int) -> Sums:
        """Of the days from place `start` up to, but not including, `stop`."""
        return Sums(*(b - a for a, b in zip(self.upto[start], self.upto[stop], strict=True)))


def reach(impressions: float, audience: float, days: int) -> int:
    """People reached: gamma-Poisson exposure over the part of the audience that was online."""
    if impressions <= 0:
        return 0
    online = audience * (1 - 0.65 * math.exp(-(days - 1) / 6))
    spread = 0.8
    reached = online * (1 - math.pow(1 + impressions / (online * spread), -spread))
    return max(1, min(int(impressions), round(reached)))


def level_audience(audience: float, ads: int) -> float:
    """People whom `ads` creatives of one campaign reach together: some are the same."""
    return audience * math.pow(ads, 0.6)
