"""When an ad has worn out: one definition, fixed before any model was fitted.

Onset is the first day from the eighth on which the seven-day click rate, shrunk against chance and
freed from what moved the whole account, stands at or below 80 % of the ad's own shrunk peak, stays
there on three of the next four days, rests on at least 15 clicks, and where exposure is known the
frequency has not fallen over the past 14 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from omnify_ml.interval import BoolArray, FloatArray, IntArray
from omnify_ml.panel import Panel

ONSET_SHARE = 0.80
MIN_WINDOW_CLICKS = 15.0
CONFIRM_DAYS, CONFIRMED = 4, 3
NEVER = 10**6
# A frequency this much below that of two weeks ago has fallen; less is measurement noise.
FALLEN = 0.98
REFERENCE_DAYS, MOST_MOVED = 28, 0.5


@dataclass(frozen=True)
class Wear:
    """Click rate of every creative on every day as the definition sees it; shape (creatives, days).

    `level`: log of the shrunk seven-day rate without the account's common movement. `peak`: its running
    maximum. `valid`: delivering, with at least seven days behind. `age`: days since first delivery.
    """

    level: FloatArray
    peak: FloatArray
    common: FloatArray
    clicks7: FloatArray
    seen7: FloatArray
    age: IntArray
    valid: BoolArray

    @property
    def gap(self) -> FloatArray:
        """Log of the rate over its peak: 0 at the peak, log(0.8) at onset."""
        return self.level - self.peak


def windows(daily: FloatArray, n: int) -> FloatArray:
    """Sums over the last `n` days, shorter at the start; same shape."""
    total = np.cumsum(daily, axis=1)
    found = total.copy()
    found[:, n:] = total[:, n:] - total[:, :-n]
    return found


def wear_of(panel: Panel, *, learned_until: int | None = None) -> Wear:
    """Everything the definition needs, each day from that day and earlier ones only.

    How much rates scatter by chance is read from the first `learned_until` days.
    """
    clicks, seen = panel["clicks"], panel["impressions"]
    clicks7, seen7 = windows(clicks, 7), windows(seen, 7)
    started = np.cumsum(seen > 0, axis=1) > 0
    age = np.cumsum(started, axis=1) - 1
    valid = (age >= 6) & (seen7 > 0)
    own = np.log(_own_rate(clicks, seen, panel.group_of))
    raw = np.log((clicks7 + 1.0) / (seen7 + np.exp(-own)))
    common = _common(raw, valid & (clicks7 >= MIN_WINDOW_CLICKS), panel.group_of)
    gap = raw - common - own
    known = slice(0, learned_until)
    lasting, passing = scatter_of(gap[:, known], clicks7[:, known], valid[:, known])
    level = own + gap * lasting / (lasting + passing + 1 / (clicks7 + 1.0))
    peak = np.maximum.accumulate(np.where(valid, level, -np.inf), axis=1)
    peak = np.where(np.isfinite(peak), peak, level)
    return Wear(level, peak, common, clicks7, seen7, age.astype(np.int64), valid)


class Scatter(NamedTuple):
    """How seven-day rates scatter around a creative's mean: what lasts a week, and what does not."""

    lasting: float
    passing: float


USUAL_SCATTER = Scatter(0.02, 0.01)


def _own_rate(clicks: FloatArray, seen: FloatArray, group_of: IntArray) -> FloatArray:
    """Each creative's rate over all days so far, drawn to its account's."""
    total = np.zeros((int(group_of.max()) + 1, clicks.shape[1]))
    shown = np.zeros_like(total)
    np.add.at(total, group_of, np.cumsum(clicks, axis=1))
    np.add.at(shown, group_of, np.cumsum(seen, axis=1))
    account = ((total + 1.0) / (shown + 100.0))[group_of]
    return np.asarray((np.cumsum(clicks, axis=1) + 10.0) / (np.cumsum(seen, axis=1) + 10.0 / account))


def scatter_of(gap: FloatArray, clicks7: FloatArray, valid: BoolArray) -> Scatter:
    """Moments: what one window and the next (seven days on) have in common is lasting."""
    enough = valid & (clicks7 >= MIN_WINDOW_CLICKS)
    pairs = enough[:, 7:] & enough[:, :-7]
    if pairs.sum() < 100:
        return USUAL_SCATTER
    held = np.clip(gap, -1.0, 1.0)
    total = float(np.mean(held[enough] ** 2))
    lasting = float(np.mean((held[:, 7:] * held[:, :-7])[pairs]))
    chance = float(np.mean(1 / clicks7[enough]))
    lasting = float(np.clip(lasting, 0.002, 0.3))
    return Scatter(lasting, float(np.clip(total - lasting - chance, 0.001, 0.3)))


def _common(log_rate: FloatArray, usable: BoolArray, group_of: IntArray) -> FloatArray:
    """What moved the other creatives of the account that day: leave-one-out mean of log residuals."""
    days = np.cumsum(usable, axis=1)
    # Against its own first four weeks: a mean that goes on would forget a fall of the whole account.
    early = usable & (days <= REFERENCE_DAYS)
    usual = np.cumsum(np.where(early, log_rate, 0.0), axis=1) / np.maximum(np.cumsum(early, axis=1), 1)
    residual = np.where(usable, np.clip(log_rate - usual, -MOST_MOVED, MOST_MOVED), 0.0)
    total = np.zeros((int(group_of.max()) + 1, log_rate.shape[1]))
    count = np.zeros_like(total)
    np.add.at(total, group_of, residual)
    np.add.at(count, group_of, usable.astype(np.float64))
    # An imaginary creative that did not move: one neighbor alone is no common movement.
    return np.asarray((total[group_of] - residual) / (count[group_of] - usable + 1.0))


def onset_days(wear: Wear, frequency: FloatArray | None) -> IntArray:
    """Index of the onset day of each creative, or NEVER."""
    low = wear.valid & (wear.age >= 7) & (wear.gap <= np.log(ONSET_SHARE))
    after = np.zeros(low.shape)
    for ahead in range(1, CONFIRM_DAYS + 1):
        after[:, :-ahead] += low[:, ahead:]
    onset = low & (after >= CONFIRMED) & (wear.clicks7 >= MIN_WINDOW_CLICKS)
    if frequency is not None:
        onset &= exposure_holds(frequency)
    first = np.argmax(onset, axis=1)
    return np.where(onset.any(axis=1), first, NEVER).astype(np.int64)


def exposure_holds(frequency: FloatArray) -> BoolArray:
    """Whether the frequency has not fallen over the past 14 days (or since it was first seen)."""
    shown = frequency > 0
    mean = windows(frequency, 7) / np.maximum(windows(shown.astype(np.float64), 7), 1)
    before = np.zeros_like(mean)
    before[:, 14:] = mean[:, :-14]
    return np.asarray(shown & (mean >= FALLEN * before))
