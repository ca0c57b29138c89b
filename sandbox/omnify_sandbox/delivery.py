"""How much a budget may deliver on a day: the platforms' own overdelivery rules."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import numpy as np

from omnify_sandbox.randomness import BoolArray, FloatArray

GOOGLE_DAY_FACTOR = 2.0
GOOGLE_MONTH_DAYS = 30.4
META_DAY_FACTOR = 1.25


@dataclass(frozen=True, slots=True)
class Period:
    """Per budget: what the running month (Google) or week (Meta) has allowed and spent before today."""

    allowed: FloatArray
    spent: FloatArray


def day_limit(day: date, budget: FloatArray, is_google: BoolArray, period: Period) -> FloatArray:
    """Most that each budget may spend on `day`.

    Google: twice the budget a day, 30.4 times a calendar month. Meta: 1.25 times a day, seven times a
    week from Sunday.
    """
    month = calendar.monthrange(day.year, day.month)[1]
    google_left = budget * GOOGLE_MONTH_DAYS / month * (month - day.day + 1)
    meta_left = budget * (7 - _weekday(day))
    left = period.allowed + np.where(is_google, google_left, meta_left) - period.spent
    most = budget * np.where(is_google, GOOGLE_DAY_FACTOR, META_DAY_FACTOR)
    return np.clip(left, 0.0, most)


def after(day: date, budget: FloatArray, spent: FloatArray, is_google: BoolArray, period: Period) -> Period:
    """The period as the next day finds it; it starts anew where the month or week ends with `day`."""
    month = calendar.monthrange(day.year, day.month)[1]
    allowed = period.allowed + budget * np.where(is_google, GOOGLE_MONTH_DAYS / month, 1.0)
    over = np.where(is_google, day.day == month, _weekday(day) == 6)
    return Period(np.where(over, 0.0, allowed), np.where(over, 0.0, period.spent + spent))


def _weekday(day: date) -> int:
    """Sunday is 0."""
    return (day.weekday() + 1) % 7
