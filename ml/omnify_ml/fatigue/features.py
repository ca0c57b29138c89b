"""What is known about a creative on a day, as numbers for the hazard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from omnify_ml.fatigue.label import NEVER, ONSET_SHARE, Wear, onset_days, wear_of, windows
from omnify_ml.fatigue.structure import HORIZONS, Structure, structure_of
from omnify_ml.interval import BoolArray, FloatArray, IntArray
from omnify_ml.panel import Panel

FEATURES = (
    "gap", "gap_squared", "week_change", "fortnight_change", "three_days", "peak_age", "frequency",
    "frequency_growth", "exposure", "age", "noise", "gap_noise", "price_trend", "volatility", "close",
    "structure_14",
)  # fmt: skip
MIN_CLICKS = 50.0
MIN_AGE = 9


@dataclass(frozen=True)
class Scene:
    """Everything computed once per panel. `x`: (creatives, days, features)."""

    panel: Panel
    wear: Wear
    structure: Structure
    onset: IntArray
    end: IntArray
    x: FloatArray
    crossing: FloatArray
    at_risk: BoolArray
    has_frequency: bool


def scene_of(panel: Panel, *, learned_until: int | None = None) -> Scene:
    """Labels, features and risk sets of a panel; day t uses days up to t only (but for the label)."""
    wear = wear_of(panel, learned_until=learned_until)
    structure = structure_of(panel, wear)
    frequency = panel.values.get("frequency")
    known = frequency is not None and bool((frequency > 0).any())
    onset = onset_days(wear, frequency if known else None)
    day = np.arange(panel.n_days)[None, :]
    enough = (np.cumsum(panel["clicks"], axis=1) >= MIN_CLICKS) & (wear.age >= MIN_AGE) & wear.valid
    delivering = windows(panel["impressions"], 3) > 0
    at_risk = enough & delivering & (day < onset[:, None])
    x = _features(panel, wear, structure)
    crossing = crossings(wear, structure, x[:, :, FEATURES.index("volatility")])
    return Scene(panel, wear, structure, onset, censor_days(panel, wear), x, crossing, at_risk, known)


def censor_days(panel: Panel, wear: Wear) -> IntArray:
    """Last day on which a creative could still be seen to wear: before its pause, or its budget's halving."""
    seen = panel["impressions"]
    n_days = seen.shape[1]
    last = n_days - 1 - np.argmax((seen > 0)[:, ::-1], axis=1)
    before = np.zeros_like(wear.seen7)
    before[:, 7:] = wear.seen7[:, :-7]
    halved = (wear.age >= 14) & (wear.seen7 < 0.5 * before)
    first_cut = np.where(halved.any(axis=1), np.argmax(halved, axis=1), NEVER)
    return np.asarray(np.minimum(last, first_cut), dtype=np.int64)


def _lag(array: FloatArray, days: int) -> FloatArray:
    """The value so many days ago; the first known one before that."""
    found = np.empty_like(array)
    found[:, days:] = array[:, :-days]
    found[:, :days] = array[:, :1]
    return found


def _features(panel: Panel, wear: Wear, structure: Structure) -> FloatArray:
    seen, clicks = panel["impressions"], panel["clicks"]
    rate = np.exp(wear.level + wear.common)
    noise = 1 / np.sqrt(wear.clicks7 + 5)
    level = np.where(wear.valid, wear.level, 0.0)
    three = np.log((windows(clicks, 3) + 5) / (windows(seen, 3) * rate + 5))
    columns = {
        "gap": wear.gap,
        "gap_squared": wear.gap**2,
        "week_change": _change(level, wear, 7),
        "fortnight_change": _change(level, wear, 14),
        "three_days": three,
        "peak_age": np.log1p(_days_since_peak(wear)),
        "frequency": _frequency(panel),
        "frequency_growth": np.clip(_frequency(panel) - _lag(_frequency(panel), 14), -1, 1),
        "exposure": np.log1p(structure.exposure),
        "age": np.log1p(np.maximum(wear.age, 0)),
        "noise": noise,
        "gap_noise": wear.gap * noise * 10,
        "price_trend": _price_trend(panel),
        "close": np.minimum(wear.gap + 0.12, 0.0),
        "volatility": _volatility(level, wear),
        "structure_14": _logit(structure.reached[14]),
    }
    return np.stack([columns[name] for name in FEATURES], axis=2)


def _change(level: FloatArray, wear: Wear, days: int) -> FloatArray:
    known = wear.age >= 6 + days
    return np.where(known, level - _lag(level, days), 0.0)


def _days_since_peak(wear: Wear) -> FloatArray:
    at_peak = wear.valid & (wear.gap >= -1e-12)
    day = np.arange(at_peak.shape[1])[None, :]
    return np.asarray(day - np.maximum.accumulate(np.where(at_peak, day, 0), axis=1), dtype=np.float64)


def _frequency(panel: Panel) -> FloatArray:
    frequency = panel.values.get("frequency")
    if frequency is None:
        return np.zeros_like(panel["impressions"])
    return np.log1p(windows(frequency, 7) / np.maximum(windows((frequency > 0).astype(np.float64), 7), 1))


def _price_trend(panel: Panel) -> FloatArray:
    if "cost" not in panel.values:
        return np.zeros_like(panel["impressions"])
    cost, seen = panel["cost"], panel["impressions"]
    now = (windows(cost, 7) + 1e-9) / (windows(seen, 7) + 1e-6)
    usual = (windows(cost, 28) + 1e-9) / (windows(seen, 28) + 1e-6)
    return np.clip(np.log(now / usual), -1, 1)


def _volatility(level: FloatArray, wear: Wear) -> FloatArray:
    """Root mean square of the daily changes so far: how far chance alone moves this creative."""
    step = np.where(wear.age >= 7, level - _lag(level, 1), 0.0)
    days = np.maximum(np.cumsum(wear.age >= 7, axis=1), 1)
    return np.asarray(np.sqrt((np.cumsum(step**2, axis=1) + 5 * 0.03**2) / (days + 5)))


def _logit(probability: FloatArray) -> FloatArray:
    held = np.clip(probability, 0.002, 0.998)
    return np.asarray(np.log(held / (1 - held)))


def crossings(wear: Wear, structure: Structure, volatility: FloatArray) -> FloatArray:
    """Log odds of crossing by the end of each interval: by the curve alone, and by chance alone.

    Shape (creatives, days, intervals, 2). Chance: a walk with the creative's own daily step reaches
    the line with twice the probability that it ends beyond it (reflection).
    """
    curve = np.stack([_logit(structure.reached[days]) for days in HORIZONS], axis=2)
    distance = np.maximum(wear.gap - np.log(ONSET_SHARE), 0.0) / volatility
    chance = np.stack([_logit(2 * ndtr(-distance / np.sqrt(days + 1))) for days in HORIZONS], axis=2)
    return np.stack([curve, chance], axis=3)
