"""The accounts, campaigns, groups and ads of the market, with their platforms' ids.

Ids and chances follow from an object's `seed` and `number`, its place among the objects that are counted
together; `index` is its place in the world's arrays. What one platform gains changes nothing on another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Account, Advertiser, Brand, Plan, minor_per_unit
from omnify_sandbox.config import HISTORY_DAYS
from omnify_sandbox.randomness import named_generator


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget object; where a campaign holds its own it has the campaign's id. `cents`: minor units."""

    id: str
    index: int
    seed: int
    number: int
    platform: Platform
    account: str
    name: str
    currency: str
    cents: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    index: int
    seed: int
    number: int
    platform: Platform
    account: str
    name: str
    kind: str
    budget: Budget
    started: date
    paused_since: date | None
    brand: Brand

    @property
    def currency(self) -> str:
        return self.budget.currency


@dataclass(frozen=True, slots=True)
class Group:
    """An ad group (Google, TikTok) or ad set (Meta); LinkedIn shows none."""

    id: str
    index: int
    campaign: Campaign
    name: str


@dataclass(frozen=True, slots=True)
class Ad:
    """`slot` numbers the ads of a campaign; `creative_id` is Meta's own object behind the ad."""

    id: str
    index: int
    number: int
    slot: int
    group: Group
    creative_id: str
    name: str
    headline: str
    body: str
    started: date
    paused_since: date | None

    @property
    def campaign(self) -> Campaign:
        return self.group.campaign


@dataclass(frozen=True, slots=True)
class Catalog:
    """All objects; positions in the tuples are the indices that the world's arrays use."""

    budgets: tuple[Budget, ...]
    campaigns: tuple[Campaign, ...]
    groups: tuple[Group, ...]
    ads: tuple[Ad, ...]

    def of(self, platform: Platform) -> Catalog:
        """The same objects, of one platform only."""
        return Catalog(
            tuple(b for b in self.budgets if b.platform is platform),
            tuple(c for c in self.campaigns if c.platform is platform),
            tuple(g for g in self.groups if g.campaign.platform is platform),
            tuple(a for a in self.ads if a.campaign.platform is platform),
        )


AD_PLATFORMS = (
    Platform.GOOGLE,
    Platform.META,
    Platform.LINKEDIN,
    Platform.TIKTOK,
    Platform.YOUTUBE,
)


class _Ids(NamedTuple):
    """Where a platform's ids begin. `creative` and `budget` of 0: no such objects of their own."""

    campaign: int
    group: int
    ad: int
    creative: int = 0
    budget: int = 0


_META_IDS = _Ids(120_214_000_000_000, 120_215_000_000_000, 120_216_000_000_000, 120_217_000_000_000)
_IDS = {
    Platform.GOOGLE: _Ids(
        21_804_000_000, 164_200_000_000, 718_200_000_000, _META_IDS.creative, 13_550_000_000
    ),
    Platform.META: _META_IDS,
    Platform.LINKEDIN: _Ids(387_400_000, 612_000_000, 934_100_000),
    # Beyond 2**53: a reader that takes them for floats loses digits.
    Platform.TIKTOK: _Ids(1_848_200_000_000_000_001, 1_848_300_000_000_000_003, 1_848_400_000_000_000_007),
    Platform.YOUTUBE: _Ids(22_917_000_000, 171_500_000_000, 744_300_000_000, 0, 14_880_000_000),
}


@dataclass(slots=True)
class _Count:
    """How many objects have been counted together so far."""

    seed: int
    budgets: int = 0
    campaigns: int = 0
    groups: int = 0
    ads: int = 0

    def next(self, what: str) -> int:
        number: int = getattr(self, what)
        setattr(self, what, number + 1)
        return number


