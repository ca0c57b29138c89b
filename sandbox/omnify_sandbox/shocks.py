"""Things that happen to campaigns: broken tracking, bidding wars, slow landing pages, empty shelves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from omnify_sandbox.catalog import Catalog
from omnify_sandbox.randomness import FloatArray, named_generator

BLOCK_DAYS = 30
LONGEST_DAYS = 45
_STOCK_OUT = "stock_out"
_WITHOUT_THE_BEST = 0.6


@dataclass(frozen=True, slots=True)
class Shock:
    """From `first` to `last` (days of the world, included) prices and conversion rates are scaled.

    `tracked`: share of the conversions that the platform gets to know; the buyers come all the same.
    """

    campaign: int
    kind: str
    first: int
    last: int
    price: float = 1.0
    conversion: float = 1.0
    tracked: float = 1.0


class Factors(NamedTuple):
    """Per campaign, on a day."""

    price: FloatArray
    conversion: FloatArray
    tracked: FloatArray


class Shocks:
    """All shocks of a world: three that it has had lately, and others by chance."""

    def __init__(self, seed: int, catalog: Catalog, first_today: int, *, has_stock: bool) -> None:
        self._seed = seed
        self._campaigns = catalog.campaigns
        self._has_stock = has_stock
        self._planted = tuple(self._recent(first_today))
        self._block = lru_cache(maxsize=64)(self._draw_block)

    def on(self, day: int) -> Factors:
        found = Factors(*(np.ones(len(self._campaigns)) for _ in Factors._fields))
        for shock in self.active(day):
            found.price[shock.campaign] *= shock.price
            found.conversion[shock.campaign] *= shock.conversion
            found.tracked[shock.campaign] *= shock.tracked
        return found

    def is_out_of_stock(self, day: int) -> bool:
        """Whether the best-selling goods are gone."""
        return any(shock.kind == _STOCK_OUT for shock in self.active(day))

    def grow(self, catalog: Catalog) -> None:
        """More campaigns, with chances of their own."""
        self._campaigns = catalog.campaigns
        self._block = lru_cache(maxsize=64)(self._draw_block)

    def active(self, day: int) -> list[Shock]:
        block = day // BLOCK_DAYS
        back = -(-LONGEST_DAYS // BLOCK_DAYS)
        drawn = [shock for b in range(block - back, block + 1) for shock in self._block(b)]
        return [shock for shock in (*self._planted, *drawn) if shock.first <= day <= shock.last]

    def _recent(self, today: int) -> list[Shock]:
        rng = named_generator(self._seed, "shocks/recent")

        def one_of(*kinds: str) -> list[int]:
            running = [c.index for c in self._campaigns if c.kind in kinds and c.paused_since is None]
            return [int(rng.choice(running))] if running else []

        return [
            *(Shock(c, "tracking_break", today - 6, today - 5, tracked=0.0) for c in one_of("pmax")),
            *(
                Shock(c, "price_spike", today - 10, today - 8, price=1.75)
                for c in one_of("lookalike", "prospecting")
            ),
            *(
                Shock(c, "competitor", today - 24, today + 20, price=1.35)
                for c in one_of("competitor", "search")
            ),
            *(self._out_of_stock(today - 19, today - 15) if self._has_stock else ()),
        ]

    def _out_of_stock(self, first: int, last: int) -> list[Shock]:
        """People click as ever and do not find what they came for."""
        return [
            Shock(c.index, _STOCK_OUT, first, last, conversion=_WITHOUT_THE_BEST) for c in self._campaigns
        ]

    def _draw_block(self, block: int) -> tuple[Shock, ...]:
        shocks = []
        for campaign in self._campaigns:
            rng = named_generator(campaign.seed, f"shock/{campaign.number}/{block}")
            if rng.random() < 0.05:
                first = block * BLOCK_DAYS + int(rng.integers(BLOCK_DAYS))
                shocks.append(_drawn(rng, campaign.index, first))
        rng = named_generator(self._seed, f"stock/{block}")
        if self._has_stock and rng.random() < 0.35:
            first = block * BLOCK_DAYS + int(rng.integers(BLOCK_DAYS))
            shocks += self._out_of_stock(first, first + int(rng.integers(2, 6)))
        return tuple(shocks)


def _drawn(rng: np.random.Generator, campaign: int, first: int) -> Shock:
    size = float(rng.uniform(0.0, 1.0))
    days = int(rng.integers(2, 6))
    match int(rng.integers(4)):
        case 0:
            return Shock(campaign, "tracking_break", first, first + min(days, 3) - 1, tracked=0.05)
        case 1:
            return Shock(campaign, "price_spike", first, first + days, price=1.4 + 0.4 * size)
        case 2:
            return Shock(campaign, "slow_landing_page", first, first + 2 * days, conversion=0.7 - 0.2 * size)
        case _:
            return Shock(campaign, "competitor", first, first + LONGEST_DAYS - 1, price=1.15 + 0.15 * size)
