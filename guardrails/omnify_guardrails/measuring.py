"""A change's effect after the fact: the touched campaigns before and after, against all others.

What would have happened without the change is the level before it, moved by how the campaigns that nobody
touched moved meanwhile (difference in differences on ratios). The interval is Student's, from the daily
scatter before the change; a single day rarely proves anything, and then the verdict says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from scipy import stats

from omnify_core.campaigns import DailyMetrics
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_core.results import Interval

BEFORE_DAYS = 28
LEAST_BEFORE = 7
CONFIDENCE = 0.90


class Window(NamedTuple):
    """Complete days before the change and after it, each end included."""

    before_since: date
    before_until: date
    since: date
    until: date


class Measured(NamedTuple):
    """Changes over the window after; None where the days are too few to say."""

    net: Interval
    spend: Money
    value: Money


class _Series(NamedTuple):
    """Spend and value per day, in minor units of the base currency."""

    spend: np.ndarray
    value: np.ndarray


def measured(
    rows: Sequence[DailyMetrics], touched: Collection[EntityId], window: Window, rates: Rates
) -> Measured | None:
    """`rows` are campaign rows over both windows; days without a row had no delivery."""
    ours = [row for row in rows if row.entity_id in touched]
    others = [row for row in rows if row.entity_id not in touched]
    before = _series(ours, window.before_since, window.before_until, rates)
    after = _series(ours, window.since, window.until, rates)
    if len(before.spend) < LEAST_BEFORE or not before.spend.any():
        return None
    days = len(after.spend)
    spend_drift, value_drift = _drift(others, window, rates)
    expected_spend = float(before.spend.mean()) * spend_drift
    expected_value = float(before.value.mean()) * value_drift
    spend = float(after.spend.sum()) - expected_spend * days
    value = float(after.value.sum()) - expected_value * days
    daily = before.value * value_drift - before.spend * spend_drift
    half = _half_width(daily, days)
    middle = value - spend
    return Measured(
        net=Interval(
            low=_money(middle - half, rates), mid=_money(middle, rates), high=_money(middle + half, rates)
        ),
        spend=_money(spend, rates),
        value=_money(value, rates),
    )


def _half_width(daily: np.ndarray, days: int) -> float:
    """Of the sum over `days`: the scatter of new days, and the uncertainty of the level before."""
    scatter = float(daily.std(ddof=1))
    quantile = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(daily) - 1))
    return quantile * scatter * days * float(np.sqrt(1 / days + 1 / len(daily)))


def _drift(rows: Sequence[DailyMetrics], window: Window, rates: Rates) -> tuple[float, float]:
    """How everybody else's daily spend and value moved, as ratios; 1 without anybody to compare with."""
    before = _series(rows, window.before_since, window.before_until, rates)
    after = _series(rows, window.since, window.until, rates)
    ratios = []
    for old, new in ((before.spend, after.spend), (before.value, after.value)):
        comparable = old.mean() > 0 and new.mean() > 0
        ratios.append(float(new.mean() / old.mean()) if comparable else 1.0)
    return ratios[0], ratios[1]


def _series(rows: Sequence[DailyMetrics], since: date, until: date, rates: Rates) -> _Series:
    days = max((until - since).days + 1, 0)
    spend, value = np.zeros(days), np.zeros(days)
    for row in rows:
        if since <= row.day <= until:
            at = (row.day - since) // timedelta(days=1)
            spend[at] += rates.convert(row.spend).minor
            value[at] += rates.convert(row.revenue).minor
    return _Series(spend, value)


def _money(minor: float, rates: Rates) -> Money:
    return Money(round(minor), rates.base)