class _Builder:
    def __init__(self, advertiser: Advertiser, seed: int, first_today: date) -> None:
        self._advertiser = advertiser
        self._today = first_today
        together = _Count(seed)
        self._counts = {
            platform: together if platform in _COUNTED_TOGETHER else _Count(seed_of(seed, platform))
            for platform in _IDS
        }
        self.budgets: dict[str, Budget] = {}
        self.campaigns: list[Campaign] = []
        self.groups: list[Group] = []
        self.ads: list[Ad] = []

    def add(self, platform: Platform, plan: Plan) -> None:
        count, account = self._counts[platform], self._advertiser.account(plan.account)
        number = count.next("campaigns")
        rng = named_generator(count.seed, f"campaign/{number}/catalog")
        id_ = self._id(_IDS[platform].campaign, 10_007 * (number + 1))
        budget = self._budget(platform, plan, id_, account, float(rng.uniform(0.96, 1.22)))
        young = rng.random() < 0.16
        age = int(rng.integers(30, 95) if young else rng.integers(HISTORY_DAYS + 5, 480))
        paused = self._today - timedelta(int(rng.integers(9, 40))) if plan.is_paused else None
        campaign = Campaign(
            id_,
            len(self.campaigns),
            count.seed,
            number,
            platform,
            plan.account,
            plan.name,
            plan.kind,
            budget,
            self._today - timedelta(age),
            paused,
            account.brand,
        )
        self.campaigns.append(campaign)
        self._groups_and_ads(campaign, plan.ads, rng)

    def _budget(
        self, platform: Platform, plan: Plan, campaign_id: str, account: Account, factor: float
    ) -> Budget:
        key = f"{plan.account}/{plan.pool}" if plan.pool else campaign_id
        if key not in self.budgets:
            count = self._counts[platform]
            number = count.next("budgets")
            base = _IDS[platform].budget
            own_id = self._id(base, 7_919 * (number + 1)) if base else campaign_id
            fives = round(plan.budget * factor * (2.1 if plan.pool else 1.0) / 5)
            self.budgets[key] = Budget(
                own_id,
                len(self.budgets),
                count.seed,
                number,
                platform,
                plan.account,
                plan.pool or plan.name,
                account.currency,
                fives * 5 * minor_per_unit(account.currency),
                is_shared=bool(plan.pool),
            )
        return self.budgets[key]

    def _groups_and_ads(self, campaign: Campaign, ads: int, rng: np.random.Generator) -> None:
        count, ids = self._counts[campaign.platform], _IDS[campaign.platform]
        sizes = [ads] if ads < 4 or campaign.kind == "pmax" else [ads - ads // 2, ads // 2]
        slot = 0
        angles = rng.permutation(len(campaign.brand.angles))
        ages = self._ages(campaign, ads, rng)
        retired = rng.random() < 0.45 and ads >= 3 and campaign.paused_since is None
        for size in sizes:
            id_ = self._id(ids.group, 10_009 * (count.next("groups") + 1))
            label = "Core" if len(sizes) == 1 else ("Core", "Expansion")[slot > 0]
            group = Group(id_, len(self.groups), campaign, f"{campaign.name} | {label}")
            self.groups.append(group)
            for _ in range(size):
                stop = self._retired_on(rng, ages[slot]) if retired and slot == 0 else None
                self._ad(group, slot, int(angles[slot]), ages[slot], stop)
                slot += 1

    def _ages(self, campaign: Campaign, ads: int, rng: np.random.Generator) -> list[int]:
        """In days: the first ad as old as the campaign allows, the others launched since."""
        oldest = (self._today - campaign.started).days
        first = min(oldest, int(rng.integers(70, 260)))
        return [first, *(int(rng.integers(4, max(6, min(first, 110)))) for _ in range(ads - 1))]

    def _retired_on(self, rng: np.random.Generator, age: int) -> date:
        return self._today - timedelta(int(rng.integers(5, max(6, min(age - 20, 60)))))

    def _ad(self, group: Group, slot: int, angle: int, age: int, paused_since: date | None) -> None:
        campaign = group.campaign
        number = self._counts[campaign.platform].next("ads")
        ids = _IDS[campaign.platform]
        short, headline, body = campaign.brand.angles[angle]
        form = _FORMATS[campaign.platform][slot % 4]
        started = max(campaign.started, self._today - timedelta(age))
        self.ads.append(
            Ad(
                self._id(ids.ad, 10_037 * (number + 1)),
                len(self.ads),
                number,
                slot,
                group,
                self._id(ids.creative, 10_039 * (number + 1)),
                f"{short} | {form} | {started:%b %y}",
                headline,
                body,
                started,
                paused_since,
            )
        )

    def _id(self, base: int, place: int) -> str:
        return str(base + self._advertiser.shift + place)


_FORMATS = {
    Platform.GOOGLE: ("RSA", "v2", "v3", "refresh"),
    Platform.META: ("Static", "Video 15s", "Carousel", "UGC"),
    Platform.LINKEDIN: ("Single image", "Document", "Video 30s", "Thought leader"),
    Platform.TIKTOK: ("UGC 15s", "Screen demo", "Spark", "Hook v2"),
    Platform.YOUTUBE: ("In-stream 30s", "Shorts 15s", "In-feed", "Bumper"),
}
# Two platforms have shared one count from the first market on.
_COUNTED_TOGETHER = (Platform.GOOGLE, Platform.META)


def seed_of(seed: int, platform: Platform) -> int:
    """A platform's own random streams."""
    digest = hashlib.blake2b(f"{seed}/{platform.value}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")


def build_catalog(advertiser: Advertiser, seed: int, first_today: date) -> Catalog:
    """The same seed and first day give the same catalog."""
    builder = _Builder(advertiser, seed, first_today)
    for platform, plans in advertiser.plans.items():
        for plan in plans:
            builder.add(platform, plan)
    return Catalog(
        tuple(builder.budgets.values()), tuple(builder.campaigns), tuple(builder.groups), tuple(builder.ads)
    )
