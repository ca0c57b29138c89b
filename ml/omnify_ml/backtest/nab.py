"""The score of the Numenta anomaly benchmark (standard profile), for labeled windows.

Early alarms in a window earn up to 1, a missed window costs 1, a false alarm up to 0.11; 0 is the score
of no alarms at all, 100 that of a perfect detector. Known to flatter (Wu and Keogh 2020): a check only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from omnify_ml.interval import BoolArray

FALSE_ALARM_COST = 0.11
PROBATION = 0.15


class Window(NamedTuple):
    """First and last index of a labeled anomaly."""

    first: int
    last: int


class Tally(NamedTuple):
    """Raw score, windows, windows found, alarms, alarms inside a window."""

    score: float
    windows: int
    found: int
    alarms: int
    inside: int


def probation(n: int) -> int:
    """Points at the start that are not judged."""
    return int(PROBATION * min(n, 5000))


def _value(position: float) -> float:
    """From near 1 early in a window to -1 well past its end; 0 at the end."""
    return -1.0 if position > 3 else float(2 / (1 + np.exp(5 * position)) - 1)


def tally(alarm: BoolArray, windows: Sequence[Window]) -> Tally:
    """Scores one series."""
    best: dict[int, float] = {}
    cost, inside = 0.0, 0
    judged = [int(i) for i in np.flatnonzero(alarm) if i >= probation(len(alarm))]
    for index in judged:
        number = next((k for k, one in enumerate(windows) if one.first <= index <= one.last), None)
        if number is None:
            cost += FALSE_ALARM_COST * _after(index, windows)
            continue
        inside += 1
        length = windows[number].last - windows[number].first + 1
        earned = _value(-(windows[number].last - index + 1) / length) / _value(-1.0)
        best[number] = max(best.get(number, -1.0), earned)
    score = sum(best.values()) - (len(windows) - len(best)) + cost
    return Tally(score, len(windows), len(best), len(judged), inside)


def _after(index: int, windows: Sequence[Window]) -> float:
    before = [one for one in windows if one.last < index]
    if not before:
        return -1.0
    last = before[-1]
    return _value((index - last.last) / max(last.last - last.first, 1))


def normalized(tallies: Sequence[Tally]) -> float | None:
    """0 for a detector that stays silent, 100 for a perfect one; None without windows."""
    windows = sum(one.windows for one in tallies)
    return 100 * (sum(one.score for one in tallies) + windows) / (2 * windows) if windows else None
