"""Periods in the client's zone, and what must be said about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from omnify_core.clock import Clock, today
from omnify_core.errors import BadInput

LAG_DAYS = 3
_LAST = {"last_7_days": 7, "last_14_days": 14, "last_30_days": 30, "last_90_days": 90}
NAMES = ("today", "yesterday", *_LAST, "last_week", "this_week", "this_month", "last_month")


class Period(NamedTuple):
    """Days `since` to `until`, both included. `partial_day` is the day that is still running, if inside."""

    name: str
    since: date
    until: date
    today: date
    zone: str

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def partial_day(self) -> date | None:
        return self.today if self.since <= self.today <= self.until else None

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    @property
    def window(self) -> str:
        return f"{self.since} to {self.until} ({self.zone})"

    def before(self) -> Period:
        """The window of equal length that ends the day before this one begins."""
        return self._replace(
            name="the period before", since=self.since - timedelta(days=self.days), until=self.since - _DAY
        )

    def warnings(self) -> list[str]:
        """What a reader must know: a day still running, conversions still arriving."""
        said = []
        if self.partial_day:
            said.append(f"{self.partial_day} is still running: its figures are partial.")
        if self.until >= self.today - timedelta(days=LAG_DAYS):
            said.append(
                f"Conversions of the last {LAG_DAYS} days are still arriving (attribution lag): CPA looks "
                "worse and ROAS lower than they will be."
            )
        return said


_DAY = timedelta(days=1)


def period_named(name: str, clock: Clock, zone: str) -> Period:
    """`last_N_days` are complete days up to yesterday; `last_week` is Monday to Sunday. Raises BadInput."""
    now = today(clock, zone)
    key = name.strip().lower().replace(" ", "_") or "last_7_days"
    since, until = _bounds(key, now)
    return Period(key, since, until, now, zone)


def last_days(days: int, clock: Clock, zone: str) -> Period:
    """The complete days up to yesterday."""
    now = today(clock, zone)
    return Period(f"last_{days}_days", now - timedelta(days=days), now - _DAY, now, zone)


def _bounds(key: str, now: date) -> tuple[date, date]:
    monday = now - timedelta(days=now.weekday())
    if key in _LAST:
        return now - timedelta(days=_LAST[key]), now - _DAY
    named = {
        "today": (now, now),
        "yesterday": (now - _DAY, now - _DAY),
        "this_week": (monday, now),
        "last_week": (monday - timedelta(days=7), monday - _DAY),
        "this_month": (now.replace(day=1), now),
        "last_month": ((now.replace(day=1) - _DAY).replace(day=1), now.replace(day=1) - _DAY),
    }
    if key not in named:
        raise BadInput(f"period {key!r} is not known; use one of {', '.join(NAMES)}")
    return named[key]
