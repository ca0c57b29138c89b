"""One series of any cadence: robust level and season, alarms for spikes and for shifts.

Each point is judged from the points before it only. An alarm opens an incident; while it lasts no
second alarm is raised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from omnify_ml.interval import BoolArray, FloatArray, IntArray

SPIKE, SHIFT = 6.5, 12.0
LEVEL_DAYS, SEASON_CYCLES, SCALE_DAYS, QUIET_DAYS = 3.0, 7, 7.0, 4.0
SHIFT_SPAN_DAYS = 0.5
# Log residuals quieter than this are quieter than measurement.
LEAST_SCALE = 0.03
MIN_POINTS = 30


@dataclass(frozen=True)
class StreamAlarms:
    """Per point: `score` (robust z of the worse of spike and shift) and `alarm`; `refused` or ''."""

    score: FloatArray
    alarm: BoolArray
    refused: str = ""


def watch_series(timestamps: pd.Series, values: FloatArray) -> StreamAlarms:
    """Alarms of one series, sorted by time; gaps are allowed."""
    n = len(values)
    if n < MIN_POINTS:
        nothing = np.zeros(n)
        return StreamAlarms(nothing, nothing > 0, f"insufficient data: {n} points, {MIN_POINTS} needed")
    hours = float(np.median(np.diff(timestamps.to_numpy()) / np.timedelta64(1, "h")))
    per_day = max(24.0 / max(hours, 1e-6), 1.0)
    phase = (timestamps.dt.hour if hours < 24 else timestamps.dt.day_of_week).to_numpy(dtype=np.int64)
    logs = _logs(values, int(7 * per_day))
    z = _residual_z(logs, phase, per_day if hours < 24 else 7.0)
    shift = _shift(z, max(int(SHIFT_SPAN_DAYS * per_day), 3))
    score = np.maximum(np.abs(z) / SPIKE, np.abs(shift) / SHIFT) * SPIKE
    return StreamAlarms(score, incidents(score > SPIKE, max(int(QUIET_DAYS * per_day), 3)))


def _logs(values: FloatArray, first: int) -> FloatArray:
    """Logs where the series is positive (prices, rates), plain values scaled otherwise."""
    early = values[: max(first, MIN_POINTS)]
    usual = float(np.median(np.abs(early)))
    if (values < 0).any() or usual <= 0:
        spread = float(np.median(np.abs(early - np.median(early)))) or float(np.std(early)) or 1.0
        return np.asarray(values / (10 * spread))
    return np.asarray(np.log(np.maximum(values, 0.02 * usual)))


def _residual_z(logs: FloatArray, phase: IntArray, per_cycle: float) -> FloatArray:
    level = _past_median(logs, max(int(LEVEL_DAYS * per_cycle), 7))
    flat = logs - level
    season = np.zeros(len(logs))
    for one in np.unique(phase):
        at = np.flatnonzero(phase == one)
        seen = np.minimum(np.arange(len(at)), SEASON_CYCLES)
        usual = np.nan_to_num(_past_median(flat[at], SEASON_CYCLES))
        season[at] = np.where(seen >= 3, usual * seen / (seen + 3), 0.0)
    residual = flat - season
    scale = 1.4826 * _past_median(np.abs(residual), max(int(SCALE_DAYS * per_cycle), 14))
    return np.nan_to_num(residual / np.maximum(scale, LEAST_SCALE))


def _past_median(values: FloatArray, n: int) -> FloatArray:
    """Median of the known ones among the `n` values before each one; nan at the start."""
    return np.asarray(pd.Series(values).shift(1).rolling(n, min_periods=1).median(), dtype=np.float64)


def _shift(z: FloatArray, span: int) -> FloatArray:
    """EWMA of clipped residuals, as a multiple of its own standard deviation."""
    rate = 2 / (span + 1)
    smooth = lfilter([rate], [1, rate - 1], np.clip(z, -4, 4))
    return np.asarray(smooth * np.sqrt((2 - rate) / rate))


def incidents(beyond: BoolArray, quiet: int) -> BoolArray:
    """The first point of each incident: `quiet` points must pass before the next may open."""
    alarm = np.zeros(len(beyond), dtype=np.bool_)
    free_from = 0
    for index in np.flatnonzero(beyond):
        if index >= free_from:
            alarm[index] = True
            free_from = int(index) + quiet
    return alarm
