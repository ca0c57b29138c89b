"""Local levels of rates: a random walk on the log scale seen through counts and day noise.

A rate is counts per exposure (clicks per impression, conversions per unit of cost). The state is the
log rate; a day's evidence is Poisson with extra day-to-day noise. The noise of the walk is pooled over
all entities and learned from how well past levels foretold the week after them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from omnify_ml.interval import FloatArray, IntArray

DRIFTS = (0.0005, 0.002, 0.006, 0.02)
DAY_NOISES = (0.01, 0.06, 0.25)
RETURN = 0.97
COMMON_DRIFTS = (0.001, 0.005)
# What most accounts look like, until their own weeks say otherwise: medians and log spreads.
USUAL_DRIFT, USUAL_DAY = (0.003, 1.0), (0.08, 1.2)
ODDS_OF_RETURN, ODDS_OF_COMMON = 0.15, 0.3
TEMPER = 4.0
HALF_LIFE_DAYS = 14.0
MIN_EXPECTED = 3.0


class Noise(NamedTuple):
    """Pooled noise of a rate; arrays of one shape, one entry per candidate.

    `drift`: variance that the log rate gains per day. `day`: variance of a single day around it.
    `stay`: share of the distance to the prior that is left after a day (1 = pure random walk).
    `common`: drift that all entities of a group share (prices move for everybody at once).
    """

    drift: FloatArray
    day: FloatArray
    stay: FloatArray
    common: FloatArray

    def take(self, kept: IntArray) -> Noise:
        return Noise(*(column[kept] for column in self))


@dataclass(frozen=True)
class Track:
    """Log levels after each day: `mean` and `variance` of shape (candidates, entities, days).

    `shared`: the part of the variance that an entity has in common with its group.
    """

    mean: FloatArray
    variance: FloatArray
    shared: FloatArray
    prior: FloatArray
    noise: Noise

    def take(self, kept: IntArray) -> Track:
        return Track(
            self.mean[kept], self.variance[kept], self.shared[kept], self.prior, self.noise.take(kept)
        )


class Outlook(NamedTuple):
    """The log rate of the coming days, without counting noise; `shared`: common part of the variance."""

    mean: FloatArray
    variance: FloatArray
    shared: FloatArray


def grid() -> Noise:
    """Every candidate of the pooled noise."""
    alone = [(drift, day, stay, 0.0) for drift in DRIFTS for day in DAY_NOISES for stay in (1.0, RETURN)]
    together = [
        (drift, day, 1.0, common) for drift in DRIFTS for day in DAY_NOISES for common in COMMON_DRIFTS
    ]
    return Noise(*(np.array(column) for column in zip(*alone, *together, strict=True)))


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
    counts: FloatArray,
    exposure: FloatArray,
    *,
    noise: Noise,
    prior: FloatArray,
    spread: FloatArray,
    group_of: IntArray,
) -> Track:
    """Filters every entity under every candidate at once (iterated extended Kalman, Poisson evidence)."""
    n_entities, n_days = counts.shape
    drift, day, stay, common = (column[:, None] for column in noise)
    own = np.broadcast_to(prior, (len(noise.drift), n_entities)).copy()
    variance = np.broadcast_to(spread, own.shape).copy()
    group = _Group.fresh(len(noise.drift), group_of)
    means, variances, shared = (np.empty((*own.shape, n_days)) for _ in range(3))
    # A stationary deviation keeps its spread; a pure walk gains drift without bound.
    gain = np.where(stay < 1, np.maximum(drift, (1 - stay**2) * spread * 0.5), drift)
    for t in range(n_days):
        own = prior + stay * (own - prior)
        variance = stay**2 * variance + gain
        group.move(own, variance, counts[:, t], exposure[:, t], day, common)
        offset = group.mean[:, group_of]
        level, variance = _update(own + offset, variance, counts[:, t], exposure[:, t], day)
        own = level - offset
        means[:, :, t], shared[:, :, t] = level, group.variance[:, group_of]
        variances[:, :, t] = variance + shared[:, :, t]
    return Track(means, variances, shared, prior, noise)


@dataclass
class _Group:
    """What all entities of a group have moved by together, and its variance; (candidates, groups)."""

    mean: FloatArray
    variance: FloatArray
    members: FloatArray

    @classmethod
    def fresh(cls, candidates: int, group_of: IntArray) -> _Group:
        n_groups = int(group_of.max()) + 1
        members = (group_of[:, None] == np.arange(n_groups)).astype(np.float64)
        return cls(np.zeros((candidates, n_groups)), np.zeros((candidates, n_groups)), members)

    def move(
        self, own: FloatArray, variance: FloatArray, count: FloatArray, seen: FloatArray, day: FloatArray,
        common: FloatArray,
    ) -> None:  # fmt: skip
        """One day: the weighed mean surprise of the members, where a common drift is believed in."""
        if not common.any():
            return
        level = own + self.mean @ self.members.T
        expected = np.maximum(seen * np.exp(np.clip(level, -30, 30)), 1e-9)
        surprise = np.clip((count - expected) / expected, -1.0, 3.0)
        surprise = np.where(surprise > 0, np.log1p(np.maximum(surprise, 0.0)), surprise)
        weight = np.where(seen > 0, 1 / (variance + day + 1 / expected), 0.0)
        total = weight @ self.members
        mean = (weight * surprise) @ self.members / np.maximum(total, 1e-12)
        before = self.variance + common
        gain = np.where(total > 0, before / (before + 1 / np.maximum(total, 1e-12)), 0.0)
        self.mean = self.mean + gain * mean
        self.variance = before * (1 - gain)


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
    drift, day, stay, common = (column[:, None] for column in tracked.noise)
    ahead = np.mean(stay[:, :, None] ** np.arange(1, horizon + 1), axis=2)
    mean = tracked.prior + ahead * (tracked.mean[:, :, at] - tracked.prior)
    days = (horizon + 1) * (2 * horizon + 1) / (6 * horizon)
    shared = tracked.shared[:, :, at] + common * days
    own = tracked.variance[:, :, at] - tracked.shared[:, :, at]
    return Outlook(mean, ahead**2 * own + shared + drift * days + day / horizon, shared)


class Judged(NamedTuple):
    """How each candidate foretold the weeks of the past; arrays (candidates, past forecasts).

    `foretold`: log rate expected; `errors`: log of what came over it; `spread`: the variance stated.
    `peers`: forecasts of one group on one day share a number. `fresh`: weight by age, 1 for the latest,
    as accounts change: what held two months ago says less about next week.
    """

    foretold: FloatArray
    errors: FloatArray
    spread: FloatArray
    peers: IntArray
    fresh: FloatArray

    def score(self) -> FloatArray:
        """Summed log score per candidate; lower is better."""
        # Heavy tails (Student t, 4 degrees): one broken week must not decide the noise of all.
        tail = 2.5 * np.log1p(self.errors**2 / (4 * self.spread))
        return np.asarray((tail + 0.5 * np.log(self.spread)) @ self.fresh)

    def take(self, kept: IntArray) -> Judged:
        return Judged(self.foretold[kept], self.errors[kept], self.spread[kept], self.peers, self.fresh)


def judge(
    tracked: Track,
    counts: FloatArray,
    exposure: FloatArray,
    *,
    horizon: int,
    group_of: IntArray,
    step: int = 3,
) -> Judged:
    """Forecasts made on past days, compared with what followed them."""
    n_days = counts.shape[1]
    seen_so_far = np.cumsum(exposure, axis=1)
    n_candidates = len(tracked.noise.drift)
    parts = [(np.zeros((n_candidates, 0)),) * 3 + (np.zeros(0, dtype=np.int64), np.zeros(0))]
    for at in range(min(10, n_days // 2), n_days - horizon, step):
        ahead = outlook(tracked, at, horizon=horizon)
        coming = exposure[:, at + 1 : at + 1 + horizon].sum(axis=1)
        done = counts[:, at + 1 : at + 1 + horizon].sum(axis=1)
        expected = coming * np.exp(ahead.mean)
        usable = (expected.min(axis=0) >= MIN_EXPECTED) & (seen_so_far[:, at] > 0)
        error = np.log((done + 0.5) / (expected + 0.5))
        spread = ahead.variance + 1 / (expected + 0.5)
        peers = at * (int(group_of.max()) + 1) + group_of
        fresh = np.full(int(usable.sum()), 0.5 ** ((n_days - horizon - 1 - at) / HALF_LIFE_DAYS))
        parts.append((ahead.mean[:, usable], error[:, usable], spread[:, usable], peers[usable], fresh))
    foretold, errors, spreads, peers, ages = zip(*parts, strict=True)
    joined = [np.concatenate(part, axis=1) for part in (foretold, errors, spreads)]
    return Judged(joined[0], joined[1], joined[2], np.concatenate(peers), np.concatenate(ages))


def weights(noise: Noise, judged: Judged) -> FloatArray:
    """Weight of each candidate: a tempered posterior, as forecasts of overlapping weeks repeat evidence."""
    log_weight = usual(noise) - judged.score() / TEMPER
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def usual(noise: Noise) -> FloatArray:
    """Log prior of each candidate."""
    drift = (np.log(noise.drift / USUAL_DRIFT[0]) / USUAL_DRIFT[1]) ** 2
    day = (np.log(noise.day / USUAL_DAY[0]) / USUAL_DAY[1]) ** 2
    odds = np.where(noise.stay < 1, ODDS_OF_RETURN, 1.0)
    odds = np.where(noise.common > 0, ODDS_OF_COMMON / len(COMMON_DRIFTS), odds)
    return np.asarray(-0.5 * (drift + day) + np.log(odds))
