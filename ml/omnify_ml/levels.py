"""Local levels of rates: a random walk on the log scale seen through counts and day noise.

A rate is counts per exposure (clicks per impression, conversions per unit of cost). The state is the
log rate; a day's evidence is Poisson with extra day-to-day noise. The noise of the walk is pooled over
all entities and learned from how well past levels foretold the week after them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from omnify_ml.interval import FloatArray, IntArray

DRIFTS = (0.0005, 0.002, 0.006, 0.015, 0.04)
DAY_NOISES = (0.01, 0.05, 0.15, 0.4)
RETURNS = (1.0, 0.97, 0.9)


class Noise(NamedTuple):
    """Pooled noise of a rate; arrays of one shape, one entry per candidate.

    `drift`: variance that the log rate gains per day. `day`: variance of a single day around it.
    `stay`: share of the distance to the prior that is left after a day (1 = pure random walk).
    """

    drift: FloatArray
    day: FloatArray
    stay: FloatArray


@dataclass(frozen=True)
class Track:
    """Log levels after each day: `mean` and `variance` of shape (candidates, entities, days)."""

    mean: FloatArray
    variance: FloatArray
    prior: FloatArray
    noise: Noise


class Outlook(NamedTuple):
    """The log rate of the coming `horizon` days, without counting noise."""

    mean: FloatArray
    variance: FloatArray


def grid() -> Noise:
    """Every candidate of the pooled noise."""
    drift, day, stay = (
        np.array(column) for column in zip(*product(DRIFTS, DAY_NOISES, RETURNS), strict=True)
    )
    return Noise(drift, day, stay)


def group_prior(
    counts: FloatArray, exposure: FloatArray, group_of: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Prior log rate per entity (its group's rate, shrunk to the overall one) and its variance."""
    total = (counts.sum() + 0.5) / max(exposure.sum(), 1e-9)
    n_groups = int(group_of.max()) + 1 if len(group_of) else 0
    own = np.bincount(group_of, counts.sum(axis=1), n_groups)
    seen = np.bincount(group_of, exposure.sum(axis=1), n_groups)
    rate = np.log((own + 20 * 1.0) / (seen + 20 / total))[group_of]
    expected = exposure.sum(axis=1) * np.exp(rate)
    enough = expected >= 20
    if enough.sum() < 3:
        return rate, np.full(len(rate), 0.5)
    gap = np.log((counts.sum(axis=1)[enough] + 0.5) / (expected[enough] + 0.5))
    spread = float(np.clip(np.mean(gap**2) - np.mean(1 / expected[enough]), 0.02, 2.0))
    return rate, np.full(len(rate), spread)


def track(
    counts: FloatArray, exposure: FloatArray, *, noise: Noise, prior: FloatArray, spread: FloatArray
) -> Track:
    """Filters every entity under every candidate at once (iterated extended Kalman, Poisson evidence)."""
    n_entities, n_days = counts.shape
    drift, day, stay = (column[:, None] for column in noise)
    mean = np.broadcast_to(prior, (len(noise.drift), n_entities)).copy()
    variance = np.broadcast_to(spread, mean.shape).copy()
    means, variances = np.empty((*mean.shape, n_days)), np.empty((*mean.shape, n_days))
    # A stationary deviation keeps its spread; a pure walk gains drift without bound.
    gain = np.where(stay < 1, np.maximum(drift, (1 - stay**2) * spread * 0.5), drift)
    for t in range(n_days):
        mean = prior + stay * (mean - prior)
        variance = stay**2 * variance + gain
        mean, variance = _update(mean, variance, counts[:, t], exposure[:, t], day)
        means[:, :, t], variances[:, :, t] = mean, variance
    return Track(means, variances, prior, noise)


def _update(
    mean: FloatArray, variance: FloatArray, count: FloatArray, seen: FloatArray, day: FloatArray
) -> tuple[FloatArray, FloatArray]:
    at = mean
    for _ in range(2):
        expected = np.maximum(seen * np.exp(np.clip(at, -30, 30)), 1e-9)
        evidence = expected / (1 + expected * day)
        answer = at + np.clip((count - expected) / expected, -1.0, 3.0)
        weight = variance * evidence / (1 + variance * evidence)
        at = np.where(seen > 0, mean + weight * (answer - mean), mean)
    return at, np.where(seen > 0, variance * (1 - weight), variance)


def outlook(tracked: Track, at: int, *, horizon: int) -> Outlook:
    """The mean log rate of the `horizon` days after day `at`; shape (candidates, entities)."""
    drift, day, stay = (column[:, None] for column in tracked.noise)
    ahead = np.mean(stay[:, :, None] ** np.arange(1, horizon + 1), axis=2)
    mean = tracked.prior + ahead * (tracked.mean[:, :, at] - tracked.prior)
    walk = drift * (horizon + 1) * (2 * horizon + 1) / (6 * horizon)
    return Outlook(mean, ahead**2 * tracked.variance[:, :, at] + walk + day / horizon)


def choose(tracked: Track, counts: FloatArray, exposure: FloatArray, *, horizon: int) -> int:
    """The candidate whose levels foretold the weeks after them best (Gaussian log score)."""
    n_days = counts.shape[1]
    score = np.zeros(len(tracked.noise.drift))
    for at in range(min(13, n_days // 2), n_days - horizon, 3):
        seen = exposure[:, at + 1 : at + 1 + horizon].sum(axis=1)
        done = counts[:, at + 1 : at + 1 + horizon].sum(axis=1)
        ahead = outlook(tracked, at, horizon=horizon)
        expected = seen * np.exp(ahead.mean)
        usable = (expected >= 3) & (exposure[:, : at + 1].sum(axis=1) > 0)
        error = np.log(np.maximum(done + 0.5, 0.5) / (expected + 0.5))
        spread = ahead.variance + 1 / (expected + 0.5)
        # Heavy tails: one broken week must not decide the noise of all.
        score += np.sum(
            np.where(usable, 2.5 * np.log1p(error**2 / (4 * spread)) + 0.5 * np.log(spread), 0), axis=1
        )
    return int(np.argmin(score))


def pick(tracked: Track, chosen: int) -> Track:
    """The track of one candidate, kept in the same shape."""
    one = slice(chosen, chosen + 1)
    noise = Noise(*(column[one] for column in tracked.noise))
    return Track(tracked.mean[one], tracked.variance[one], tracked.prior, noise)
