"""What the money path stands on: core's ports, in one hand."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from omnify_core.business_ports import BusinessPlatforms
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet
from omnify_core.clock import Clock
from omnify_core.errors import ReconnectNeeded
from omnify_core.ids import TenantId
from omnify_core.platform_ports import Platforms, Writer
from omnify_core.ports import (
    ChangeSetStore,
    DelegationStore,
    LedgerStore,
    MarketStore,
    PeopleStore,
    PolicyStore,
    SwitchStore,
    VerdictStore,
)
from omnify_guardrails.audit import AuditTrail

_log = logging.getLogger("omnify.money")

OnChange = Callable[[ChangeSet], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class MoneyPorts:
    change_sets: ChangeSetStore
    ledger: LedgerStore
    trail: AuditTrail
    policies: PolicyStore
    switches: SwitchStore
    verdicts: VerdictStore
    people: PeopleStore
    delegations: DelegationStore
    market: MarketStore
    platforms: Platforms
    business: BusinessPlatforms | None = None
    clock: Clock
    on_change: OnChange | None = None

    async def adapter(self, tenant: TenantId, platform: Platform) -> Writer:
        """Raises ReconnectNeeded where the tenant has no such connection."""
        adapter: Writer | None = (await self.platforms.of(tenant)).get(platform)
        if adapter is None and self.business is not None:
            adapter = (await self.business.business(tenant)).get(platform)
        if adapter is None:
            raise ReconnectNeeded(
                f"{platform.label} is not connected; connect it first", platform=platform.slug
            )
        return adapter

    async def announce(self, change_set: ChangeSet) -> ChangeSet:
        """Tells the listener of a new status, which is stored already: its failure changes nothing."""
        if self.on_change is not None:
            try:
                await self.on_change(change_set)
            except Exception:  # noqa: BLE001 - a listener of whatever kind must not break the money path
                _log.exception("the listener failed after %s of %s", change_set.status, change_set.id)
        return change_set
