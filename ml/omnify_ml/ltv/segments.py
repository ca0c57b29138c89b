"""Groups of customers that hold up when the data are drawn anew, and say more than thirds of each axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.ltv.customers import Customers, customers_at, purchases_of

STABLE_RAND, LEAST_RAND = 0.9, 0.75
SIZES = (2, 3, 4, 5, 6, 7, 8)
RESAMPLES = 4
MIN_CUSTOMERS = 200


@dataclass(frozen=True, slots=True)
class Segment:
    """`words`: what sets it apart, from its medians."""

    number: int
    customers: int
    median_silence_weeks: float
    median_repeats: float
    median_value: float
    words: str


@dataclass(frozen=True)
class Segmentation:
    """`stability`: adjusted Rand index between resamples, 0-1; `of`: segment number per customer."""

    segments: tuple[Segment, ...]
    names: tuple[str, ...]
    of: IntArray
    stability: float
    abstained: str


def segment_customers(frame: pd.DataFrame, *, as_of: date) -> Segmentation:
    """k-means on logs of silence, frequency, age and value; the most segments that stay stable."""
    customers = customers_at(purchases_of(frame), pd.Timestamp(as_of) + pd.Timedelta(days=1))
    if len(customers) < MIN_CUSTOMERS:
        reason = f"insufficient data: {len(customers)} customers, {MIN_CUSTOMERS} needed"
        return Segmentation((), customers.names, np.zeros(0, dtype=np.int64), 0.0, reason)
    x = coordinates(customers)
    stability = {size: _stability(x, size) for size in SIZES}
    stable = [size for size in SIZES if stability[size] >= STABLE_RAND]
    size = max(stable) if stable else max(SIZES, key=lambda one: stability[one])
    if stability[size] < LEAST_RAND:
        reason = f"no grouping holds up: the best agrees with itself to {stability[size]:.2f} when redrawn"
        return Segmentation((), customers.names, np.zeros(0, dtype=np.int64), stability[size], reason)
    of = _ordered(_labels(x, size, seed=0), customers)
    segments = tuple(_described(customers, of, number) for number in range(size))
    return Segmentation(segments, customers.names, of, stability[size], "")


def coordinates(customers: Customers) -> FloatArray:
    """Standardized logs, one row per customer."""
    raw = np.stack(
        [
            np.log1p(customers.observed - customers.last),
            np.log1p(customers.repeats),
            np.log1p(customers.observed),
            np.log1p(np.nan_to_num(customers.mean_value, nan=1.0)),
        ],
        axis=1,
    )
    return np.asarray((raw - raw.mean(axis=0)) / (raw.std(axis=0) + 1e-9))


def _labels(x: FloatArray, size: int, *, seed: int) -> IntArray:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        return np.asarray(KMeans(size, n_init=5, random_state=seed).fit_predict(x), dtype=np.int64)


def _stability(x: FloatArray, size: int) -> float:
    """Mean agreement of clusterings learned on resamples, compared on all customers."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(6)
    with threadpool_limits(limits=1):
        found = [
            KMeans(size, n_init=5, random_state=0).fit(x[rng.integers(0, len(x), len(x))]).predict(x)
            for _ in range(RESAMPLES)
        ]
    pairs = [(a, b) for a in range(RESAMPLES) for b in range(a)]
    return float(np.mean([adjusted_rand_score(found[a], found[b]) for a, b in pairs]))


def _ordered(labels: IntArray, customers: Customers) -> IntArray:
    """Numbers by falling frequency times value, so that segment 0 is the best."""
    worth = (customers.repeats + 1) * np.nan_to_num(customers.mean_value, nan=1.0)
    mean = np.bincount(labels, worth) / np.maximum(np.bincount(labels), 1)
    return np.asarray(np.argsort(np.argsort(-mean))[labels])


def _described(customers: Customers, of: IntArray, number: int) -> Segment:
    inside = of == number
    silence = float(np.median((customers.observed - customers.last)[inside]))
    repeats = float(np.median(customers.repeats[inside]))
    value = float(np.median(np.nan_to_num(customers.mean_value, nan=1.0)[inside]))
    often = "bought once" if repeats == 0 else f"bought {repeats + 1:.0f} times"
    words = f"{often}, {value:.2f} each, last seen {silence:.0f} weeks ago"
    return Segment(number, int(inside.sum()), silence, repeats, value, words)
