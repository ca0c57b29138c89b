"""What a picture's looks do to clicks: asked of own tests only, believed only if it held on left-out ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omnify_ml.creative.images import NAMES, ImageFacts
from omnify_ml.interval import FloatArray, IntArray, Interval

MIN_TESTS, FOLDS = 40, 5
RIDGE = 20.0
# Real differences between pictures beyond what their looks say (variance of log odds).
BETWEEN = 0.03
# Standard errors by which the gain on left-out tests must be above nothing.
SURE = 2.0


@dataclass(frozen=True)
class ImageEffects:
    """`weights`: change of log click odds per standard deviation of each look.

    `unvalidated` is empty, or why nothing may be said about clicks; `spread`: sd around a forecast.
    """

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    slope: float
    spread: float
    n_tests: int
    unvalidated: str

    def lift(self, facts: ImageFacts, others: Sequence[ImageFacts]) -> Interval:
        """Click rate against the mean of `others`, as a share; only for validated effects."""
        gap = self._score(facts) - float(np.mean([self._score(one) for one in others]))
        found = Interval.lognormal(gap, self.spread)
        return Interval(found.p10 - 1, found.p50 - 1, found.p90 - 1)

    def drivers(self) -> list[tuple[str, float]]:
        """Looks by the size of their effect."""
        return sorted(zip(NAMES, self.weights * self.slope, strict=True), key=lambda pair: -abs(pair[1]))

    def _score(self, facts: ImageFacts) -> float:
        return float(((facts.numbers() - self.mean) / self.scale) @ self.weights) * self.slope


def fit_images(
    facts: Sequence[ImageFacts], test: IntArray, impressions: FloatArray, clicks: FloatArray
) -> ImageEffects:
    """One entry per ad; `test` numbers those shown side by side. Never refuses: it says `unvalidated`."""
    raw = np.array([one.numbers() for one in facts]).reshape(len(facts), len(NAMES))
    usable = _compared(raw, test, impressions)
    number = np.unique(test[usable], return_inverse=True)[1]
    n_tests = int(number.max()) + 1 if len(number) else 0
    if n_tests < MIN_TESTS:
        reason = f"unvalidated: {n_tests} own tests with different pictures, {MIN_TESTS} needed"
        empty = np.zeros(len(NAMES))
        return ImageEffects(empty, np.ones(len(NAMES)), empty, 0.0, float("inf"), n_tests, reason)
    mean, scale = raw[usable].mean(axis=0), raw[usable].std(axis=0) + 1e-9
    seen, done = impressions[usable], clicks[usable]
    chance = 1 / (done + 0.5)
    weight = 1 / (chance + BETWEEN)
    y = _centered(np.log((done + 0.5) / (np.maximum(seen - done, 0.0) + 0.5)), number, weight)
    x = _centered((raw[usable] - mean) / scale, number, weight)
    left_out = np.zeros(len(y))
    for fold in range(FOLDS):
        out = number % FOLDS == fold
        left_out[out] = x[out] @ _ridge(x[~out], y[~out], weight[~out])
    power = float((weight * left_out) @ left_out)
    slope = float((weight * left_out) @ y) / power if power > 0 else 0.0
    noise = y - np.clip(slope, 0.0, 1.0) * left_out
    z = slope * np.sqrt(power) / max(float(np.sqrt(np.average(noise**2 * weight))), 1e-9)
    reason = "" if z >= SURE else f"unvalidated: on left-out tests the looks foretold nothing (z {z:.1f})"
    excess = float(np.average(noise**2 - chance, weights=weight))
    spread = float(np.sqrt(max(excess, 0.003)))
    slope = float(np.clip(slope, 0.0, 1.0))
    return ImageEffects(mean, scale, _ridge(x, y, weight), slope, spread, n_tests, reason)


def _compared(raw: FloatArray, test: IntArray, impressions: FloatArray) -> IntArray:
    """Ads with delivery in tests where at least two looks differ."""
    live = impressions > 0
    kept = [
        rows
        for one in np.unique(test[live])
        if len(rows := np.flatnonzero(live & (test == one))) > 1 and np.ptp(raw[rows], axis=0).max() > 1e-6
    ]
    return np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)


def _centered(values: FloatArray, test: IntArray, weight: FloatArray) -> FloatArray:
    columns = values.reshape(len(values), -1)
    total = np.bincount(test, weight)
    mean = np.stack([np.bincount(test, weight * column) / total for column in columns.T], axis=1)
    return np.asarray((columns - mean[test]).reshape(values.shape))


def _ridge(x: FloatArray, y: FloatArray, weight: FloatArray) -> FloatArray:
    penalty = RIDGE * float(np.median(weight)) * np.eye(x.shape[1])
    return np.asarray(np.linalg.solve((x.T * weight) @ x + penalty, x.T @ (weight * y)))
