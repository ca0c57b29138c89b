"""One platform's part of a market: its own objects, and the world that it shares with all others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Change
from omnify_sandbox.figures import Figures
from omnify_sandbox.stage import Stage
from omnify_sandbox.world import Setting


class Part(Stage):
    """`catalog` is the platform's; figures and settings keep the places of the whole world's arrays."""

    def __init__(self, whole: Stage, platform: Platform) -> None:
        self._whole = whole
        self.seed = whole.seed
        self.journal = whole.journal
        self.world = whole.world
        self.book = whole.book
        self.catalog = whole.catalog.of(platform)

    def now(self) -> datetime:
        return self._whole.now()

    def commit(self, changes: Sequence[Change], *, request_id: str, origin: str = "api") -> None:
        self._whole.commit(changes, request_id=request_id, origin=origin)

    def figures(self, since: date, until: date) -> Figures:
        return self._whole.figures(since, until)

    def setting(self) -> Setting:
        return self._whole.setting()
