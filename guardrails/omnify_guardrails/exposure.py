"""What could be spent a day over all platforms, shared budgets counted once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from omnify_core.campaigns import AdGroup, Campaign, EntityRef, Platform, Status
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import BudgetLeg, SpendLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.platform_ports import AdPlatform, Platforms
from omnify_core.ports import MarketStore
from omnify_core.rates import Rates
from omnify_guardrails.legs import AnyLeg, budget_object, raises


class Spender(NamedTuple):
    """A campaign or ad group, and the budget that it spends from ('' where it has none of its own)."""

    platform: Platform
    budget: str
    parent: EntityId | None


@dataclass(frozen=True)
class Picture:
    """Every budget of a tenant and who spends from it. A budget counts while one spender is enabled."""

    spenders: Mapping[EntityId, Spender] = field(default_factory=dict)
    budgets: Mapping[str, Money] = field(default_factory=dict)
    enabled: frozenset[EntityId] = frozenset()

    def daily_total(self, rates: Rates, platform: Platform | None = None) -> Money:
        """In the base currency. Budgets without a rate are left out; the policy names them."""
        live = (self.budgets[key] for key in self._live(platform))
        return Money(
            sum(rates.convert(money).minor for money in live if rates.knows(money.currency)), rates.base
        )

    def foreign(self, rates: Rates) -> list[str]:
        """Currencies of live budgets that have no rate."""
        live = (self.budgets[key].currency for key in self._live(None))
        return sorted({code for code in live if not rates.knows(code)})

    def uncounted(self) -> list[EntityId]:
        """Enabled campaigns of which no daily budget is known, neither their own nor below them."""
        with_budget = {entity for entity, spender in self.spenders.items() if spender.budget}
        covered = with_budget | {self.spenders[entity].parent for entity in with_budget}
        return sorted(entity for entity in self.enabled & self.spenders.keys() - covered)

    def sharers(self, leg: AnyLeg) -> frozenset[EntityId]:
        """Who else spends from the budget behind the leg."""
        own = self.spenders.get(leg.ref.id)
        if own is None or not own.budget:
            return frozenset()
        same = {entity for entity, other in self.spenders.items() if other.budget == own.budget}
        return frozenset(same - {leg.ref.id})

    def touched(self, leg: AnyLeg) -> frozenset[EntityId]:
        """Everything whose delivery the leg changes: itself, above and below it, who shares its budget."""
        own = self.spenders.get(leg.ref.id)
        above = {own.parent} if own and own.parent else set()
        below = {entity for entity, other in self.spenders.items() if other.parent == leg.ref.id}
        return frozenset({leg.ref.id} | above | below | self.sharers(leg))

    def with_groups(self, groups: Iterable[AdGroup]) -> Picture:
        """Also knows what stands below campaigns with budgets of their own, which a listing leaves out."""
        known = {
            group.id: Spender(group.ref.platform, "", group.campaign_id)
            for group in groups
            if group.campaign_id in self.spenders
        }
        return replace(self, spenders={**known, **self.spenders})

    def stake_of(self, campaign: EntityId) -> dict[str, Money]:
        """The budgets that enabling the campaign sets in motion, its own and its enabled groups'."""
        keys = {
            spender.budget
            for entity, spender in self.spenders.items()
            if spender.budget
            and (entity == campaign or (spender.parent == campaign and entity in self.enabled))
        }
        return {key: self.budgets[key] for key in keys}

    def after(self, leg: AnyLeg) -> Picture:
        """The picture once the leg is carried out."""
        if not isinstance(leg, SpendLeg):
            return self
        known = self._knowing(leg)
        if isinstance(leg, BudgetLeg):
            key = known.spenders[leg.ref.id].budget
            return replace(known, budgets={**known.budgets, key: leg.after})
        one = frozenset({leg.ref.id})
        on = known.enabled | one if leg.after is Status.ENABLED else known.enabled - one
        return replace(known, enabled=on)

    def at_most(self, leg: AnyLeg) -> Picture:
        """The picture with a leg that another plan may still carry out: never lower than as seen."""
        if not raises(leg):
            return self
        then = self.after(leg)
        higher = {
            key: money
            for key, money in self.budgets.items()
            if money.currency == then.budgets[key].currency and money > then.budgets[key]
        }
        return replace(then, budgets={**then.budgets, **higher})

    def _live(self, platform: Platform | None) -> set[str]:
        return {
            spender.budget
            for entity, spender in self.spenders.items()
            if spender.budget
            and entity in self.enabled
            and (spender.parent is None or spender.parent in self.enabled)
            and platform in (None, spender.platform)
        }

    def _knowing(self, leg: SpendLeg) -> Picture:
        """Also a budget that the listing did not show: then what the leg says of it counts."""
        known = self.spenders.get(leg.ref.id)
        if (known and known.budget) or (isinstance(leg, StatusLeg) and (known or not leg.budget_key)):
            return self
        money = leg.before if isinstance(leg, BudgetLeg) else leg.daily_budget
        key = budget_object(leg)
        spender = Spender(leg.ref.platform, key, known.parent if known else None)
        spenders = {**self.spenders, leg.ref.id: spender}
        return replace(self, spenders=spenders, budgets={key: money, **self.budgets})


