"""The market: one hidden world behind all platforms, a clock that can be advanced, and a log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput
from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.advertisers import seed_for
from omnify_sandbox.advertisers.saas import SAAS
from omnify_sandbox.book import Change
from omnify_sandbox.catalog import AD_PLATFORMS, build_catalog
from omnify_sandbox.config import SandboxConfig
from omnify_sandbox.growth import CREATED, Birth
from omnify_sandbox.journal import Journal, Write
from omnify_sandbox.market_time import MarketTime
from omnify_sandbox.objects import key_of
from omnify_sandbox.part import Part
from omnify_sandbox.stage import Stage
from omnify_sandbox.whole import Whole, local_moment


class Market(Whole):
    """One advertiser's accounts on all platforms.

    `time`: that of another advertiser's market in the same sandbox. Not thread-safe: one event loop uses it.
    """

    def __init__(
        self, config: SandboxConfig, advertiser: Advertiser = SAAS, time: MarketTime | None = None
    ) -> None:
        self.seed = seed_for(config.seed, advertiser)
        self.advertiser = advertiser
        self.journal = Journal(config.path)
        self.past_calls: dict[str, list[dict[str, Any]]] = {}
        """Of business platforms, from earlier runs: each account takes its own when it opens."""
        start, *rest = self.journal.load() or [self._start(config)]
        if start.get("kind") != "start" or start["seed"] != self.seed:
            raise BadInput(
                f"the market's log belongs to seed {start.get('seed')!r}, not {self.seed!r}; "
                "use that seed or another path"
            )
        self.first_today = date.fromisoformat(start["today"])
        began = datetime.fromisoformat(start["at"])
        first_now = local_moment(self.first_today, began, ZoneInfo(advertiser.zone))
        self.time = time or MarketTime(config.clock, began, first_now, self.journal.note)
        self.open(self.seed, build_catalog(advertiser, self.seed, self.first_today), self.first_today)
        self._platforms = {platform: Part(self, platform) for platform in AD_PLATFORMS}
        self.followers = [part.follow for part in self._platforms.values()]
        for record in rest:
            self._replay(record)

    def now(self) -> datetime:
        """Market time."""
        return self.time.now()

    def on(self, platform: Platform) -> Stage:
        """A platform's part."""
        return self._platforms.get(platform, self)

    def advance(self, days: float) -> datetime:
        """Moves the clock on, for all advertisers; the days between are played."""
        self._settle(self.now())
        self.time.advance(days)
        self._settle(self.now())
        return self.now()

    def _start(self, config: SandboxConfig) -> dict[str, Any]:
        at = config.clock.now().isoformat()
        record = {"kind": "start", "seed": self.seed, "today": config.today.isoformat(), "at": at}
        self.journal.note(record)
        return record

    def _replay(self, record: dict[str, Any]) -> None:
        match record["kind"]:
            case "advance":
                self.time.advance_again(record["days"])
            case "call":
                self.time.not_before(datetime.fromisoformat(record["at"]))
                self.past_calls.setdefault(record["platform"], []).append(record)
            case _:
                self._write_again(record)

    def _write_again(self, record: dict[str, Any]) -> None:
        fields = {name: value for name, value in record.items() if name != "kind"}
        write = Write(**{**fields, "campaign_ids": tuple(fields["campaign_ids"])})
        at = datetime.fromisoformat(write.at)
        self.time.not_before(at)
        if write.field == CREATED:
            self.create_again(Birth.read(str(write.after)), at)
        else:
            self.commit_again(Change(key_of(write), write.after), at)
        self.journal.writes.append(write)
