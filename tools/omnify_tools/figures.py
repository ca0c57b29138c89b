"""Sums and ratios of daily figures: exact sums, and None where a denominator is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import fsum
from typing import NamedTuple

from omnify_core.campaigns import DailyMetrics
from omnify_core.errors import BadInput
from omnify_core.money import Money, total
from omnify_tools.tables import Unit


@dataclass(frozen=True, slots=True)
class Totals:
    """One currency's figures over some days."""

    impressions: int
    clicks: int
    spend: Money
    conversions: float
    revenue: Money

    @classmethod
    def of(cls, rows: Iterable[DailyMetrics], currency: str) -> Totals:
        """Raises MixedCurrencies rather than add unlike money."""
        kept = list(rows)
        return cls(
            impressions=sum(row.impressions for row in kept),
            clicks=sum(row.clicks for row in kept),
            spend=total((row.spend for row in kept), currency),
            conversions=round(fsum(row.conversions for row in kept), 4),
            revenue=total((row.revenue for row in kept), currency),
        )

    @property
    def ctr(self) -> float | None:
        return share(self.clicks, self.impressions)

    @property
    def cvr(self) -> float | None:
        return share(self.conversions, self.clicks)

    @property
    def cpc(self) -> Money | None:
        return per(self.spend, self.clicks)

    @property
    def cpa(self) -> Money | None:
        return per(self.spend, self.conversions)

    @property
    def roas(self) -> float | None:
        return share(self.revenue.minor, self.spend.minor)


def share(part: float, whole: float) -> float | None:
    """part / whole to six places, or None without a denominator."""
    return round(part / whole, 6) if whole else None


def per(amount: Money, count: float) -> Money | None:
    """Money per piece, to the minor unit; None without pieces."""
    return Money.rounded(amount.units / Decimal(str(count)), amount.currency) if count else None


def change(now: float | Money | None, before: float | Money | None) -> float | None:
    """Relative change as a share (0.1 = a tenth more); None where there is nothing to compare with."""
    if now is None or before is None:
        return None
    here = float(now.units) if isinstance(now, Money) else float(now)
    there = float(before.units) if isinstance(before, Money) else float(before)
    return round((here - there) / there, 4) if there else None


class Metric(NamedTuple):
    """How a metric is read, shown and judged. `lower_is_better` is None where neither is."""

    key: str
    label: str
    unit: Unit
    read: Callable[[Totals], float | Money | None]
    lower_is_better: bool = False


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric("spend", "Spend", "money", lambda totals: totals.spend),
        Metric("impressions", "Impressions", "count", lambda totals: totals.impressions),
        Metric("clicks", "Clicks", "count", lambda totals: totals.clicks),
        Metric("conversions", "Conversions", "count", lambda totals: totals.conversions),
        Metric("revenue", "Revenue", "money", lambda totals: totals.revenue),
        Metric("ctr", "CTR", "share", lambda totals: totals.ctr),
        Metric("cvr", "CVR", "share", lambda totals: totals.cvr),
        Metric("cpc", "CPC", "money", lambda totals: totals.cpc, lower_is_better=True),
        Metric("cpa", "CPA", "money", lambda totals: totals.cpa, lower_is_better=True),
        Metric("roas", "ROAS", "ratio", lambda totals: totals.roas),
    )
}


def metric_named(name: str) -> Metric:
    """Raises BadInput naming what there is."""
    found = METRICS.get(name.strip().lower())
    if found is None:
        raise BadInput(f"metric {name!r} is not known; use one of {', '.join(METRICS)}")
    return found


def size(value: float | Money) -> Decimal:
    """For sorting: money by its units, numbers as they are."""
    return value.units if isinstance(value, Money) else Decimal(str(value))
