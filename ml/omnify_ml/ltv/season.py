"""The season of shops: how much of a year's orders usually falls on a day, and what last year said.

Nine months of history cannot show a first Christmas. So a shop starts with the usual shape of online
retail (a fourth quarter about a sixth above the other three), less of it the more often its customers buy,
and is corrected by its own last year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray

# January to December, mean 1: round figures for online retail, of no shop in particular.
USUAL_YEAR = np.array([0.94, 0.93, 0.97, 0.96, 0.98, 0.96, 0.96, 0.97, 0.97, 1.00, 1.14, 1.22])
# Purchases a month of a living customer from which on the year has its full and no more say: who buys once
# a quarter buys on occasions, who buys every month buys what is needed.
OCCASIONAL, EVERYDAY = 1 / 3, 1.0
# Purchases that the usual year is worth against the shop's own.
OWN_STRENGTH = 400.0


def usual_level(start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Mean of the usual year over the days in [start, end); 1 is an average day."""
    days = pd.date_range(start, end, inclusive="left")
    return float(USUAL_YEAR[days.month.to_numpy() - 1].mean()) if len(days) else 1.0


def usual_exposure(first: pd.Series, end: pd.Timestamp) -> FloatArray:
    """Mean usual level between each customer's first purchase and `end`: what the histories were made in."""
    day = pd.date_range(first.min(), end)
    running = np.concatenate([[0.0], np.cumsum(USUAL_YEAR[day.month.to_numpy() - 1])])
    start = (first - first.min()).dt.days.to_numpy(dtype=np.int64)
    stop = int((end - first.min()).days)
    return np.asarray((running[stop] - running[start]) / np.maximum(stop - start, 1))


def seasonality(purchases_a_month: float) -> float:
    """How much of the usual year a shop shows, 0-1, from how often its customers buy."""
    return float(np.clip((EVERYDAY - purchases_a_month) / (EVERYDAY - OCCASIONAL), 0.0, 1.0))


def own_correction(came: float, expected: float) -> float:
    """How far the same season of last year differed from what the usual one foretold, shrunk."""
    if expected <= 0:
        return 1.0
    return float(((came + 1) / (expected + 1)) ** (came / (came + OWN_STRENGTH)))
