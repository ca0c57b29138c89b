"""Looks planned in advance: boundaries that spend the error by O'Brien and Fleming's rule.

Lan and DeMets 1983. With a planned end this needs hardly more units than one look at the end; beyond
the planned end only a confidence sequence stays valid.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from omnify_ml.interval import FloatArray

GRID = 601
REACH = 8.0


def spent(fraction: FloatArray, alpha: float) -> FloatArray:
    """Error that may be used up by each share of the planned information (two-sided)."""
    return np.asarray(4 * ndtr(ndtri(alpha / 4) / np.sqrt(np.clip(fraction, 1e-9, 1.0))))


@cache
def boundaries(looks: int, alpha: float = 0.05) -> tuple[float, ...]:
    """|z| to exceed at each of `looks` evenly spaced looks."""
    fractions = np.arange(1, looks + 1) / looks
    budget = np.diff(np.concatenate([[0.0], spent(fractions, alpha)]))
    score = np.linspace(-REACH, REACH, GRID)
    step, bounds = score[1] - score[0], []
    density: FloatArray | None = None
    for look in range(looks):
        sd = np.sqrt(fractions[look])
        now = _density(density, score, step, fractions, look)
        mass = now * step
        outside = np.cumsum(mass) + np.cumsum(mass[::-1])
        # First grid point whose two tails hold more than the budget of this look.
        place = int(np.searchsorted(outside, max(budget[look], 1e-14)))
        # A cell's mass reaches half a step beyond its center.
        edge = _interpolated(outside, score, place, float(budget[look])) + step / 2
        bounds.append(float(-edge / sd))
        density = now * np.clip((-edge - np.abs(score)) / step + 0.5, 0.0, 1.0)
    return tuple(bounds)


def _density(
    before: FloatArray | None, score: FloatArray, step: float, fractions: FloatArray, look: int
) -> FloatArray:
    """Density of the running sum at this look among those not stopped yet."""
    gained = fractions[look] - (fractions[look - 1] if look else 0.0)
    if before is None:
        return np.asarray(np.exp(-(score**2) / (2 * gained)) / np.sqrt(2 * np.pi * gained))
    kernel = np.exp(-((score[:, None] - score[None, :]) ** 2) / (2 * gained)) / np.sqrt(2 * np.pi * gained)
    return np.asarray(kernel @ before * step)


def _interpolated(outside: FloatArray, score: FloatArray, place: int, budget: float) -> float:
    if place == 0 or place >= len(score):
        return float(score[min(place, len(score) - 1)])
    low, high = outside[place - 1], outside[place]
    share = (budget - low) / max(high - low, 1e-300)
    return float(score[place - 1] + share * (score[place] - score[place - 1]))
