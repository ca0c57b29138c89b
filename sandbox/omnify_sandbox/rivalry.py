"""What campaigns do to each other across platforms: some make demand, all fight for the same buyers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from omnify_core.campaigns import Platform
from omnify_sandbox.catalog import AD_PLATFORMS, Catalog
from omnify_sandbox.randomness import BoolArray, FloatArray, IntArray, summed

_MEMORY_DAYS = 10.0
_RANGE = (0.3, 2.0)
_GOOGLE, _META, _LINKEDIN, _TIKTOK, _YOUTUBE = range(len(AD_PLATFORMS))
# Elasticities to a platform's recent spend against its reference. Ads that are met make people search
# for the brand by name.
_LIFTS_BRAND = {_META: 0.25, _YOUTUBE: 0.08, _TIKTOK: 0.05, _LINKEDIN: 0.04}
# Buyers whom one platform has won do not convert on another; row: who loses them, column: who wins.
_TAKEN = np.array(
    [
        [0.00, 0.05, 0.02, 0.02, 0.03],
        [0.03, 0.00, 0.01, 0.04, 0.03],
        [0.02, 0.02, 0.00, 0.00, 0.01],
        [0.01, 0.06, 0.00, 0.00, 0.04],
        [0.02, 0.04, 0.01, 0.03, 0.00],
    ]
)
# Who can be met again are those whom the other campaigns have brought.
_RETARGETING = 0.35
AGAIN = frozenset({"remarketing", "retargeting", "yt_remarketing"})


class Effects(NamedTuple):
    """Factors per campaign on demand and on the conversion rate."""

    demand: FloatArray
    conversion: FloatArray


class Rivalry:
    """Recent spend over its reference, per house and platform; houses are advertisers that never meet."""

    def __init__(self, catalog: Catalog, reference: FloatArray) -> None:
        houses = sorted({campaign.brand.name for campaign in catalog.campaigns})
        self._house: IntArray = np.array([houses.index(c.brand.name) for c in catalog.campaigns])
        self._platform: IntArray = np.array([AD_PLATFORMS.index(c.platform) for c in catalog.campaigns])
        self._is_brand: BoolArray = np.array([c.kind == "brand" for c in catalog.campaigns])
        self._is_again: BoolArray = np.array([c.kind in AGAIN for c in catalog.campaigns])
        self._reference = reference
        self._size = (len(houses), len(AD_PLATFORMS))
        self.push: FloatArray = np.ones(self._size)
        self._traffic: FloatArray = np.ones(len(houses))

    def grown(self, catalog: Catalog) -> Rivalry:
        """With more campaigns, whose spend comes on top of what is usual."""
        more = len(catalog.campaigns) - len(self._reference)
        grown = Rivalry(catalog, np.pad(self._reference, (0, more)))
        grown.push, grown._traffic = self.push, self._traffic
        return grown

    def note(self, spend: FloatArray) -> None:
        """A day's spend per campaign moves what is remembered of the last ten days."""
        now = self._ratio(self._summed(spend), self._summed(self._reference))
        self.push = self.push + (now - self.push) / _MEMORY_DAYS
        first = ~self._is_again
        brought = self._ratio(
            self._summed(np.where(first, spend, 0.0)).sum(axis=1),
            self._summed(np.where(first, self._reference, 0.0)).sum(axis=1),
        )
        self._traffic = self._traffic + (brought - self._traffic) / _MEMORY_DAYS

    def effects(self) -> Effects:
        push = np.clip(self.push, *_RANGE)
        lift = np.prod([push[:, source] ** much for source, much in _LIFTS_BRAND.items()], axis=0)
        lost = np.exp(-np.log(push) @ _TAKEN.T)[self._house, self._platform]
        again = np.clip(self._traffic, *_RANGE) ** _RETARGETING
        demand = np.where(self._is_brand, lift[self._house], 1.0)
        demand = np.where(self._is_again, again[self._house], demand)
        return Effects(demand, np.where(self._is_brand, 1.0, lost))

    def of(self, platform: Platform) -> float:
        """Recent spend over its reference on a platform, averaged over all houses."""
        return float(self.push[:, AD_PLATFORMS.index(platform)].mean())

    def _summed(self, amounts: FloatArray) -> FloatArray:
        place = self._house * self._size[1] + self._platform
        return summed(place, amounts, self._size[0] * self._size[1]).reshape(self._size)

    def _ratio(self, spent: FloatArray, reference: FloatArray) -> FloatArray:
        """1 where nothing is held."""
        ratio: FloatArray = np.divide(spent, reference, out=np.ones_like(spent), where=reference > 0)
        return ratio
