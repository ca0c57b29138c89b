"""Scores of forecasts and of probabilities, and their uncertainty by resampling whole entities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from omnify_ml.backtest.report import Range
from omnify_ml.interval import FloatArray, IntArray

BINS = 10
RESAMPLES = 200


def brier(probability: FloatArray, outcome: FloatArray) -> float:
    """Mean squared distance of probabilities from what happened (0 or 1)."""
    return float(np.mean((probability - outcome) ** 2))


def calibration_error(probability: FloatArray, outcome: FloatArray) -> float:
    """Expected calibration error over ten bins of equal count."""
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(probability[part].mean() - outcome[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(probability))


def reliability(probability: FloatArray, outcome: FloatArray) -> tuple[list[float], list[float]]:
    """Mean stated probability and observed share per bin of equal count."""
    parts = [part for part in np.array_split(np.argsort(probability, kind="stable"), BINS) if len(part)]
    return [float(probability[p].mean()) for p in parts], [float(outcome[p].mean()) for p in parts]


def auc(score: FloatArray, outcome: FloatArray) -> float | None:
    """Chance that a positive outranks a negative; None unless both occur."""
    positive = outcome > 0.5
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if not n_positive or not n_negative:
        return None
    rank = _midranks(score)
    return float((rank[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def average_precision(score: FloatArray, outcome: FloatArray) -> float | None:
    """Area under precision against recall; ties share one threshold."""
    if not outcome.sum():
        return None
    order = np.argsort(-score, kind="stable")
    hits, ranks = np.cumsum(outcome[order]), np.arange(1, len(score) + 1)
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    gained = np.diff(np.concatenate([[0.0], hits[last]]))
    return float(np.sum(gained * hits[last] / ranks[last]) / outcome.sum())


def _midranks(score: FloatArray) -> FloatArray:
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)


def wape(forecast: FloatArray, actual: FloatArray) -> float | None:
    """Sum of absolute errors over the sum of actual values."""
    total = float(np.abs(actual).sum())
    return float(np.abs(forecast - actual).sum() / total) if total > 0 else None


def bootstrap(
    blocks: IntArray, statistic: Callable[[IntArray], float | None], *, seed: int = 5
) -> Range | None:
    """80 % range of `statistic(rows)` when whole blocks (entities) are drawn anew."""
    number = np.unique(blocks, return_inverse=True)[1]
    order = np.argsort(number, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    if len(rows) < 3:
        return None
    rng = np.random.default_rng(seed)
    drawn = [
        np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))]) for _ in range(RESAMPLES)
    ]
    values = [value for sample in drawn if (value := statistic(sample)) is not None and np.isfinite(value)]
    if len(values) < RESAMPLES // 2:
        return None
    low, high = np.quantile(values, [0.1, 0.9])
    return Range(low=float(low), high=float(high))
