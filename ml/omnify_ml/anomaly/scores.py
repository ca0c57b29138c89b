"""How far each day of a metric lies from its own recent past, in standard deviations."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from omnify_ml.interval import BoolArray, FloatArray
from omnify_ml.panel import Panel

# Metric: label, counts, exposure ("" = per day), whether the counts are events with chance of their own.
WATCHED: dict[str, tuple[str, str, str, bool]] = {
    "spend": ("Spend", "cost", "", False),
    "ctr": ("Click rate", "clicks", "impressions", True),
    "cvr": ("Conversions per click", "conversions", "clicks", True),
    "cpc": ("Cost per click", "cost", "clicks", False),
    "cpm": ("Cost per impression", "cost", "impressions", False),
}
LEVEL_DAYS, SCALE_DAYS, DRIFT_DAYS = (3, 7), 28, 7
MIN_DAYS = 7
LEAST_SCALE = 0.06
# Below this many expected events the log scale makes too much of a low count.
FEW = 25.0
MIN_FOR_POOLING = 5
RUN_DAYS = 3
# Daily figures have heavier tails than a normal; how much heavier is read from the account itself.
USUAL_DEGREES, MIN_FOR_TAIL = 8.0, 300
DEGREES = np.array([3.0, 4.0, 5.0, 6.0, 8.0, 11.0, 16.0, 25.0])
# Neighboring days share luck: a week's mean scatters more than independent days would.
CLUSTERING = 1.2


@dataclass(frozen=True)
class Scores:
    """Arrays (entities, days); `p` is 1 where the day cannot be judged. `z` < 0: below the usual."""

    metric: str
    label: str
    value: FloatArray
    log_expected: FloatArray
    sd: FloatArray
    z: FloatArray
    p: FloatArray


def scores_of(panel: Panel, metric: str) -> Scores:
    """Each day against the days before it, and each week against the three before it."""
    label, count_name, exposure_name, events = WATCHED[metric]
    count = panel[count_name]
    exposure = panel[exposure_name] if exposure_name else np.ones_like(count)
    seen = exposure > 0 if exposure_name else _running(panel)
    half = 0.5 if events else 0.02 * _unit(count, exposure, seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(seen, np.log((count + half) / exposure), np.nan)
    season = _weekday(logs, panel)
    logs = logs - season
    level, scale = _baseline(logs)
    history = _past_count(logs, SCALE_DAYS)
    usable = (history >= MIN_DAYS) & seen & np.isfinite(level) & np.isfinite(scale)
    chance = 1 / (exposure * np.exp(np.nan_to_num(level)) + 0.5) if events else np.zeros_like(count)
    # The scale already holds the usual chance; what is scarcer than usual scatters more.
    usual_chance = np.nan_to_num(_past_median(np.where(seen, chance, np.nan), SCALE_DAYS))
    sd = np.sqrt(scale**2 + np.maximum(chance - usual_chance, 0.0) + 1e-12)
    z = (logs - level) / sd
    if events:
        expected = exposure * np.exp(np.nan_to_num(level, nan=-30.0) + season)
        own = np.sqrt(np.maximum(np.nan_to_num(scale) ** 2 - usual_chance, LEAST_SCALE**2))
        z = np.where(expected < FEW, counted_z(count, expected, own), z)
        z = _larger(_run(count, exposure, level, scale), z)
    drift = np.where(usable & (history >= 14), _drift(logs, scale, chance), 0.0)
    z = np.where(usable, _larger(drift / _wander(drift[drift != 0]), z), 0.0)
    p = np.where(usable, 2 * stdtr(tail_degrees(z[usable]), -np.abs(z)), 1.0)
    value = count / np.maximum(exposure, 1e-12)
    return Scores(metric, label, value, np.nan_to_num(level), np.nan_to_num(sd, nan=1.0), z, p)


def _larger(one: FloatArray, other: FloatArray) -> FloatArray:
    """Whichever lies further from 0, day by day."""
    return np.where(np.abs(one) > np.abs(other), one, other)


def _baseline(logs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Level and scale of the steadier of two views: the last three days, or the last seven.

    A series that wanders is foretold by yesterday, one that jumps back and forth by its median.
    """
    levels = np.stack([_past_median(logs, days) for days in LEVEL_DAYS])
    scales = np.stack([1.4826 * _past_median(np.abs(logs - level), SCALE_DAYS) for level in levels])
    best = np.argmin(np.nan_to_num(scales, nan=np.inf), axis=0)[None]
    level, scale = (np.take_along_axis(array, best, axis=0)[0] for array in (levels, scales))
    return level, _pooled(np.maximum(scale, LEAST_SCALE))


def _pooled(scale: FloatArray) -> FloatArray:
    """Scales drawn halfway to the usual one of the day: four weeks tell little about a spread."""
    if len(scale) < MIN_FOR_POOLING:
        return scale
    logs = np.log(scale)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        usual = np.nanmedian(logs, axis=0)
    return np.asarray(np.exp(0.5 * logs + 0.5 * np.nan_to_num(usual)))


def tail_degrees(z: FloatArray) -> float:
    """Student t whose far tail, against its middle, is as heavy as that of the panel's own days.

    A calm account may be alarmed early; one whose days jump must not cry wolf.
    """
    if len(z) < MIN_FOR_TAIL:
        return USUAL_DEGREES
    middle, far = np.quantile(np.abs(z), [0.5, 0.98])
    heaviness = far / max(float(middle), 1e-9)
    wanted = stdtrit(DEGREES, 0.99) / stdtrit(DEGREES, 0.75)
    return float(DEGREES[int(np.argmin(np.abs(np.log(wanted / heaviness))))])


