"""Scores of forecasts and of probabilities, and their uncertainty by resampling whole entities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from omnify_ml.backtest.report import Range
from omnify_ml.interval import FloatArray, IntArray

BINS = 10
RESAMPLES = 200


def brier(probability: FloatArray, outcome: FloatArray, weight: FloatArray | None = None) -> float:
    """Mean squared distance of probabilities from what happened (0 or 1)."""
    return float(np.average((probability - outcome) ** 2, weights=weight))


def calibration_error(
    probability: FloatArray, outcome: FloatArray, weight: FloatArray | None = None
) -> float:
    """Expected calibration error over ten bins of equal count."""
    mass = np.ones(len(probability)) if weight is None else weight
    gaps = [
        abs(np.average(probability[part] - outcome[part], weights=mass[part])) * mass[part].sum()
        for part in _bins(probability)
        if mass[part].sum() > 0
    ]
    return float(sum(gaps) / mass.sum())


def reliability(
    probability: FloatArray, outcome: FloatArray, weight: FloatArray | None = None
) -> tuple[list[float], list[float]]:
    """Mean stated probability and observed share per bin of equal count."""
    mass = np.ones(len(probability)) if weight is None else weight
    parts = [part for part in _bins(probability) if mass[part].sum() > 0]
    stated = [float(np.average(probability[part], weights=mass[part])) for part in parts]
    return stated, [float(np.average(outcome[part], weights=mass[part])) for part in parts]


def _bins(probability: FloatArray) -> list[IntArray]:
    return [part for part in np.array_split(np.argsort(probability, kind="stable"), BINS) if len(part)]


def auc(score: FloatArray, outcome: FloatArray, weight: FloatArray | None = None) -> float | None:
    """Chance that a positive outranks a negative (ties half); None unless both occur."""
    mass = np.ones(len(score)) if weight is None else weight
    number = np.unique(score, return_inverse=True)[1]
    positive = np.bincount(number, mass * outcome)
    negative = np.bincount(number, mass * (1 - outcome))
    if not positive.sum() or not negative.sum():
        return None
    below = np.cumsum(negative) - negative / 2
    return float((positive * below).sum() / (positive.sum() * negative.sum()))


def average_precision(
    score: FloatArray, outcome: FloatArray, weight: FloatArray | None = None
) -> float | None:
    """Area under precision against recall; ties share one threshold."""
    mass = np.ones(len(score)) if weight is None else weight
    number = np.unique(-score, return_inverse=True)[1]
    gained, chosen = np.bincount(number, mass * outcome), np.bincount(number, mass)
    if not gained.sum():
        return None
    precision = np.cumsum(gained) / np.maximum(np.cumsum(chosen), 1e-300)
    return float((gained * precision).sum() / gained.sum())


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
