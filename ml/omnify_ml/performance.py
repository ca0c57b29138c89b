"""Next week's performance per entity, and whether A will beat B."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import ndtr

from omnify_core.errors import BadInput
from omnify_ml.interval import FloatArray, Interval
from omnify_ml.panel import Panel, panel_of
from omnify_ml.rates import RateModel, fit_rate

BANDS = ("spend", "clicks", "conversions", "revenue", "ctr", "cvr", "cpa", "roas")
COMPARABLE = ("ctr", "cvr", "cpa", "roas")
MIN_DAYS = 7
MIN_CLICKS = 30


@dataclass(frozen=True, slots=True)
class PerformanceForecast:
    """What one entity is expected to do over the next `horizon_days`, if nothing is changed.

    `own_weight`: share (0-1) of the click rate's level that rests on the entity's own days; the rest
    comes from its group. `abstained` is empty, or the reason why there are no bands.
    """

    entity: str
    horizon_days: int
    n_days: int
    bands: dict[str, Interval]
    last7: dict[str, float | None]
    own_weight: float
    note: str
    abstained: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How likely A is to do better than B over the next days (a prediction, not a verdict on the past).

    `lift`: A's value over B's minus 1, in the metric's own direction (a negative lift of CPA is good).
    """

    a: str
    b: str
    metric: str
    p_a_better: float
    lift: Interval
    abstained: str


def forecast_performance(
    history: pd.DataFrame, *, as_of: date, horizon_days: int = 7
) -> list[PerformanceForecast]:
    """One forecast per entity; `as_of` is the last complete day in the history."""
    panel = panel_of(history, as_of=as_of)
    if not panel.entities:
        return []
    forecaster = Forecaster.fit(panel, horizon=horizon_days)
    return [forecaster.of(index) for index in range(len(panel.entities))]


def compare_entities(
    history: pd.DataFrame, a: str, b: str, *, metric: str = "cpa", as_of: date, horizon_days: int = 7
) -> Comparison:
    """P(A better than B next week) with the lift, both shrunk as the pooled history demands."""
    if metric not in COMPARABLE:
        raise BadInput(f"{metric!r} cannot be compared; choose one of {', '.join(COMPARABLE)}.")
    panel = panel_of(history, as_of=as_of)
    missing = next((name for name in (a, b) if name not in panel.entities), None)
    if missing is not None:
        raise BadInput(f"{missing!r} has no figures up to {as_of}; choose an entity with delivery.")
    forecaster = Forecaster.fit(panel, horizon=horizon_days)
    return forecaster.compare(panel.entities.index(a), panel.entities.index(b), metric)


