"""The accounts, campaigns, groups and ads of the market, with their platforms' ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from omnify_core.campaigns import Platform
from omnify_sandbox.config import HISTORY_DAYS
from omnify_sandbox.portfolio import ANGLES, FORMATS, GOOGLE_PLANS, META_PLANS, Plan
from omnify_sandbox.randomness import named_generator


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget object; where a campaign holds its own it has the campaign's id."""

    id: str
    index: int
    platform: Platform
    account: str
    name: str
    cents: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    index: int
    platform: Platform
    account: str
    name: str
    kind: str
    budget: Budget
    started: date
    paused_since: date | None


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


class _Builder:
    def __init__(self, seed: int, first_today: date) -> None:
        self.seed = seed
        self.today = first_today
        self.budgets: dict[str, Budget] = {}
        self.campaigns: list[Campaign] = []
        self.groups: list[Group] = []
        self.ads: list[Ad] = []

    def add(self, platform: Platform, plan: Plan) -> None:
        index = len(self.campaigns)
        rng = named_generator(self.seed, f"campaign/{index}/catalog")
        id_ = str(_IDS[platform].campaign + 10_007 * (index + 1))
        budget = self._budget(platform, plan, id_, float(rng.uniform(0.96, 1.22)))
        young = rng.random() < 0.16
        age = int(rng.integers(30, 95) if young else rng.integers(HISTORY_DAYS + 5, 480))
        paused = self.today - timedelta(int(rng.integers(9, 40))) if plan.is_paused else None
        campaign = Campaign(
            id_,
            index,
            platform,
            plan.account,
            plan.name,
            plan.kind,
            budget,
            self.today - timedelta(age),
            paused,
        )
        self.campaigns.append(campaign)
        self._groups_and_ads(campaign, plan.ads, rng)

    def _budget(self, platform: Platform, plan: Plan, campaign_id: str, factor: float) -> Budget:
        key = f"{plan.account}/{plan.pool}" if plan.pool else campaign_id
        if key not in self.budgets:
            index = len(self.budgets)
            base = _IDS[platform].budget
            own_id = str(base + 7_919 * (index + 1)) if base else campaign_id
            cents = round(plan.budget * factor * (2.1 if plan.pool else 1.0) / 5) * 500
            name = plan.pool or plan.name
            self.budgets[key] = Budget(
                own_id, index, platform, plan.account, name, cents, is_shared=bool(plan.pool)
            )
        return self.budgets[key]

    def _groups_and_ads(self, campaign: Campaign, count: int, rng: np.random.Generator) -> None:
        sizes = [count] if count < 4 or campaign.kind == "pmax" else [count - count // 2, count // 2]
        slot = 0
        angles = rng.permutation(len(ANGLES))
        ages = self._ages(campaign, count, rng)
        retired = rng.random() < 0.45 and count >= 3 and campaign.paused_since is None
        for size in sizes:
            index = len(self.groups)
            id_ = str(_IDS[campaign.platform].group + 10_009 * (index + 1))
            label = "Core" if len(sizes) == 1 else ("Core", "Expansion")[slot > 0]
            group = Group(id_, index, campaign, f"{campaign.name} | {label}")
            self.groups.append(group)
            for _ in range(size):
                stop = self._retired_on(rng, ages[slot]) if retired and slot == 0 else None
                self._ad(group, slot, int(angles[slot]), ages[slot], stop)
                slot += 1

    def _ages(self, campaign: Campaign, count: int, rng: np.random.Generator) -> list[int]:
        """In days: the first ad as old as the campaign allows, the others launched since."""
        oldest = (self.today - campaign.started).days
        first = min(oldest, int(rng.integers(70, 260)))
        return [first, *(int(rng.integers(4, max(6, min(first, 110)))) for _ in range(count - 1))]

    def _retired_on(self, rng: np.random.Generator, age: int) -> date:
        return self.today - timedelta(int(rng.integers(5, max(6, min(age - 20, 60)))))

    def _ad(self, group: Group, slot: int, angle: int, age: int, paused_since: date | None) -> None:
        index = len(self.ads)
        campaign = group.campaign
        ids = _IDS[campaign.platform]
        short, headline, body = ANGLES[angle]
        form = FORMATS[campaign.platform.value][slot % 4]
        started = max(campaign.started, self.today - timedelta(age))
        self.ads.append(
            Ad(
                str(ids.ad + 10_037 * (index + 1)),
                index,
                slot,
                group,
                str(ids.creative + 10_039 * (index + 1)),
                f"{short} | {form} | {started:%b %y}",
                headline,
                body,
                started,
                paused_since,
            )
        )


_MAIN = ((Platform.GOOGLE, GOOGLE_PLANS), (Platform.META, META_PLANS))


def build_catalog(
    seed: int, first_today: date, held: Sequence[tuple[Platform, Sequence[Plan]]] = _MAIN
) -> Catalog:
    """The same seed and first day give the same catalog."""
    builder = _Builder(seed, first_today)
    for platform, plans in held:
        for plan in plans:
            builder.add(platform, plan)
    return Catalog(
        tuple(builder.budgets.values()), tuple(builder.campaigns), tuple(builder.groups), tuple(builder.ads)
    )
