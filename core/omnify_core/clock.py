"""Time: aware UTC inside, a day is a `date` in the account's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What time it is; injected everywhere, so that simulations and the sandbox can move it."""

    def now(self) -> datetime:
        """Aware, UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands still until moved; for tests and simulations."""

    def __init__(self, now: datetime) -> None:
        assert now.tzinfo is not None, "time is aware"
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, now: datetime) -> None:
        assert now >= self._now, "time does not run backwards"
        self._now = now.astimezone(UTC)


def today(clock: Clock, zone: str) -> date:
    """The current day in the account's zone, e.g. 'America/New_York'."""
    return clock.now().astimezone(ZoneInfo(zone)).date()
