"""Days that do not fit: spend, clicks, click rate, conversions and price against what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import stdtr

from omnify_ml.interval import Z80, FloatArray, Interval
from omnify_ml.panel import Panel, panel_of

WATCHED: dict[str, tuple[str, str]] = {
    "spend": ("cost", ""),
    "ctr": ("clicks", "impressions"),
    "cvr": ("conversions", "clicks"),
    "cpc": ("cost", "clicks"),
    "cpm": ("cost", "impressions"),
}
MEMORY_DAYS = 28
MIN_HISTORY = 14
FALSE_DISCOVERY = 0.05


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One day of one metric outside what was expected. `severity` 0-1; `cause` is a guess, named as such."""

    entity: str
    date: date
    metric: str
    value: float
    expected: Interval
    severity: float
    cause: str
    words: str


def find_anomalies(history: pd.DataFrame, *, as_of: date, days: int = 14) -> list[Anomaly]:
    """The anomalies of the last `days` days, worst first; false discoveries held at 5 % of the list."""
    panel = panel_of(history, as_of=as_of)
    if not panel.entities or panel.n_days <= MIN_HISTORY:
        return []
    found = [one for metric in WATCHED for one in _metric_scores(panel, metric, days)]
    kept = (
        discoveries(np.array([one.p_value for one in found]), FALSE_DISCOVERY) if found else np.zeros(0, bool)
    )
    outliers = [one for one, keep in zip(found, kept, strict=True) if keep]
    at_once = {
        (one.entity, one.day): {o.metric for o in outliers if (o.entity, o.day) == (one.entity, one.day)}
        for one in outliers
    }
    anomalies = [_described(panel, one, at_once[one.entity, one.day]) for one in outliers]
    return sorted(anomalies, key=lambda anomaly: (-anomaly.severity, anomaly.entity, anomaly.date))


@dataclass(frozen=True, slots=True)
class _Score:
    entity: int
    day: int
    metric: str
    value: float
    log_expected: float
    sd: float
    z: float
    p_value: float


def _metric_scores(panel: Panel, metric: str, days: int) -> list[_Score]:
    count_name, exposure_name = WATCHED[metric]
    count = panel[count_name]
    exposure = panel[exposure_name] if exposure_name else np.ones_like(count)
    scores = []
    for day in range(max(panel.n_days - days, MIN_HISTORY), panel.n_days):
        past = slice(max(0, day - MEMORY_DAYS), day)
        expected, sd, usable = _expected(
            count[:, past], exposure[:, past], exposure[:, day], events=count_name != "cost"
        )
        z = (
            np.log(count[:, day] + _half(count_name))
            - np.log(exposure[:, day] * np.exp(expected) + _half(count_name))
        ) / sd
        tails = _tail(z)
        for entity in np.flatnonzero(usable):
            value = count[entity, day] / max(exposure[entity, day], 1e-9)
            scores.append(
                _Score(
                    int(entity),
                    day,
                    metric,
                    float(value),
                    float(expected[entity]),
                    float(sd[entity]),
                    float(z[entity]),
                    float(tails[entity]),
                )
            )
    return scores


def _half(count_name: str) -> float:
    return 0.01 if count_name == "cost" else 0.5


def _expected(
    count: FloatArray, exposure: FloatArray, seen: FloatArray, *, events: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log level and spread per entity from a robust memory, with counting noise where counts are few."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where((exposure > 0) & (count > 0), np.log(count / exposure), np.nan)
    usable = (np.isfinite(logs).sum(axis=1) >= MIN_HISTORY // 2) & (seen > 0)
    logs[~usable] = 0.0
    level = np.nanmedian(logs, axis=1)
    scatter = 1.4826 * np.nanmedian(np.abs(logs - level[:, None]), axis=1)
    poisson = 1 / (seen * np.exp(level) + 0.5) if events else np.zeros(len(level))
    return level, np.sqrt(np.maximum(scatter, 0.05) ** 2 + poisson), usable


def _tail(z: FloatArray) -> FloatArray:
    """Two-sided tail of a Student t with 4 degrees: daily figures have heavier tails than a normal."""
    return np.asarray(2 * stdtr(4.0, -np.abs(z)))


def discoveries(p_values: FloatArray, rate: float) -> np.ndarray:
    """Benjamini-Hochberg: which to keep so that about `rate` of the kept are false."""
    order = np.argsort(p_values)
    passed = p_values[order] <= rate * np.arange(1, len(order) + 1) / len(order)
    kept = np.zeros(len(order), dtype=np.bool_)
    if passed.any():
        kept[order[: int(np.flatnonzero(passed)[-1]) + 1]] = True
    return kept


def _described(panel: Panel, one: _Score, together: set[str]) -> Anomaly:
    expected = Interval.lognormal(one.log_expected, one.sd)
    cause = _cause(one, together)
    change = one.value / expected.p50 - 1
    day = panel.days[one.day].date()
    words = f"{one.metric} was {change:+.0%} against the expected {expected.p50:.4g} on {day}: {cause}."
    severity = float(min(1.0, abs(one.z) / (8 * Z80)))
    return Anomaly(panel.entities[one.entity], day, one.metric, one.value, expected, severity, cause, words)


def _cause(one: _Score, together: set[str]) -> str:
    if {"spend", "ctr"} <= together:
        return "mix shift"
    if one.metric == "cvr" and one.z < 0 and one.value == 0:
        return "tracking break"
    if one.metric == "spend":
        return "budget move"
    if one.metric in {"cpc", "cpm"}:
        return "auction price"
    if one.metric == "ctr":
        return "mix shift"
    return "conversion rate"
