"""The market: one hidden world behind all platforms, a clock that can be advanced, and a log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput
from omnify_sandbox.book import Change
from omnify_sandbox.catalog import AD_PLATFORMS, build_catalog
from omnify_sandbox.config import SandboxConfig
from omnify_sandbox.growth import CREATED, Birth
from omnify_sandbox.journal import Journal, Write
from omnify_sandbox.objects import key_of
from omnify_sandbox.part import Part
from omnify_sandbox.stage import Stage
from omnify_sandbox.whole import Whole, local_moment


class Market(Whole):
    """One advertiser's accounts on all platforms.

    Not thread-safe: one event loop uses it.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self.seed = config.seed
        self._clock = config.clock
        self.journal = Journal(config.path)
        self._advanced = timedelta()
        self._started_at = config.clock.now()
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.past_calls: dict[str, list[dict[str, Any]]] = {}
        """Of business platforms, from earlier runs: each account takes its own when it opens."""
        records = list(self.journal.load())
        if records:
            self._resume(records)
        else:
            self._begin(config.today, self._started_at)
            self.journal.note(
                {
                    "kind": "start",
                    "seed": self.seed,
                    "today": config.today.isoformat(),
                    "at": self._started_at.isoformat(),
                }
            )

    def now(self) -> datetime:
        """Market time: the wall clock, moved to the first day and by all advances. Never goes back."""
        moved = self._clock.now() - self._started_at + self._first_now + self._advanced
        self._latest = max(self._latest, moved)
        return self._latest

    def on(self, platform: Platform) -> Stage:
        """A platform's part."""
        return self._parts.get(platform, self)

    def advance(self, days: float) -> datetime:
        """Moves the clock on; the days between are played."""
        if not 0 < days <= 3660:
            raise BadInput(f"days must be above 0 and at most 3660, not {days!r}")
        self._settle(self.now())
        self._advanced += timedelta(days=days)
        self.journal.note({"kind": "advance", "days": days})
        self._settle(self.now())
        return self.now()

    def _begin(self, first_today: date, started_at: datetime) -> None:
        self._started_at = started_at
        self._first_today = first_today
        self._first_now = local_moment(first_today, started_at)
        self.open(self.seed, build_catalog(self.seed, first_today), first_today)
        self._parts = {platform: Part(self, platform) for platform in AD_PLATFORMS}
        self.followers = [part.follow for part in self._parts.values()]

    def _resume(self, records: list[dict[str, Any]]) -> None:
        start, *rest = records
        if start.get("kind") != "start" or start["seed"] != self.seed:
            raise BadInput(
                f"the market's log belongs to seed {start.get('seed')!r}, not {self.seed!r}; "
                "use that seed or another path"
            )
        self._begin(date.fromisoformat(start["today"]), datetime.fromisoformat(start["at"]))
        for record in rest:
            if record["kind"] == "advance":
                self._advanced += timedelta(days=record["days"])
            elif record["kind"] == "call":
                self._latest = max(self._latest, datetime.fromisoformat(record["at"]))
                self.past_calls.setdefault(record["platform"], []).append(record)
            else:
                self._replay(record)

    def _replay(self, record: dict[str, Any]) -> None:
        fields = {name: value for name, value in record.items() if name != "kind"}
        write = Write(**{**fields, "campaign_ids": tuple(fields["campaign_ids"])})
        at = datetime.fromisoformat(write.at)
        self._latest = max(self._latest, at)
        if write.field == CREATED:
            self.create_again(Birth.read(str(write.after)), at)
        else:
            self.commit_again(Change(key_of(write), write.after), at)
        self.journal.writes.append(write)
