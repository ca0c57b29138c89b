"""Campaign days that do not fit: each metric against its own recent past, counts taken as counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_ml.anomaly.causes import cause_of
from omnify_ml.anomaly.scores import WATCHED, Scores, discoveries, scores_of
from omnify_ml.interval import FloatArray, IntArray, Interval
from omnify_ml.panel import Panel, panel_of

FALSE_DISCOVERY = 0.01
MIN_HISTORY = 14
# Days after an alarm on which the same metric of the same entity raises no second one.
QUIET_DAYS = 7
WORSE = 1.5


@dataclass(frozen=True, slots=True)
class Anomaly:
    """The first day of an incident in one metric. `severity` 0-1; `cause` is a guess, worded as one."""

    entity: str
    date: date
    metric: str
    value: float
    expected: Interval
    severity: float
    cause: str
    words: str


def find_anomalies(history: pd.DataFrame, *, as_of: date, days: int = 14) -> list[Anomaly]:
    """The incidents of the last `days` days, worst first; about one in a hundred may be chance."""
    panel = panel_of(history, as_of=as_of, max_days=120)
    if not panel.entities or panel.n_days <= MIN_HISTORY:
        return []
    first = max(panel.n_days - days, MIN_HISTORY)
    found = alarms(panel, first=first)
    at_once: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for scores, entity, day in found:
        at_once[entity, day][scores.metric] = float(scores.z[entity, day])
    anomalies = [_described(panel, *one, at_once[one[1], one[2]]) for one in found]
    return sorted(anomalies, key=lambda anomaly: (-anomaly.severity, anomaly.entity, anomaly.date))


def alarms(panel: Panel, *, first: int) -> list[tuple[Scores, int, int]]:
    """(metric's scores, entity, day) of each incident from day `first` on, each day judged by itself."""
    every = [scores_of(panel, metric) for metric in WATCHED]
    kept = np.zeros((len(every), len(panel.entities), panel.n_days), dtype=np.bool_)
    for day in range(first, panel.n_days):
        p = np.stack([scores.p[:, day] for scores in every])
        kept[:, :, day] = discoveries(p, FALSE_DISCOVERY)
    found = []
    for number, scores in enumerate(every):
        for entity in np.flatnonzero(kept[number].any(axis=1)):
            days = np.flatnonzero(kept[number, entity])
            found += [(scores, int(entity), day) for day in openings(days, scores.z[entity])]
    return found


def openings(days: IntArray, z: FloatArray) -> list[int]:
    """First days of incidents: quiet for a while, or turned round, or much worse than before."""
    found: list[int] = []
    free_from, worst = 0, 0.0
    for day in days:
        now = float(z[day])
        turned, worse = now * worst < 0, abs(now) > WORSE * abs(worst)
        if day >= free_from or turned or worse:
            found.append(int(day))
            worst, free_from = now, int(day) + QUIET_DAYS
        elif abs(now) > abs(worst):
            worst = now
    return found


def _described(panel: Panel, scores: Scores, entity: int, day: int, together: dict[str, float]) -> Anomaly:
    z, value = float(scores.z[entity, day]), float(scores.value[entity, day])
    expected = Interval.lognormal(float(scores.log_expected[entity, day]), float(scores.sd[entity, day]))
    cause = cause_of(scores.metric, z, value, together)
    when = panel.days[day].date()
    change = value / expected.p50 - 1
    words = f"{scores.label} {change:+.0%} against the usual {expected.p50:.4g} on {when}; {cause.words}"
    return Anomaly(
        panel.entities[entity], when, scores.metric, value, expected, min(1.0, abs(z) / 12), cause.name, words
    )
