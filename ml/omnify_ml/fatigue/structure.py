"""What repeated exposure alone says: a posterior over wear curves, projected to the coming days.

The response after F remembered exposures per person is (1 + F(1-exp(-l))/k)^-(k+1): people differ in
how often they see an ad (gamma, k = 0.8), and each exposure takes a share of the response away.
The speed l is inferred per creative from its clicks, drawn to what its account shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from omnify_ml.fatigue.label import ONSET_SHARE, Wear, windows
from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.panel import Panel

SPEEDS = np.array([0.0, 0.004, 0.01, 0.02, 0.035, 0.055, 0.085, 0.13, 0.2, 0.31, 0.5, 0.8])
USUAL_SPEED = np.array([0.30, 0.05, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.08, 0.06, 0.04, 0.02])
HETEROGENEITY = 0.8
HALF_LIFE_DAYS = 21.0
# Creatives' worth of the general prior beside the account's own creatives.
ACCOUNT_STRENGTH = 8.0
# Extra variance of a day's log rate beyond counting, with its persistence over days.
DAY_VARIANCE = 0.06
NOISE_SD = 0.09
HORIZONS = (3, 7, 14, 30)


@dataclass(frozen=True)
class Structure:
    """`reached[h]`: P(the wear curve is below 80 % of its peak in h days), shape (creatives, days).

    `exposure`: remembered exposures per person. `speed`: posterior mean of l.
    """

    reached: dict[int, FloatArray]
    exposure: FloatArray
    speed: FloatArray


def exposure_of(panel: Panel) -> FloatArray:
    """Remembered exposures per person each day; without frequency on the account's usual scale."""
    seen = panel["impressions"]
    held = remembered(seen)
    frequency = panel.values.get("frequency")
    if frequency is None or not (frequency > 0).any():
        total = windows(seen, 7).max(axis=1)
        usual = np.median(total[total > 0]) if (total > 0).any() else 1.0
        return np.asarray(held / np.maximum(usual, 1.0))
    seven = windows(seen, 7)
    latest = np.where(frequency > 0, frequency, 0.0)
    # Rolling frequency is impressions over people reached: gives the people, then exposures of them.
    people = np.maximum.accumulate(seven / np.maximum(latest, 1.0), axis=1)
    return np.asarray(held / np.maximum(people, 1.0))


def remembered(seen: FloatArray) -> FloatArray:
    """Exposures that are still remembered: they halve in three weeks."""
    keep = 0.5 ** (1 / HALF_LIFE_DAYS)
    held, found = np.zeros(len(seen)), np.empty_like(seen)
    for day in range(seen.shape[1]):
        held = keep * held + seen[:, day]
        found[:, day] = held
    return found


def log_wear(exposure: FloatArray, speed: FloatArray) -> FloatArray:
    """Log response left; broadcasts exposure against speed."""
    return np.asarray(-(HETEROGENEITY + 1) * np.log1p(exposure * -np.expm1(-speed) / HETEROGENEITY))


def structure_of(panel: Panel, wear: Wear) -> Structure:
    """The posterior and its projections, each day from data up to that day."""
    exposure = exposure_of(panel)
    curves = log_wear(exposure[None], SPEEDS[:, None, None])
    posterior = _posterior(panel, wear, curves)
    pace = _pace(exposure)
    best = np.maximum.accumulate(curves, axis=2)
    reached = {}
    for days in HORIZONS:
        keep = 0.5 ** (days / HALF_LIFE_DAYS)
        later = keep * exposure + np.maximum(pace, 0.0) * (1 - keep) / (1 - 0.5 ** (1 / HALF_LIFE_DAYS))
        gap = log_wear(later[None], SPEEDS[:, None, None]) - best
        reached[days] = np.sum(posterior * ndtr((np.log(ONSET_SHARE) - gap) / NOISE_SD), axis=0)
    return Structure(reached, exposure, np.tensordot(SPEEDS, posterior, axes=1))


def _pace(exposure: FloatArray) -> FloatArray:
    """New exposures per person and day, over the last seven days."""
    before = np.concatenate([np.zeros((len(exposure), 1)), exposure[:, :-1]], axis=1)
    return windows(exposure - before * 0.5 ** (1 / HALF_LIFE_DAYS), 7) / 7


def _posterior(panel: Panel, wear: Wear, curves: FloatArray) -> FloatArray:
    """Weights of the speeds, shape (speeds, creatives, days)."""
    weight = 1 / (1 + DAY_VARIANCE * wear.clicks7 / 7)
    clicks = panel["clicks"] * weight
    shown = panel["impressions"] * weight * np.exp(wear.common)
    base = (panel["clicks"].sum() + 1) / (panel["impressions"].sum() + 100)
    shape = 2.0
    total = np.cumsum(clicks, axis=1)
    mass = np.cumsum(shown[None] * np.exp(curves), axis=2)
    evidence = np.cumsum(clicks[None] * curves, axis=2) - (shape + total) * np.log(shape / base + mass)
    alone = _softmax(evidence + np.log(USUAL_SPEED)[:, None, None])
    return _softmax(evidence + np.log(_account_speeds(alone, wear, panel.group_of)))


def _account_speeds(alone: FloatArray, wear: Wear, group_of: IntArray) -> FloatArray:
    """Each account's mix of speeds, drawn to the usual one."""
    n_groups = int(group_of.max()) + 1
    total = np.zeros((len(SPEEDS), n_groups, alone.shape[2]))
    count = np.zeros((n_groups, alone.shape[2]))
    for creative, group in enumerate(group_of):
        total[:, group] += alone[:, creative] * wear.valid[creative]
    np.add.at(count, group_of, wear.valid.astype(np.float64))
    mixed = (total + ACCOUNT_STRENGTH * USUAL_SPEED[:, None, None]) / (count + ACCOUNT_STRENGTH)
    return np.asarray(mixed[:, group_of])


def _softmax(log_weight: FloatArray) -> FloatArray:
    weight = np.exp(log_weight - log_weight.max(axis=0))
    return np.asarray(weight / weight.sum(axis=0))
