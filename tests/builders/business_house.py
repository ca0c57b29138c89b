"""A tenant whose CRM, shop and payments are the sandbox's, on a real money path."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from omnify_core.business import Kind
from omnify_core.business_ports import BusinessPlatform
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.clock import FixedClock
from omnify_core.ids import TenantId
from omnify_core.legs import FieldLeg
from omnify_core.policy import MoneyPolicy
from omnify_guardrails import MoneyPath
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_platforms.connected import open_business
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.money import OURS, FakePlatforms, a_policy, actor, money_path_on, settle_in
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import PATHS
from tests.builders.sandbox_wire import NOON, SandboxWire, open_wire

BUSINESS = (Platform.GOHIGHLEVEL, Platform.SHOPIFY, Platform.STRIPE)


class OneTenant:
    """Core's `BusinessPlatforms` for our tenant alone."""

    def __init__(self, adapters: Mapping[Platform, BusinessPlatform]) -> None:
        self.adapters = adapters

    async def business(self, tenant: TenantId) -> Mapping[Platform, BusinessPlatform]:
        return self.adapters if tenant == OURS else {}


@dataclass
class BusinessHouse:
    wire: SandboxWire
    clock: FixedClock
    stores: Stores
    money: MoneyPath
    adapters: Mapping[Platform, BusinessPlatform]

    async def propose(self, leg: FieldLeg, **words: str) -> ChangeSet:
        told = {"title": "A change", "reason": "A test wants it."} | words
        return await self.money.propose(actor("analyst"), [leg], **told)  # type: ignore[arg-type]

    async def approve(self, change_set: ChangeSet) -> ChangeSet:
        return await self.money.approve(
            actor("owner"), change_set.id, plan_hash=change_set.plan_hash, via="api"
        )

    async def applied(self, change_set: ChangeSet) -> ChangeSet:
        """Approved, carried out, and read back past every window."""
        assert change_set.status is ChangeSetStatus.PROPOSED, change_set.verdict.denials
        await self.approve(change_set)
        for _ in range(60):
            await self.money.apply_due("worker")
            self.clock.move_to(self.clock.now() + timedelta(seconds=3))
        return await self.stores.change_sets.get(OURS, change_set.id)

    async def undone(self, change_set: ChangeSet) -> ChangeSet:
        return await self.applied(await self.money.undo(actor("analyst"), change_set.id))

    async def writes(self) -> list[dict[str, Any]]:
        return await self.wire.writes()

    async def imported(self, platform: Platform, *kinds: Kind) -> None:
        adapter = self.adapters[platform]
        for kind in kinds:
            await self.stores.business.save(OURS, [one async for one in adapter.records(kind, None)])


def sandbox_connection(wire: SandboxWire, platform: Platform) -> Connection:
    base, token = PATHS[platform]
    own = {name: SecretStr(value) for name, value in wire.credentials[platform.value].items()}
    return Connection(
        tenant_id=OURS,
        platform=platform,
        base_url=f"http://localhost/{base}",
        token_url=f"http://localhost/{token}",
        secrets=own,
    )


@asynccontextmanager
async def business_house(policy: MoneyPolicy | None = None) -> AsyncIterator[BusinessHouse]:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    clock = FixedClock(NOON)
    async with open_wire() as wire, open_sqlite(None) as documents:
        means = Means(wire.http, clock, FakePace())
        adapters = {
            platform: open_business(sandbox_connection(wire, platform), means, keep=keep)
            for platform in BUSINESS
        }
        stores = stores_on(documents)
        await settle_in(stores, policy or a_policy())
        money = money_path_on(stores, FakePlatforms(), clock, business=OneTenant(adapters))
        yield BusinessHouse(wire, clock, stores, money, adapters)