@dataclass(frozen=True)
class Forecaster:
    """The fitted rates of one panel."""

    panel: Panel
    horizon: int
    rates: dict[str, RateModel]

    @classmethod
    def fit(cls, panel: Panel, *, horizon: int) -> Forecaster:
        names = ("ctr", "cvr", "clicks_per_cost", "conversions_per_cost", "roas")
        return cls(panel, horizon, {name: fit_rate(panel, name, horizon=horizon) for name in names})

    def of(self, index: int) -> PerformanceForecast:
        """The forecast of one entity, or an abstention with its reason."""
        panel = self.panel
        n_days = int(panel.active_days("impressions")[index])
        reason = refusal(panel, index)
        last7 = ratios({name: float(panel[name][index, -7:].sum()) for name in panel.values})
        bands = {} if reason else self._bands(index)
        return PerformanceForecast(
            panel.entities[index],
            self.horizon,
            n_days,
            bands,
            last7,
            self.own_weight(index),
            self._note(index),
            reason,
        )

    def own_weight(self, index: int) -> float:
        track = self.rates["ctr"].track
        start, now = track.variance[0, index, 0], track.variance[0, index, -1]
        clicks = self.panel["clicks"][index].sum()
        return float(clicks / (clicks + 1 / max(start, now, 1e-6)))

    def compare(self, a: int, b: int, metric: str) -> Comparison:
        names = self.panel.entities[a], self.panel.entities[b]
        reason = next(
            (f"{self.panel.entities[i]}: {why}" for i in (a, b) if (why := refusal(self.panel, i))), ""
        )
        if reason:
            return Comparison(*names, metric, 0.5, Interval(float("nan"), float("nan"), float("nan")), reason)
        (mean_a, var_a), (mean_b, var_b) = self.ratio(a, metric), self.ratio(b, metric)
        gap, sd = mean_a - mean_b, float(np.sqrt(var_a + var_b))
        better = float(ndtr((-gap if metric == "cpa" else gap) / sd))
        ratio = Interval.lognormal(gap, sd)
        return Comparison(*names, metric, better, Interval(ratio.p10 - 1, ratio.p50 - 1, ratio.p90 - 1), "")

    def ratio(self, index: int, metric: str) -> tuple[float, float]:
        """Log mean and variance of next week's metric, with the counting noise of a usual week."""
        rate = "conversions_per_cost" if metric == "cpa" else metric
        ahead = self.rates[rate].ahead(horizon=self.horizon)
        exposure_name = {"ctr": "impressions", "cvr": "clicks"}.get(rate, "cost")
        seen = self.panel[exposure_name][index, -7:].mean() * self.horizon
        unit = self.rates[rate].unit
        events = float(seen * np.exp(ahead.mean[index]) / unit)
        sign = -1.0 if metric == "cpa" else 1.0
        return sign * float(ahead.mean[index]), float(ahead.variance[index] + 1 / (events + 0.5))

    def _bands(self, index: int) -> dict[str, Interval]:
        bands = {name: _lognormal(*self.ratio(index, name)) for name in COMPARABLE}
        spend, spread = spend_ahead(self.panel, index, self.horizon)
        bands["spend"] = Interval.lognormal(0.0, spread, scale=spend)
        for name, rate in (
            ("clicks", "clicks_per_cost"),
            ("conversions", "conversions_per_cost"),
            ("revenue", "roas"),
        ):
            ahead, unit = self.rates[rate].ahead(horizon=self.horizon), self.rates[rate].unit
            expected = spend * float(np.exp(ahead.mean[index]))
            variance = spread**2 + float(ahead.variance[index]) + 1 / (expected / unit + 0.5)
            bands[name] = Interval.lognormal(0.0, float(np.sqrt(variance)), scale=expected)
        return {name: bands[name] for name in BANDS}

    def _note(self, index: int) -> str:
        recent = self.panel["conversions"][index, -28:].sum()
        if recent < 10:
            return f"Only {recent:.0f} conversions in 28 days: conversion figures lean on the group."
        return ""


def spend_ahead(panel: Panel, index: int, horizon: int) -> tuple[float, float]:
    """Expected spend of the horizon at the recent pace, and the log spread of weeks in this panel."""
    recent = panel["cost"][index, -7:]
    weekly = weekly_changes(panel["cost"])
    spread = float(np.clip(1.2533 * np.mean(np.abs(weekly)), 0.03, 1.5)) if len(weekly) >= 5 else 0.3
    return float(recent.mean() * horizon), spread


def weekly_changes(cost: FloatArray) -> FloatArray:
    """Log changes from one active week to the next, over all entities."""
    n_weeks = cost.shape[1] // 7
    weeks = cost[:, cost.shape[1] - 7 * n_weeks :].reshape(len(cost), n_weeks, 7).sum(axis=2)
    before, after = weeks[:, :-1], weeks[:, 1:]
    both = (before > 0) & (after > 0)
    return np.asarray(np.log(after[both] / before[both]))


def refusal(panel: Panel, index: int) -> str:
    """Why this entity gets no forecast; empty if it gets one."""
    active = int(panel.active_days("impressions")[index])
    clicks = float(panel["clicks"][index].sum())
    if active < MIN_DAYS:
        return f"insufficient data: {active} days with delivery, {MIN_DAYS} needed"
    if clicks < MIN_CLICKS:
        return f"insufficient data: {clicks:.0f} clicks, {MIN_CLICKS} needed"
    if panel["impressions"][index, -7:].sum() == 0:
        return "no delivery in the last 7 days"
    return ""


def ratios(sums: dict[str, float]) -> dict[str, float | None]:
    """Sums and their ratios; None where the denominator is zero."""

    def over(a: str, b: str) -> float | None:
        return sums[a] / sums[b] if sums[b] > 0 else None

    return {
        "spend": sums["cost"],
        "clicks": sums["clicks"],
        "conversions": sums["conversions"],
        "revenue": sums["revenue"],
        "ctr": over("clicks", "impressions"),
        "cvr": over("conversions", "clicks"),
        "cpa": over("cost", "conversions"),
        "roas": over("revenue", "cost"),
    }


def _lognormal(mean: float, variance: float) -> Interval:
    return Interval.lognormal(mean, float(np.sqrt(variance)))
