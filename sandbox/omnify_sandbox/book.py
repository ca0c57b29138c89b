"""What the owner has set on each object, and what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from omnify_sandbox.catalog import Catalog

ObjectKind = Literal[
    "budget",
    "campaign",
    "group",
    "ad",
    "keyword",
    "negative",
    "criterion",
    "audience",
    "creative",
    "folder",
    "job",
]
Value = int | str
_UNSET = ""


class Key(NamedTuple):
    kind: ObjectKind
    id: str
    field: str


class Change(NamedTuple):
    key: Key
    after: Value


class Book:
    """Current values: a budget's `daily_budget` in minor units, `name` and `status` of the rest, and
    whatever else a platform lets its owner set, as text or whole number.

    Status is `enabled`, `paused`, `archived`, `removed`, or what a platform has besides.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._values: dict[Key, Value] = {}
        self._past: list[tuple[datetime, Key, Value]] = []
        for budget in catalog.budgets:
            self._start("budget", budget.id, name=budget.name, daily_budget=budget.cents, status="enabled")
        for campaign in catalog.campaigns:
            status = "paused" if campaign.paused_since else "enabled"
            self._start("campaign", campaign.id, name=campaign.name, status=status)
        for group in catalog.groups:
            self._start("group", group.id, name=group.name, status="enabled")
        for ad in catalog.ads:
            status = "paused" if ad.paused_since else "enabled"
            self._start("ad", ad.id, name=ad.name, status=status)

    def begin(self, kind: ObjectKind, id_: str, fields: Mapping[str, Value]) -> None:
        """The first values of an object."""
        for field, value in fields.items():
            self._values[Key(kind, id_, field)] = value

    def _start(self, kind: ObjectKind, id_: str, **fields: Value) -> None:
        self.begin(kind, id_, fields)

    def read(self, key: Key, as_of: datetime | None = None) -> Value:
        """The value now, or as a reader saw it at `as_of`."""
        if as_of is not None:
            for at, changed, before in self._past:
                if changed == key and at > as_of:
                    return before
        return self._values[key]

    def get(self, key: Key, default: Value, as_of: datetime | None = None) -> Value:
        """As `read`; `default` where nobody has set it yet."""
        value = self.read(key, as_of) if key in self._values else _UNSET
        return default if value == _UNSET else value

    def write(self, change: Change, at: datetime) -> Value:
        """Sets it and returns the value before: '' where nobody had set it."""
        before = self._values.get(change.key, _UNSET)
        self._past.append((at, change.key, before))
        self._values[change.key] = change.after
        return before
