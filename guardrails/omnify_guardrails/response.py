"""The expected change of spend, conversions and value over the horizon, from fitted response curves.

A campaign rarely spends its whole budget. The share that it used on recent days scales the new budget
to a spend; the curves turn the spend before and after into outcomes. Both ends of a step share the
model's draws, so the difference of equal quantiles is the step's quantile; steps are added up as if
they all went well, or badly, together, which widens the band rather than narrows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from omnify_core.campaigns import DailyMetrics, Status
from omnify_core.change_sets import Band
from omnify_core.legs import BudgetLeg, SpendLeg
from omnify_core.money import exponent
from omnify_guardrails.worst_case import HORIZON_DAYS
from omnify_ml.response import ResponseModel, fit_response

_RECENT_DAYS = 14


class _Spread(NamedTuple):
    """P10, P50 and P90 of a change; a falling one is ordered as well."""

    low: float
    middle: float
    high: float

    @classmethod
    def between(cls, first: float, middle: float, last: float) -> _Spread:
        low, centre, high = sorted((first, middle, last))
        return cls(low, centre, high)

    def plus(self, other: _Spread) -> _Spread:
        return _Spread(self.low + other.low, self.middle + other.middle, self.high + other.high)


def expected_change(
    rows: Sequence[DailyMetrics], legs: Sequence[SpendLeg], *, as_of: date, currency: str
) -> tuple[tuple[Band, Band, Band], tuple[str, ...]]:
    """Bands of spend, conversions and value, and what the reader must know about them."""
    model = fit_response(history_frame(rows), as_of=as_of)
    sums = [_Spread(0.0, 0.0, 0.0)] * 3
    notes: list[str] = []
    for leg in legs:
        used = _used_share(rows, leg)
        sums = [sum_.plus(part) for sum_, part in zip(sums, _one(model, leg, used), strict=True)]
        notes += _notes(model, leg, used)
    places = exponent(currency)
    spend, conversions, value = sums
    bands = (
        _band(spend, currency, places),
        _band(conversions, "conversions", 1),
        _band(value, currency, places),
    )
    return bands, tuple(dict.fromkeys(notes))


def history_frame(rows: Sequence[DailyMetrics]) -> pd.DataFrame:
    """The models' long form: one row per campaign and day, money in currency units."""
    return pd.DataFrame(
        {
            "entity": [row.entity_id for row in rows],
            "group": [row.platform.value for row in rows],
            "date": pd.to_datetime([row.day for row in rows]),
            "impressions": [row.impressions for row in rows],
            "clicks": [row.clicks for row in rows],
            "cost": [float(row.spend.units) for row in rows],
            "conversions": [row.conversions for row in rows],
            "revenue": [float(row.revenue.units) for row in rows],
        }
    )


def _one(model: ResponseModel, leg: SpendLeg, used: _Spread) -> tuple[_Spread, _Spread, _Spread]:
    before, after = _budgets(leg)
    now = model.predict(leg.ref.id, before * used.middle, horizon_days=HORIZON_DAYS)
    then = model.predict(leg.ref.id, after * used.middle, horizon_days=HORIZON_DAYS)
    step = (after - before) * HORIZON_DAYS
    spend = _Spread.between(step * used.low, step * used.middle, step * used.high)
    conversions, value = (
        _Spread.between(
            then[name].p10 - now[name].p10, then[name].p50 - now[name].p50, then[name].p90 - now[name].p90
        )
        for name in ("conversions", "revenue")
    )
    return spend, conversions, value


def _budgets(leg: SpendLeg) -> tuple[float, float]:
    """Daily budget in force before and after, in currency units."""
    if isinstance(leg, BudgetLeg):
        return float(leg.before.units), float(leg.after.units)
    at_stake = float(leg.daily_budget.units)
    return (0.0, at_stake) if leg.after is Status.ENABLED else (at_stake, 0.0)


def _used_share(rows: Sequence[DailyMetrics], leg: SpendLeg) -> _Spread:
    """How much of its budget the campaign spent on its last days with delivery."""
    budget = max(_budgets(leg)) if not isinstance(leg, BudgetLeg) else float(leg.before.units)
    days = sorted((row.day, float(row.spend.units)) for row in rows if row.entity_id == leg.ref.id)
    if budget <= 0:
        return _Spread(1.0, 1.0, 1.0)
    shares = np.minimum(np.array([spend for _, spend in days[-_RECENT_DAYS:]]) / budget, 2.0)
    low, middle, high = np.quantile(shares, [0.1, 0.5, 0.9])
    return _Spread(float(low), float(middle), float(high))


def _notes(model: ResponseModel, leg: SpendLeg, used: _Spread) -> list[str]:
    notes = [f"{leg.ref.id}: {model.note(leg.ref.id)}"]
    if used.middle < 0.85:
        notes.append(f"{leg.ref.id} used {used.middle:.0%} of its budget lately; a raise may not be spent.")
    if model.extrapolates(leg.ref.id, _budgets(leg)[1] * used.middle):
        notes.append(f"{leg.ref.id} would spend more than ever seen: an extrapolation.")
    return notes


def _band(spread: _Spread, unit: str, places: int) -> Band:
    texts = [str(round(Decimal(number), places)) for number in spread]
    return Band(p10=texts[0], p50=texts[1], p90=texts[2], unit=unit)
