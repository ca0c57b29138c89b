"""What was done to a business account: into the judge's log, and kept so that a restart can do it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from omnify_sandbox.journal import Write
from omnify_sandbox.market import Market


class Recorder:
    def __init__(self, market: Market, platform: str, account: str) -> None:
        self._market = market
        self._platform = platform
        self._account = account
        self._at: datetime | None = None
        self._request_id = ""

    def past(self) -> list[tuple[datetime, dict[str, Any]]]:
        """Calls of earlier runs, oldest first."""
        kept = self._market.past_calls.pop(self._platform, [])
        return [(datetime.fromisoformat(raw["at"]), raw["call"]) for raw in kept]

    def keep(self, call: dict[str, Any], at: datetime) -> None:
        record = {"kind": "call", "platform": self._platform, "at": at.isoformat(), "call": call}
        self._market.journal.note(record)

    @contextmanager
    def at(self, at: datetime, request_id: str) -> Iterator[None]:
        """While it lasts, what is noted happened at this moment by this request."""
        self._at, self._request_id = at, request_id
        try:
            yield
        finally:
            self._at = None

    def note(self, name: str, field: str, before: Any, after: Any) -> None:
        """One effective write."""
        assert self._at is not None, "a write belongs to a call"
        writes = self._market.journal.writes
        writes.append(
            Write(
                seq=len(writes) + 1,
                at=self._at.isoformat(),
                platform=self._platform,
                account=self._account,
                object=name,
                field=field,
                before=before if isinstance(before, int | str) else str(before),
                after=after if isinstance(after, int | str) else str(after),
                campaign_ids=(),
                request_id=self._request_id,
                origin="api",
            )
        )
