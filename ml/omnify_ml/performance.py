"""Next week's performance per entity, and whether A will beat B."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.forecaster import COMPARABLE, Forecaster, rate_of, spend_ahead
from omnify_ml.interval import Interval
from omnify_ml.panel import Panel, panel_of

BANDS = ("spend", "clicks", "conversions", "revenue", "ctr", "cvr", "cpa", "roas")
_VOLUMES = {"clicks": "clicks_per_cost", "conversions": "conversions_per_cost", "revenue": "roas"}
_NO_INTERVAL = Interval(float("nan"), float("nan"), float("nan"))


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
    history: pd.DataFrame, *, as_of: date, horizon_days: int = 7, late_days: int = 0
) -> list[PerformanceForecast]:
    """One forecast per entity; `as_of` is the last complete day in the history.

    `late_days`: the last days whose conversions are still arriving.
    """
    panel = panel_of(history, as_of=as_of)
    if not panel.entities:
        return []
    forecaster = Forecaster.fit(panel, horizon=horizon_days, late_days=late_days)
    every = _all_bands(forecaster)
    own = forecaster.rates["ctr"].own_weight()
    active = panel.active_days("impressions")
    found = []
    for index, name in enumerate(panel.entities):
        reason = forecaster.refusal(index)
        bands = {} if reason else {band: every[band][index] for band in BANDS}
        last7 = ratios({column: float(panel[column][index, -7:].sum()) for column in panel.values})
        found.append(
            PerformanceForecast(
                name,
                horizon_days,
                int(active[index]),
                bands,
                last7,
                float(own[index]),
                _note(panel, index),
                reason,
            )
        )
    return found


def compare_entities(
    history: pd.DataFrame,
    a: str,
    b: str,
    *,
    metric: str = "cpa",
    as_of: date,
    horizon_days: int = 7,
    late_days: int = 0,
) -> Comparison:
    """P(A better than B next week) with the lift, both shrunk as the pooled history demands."""
    if metric not in COMPARABLE:
        raise BadInput(f"{metric!r} cannot be compared; choose one of {', '.join(COMPARABLE)}.")
    panel = panel_of(history, as_of=as_of)
    missing = next((name for name in (a, b) if name not in panel.entities), None)
    if missing is not None:
        raise BadInput(f"{missing!r} has no figures up to {as_of}; choose an entity with delivery.")
    forecaster = Forecaster.fit(panel, horizon=horizon_days, late_days=late_days)
    first, second = panel.entities.index(a), panel.entities.index(b)
    reason = next(
        (f"{panel.entities[i]}: {why}" for i in (first, second) if (why := forecaster.refusal(i))), ""
    )
    if reason:
        return Comparison(a, b, metric, 0.5, _NO_INTERVAL, reason)
    pair = np.array([first]), np.array([second])
    lift = forecaster.lift(metric, *pair)
    ratio = Interval.lognormal(float(lift.mean[0]), sqrt(lift.variance[0]))
    better = float(forecaster.better(metric, *pair)[0])
    return Comparison(a, b, metric, better, Interval(ratio.p10 - 1, ratio.p50 - 1, ratio.p90 - 1), "")


def _all_bands(forecaster: Forecaster) -> dict[str, list[Interval]]:
    """Every band of every entity, by the name of the band."""
    spend, spread = spend_ahead(forecaster.panel, forecaster.horizon)
    width = np.full(len(spend), spread)
    ratios = {metric: forecaster.ratio(rate_of(metric)) for metric in COMPARABLE}
    volumes = {name: forecaster.volume(rate, spend, width) for name, rate in _VOLUMES.items()}
    bands = {name: found.intervals(inverse=name == "cpa") for name, found in (ratios | volumes).items()}
    bands["spend"] = [Interval.lognormal(0.0, spread, scale=float(amount)) for amount in spend]
    return bands


def _note(panel: Panel, index: int) -> str:
    recent = panel["conversions"][index, -28:].sum()
    if recent < 10:
        return f"Only {recent:.0f} conversions in 28 days: conversion figures lean on the group."
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
