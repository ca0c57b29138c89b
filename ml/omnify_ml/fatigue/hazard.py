"""Discrete-time hazard of onset: logistic in what is known on a day, by how far ahead one looks.

The coefficients are drawn to a prior that stands for the general experience; a file with many own
onsets moves them, a file with few leaves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from omnify_ml.fatigue.features import FEATURES, Scene
from omnify_ml.fatigue.label import CONFIRM_DAYS, NEVER
from omnify_ml.interval import BoolArray, FloatArray, IntArray

ENDS = np.array([3, 7, 14, 30])
STARTS = np.array([0, 3, 7, 14])
# Columns of the design: intercepts per interval, features, odds of crossing by its end, and the
# features whose meaning changes with the distance.
VARYING = ("gap", "week_change", "three_days", "noise", "volatility")
COLUMNS = (
    *(f"days_{end}" for end in ENDS),
    *FEATURES,
    "curve_end",
    "chance_end",
    *(f"{name}_far" for name in VARYING),
)
# Chosen on made-up worlds of other seeds than the prior's.
PRIOR_ONSETS = 200.0
FAR = np.log(ENDS / ENDS[0])


class Rows(NamedTuple):
    """One row per creative, origin day and interval entered."""

    x: FloatArray
    y: FloatArray
    creative: IntArray
    origin: IntArray


@dataclass(frozen=True)
class Hazard:
    """Coefficients on standardized columns. `n_onsets`: own onsets behind them, 0 = prior alone."""

    mean: FloatArray
    scale: FloatArray
    beta: FloatArray
    n_onsets: int

    def survival(self, x: FloatArray, crossing: FloatArray) -> FloatArray:
        """P(no onset by the end of each interval); shape (rows, intervals)."""
        hazards = [expit(self._score(design(x, crossing, interval))) for interval in range(len(ENDS))]
        return np.asarray(np.cumprod(1 - np.stack(hazards, axis=1), axis=1), dtype=np.float64)

    def _score(self, columns: FloatArray) -> FloatArray:
        return np.asarray(((columns - self.mean) / self.scale) @ self.beta)


def design(x: FloatArray, crossing: FloatArray, interval: int) -> FloatArray:
    """Columns of one interval for rows of features and of log odds of crossing."""
    ahead = np.zeros((len(x), len(ENDS)))
    ahead[:, interval] = 1.0
    varying = x[:, [FEATURES.index(name) for name in VARYING]] * FAR[interval]
    return np.concatenate([ahead, x, crossing[:, interval], varying], axis=1)


def origins_of(scene: Scene, *, first: int, last: int, step: int = 3) -> BoolArray:
    """Creative-days at which forecasts are made, every `step` days of a creative's age."""
    day = np.arange(scene.panel.n_days)[None, :]
    chosen = (scene.wear.age % step == 0) & (day >= first) & (day <= last)
    return np.asarray(scene.at_risk & chosen)


def rows_of(scene: Scene, *, first: int, last: int, known_until: int, step: int = 3) -> Rows:
    """Training rows from origins `first..last`, with outcomes as they were known at `known_until`."""
    creative, origin = np.nonzero(origins_of(scene, first=first, last=last, step=step))
    # An onset needs its confirming days; what is not confirmed yet is not known.
    horizon = min(known_until, scene.panel.n_days - 1) - CONFIRM_DAYS
    end = np.minimum(scene.end[creative], horizon)
    onset = scene.onset[creative]
    happened = onset <= horizon
    x, crossing = scene.x[creative, origin], scene.crossing[creative, origin]
    parts = []
    for interval, (start, stop) in enumerate(zip(STARTS, ENDS, strict=True)):
        entered = (end >= origin + stop) | (happened & (onset <= origin + stop))
        entered &= ~(happened & (onset <= origin + start))
        entered &= end >= origin + start
        hit = happened & (onset > origin + start) & (onset <= origin + stop)
        rows = np.flatnonzero(entered)
        parts.append(
            Rows(
                design(x[rows], crossing[rows], interval),
                hit[rows].astype(float),
                creative[rows],
                origin[rows],
            )
        )
    return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def fit(
    rows: Rows, prior: Hazard | None, *, ridge: float = 4.0, prior_onsets: float = PRIOR_ONSETS
) -> Hazard:
    """Penalized logistic regression by Newton; with a prior the coefficients are drawn to it.

    `prior_onsets`: the prior counts as much as so many own onsets.
    """
    if prior is None:
        mean, scale = rows.x.mean(axis=0), np.maximum(rows.x.std(axis=0), 1e-6)
        mean[: len(ENDS)], scale[: len(ENDS)] = 0.0, 1.0
        center = np.zeros(rows.x.shape[1])
        penalty = np.full(rows.x.shape[1], ridge)
        penalty[: len(ENDS)] = 1e-3
    else:
        mean, scale, center = prior.mean, prior.scale, prior.beta
        penalty = np.full(len(center), prior_onsets * 0.5)
        # How often ads wear differs most between accounts, and quiet days say it too.
        penalty[: len(ENDS)] = prior_onsets * 0.01
    # One creative contributes many overlapping rows; they are worth fewer.
    beta = _newton((rows.x - mean) / scale, rows.y, center, penalty, weight=1 / 3)
    onsets = len(np.unique(rows.creative[rows.y > 0]))
    return Hazard(mean, scale, beta, onsets)


