"""The market: a world, a clock that can be advanced, and the owner's settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput
from omnify_sandbox.attribution import reported_count, reported_share
from omnify_sandbox.book import Book, Change, Key, ObjectKind, Value
from omnify_sandbox.catalog import Catalog, build_catalog
from omnify_sandbox.config import ZONE, SandboxConfig
from omnify_sandbox.demand import share_of_day
from omnify_sandbox.figures import Figures
from omnify_sandbox.journal import Journal, Write
from omnify_sandbox.world import DayRows, Setting, World, blend

_ZONE = ZoneInfo(ZONE)


class Market:
    """One advertiser's accounts on all platforms. Not thread-safe: one event loop uses it."""

    catalog: Catalog
    world: World

    def __init__(self, config: SandboxConfig) -> None:
        self.seed = config.seed
        self._clock = config.clock
        self.journal = Journal(config.path)
        self._advanced = timedelta()
        self._started_at = config.clock.now()
        self._latest = datetime.min.replace(tzinfo=UTC)
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

    def today(self) -> date:
        return self._local(self.now()).date()

    def advance(self, days: float) -> datetime:
        """Moves the clock on; the days between are played."""
        if not 0 < days <= 3660:
            raise BadInput(f"days must be above 0 and at most 3660, not {days!r}")
        self._settle(self.now())
        self._advanced += timedelta(days=days)
        self.journal.note({"kind": "advance", "days": days})
        self._settle(self.now())
        return self.now()

    def read(self, key: Key, as_of: datetime | None = None) -> Value:
        return self.book.read(key, as_of)

    def commit(self, changes: Sequence[Change], *, request_id: str, origin: str = "api") -> None:
        """Carries out all changes at this moment and logs each."""
        at = self.now()
        self._settle(at)
        for change in changes:
            before = self.book.write(change, at)
            self.journal.note_write(self._entry(change, before, at, request_id, origin))
        self._mark(at)

    def figures(self, since: date, until: date) -> Figures:
        """As reported now, `since` and `until` included; days outside the world are left out."""
        now = self.now()
        self._settle(now)
        first = max(since, self.world.first_day)
        last = min(until, self.world.day)
        days = tuple(first + timedelta(i) for i in range((last - first).days + 1))
        rows = [self._rows_of(day, now) for day in days]
        shares = np.array([self._reported_share(day, now) for day in days])
        return _as_reported(days, rows, shares, len(self.catalog.ads))

    def setting(self) -> Setting:
        """What the book's values mean for delivery."""
        budget = [self._number("budget", b.id, "daily_budget") / 100 for b in self.catalog.budgets]
        active = [
            self._is_on("ad", ad.id)
            and self._is_on("group", ad.group.id)
            and self._is_on("campaign", ad.campaign.id)
            for ad in self.catalog.ads
        ]
        return Setting(np.array(budget), np.array(active))

    def _is_on(self, kind: ObjectKind, id_: str) -> bool:
        return self.book.read(Key(kind, id_, "status")) == "enabled"

    def _number(self, kind: ObjectKind, id_: str, field: str) -> int:
        value = self.book.read(Key(kind, id_, field))
        assert isinstance(value, int), "money is a whole number of minor units"
        return value

    def _begin(self, first_today: date, started_at: datetime) -> None:
        local = self._local(started_at)
        self._started_at = started_at
        self._first_now = datetime.combine(first_today, local.time(), _ZONE).astimezone(UTC)
        self.catalog = build_catalog(self.seed, first_today)
        self.world = World(self.seed, self.catalog, first_today)
        self.book = Book(self.catalog)
        self._parts: list[tuple[float, Setting]] = [(0.0, self.setting())]

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
            else:
                self._replay(record)

    def _replay(self, record: dict[str, Any]) -> None:
        fields = {name: value for name, value in record.items() if name != "kind"}
        write = Write(**{**fields, "campaign_ids": tuple(fields["campaign_ids"])})
        at = datetime.fromisoformat(write.at)
        self._latest = max(self._latest, at)
        self._settle(at)
        self.book.write(Change(_key_of(write), write.after), at)
        self.journal.writes.append(write)
        self._mark(at)

    def _entry(self, change: Change, before: Value, at: datetime, request_id: str, origin: str) -> Write:
        platform, account, campaigns = self._place(change.key)
        return Write(
            seq=len(self.journal.writes) + 1,
            at=at.isoformat(),
            platform=platform.value,
            account=account,
            object=f"{_object_name(platform, change.key.kind)}/{change.key.id}",
            field=change.key.field,
            before=before,
            after=change.after,
            campaign_ids=campaigns,
            request_id=request_id,
            origin=origin,
        )

    def _place(self, key: Key) -> tuple[Platform, str, tuple[str, ...]]:
        campaigns = [c for c in self.catalog.campaigns if self._governs(key, c.id)]
        return campaigns[0].platform, campaigns[0].account, tuple(c.id for c in campaigns)

    def _governs(self, key: Key, campaign_id: str) -> bool:
        match key.kind:
            case "budget":
                return any(c.budget.id == key.id and c.id == campaign_id for c in self.catalog.campaigns)
            case "campaign":
                return key.id == campaign_id
            case "group":
                return any(g.id == key.id and g.campaign.id == campaign_id for g in self.catalog.groups)
            case "ad":
                return any(a.id == key.id and a.campaign.id == campaign_id for a in self.catalog.ads)

    def _settle(self, at: datetime) -> None:
        """Closes every day that is over at `at`."""
        today = self._local(at).date()
        while self.world.day < today:
            rows = blend(self._played(1.0))
            self.world.close(rows, self._average_setting())
            self._parts = [(0.0, self._parts[-1][1])]

    def _mark(self, at: datetime) -> None:
        """From `at` on the open day runs under the book's present values."""
        share = share_of_day(self._hours(at))
        kept = [part for part in self._parts if part[0] < share]
        self._parts = [*kept, (share, self.setting())]

    def _played(self, until: float) -> list[tuple[float, DayRows]]:
        ends = [start for start, _ in self._parts[1:]] + [until]
        return [
            (max(0.0, end - start), self.world.play(setting))
            for (start, setting), end in zip(self._parts, ends, strict=True)
        ]

    def _average_setting(self) -> Setting:
        ends = [start for start, _ in self._parts[1:]] + [1.0]
        budget = sum(
            (end - start) * setting.budget for (start, setting), end in zip(self._parts, ends, strict=True)
        )
        return Setting(np.asarray(budget), self._parts[-1][1].active)

    def _rows_of(self, day: date, now: datetime) -> DayRows:
        if day < self.world.day:
            return self.world.closed[(day - self.world.first_day).days]
        return blend(self._played(share_of_day(self._hours(now))))

    def _reported_share(self, day: date, now: datetime) -> np.ndarray[Any, np.dtype[np.float64]]:
        since = (
            self._local(now).replace(tzinfo=None) - datetime.combine(day, datetime.min.time())
        ).total_seconds()
        days = np.full(len(self.catalog.campaigns), max(0.0, since / 86_400 - 1))
        return reported_share(days, self.world.traits.is_google)[self.world.traits.campaign_of]

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(_ZONE)

    def _hours(self, at: datetime) -> float:
        local = self._local(at)
        return local.hour + local.minute / 60 + local.second / 3600


