"""One platform's part of a market: its own objects, and the world that it shares with all others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Change, ObjectKind
from omnify_sandbox.catalog import Catalog
from omnify_sandbox.figures import Figures
from omnify_sandbox.growth import Birth, Thing
from omnify_sandbox.stage import Stage
from omnify_sandbox.world import Setting


class Part(Stage):
    """`catalog` is the platform's; figures and settings keep the places of the whole world's arrays."""

    def __init__(self, whole: Stage, platform: Platform) -> None:
        self._whole = whole
        self._platform = platform
        self.seed = whole.seed
        self.advertiser = whole.advertiser
        self.journal = whole.journal
        self.world = whole.world
        self.book = whole.book
        self.catalog = whole.catalog.of(platform)

    def follow(self, catalog: Catalog) -> None:
        """What the whole holds now."""
        self.catalog = catalog.of(self._platform)

    def now(self) -> datetime:
        return self._whole.now()

    def commit(self, changes: Sequence[Change], *, request_id: str, origin: str = "api") -> None:
        self._whole.commit(changes, request_id=request_id, origin=origin)

    def create(self, births: Sequence[Birth], *, request_id: str, origin: str = "api") -> list[str]:
        return self._whole.create(births, request_id=request_id, origin=origin)

    def things(self, kind: ObjectKind) -> list[Thing]:
        return [thing for thing in self._whole.things(kind) if thing.platform is self._platform]

    def exists(self, kind: ObjectKind, id_: str, as_of: datetime | None = None) -> bool:
        return self._whole.exists(kind, id_, as_of)

    def figures(self, since: date, until: date) -> Figures:
        return self._whole.figures(since, until)

    def setting(self) -> Setting:
        return self._whole.setting()
