"""The clock of a sandbox: the machine's, moved to the first day and by all advances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from omnify_core.clock import Clock
from omnify_core.errors import BadInput


class MarketTime:
    """One for all advertisers. `note` keeps advances for the next start."""

    def __init__(
        self, clock: Clock, started_at: datetime, first_now: datetime, note: Callable[[dict[str, Any]], None]
    ) -> None:
        self._clock = clock
        self._moved = first_now - started_at
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._note = note

    def now(self) -> datetime:
        """Never goes back."""
        self._latest = max(self._latest, self._clock.now() + self._moved)
        return self._latest

    def advance(self, days: float) -> None:
        """Raises BadInput."""
        if not 0 < days <= 3660:
            raise BadInput(f"days must be above 0 and at most 3660, not {days!r}")
        self._moved += timedelta(days=days)
        self._note({"kind": "advance", "days": days})

    def advance_again(self, days: float) -> None:
        """As `advance`, for one that was kept."""
        self._moved += timedelta(days=days)

    def not_before(self, at: datetime) -> None:
        """What has happened at `at` is past."""
        self._latest = max(self._latest, at)