def _newton(
    x: FloatArray, y: FloatArray, center: FloatArray, penalty: FloatArray, *, weight: float
) -> FloatArray:
    beta = center.copy()
    for _ in range(25):
        p = expit(x @ beta)
        gradient = weight * (x.T @ (y - p)) - penalty * (beta - center)
        curvature = weight * (x.T * (p * (1 - p))) @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-8:
            break
    return beta


def by_days(survival: FloatArray, days: float) -> FloatArray:
    """P(onset within `days`), the hazard spread evenly within its interval."""
    log_survival = np.concatenate(
        [np.zeros((len(survival), 1)), np.log(np.maximum(survival, 1e-300))], axis=1
    )
    knots = np.concatenate([[0], ENDS])
    at = np.array([np.interp(days, knots, row) for row in log_survival]) if len(survival) else np.zeros(0)
    return np.asarray(1 - np.exp(at))


def quantile_days(survival: FloatArray, share: float) -> FloatArray:
    """Days until `share` of the onsets that fall within 30 days have come."""
    knots = np.concatenate([[0], ENDS]).astype(np.float64)
    fallen = 1 - np.concatenate([np.ones((len(survival), 1)), survival], axis=1)
    found = (
        np.array([np.interp(share * row[-1], row, knots) for row in fallen]) if len(fallen) else np.zeros(0)
    )
    return np.asarray(found)


def outcome_within(scene: Scene, creative: IntArray, origin: IntArray, days: int) -> FloatArray:
    """1 or 0 where onset within `days` is known, nan where the creative was censored before."""
    onset = scene.onset[creative]
    hit = onset <= origin + days
    unknown = ~hit & (
        (scene.end[creative] < origin + days) | (origin + days + CONFIRM_DAYS > scene.panel.n_days - 1)
    )
    return np.where(unknown, np.nan, hit.astype(np.float64))


def censoring_weights(scene: Scene, creative: IntArray, origin: IntArray, days: int) -> FloatArray:
    """Weights that let rows with a known outcome stand for those whose creative was stopped before.

    Inverse probability of censoring by Kaplan-Meier over days since the forecast; 0 where unknown.
    """
    onset = scene.onset[creative] - origin
    known_for = np.minimum(scene.end[creative], scene.panel.n_days - 1 - CONFIRM_DAYS) - origin
    stopped = (known_for < onset) & (known_for < days)
    until = np.clip(np.minimum(onset, known_for), 0, days)
    at_risk = np.array([(until >= day).sum() for day in range(days + 1)], dtype=np.float64)
    lost = np.bincount(until[stopped], minlength=days + 1)[: days + 1]
    still = np.cumprod(1 - lost / np.maximum(at_risk, 1))
    # Seen up to a day means not censored before it.
    seen = np.concatenate([[1.0], still])[np.minimum(until, days)]
    return np.where(stopped, 0.0, 1 / np.maximum(seen, 0.05))


__all__ = [
    "NEVER",
    "Hazard",
    "Rows",
    "by_days",
    "censoring_weights",
    "fit",
    "origins_of",
    "outcome_within",
    "quantile_days",
    "rows_of",
]
