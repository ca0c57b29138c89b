"""Rows of a performance backtest: weeks after an origin, and pairs of entities in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from scipy.special import ndtr

from omnify_ml.forecaster import Forecaster, rate_of
from omnify_ml.interval import BoolArray, FloatArray, IntArray
from omnify_ml.panel import Panel
from omnify_ml.rates import RATES

MIN_EVENTS = 10.0
EWMA_DAYS = 3.0
MAX_PAIRS = 3000


@dataclass(frozen=True)
class Weeks:
    """Forecast rows of one rate: arrays of one length.

    `events`: independent events of the last week; `bounds`: ends of the 80 % and the 90 % interval.
    """

    entity: IntArray
    count: FloatArray
    exposure: FloatArray
    model: FloatArray
    bounds: FloatArray
    last7: FloatArray
    ewma: FloatArray
    events: FloatArray
    unit: FloatArray
    enough: BoolArray

    @property
    def actual(self) -> FloatArray:
        return self.count / self.exposure

    def take(self, rows: IntArray) -> Weeks:
        return Weeks(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Pairs:
    """Stated P(A better) and what happened."""

    block: IntArray
    model: FloatArray
    last7: FloatArray
    ewma: FloatArray
    outcome: FloatArray
    log_lift: FloatArray
    realized: FloatArray


def _counts(panel: Panel, metric: str) -> tuple[FloatArray, FloatArray]:
    count, exposure = RATES[rate_of(metric)]
    return panel[count], panel[exposure]


def delivers(panel: Panel, origin: int, horizon: int) -> BoolArray:
    """Entities with impressions in the judged days."""
    return np.asarray(panel["impressions"][:, origin + 1 : origin + 1 + horizon].sum(axis=1) > 0)


def week_after(panel: Panel, forecaster: Forecaster, origin: int, metric: str, known: BoolArray) -> Weeks:
    counts, exposure = _counts(panel, metric)
    past, coming = slice(origin - 6, origin + 1), slice(origin + 1, origin + 1 + forecaster.horizon)
    seen, done = exposure[:, coming].sum(axis=1), counts[:, coming].sum(axis=1)
    recent, before = exposure[:, past].sum(axis=1), counts[:, past].sum(axis=1)
    ratio = forecaster.ratio(rate_of(metric))
    (low80, high80), (low90, high90) = ratio.bounds(0.8), ratio.bounds(0.9)
    rows = np.flatnonzero(known & (seen > 0) & (recent > 0))
    unit = forecaster.rates[rate_of(metric)].learned.unit
    last7 = before[rows] / recent[rows]
    # Judged where the week before promises enough events; the week itself must not choose its rows.
    enough = last7 / unit * seen[rows] >= (1.0 if metric == "roas" else MIN_EVENTS)
    return Weeks(
        rows,
        done[rows],
        seen[rows],
        np.exp(ratio.log_mean[rows]),
        np.stack([low80, high80, low90, high90], axis=1)[rows],
        last7,
        _ewma(counts[:, : origin + 1], exposure[:, : origin + 1])[rows],
        before[rows] / unit,
        np.full(len(rows), unit),
        enough,
    )


def _ewma(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    weight = np.exp(-np.arange(counts.shape[1] - 1, -1, -1) / EWMA_DAYS)
    return np.asarray((counts @ weight) / np.maximum(exposure @ weight, 1e-12))


def pairs_after(panel: Panel, forecaster: Forecaster, origin: int, metric: str, known: BoolArray) -> Pairs:
    """Pairs of one group; the naive judge is a Beta posterior on the recent counts."""
    counts, exposure = _counts(panel, metric)
    coming = slice(origin + 1, origin + 1 + forecaster.horizon)
    seen, done = exposure[:, coming].sum(axis=1), counts[:, coming].sum(axis=1)
    recent = exposure[:, origin - 6 : origin + 1].sum(axis=1)
    rows = np.flatnonzero(
        known & (seen > 0) & (recent > 0) & (counts[:, origin - 6 : origin + 1].sum(axis=1) >= MIN_EVENTS)
    )
    a, b = np.triu_indices(len(rows), 1)
    a, b = rows[a], rows[b]
    same = panel.group_of[a] == panel.group_of[b]
    a, b = a[same], b[same]
    if len(a) > MAX_PAIRS:
        chosen = np.sort(np.random.default_rng(origin).choice(len(a), MAX_PAIRS, replace=False))
        a, b = a[chosen], b[chosen]
    with np.errstate(divide="ignore"):
        realized = np.log(np.maximum(done[a], 0.5) / seen[a]) - np.log(np.maximum(done[b], 0.5) / seen[b])
    rate = done / np.maximum(seen, 1e-12)
    weight = np.exp(-np.arange(origin, -1, -1) / EWMA_DAYS)
    last = slice(origin - 6, origin + 1)
    return Pairs(
        a,
        forecaster.better(metric, a, b),
        _beta(counts[:, last].sum(axis=1), exposure[:, last].sum(axis=1), a, b),
        _beta(counts[:, : origin + 1] @ weight, exposure[:, : origin + 1] @ weight, a, b),
        np.where(rate[a] == rate[b], 0.5, (rate[a] > rate[b]).astype(np.float64)),
        forecaster.lift(metric, a, b).mean,
        realized,
    )


def _beta(counts: FloatArray, exposure: FloatArray, a: IntArray, b: IntArray) -> FloatArray:
    """P(A's rate > B's) of two independent Beta posteriors, by their normal approximation."""
    clicks = np.minimum(counts, exposure) + 1
    total = exposure + 2
    mean = clicks / total
    variance = mean * (1 - mean) / (total + 1)
    return np.asarray(ndtr((mean[a] - mean[b]) / np.sqrt(variance[a] + variance[b])))


Rows = TypeVar("Rows", Weeks, Pairs)


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of several origins as one."""
    kind = type(parts[0])
    columns = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)]
    return kind(*columns)
