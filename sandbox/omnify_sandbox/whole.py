"""The hidden world as it is run: settings act on it from the minute they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import USD_PER_UNIT, minor_per_unit
from omnify_sandbox.attribution import reported_count, reported_share
from omnify_sandbox.book import Book, Change, Key, ObjectKind, Value
from omnify_sandbox.catalog import Catalog
from omnify_sandbox.demand import share_of_day
from omnify_sandbox.figures import Figures
from omnify_sandbox.growth import CREATED, Birth, Thing, grown_traits, joined, named, with_budget_id
from omnify_sandbox.journal import Write
from omnify_sandbox.objects import object_name
from omnify_sandbox.stage import Stage
from omnify_sandbox.world import DayRows, Setting, World, blend


class Whole(Stage):
    """All platforms together: plays the days, and keeps what was set on each of them."""

    def commit(self, changes: Sequence[Change], *, request_id: str, origin: str = "api") -> None:
        """Carries out all changes at this moment and logs each."""
        at = self.now()
        self._settle(at)
        for change in changes:
            before = self.book.write(change, at)
            self.journal.note_write(self._entry(change, before, at, request_id, origin))
        self._mark(at)

    def commit_again(self, change: Change, at: datetime) -> None:
        """As `commit`, for a change that the log holds already."""
        self._settle(at)
        self.book.write(change, at)
        self._mark(at)

    def create(self, births: Sequence[Birth], *, request_id: str, origin: str = "api") -> list[str]:
        """Makes the objects in this order and logs each; their ids. One may stand below an earlier one."""
        at = self.now()
        self._settle(at)
        born = []
        for birth in births:
            birth = self._join(birth, at)
            made = Change(Key(birth.kind, birth.id, CREATED), birth.written())
            self.journal.note_write(self._entry(made, "", at, request_id, origin))
            born.append(birth.id)
        self._mark(at)
        return born

    def create_again(self, birth: Birth, at: datetime) -> None:
        """As `create`, for an object that the log holds already."""
        self._settle(at)
        self._join(birth, at)
        self._mark(at)

    def things(self, kind: ObjectKind) -> list[Thing]:
        return [thing for thing in self._things if thing.kind == kind]

    def exists(self, kind: ObjectKind, id_: str, as_of: datetime | None = None) -> bool:
        made = next((t.at for t in self._things if t.kind == kind and t.id == id_), None)
        return made is None or as_of is None or made <= as_of

    def figures(self, since: date, until: date) -> Figures:
        """As reported now, `since` and `until` included; days outside the world are left out."""
        now = self.now()
        self._settle(now)
        first = max(since, self.world.first_day)
        last = min(until, self.world.day)
        days = tuple(first + timedelta(i) for i in range((last - first).days + 1))
        rows = [self._rows_of(day, now) for day in days]
        shares = np.array([self._reported_share(day, now) for day in days])
        t = self.world.traits
        return _as_reported(days, rows, shares, t.minor[t.campaign_of])

    def setting(self) -> Setting:
        """What the book's values mean for delivery."""
        budget = [
            self._number("budget", b.id, "daily_budget")
            / minor_per_unit(b.currency)
            * USD_PER_UNIT[b.currency]
            for b in self.catalog.budgets
        ]
        active = [
            self._is_on("ad", ad.id)
            and self._is_on("group", ad.group.id)
            and self._is_on("campaign", ad.campaign.id)
            for ad in self.catalog.ads
        ]
        return Setting(np.array(budget), np.array(active))

    def open(self, world_seed: int, catalog: Catalog, first_today: date) -> None:
        """Plays the history; the day `first_today` is open then."""
        self.catalog = catalog
        self.world = World(world_seed, catalog, first_today, has_stock=self.advertiser.trade.is_shop)
        self.book = Book(catalog)
        self._spans: list[tuple[float, Setting]] = [(0.0, self.setting())]
        self._things: list[Thing] = []
        self.followers: list[Callable[[Catalog], None]] = []

    def _join(self, birth: Birth, at: datetime) -> Birth:
        """The birth with its ids, once its object is in the catalog, the world and the book."""
        platform = next(c.platform for c in self.catalog.campaigns if c.account == birth.account)
        birth = named(birth, platform, self.catalog, self._things)
        birth = with_budget_id(birth, platform, self.catalog)
        today, before = self._local(at).date(), self.catalog
        self._things.append(Thing(birth.kind, birth.id, platform, birth.account, birth.parent, at))
        self.catalog = joined(self.catalog, birth, platform, today)
        values = {"status": "paused", **birth.fields}
        if birth.kind == "campaign":
            cents = values.pop("daily_budget", 0)
            if len(self.catalog.budgets) > len(before.budgets):
                own = {"name": birth.text("name"), "daily_budget": cents, "status": "enabled"}
                self.book.begin("budget", birth.budget_id, own)
        self.book.begin(birth.kind, birth.id, values)
        if birth.kind == "campaign":
            for group in self.catalog.groups[len(before.groups) :]:
                self.book.begin("group", group.id, {"name": group.name, "status": "enabled"})
        if self.catalog is not before:
            self._grow(today)
        return birth

    def _grow(self, today: date) -> None:
        self.world.grow(self.catalog, grown_traits(self.world.traits, self.catalog, today))
        size = (len(self.catalog.budgets), len(self.catalog.ads))
        self._spans = [(start, setting.padded(*size)) for start, setting in self._spans]
        for follow in self.followers:
            follow(self.catalog)

    def _is_on(self, kind: ObjectKind, id_: str) -> bool:
        return self.book.read(Key(kind, id_, "status")) == "enabled"

    def _number(self, kind: ObjectKind, id_: str, field: str) -> int:
        value = self.book.read(Key(kind, id_, field))
        assert isinstance(value, int), "money is a whole number of minor units"
        return value

    def _entry(self, change: Change, before: Value, at: datetime, request_id: str, origin: str) -> Write:
        platform, account, campaigns = self._place(change.key)
        return Write(
            seq=len(self.journal.writes) + 1,
            at=at.isoformat(),
            platform=platform.value,
            account=account,
            object=f"{object_name(platform, change.key.kind)}/{change.key.id}",
            field=change.key.field,
            before=before,
            after=change.after,
            campaign_ids=campaigns,
            request_id=request_id,
            origin=origin,
        )

    def _place(self, key: Key) -> tuple[Platform, str, tuple[str, ...]]:
        campaigns = [c for c in self.catalog.campaigns if self._governs(key, c.id)]
        thing = next((t for t in self._things if t.kind == key.kind and t.id == key.id), None)
        if not campaigns and thing is not None:
            return thing.platform, thing.account, ()
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
            case _:
                parents = {t.parent for t in self._things if t.kind == key.kind and t.id == key.id}
                parents |= {key.id.partition("~")[0]}  # a criterion is named after what it stands below
                below = {g.id for g in self.catalog.groups if g.campaign.id == campaign_id}
                return bool(parents & (below | {campaign_id}))

    def _settle(self, at: datetime) -> None:
        """Closes every day that is over at `at`."""
        today = self._local(at).date()
        while self.world.day < today:
            rows = self._blended(1.0)
            self.world.close(rows, self._average_setting())
            self._spans = [(0.0, self._spans[-1][1])]

    def _mark(self, at: datetime) -> None:
        """From `at` on the open day runs under the book's present values."""
        share = share_of_day(self._hours(at))
        kept = [span for span in self._spans if span[0] < share]
        self._spans = [*kept, (share, self.setting())]

    def _played(self, until: float) -> list[tuple[float, DayRows]]:
        ends = [start for start, _ in self._spans[1:]] + [until]
        return [
            (max(0.0, end - start), self.world.play(setting))
            for (start, setting), end in zip(self._spans, ends, strict=True)
        ]

    def _blended(self, until: float) -> DayRows:
        t = self.world.traits
        return blend(self._played(until), t.grain[t.campaign_of])

    def _average_setting(self) -> Setting:
        ends = [start for start, _ in self._spans[1:]] + [1.0]
        budget = sum(
            (end - start) * setting.budget for (start, setting), end in zip(self._spans, ends, strict=True)
        )
        return Setting(np.asarray(budget), self._spans[-1][1].active)

    def _rows_of(self, day: date, now: datetime) -> DayRows:
        if day < self.world.day:
            return self.world.closed[(day - self.world.first_day).days]
        return self._blended(share_of_day(self._hours(now)))

    def _reported_share(self, day: date, now: datetime) -> np.ndarray[Any, np.dtype[np.float64]]:
        since = (
            self._local(now).replace(tzinfo=None) - datetime.combine(day, datetime.min.time())
        ).total_seconds()
        days = np.full(len(self.catalog.campaigns), max(0.0, since / 86_400 - 1))
        return reported_share(days, self.world.traits.is_google)[self.world.traits.campaign_of]

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _hours(self, at: datetime) -> float:
        local = self._local(at)
        return local.hour + local.minute / 60 + local.second / 3600


def local_moment(day: date, like: datetime, zone: ZoneInfo) -> datetime:
    """`day` at the time of day that `like` shows in the accounts' zone, in UTC."""
    return datetime.combine(day, like.astimezone(zone).time(), zone).astimezone(UTC)


def _as_reported(
    days: tuple[date, ...], rows: list[DayRows], shares: np.ndarray[Any, Any], minor: np.ndarray[Any, Any]
) -> Figures:
    def stacked(name: str) -> np.ndarray[Any, Any]:
        return np.stack([getattr(row, name) for row in rows]) if rows else np.zeros((0, len(minor)), np.int64)

    clicks = stacked("clicks")
    total = stacked("conversions").astype(float)
    known = reported_count(total, shares, stacked("draw")) if rows else total
    known = np.minimum(known, clicks)
    value = np.rint(known * stacked("value_each") * minor)
    return Figures(
        days,
        stacked("spend_micros"),
        stacked("impressions"),
        clicks,
        known.astype(np.int64),
        value.astype(np.int64),
    )
