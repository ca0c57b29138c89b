"""What the owner has set on each object, and what it was before."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from omnify_sandbox.catalog import Catalog

ObjectKind = Literal["budget", "campaign", "group", "ad"]
Value = int | str


class Key(NamedTuple):
    kind: ObjectKind
    id: str
    field: str


class Change(NamedTuple):
    key: Key
    after: Value


class Book:
    """Current values: a budget's `daily_budget` in minor units, and `name` and `status` of the rest.

    Status is `enabled`, `paused`, `archived` or `removed`.
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

    def _start(self, kind: ObjectKind, id_: str, **fields: Value) -> None:
        for field, value in fields.items():
            self._values[Key(kind, id_, field)] = value

    def read(self, key: Key, as_of: datetime | None = None) -> Value:
        """The value now, or as a reader saw it at `as_of`."""
        if as_of is not None:
            for at, changed, before in self._past:
                if changed == key and at > as_of:
                    return before
        return self._values[key]

    def write(self, change: Change, at: datetime) -> Value:
        """Sets it and returns the value before."""
        before = self._values[change.key]
        self._past.append((at, change.key, before))
        self._values[change.key] = change.after
        return before