def _as_reported(
    days: tuple[date, ...], rows: list[DayRows], shares: np.ndarray[Any, Any], ads: int
) -> Figures:
    def stacked(name: str) -> np.ndarray[Any, Any]:
        return np.stack([getattr(row, name) for row in rows]) if rows else np.zeros((0, ads), np.int64)

    clicks = stacked("clicks")
    total = stacked("conversions").astype(float)
    known = reported_count(total, shares, stacked("draw")) if rows else total
    known = np.minimum(known, clicks)
    value = np.rint(known * stacked("value_each") * 100)
    return Figures(
        days,
        stacked("spend_micros"),
        stacked("impressions"),
        clicks,
        known.astype(np.int64),
        value.astype(np.int64),
    )


def _object_name(platform: Platform, kind: str) -> str:
    if kind == "budget":
        return "campaign_budget" if platform is Platform.GOOGLE else "campaign"
    google = {"campaign": "campaign", "group": "ad_group", "ad": "ad"}
    return google[kind] if platform is Platform.GOOGLE else {**google, "group": "adset"}[kind]


def _key_of(write: Write) -> Key:
    name, _, id_ = write.object.partition("/")
    kinds: dict[str, Any] = {"campaign": "campaign", "ad_group": "group", "adset": "group", "ad": "ad"}
    is_budget = name == "campaign_budget" or write.field == "daily_budget"
    return Key("budget" if is_budget else kinds[name], id_, write.field)
