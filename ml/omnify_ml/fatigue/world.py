"""Made-up advertising in which wear-out is known: for the prior and for tests, never for a claim.

Figures follow what has been published: 25-60 days of life, 45 % lower response after four exposures at
the median, a quarter to two fifths of ads that never wear, memory that halves in two to five weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray

Form = Literal["gamma_poisson", "power", "cliff", "linear", "none"]


@dataclass(frozen=True)
class WorldShape:
    """How one world wears. `evergreen`: share that never does; `pace`: exposures per person and day."""

    form: Form = "gamma_poisson"
    evergreen: float = 0.33
    half_life_days: float = 21.0
    strength: float = 0.149
    pace: float = 0.08
    noise: float = 0.12
    season: float = 0.0
    censored: float = 0.5


def wear(form: Form, exposure: FloatArray, strength: FloatArray, *, heterogeneity: float = 0.8) -> FloatArray:
    """Response left (1 = fresh) after `exposure` remembered exposures per person."""
    if form == "gamma_poisson":
        k = heterogeneity
        return np.asarray((1 + exposure * (1 - np.exp(-strength)) / k) ** -(k + 1))
    if form == "power":
        return np.asarray((1 + exposure) ** (-2.5 * strength))
    if form == "cliff":
        return np.asarray(0.6 + 0.4 / (1 + np.exp(1.5 * (exposure - 0.5 / np.maximum(strength, 1e-3)))))
    if form == "linear":
        return np.asarray(np.maximum(1 - 0.45 * strength * exposure, 0.3))
    return np.ones_like(exposure)


def simulate(
    shape: WorldShape, *, seed: int, accounts: int = 8, creatives: int = 25, days: int = 120
) -> pd.DataFrame:
    """A history frame of the world; `latent` holds the true response, for judges only."""
    rng = np.random.default_rng(seed)
    frames = [_account(shape, rng, number, creatives, days) for number in range(accounts)]
    return pd.concat(frames, ignore_index=True)


def _account(
    shape: WorldShape, rng: np.random.Generator, number: int, creatives: int, days: int
) -> pd.DataFrame:
    level = 0.012 * np.exp(0.5 * rng.standard_normal())
    walk = np.cumsum(0.02 * rng.standard_normal(days))
    season = shape.season * np.sin(2 * np.pi * (np.arange(days) / rng.uniform(40, 90) + rng.random()))
    drift = walk - walk.mean() + season
    typical = shape.strength * np.exp(0.3 * rng.standard_normal())
    parts = [
        _creative(shape, rng, f"a{number}", f"a{number}c{index}", level, drift, typical, days)
        for index in range(creatives)
    ]
    return pd.concat(parts, ignore_index=True)


def _creative(
    shape: WorldShape, rng: np.random.Generator, account: str, name: str, level: float,
    drift: FloatArray, typical: float, days: int,
) -> pd.DataFrame:  # fmt: skip
    start = int(rng.integers(0, days - 25))
    life = min(int(rng.integers(25, 100)), days - start)
    audience = 120_000 * np.exp(0.7 * rng.standard_normal())
    daily = _delivery(rng, audience * shape.pace, life)
    strength = 0.0 if rng.random() < shape.evergreen else typical * np.exp(0.6 * rng.standard_normal())
    remembered = _remembered(daily / audience, shape.half_life_days)
    left = wear(shape.form, remembered, np.full(life, strength)) if strength > 0 else np.ones(life)
    wear_in = 1 - 0.05 * np.exp(-np.arange(life) / 3)
    latent = level * np.exp(0.35 * rng.standard_normal()) * wear_in * left
    noise = _autoregressive(rng, life, shape.noise)
    clicks = rng.poisson(daily * latent * np.exp(drift[start : start + life] + noise)).astype(float)
    seven = _window(daily, 7)
    reach = audience * (1 - (1 + seven / audience / 0.8) ** -0.8)
    end = _stopped(rng, shape, clicks, daily, life)
    frame = pd.DataFrame(
        {
            "account": account,
            "creative": name,
            "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(start, start + life), unit="D"),
            "impressions": daily,
            "reach": np.round(reach),
            "frequency": seven / np.maximum(reach, 1),
            "clicks": clicks,
            "cost": daily * 0.008 * np.exp(0.1 * rng.standard_normal(life)),
            "conversions": rng.poisson(clicks * 0.04).astype(float),
            "latent": latent,
        }
    )
    return frame.iloc[:end]


def _delivery(rng: np.random.Generator, usual: float, life: int) -> FloatArray:
    """Daily impressions: a pace with jumps of the budget."""
    pace = usual * np.exp(0.6 * rng.standard_normal())
    jumps = np.cumsum(np.where(rng.random(life) < 0.04, 0.4 * rng.standard_normal(life), 0.0))
    return np.asarray(np.round(np.maximum(pace * np.exp(jumps + 0.12 * rng.standard_normal(life)), 50.0)))


def _remembered(exposure: FloatArray, half_life: float) -> FloatArray:
    keep, held = 0.5 ** (1 / half_life), 0.0
    found = np.empty(len(exposure))
    for day, today in enumerate(exposure):
        held = keep * held + today
        found[day] = held
    return found


def _autoregressive(rng: np.random.Generator, n: int, sd: float) -> FloatArray:
    shocks, state = rng.standard_normal(n) * sd * np.sqrt(1 - 0.49), 0.0
    found = np.empty(n)
    for day in range(n):
        state = 0.7 * state + shocks[day]
        found[day] = state
    return found


def _window(daily: FloatArray, n: int) -> FloatArray:
    total = np.cumsum(np.concatenate([[0.0], daily]))
    return np.asarray(total[1:] - total[np.maximum(np.arange(len(daily)) + 1 - n, 0)])


def _stopped(
    rng: np.random.Generator, shape: WorldShape, clicks: FloatArray, daily: FloatArray, life: int
) -> int:
    """Owners stop half of the ads whose click rate fell to 70 %: censoring that knows the outcome."""
    rate = _window(clicks, 7) / np.maximum(_window(daily, 7), 1)
    peak = np.maximum.accumulate(rate[6:]) if life > 7 else rate
    fallen = np.flatnonzero(rate[6:] < 0.7 * peak) if life > 7 else np.zeros(0, dtype=int)
    if len(fallen) and rng.random() < shape.censored:
        return min(life, int(fallen[0]) + 6 + int(rng.integers(2, 12)))
    return life
