"""Season, weekday and holidays: how much there is to win on a day, and what it costs."""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import lru_cache

_WORK = (1.10, 1.13, 1.12, 1.08, 0.98, 0.68, 0.72)
_FEED = (1.00, 1.01, 1.02, 1.03, 1.01, 0.95, 0.98)
_HOURS = (6, 4, 3, 3, 4, 8, 16, 28, 46, 62, 70, 72, 66, 68, 70, 68, 62, 54, 48, 46, 44, 38, 26, 14)


@lru_cache(maxsize=4096)
def demand_factor(day: date, is_work: bool) -> float:
    """Demand against an average day. `is_work`: searched for at the desk rather than met in a feed."""
    weekday = (_WORK if is_work else _FEED)[day.weekday()]
    angle = 2 * math.pi * day.timetuple().tm_yday / 365.25
    year = 1 + 0.05 * math.cos(2 * (angle - 0.9)) + 0.03 * math.cos(angle - 5.0)
    return weekday * year * (_holiday(day) if is_work else 0.5 + 0.5 * _holiday(day))


@lru_cache(maxsize=4096)
def price_factor(day: date) -> float:
    """Auction prices against an average day: dear before Christmas, cheap in January."""
    if (day.month, day.day) >= (11, 15) and (day.month, day.day) <= (12, 23):
        return 1.14 + (0.10 if _days_from_thanksgiving(day) in range(5) else 0.0)
    return 0.88 if day.month == 1 else 1.0


def share_of_day(hours: float) -> float:
    """Share of a day's delivery before `hours` o'clock local time, 0-1."""
    whole = min(int(hours), 23)
    done = sum(_HOURS[:whole]) + _HOURS[whole] * (min(hours, 24.0) - whole)
    return done / sum(_HOURS)


def _holiday(day: date) -> float:
    if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 1):
        return 0.62
    if (day.month, day.day) in {(7, 3), (7, 4)}:
        return 0.7
    return 0.72 if _days_from_thanksgiving(day) in (0, 1) else 1.0


def _days_from_thanksgiving(day: date) -> int:
    first = date(day.year, 11, 1)
    thursday = first + timedelta((3 - first.weekday()) % 7 + 21)
    return (day - thursday).days
