"""A platform with a world of its own: its chances never touch those of another platform."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from omnify_core.campaigns import Platform
from omnify_sandbox.catalog import build_catalog
from omnify_sandbox.sideshow import SIDE_PLANS
from omnify_sandbox.stage import Stage

if TYPE_CHECKING:
    from omnify_sandbox.market import Market


class SideStage(Stage):
    """Built when first asked for, and played up to now from the market's first day."""

    def __init__(self, market: Market, platform: Platform, first_today: date) -> None:
        self._market = market
        self.seed = market.seed
        self.journal = market.journal
        world_seed = seed_of(market.seed, platform)
        catalog = build_catalog(world_seed, first_today, ((platform, SIDE_PLANS[platform]),))
        self.open(world_seed, catalog, first_today)

    def now(self) -> datetime:
        return self._market.now()


def seed_of(seed: int, platform: Platform) -> int:
    """A platform's own random streams."""
    digest = hashlib.blake2b(f"{seed}/{platform.value}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")