def picture_of(campaigns: Iterable[Campaign], groups: Iterable[AdGroup]) -> Picture:
    """Ad groups count with their own budgets, where their campaign has none."""
    spenders: dict[EntityId, Spender] = {}
    budgets: dict[str, Money] = {}
    enabled: set[EntityId] = set()
    for campaign in campaigns:
        key = _budget_key(campaign.ref, campaign.budget_key) if campaign.daily_budget else ""
        spenders[campaign.id] = Spender(campaign.ref.platform, key, None)
        if campaign.daily_budget:
            budgets[key] = campaign.daily_budget
        if campaign.status is Status.ENABLED:
            enabled.add(campaign.id)
    for group in groups:
        parent = spenders.get(group.campaign_id)
        own = group.daily_budget if parent is None or not parent.budget else None
        key = _budget_key(group.ref, "") if own else ""
        spenders[group.id] = Spender(group.ref.platform, key, group.campaign_id)
        if own:
            budgets[key] = own
        if group.status is Status.ENABLED:
            enabled.add(group.id)
    return Picture(spenders=spenders, budgets=budgets, enabled=frozenset(enabled))


async def live_picture(platforms: Platforms, tenant: TenantId) -> Picture:
    """Read now from every connected platform. Raises PlatformError: an unread platform has no total."""
    campaigns: list[Campaign] = []
    groups: list[AdGroup] = []
    for adapter in (await platforms.of(tenant)).values():
        async for campaign, below in _listing(adapter):
            campaigns.append(campaign)
            groups.extend(below)
    return picture_of(campaigns, groups)


async def stored_picture(market: MarketStore, tenant: TenantId) -> Picture:
    """As last synced: for plans that lower only, while a platform cannot be read."""
    return picture_of(await market.campaigns(tenant), await market.ad_groups(tenant))


async def _listing(adapter: AdPlatform) -> AsyncIterator[tuple[Campaign, list[AdGroup]]]:
    for account in await adapter.accounts():
        campaigns = [campaign async for campaign in adapter.campaigns(account)]
        groups: dict[EntityId, list[AdGroup]] = {campaign.id: [] for campaign in campaigns}
        if any(campaign.daily_budget is None for campaign in campaigns):
            async for group in adapter.ad_groups(account):
                groups.setdefault(group.campaign_id, []).append(group)
        for campaign in campaigns:
            yield campaign, groups[campaign.id]


def _budget_key(ref: EntityRef, key: str) -> str:
    own = key or f"{ref.level.value}/{ref.native_id}"
    return f"{ref.platform.value}/{ref.account_id}/{own}"