def _run(count: FloatArray, exposure: FloatArray, level: FloatArray, scale: FloatArray) -> FloatArray:
    """The last three days taken together against the level before them: what is too few on any one day."""
    before = np.concatenate([level[:, :1].repeat(RUN_DAYS - 1, axis=1), level[:, : 1 - RUN_DAYS]], axis=1)
    done, seen = _last(count, RUN_DAYS), _last(exposure, RUN_DAYS)
    expected = seen * np.exp(np.nan_to_num(before, nan=-30.0))
    spread = np.nan_to_num(scale) * np.sqrt(CLUSTERING / RUN_DAYS)
    return np.where(np.isfinite(before), counted_z(done, expected, spread), 0.0)


def counted_z(count: FloatArray, expected: FloatArray, spread: FloatArray) -> FloatArray:
    """Counts against what was expected, on the square-root scale where chance is alike at any size.

    `spread`: log standard deviation of the rate itself, beyond chance.
    """
    gap = 2 * (np.sqrt(count + 0.375) - np.sqrt(expected + 0.375))
    return np.asarray(gap / np.sqrt(1 + expected * spread**2))


def _last(values: FloatArray, n: int) -> FloatArray:
    total = np.cumsum(values, axis=1)
    found = total.copy()
    found[:, n:] -= total[:, :-n]
    return found


def _running(panel: Panel) -> BoolArray:
    """Days on which spend was to be expected: the entity spent within the three days before."""
    spent = (panel["cost"] > 0).astype(np.float64)
    before = np.zeros_like(spent)
    for lag in (1, 2, 3):
        before[:, lag:] += spent[:, :-lag]
    return np.asarray((before > 0) | (spent > 0))


def _unit(count: FloatArray, exposure: FloatArray, seen: BoolArray) -> FloatArray:
    """A usual day's amount per entity, the yardstick of what is nearly nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        usual = np.nanmedian(np.where(seen & (count > 0), count, np.nan), axis=1)
    return np.asarray(np.nan_to_num(usual, nan=1.0)[:, None] + 0 * exposure)


def _weekday(logs: FloatArray, panel: Panel) -> FloatArray:
    """Weekday pattern of each group, from the weeks before; nothing in the first three weeks."""
    season = np.zeros_like(logs)
    weekdays, n_groups = panel.weekdays, len(panel.groups)
    flat = logs - _past_median(logs, LEVEL_DAYS[-1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        daily = np.stack([np.nanmedian(flat[panel.group_of == group], axis=0) for group in range(n_groups)])
        for day in range(21, logs.shape[1]):
            same = np.arange(day % 7, day, 7)[-5:]
            pattern = np.nan_to_num(np.nanmean(daily[:, same], axis=1)) * len(same) / (len(same) + 2)
            season[:, day] = pattern[panel.group_of]
    assert len(weekdays) == logs.shape[1]
    return season


def _past_median(values: FloatArray, n: int) -> FloatArray:
    """Median of the known ones among the `n` days before each day; nan where none is known."""
    padded = np.concatenate([np.full((len(values), n), np.nan), values], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, n, axis=1)[:, : values.shape[1]]
    # Unknown days sort to the end; numpy's own nanmedian takes a hundred times as long.
    ranked, known = np.sort(windows, axis=2), np.isfinite(windows).sum(axis=2)
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, n - 1)
    ends = [np.take_along_axis(ranked, place[:, :, None], axis=2)[:, :, 0] for place in (low, high)]
    return np.asarray(np.where(known > 0, (ends[0] + ends[1]) / 2, np.nan))


def _past_count(values: FloatArray, n: int) -> FloatArray:
    known = np.cumsum(np.isfinite(values), axis=1).astype(np.float64)
    before = np.concatenate([np.zeros((len(values), 1)), known[:, :-1]], axis=1)
    gone = np.zeros_like(before)
    gone[:, n:] = before[:, :-n]
    return np.asarray(before - gone)


def _wander(drift: FloatArray) -> float:
    """How much more than independent days the weeks of this panel move by themselves, 1 to 2.5."""
    if len(drift) < MIN_FOR_TAIL // 2:
        return 1.6
    return float(np.clip(1.4826 * np.median(np.abs(drift)), 1.0, 2.5))


def _drift(logs: FloatArray, scale: FloatArray, chance: FloatArray) -> FloatArray:
    """The last week's mean against the median of the three weeks before it."""
    filled = np.where(np.isfinite(logs), logs, 0.0)
    days = np.isfinite(logs).astype(np.float64)
    total, count = np.cumsum(filled, axis=1), np.cumsum(days, axis=1)
    week, known = total.copy(), count.copy()
    week[:, DRIFT_DAYS:] -= total[:, :-DRIFT_DAYS]
    known[:, DRIFT_DAYS:] -= count[:, :-DRIFT_DAYS]
    before = np.full_like(logs, np.nan)
    before[:, DRIFT_DAYS - 1 :] = _past_median(logs, 21)[:, : logs.shape[1] - DRIFT_DAYS + 1]
    gap = week / np.maximum(known, 1) - before
    sd = CLUSTERING * np.sqrt((scale**2 + chance) * (1 / np.maximum(known, 1) + 1.57 / 21))
    return np.asarray(np.where(np.isfinite(gap) & (known >= 5), gap / sd, 0.0))


def discoveries(p: FloatArray, rate: float) -> BoolArray:
    """Benjamini-Hochberg: which to keep so that about `rate` of the kept are false; same shape."""
    order = np.argsort(p, axis=None)
    ranked = p.ravel()[order]
    passed = ranked <= rate * np.arange(1, len(order) + 1) / max(int((p < 1).sum()), 1)
    kept = np.zeros(len(order), dtype=np.bool_)
    if passed.any():
        kept[order[: int(np.flatnonzero(passed)[-1]) + 1]] = True
    return kept.reshape(p.shape)
