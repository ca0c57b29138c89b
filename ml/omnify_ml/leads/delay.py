"""Leads that had no time to convert yet: how late conversions come, and what an open lead is worth.

The share of conversions that show within so many days is read from the delays of those that came, each
seen only if it was shorter than the lead's age (right truncation; Lagakos, Barraj and De Gruttola 1988).
An open lead then counts in part as one that will still convert (Chapelle, KDD 2014, without features).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.panel import as_days

MIN_DELAYS, MIN_AT_RISK = 30, 10
# Rounds in which the usual rate and the open leads' chances settle.
ROUNDS = 20
DELAY_COLUMN = "converted_on"


@dataclass(frozen=True)
class Delays:
    """`shown[d]`: share of all conversions that have come within d days; the longest seen delay is 1."""

    shown: FloatArray

    def by_age(self, days: IntArray) -> FloatArray:
        """Share of conversions that a lead of this age (days) would have shown by now, 0-1."""
        return np.asarray(self.shown[np.clip(days, 0, len(self.shown) - 1)])


def learn_delays(delay: IntArray, age: IntArray) -> Delays | None:
    """From converted leads: days to conversion and age in days; None where there are too few."""
    if len(delay) < MIN_DELAYS:
        return None
    days = np.arange(int(delay.max()) + 1)
    at_risk = ((delay[:, None] <= days) & (age[:, None] >= days)).sum(axis=0)
    # Where hardly any lead is old enough to have shown so late a conversion, nothing is known.
    told = np.flatnonzero(at_risk >= MIN_AT_RISK)
    if not len(told):
        return None
    shown = np.ones(int(told[-1]) + 1)
    for day in range(len(shown) - 1, 0, -1):
        came = float((delay == day).sum())
        shown[day - 1] = shown[day] * (1 - came / max(float(at_risk[day]), came + 1))
    return Delays(shown)


def as_of(frame: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    """The leads as they looked just before `cut`: what converted later is open."""
    if DELAY_COLUMN not in frame.columns:
        return frame
    when = pd.to_datetime(frame[DELAY_COLUMN], errors="coerce")
    later = when >= cut
    return frame.assign(converted=frame["converted"].where(~later, 0), **{DELAY_COLUMN: when.where(~later)})


def delays_of(frame: pd.DataFrame, now: pd.Timestamp) -> Delays | None:
    """How late conversions of these leads came, known at `now`; None where nothing tells."""
    if DELAY_COLUMN not in frame.columns or "date" not in frame.columns:
        return None
    when, age = pd.to_datetime(frame[DELAY_COLUMN], errors="coerce"), ages(frame, now)
    known = ((frame["converted"] > 0) & when.notna()).to_numpy()
    delay = (when - as_days(frame["date"])).dt.days.fillna(0).clip(lower=0).to_numpy(dtype=np.int64)
    return learn_delays(np.minimum(delay, age)[known], age[known])


def ages(frame: pd.DataFrame, now: pd.Timestamp) -> IntArray:
    """Days since each lead came."""
    return np.asarray((now - as_days(frame["date"])).dt.days.clip(lower=0), dtype=np.int64)


def still_open(won: FloatArray, missing: FloatArray) -> FloatArray:
    """Chance that each lead converts later; `missing`: share of conversions its age cannot show yet."""
    chance, rate = np.zeros(len(won)), float(won.mean())
    for _ in range(ROUNDS):
        chance = np.where(won > 0, 0.0, rate * missing / (1 - rate * (1 - missing)))
        rate = float(np.mean(won + chance))
    return np.asarray(chance)
