"""A tenant whose ad accounts are the sandbox's, on a real money path."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.clock import FixedClock
from omnify_core.ids import TenantId
from omnify_core.legs import AnyLeg
from omnify_core.platform_ports import AdPlatform
from omnify_guardrails import MoneyPath
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_platforms.connected import open_adapter
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.business_house import sandbox_connection
from tests.builders.field_legs import LegDesk
from tests.builders.money import OURS, a_policy, actor, money_path_on, settle_in
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import SandboxServer
from tests.builders.sandbox_wire import NOON, SandboxWire, open_wire


class OneTenant:
    """Core's `Platforms` for our tenant alone."""

    def __init__(self, adapters: Mapping[Platform, AdPlatform]) -> None:
        self._adapters = adapters

    async def of(self, tenant: TenantId) -> Mapping[Platform, AdPlatform]:
        return self._adapters if tenant == OURS else {}


@dataclass
class AdsHouse:
    """`desk` makes legs as the contract tests do; everything else goes by the money path."""

    wire: SandboxWire
    clock: FixedClock
    stores: Stores
    money: MoneyPath
    desk: LegDesk

    async def propose(self, *legs: AnyLeg) -> ChangeSet:
        told = {"title": "A change", "reason": "A test wants it."}
        return await self.money.propose(actor("analyst"), list(legs), **told)  # type: ignore[arg-type]

    async def applied(self, change_set: ChangeSet) -> ChangeSet:
        """Approved by its hash, carried out, and read back past every window."""
        assert change_set.status is ChangeSetStatus.PROPOSED, change_set.verdict.denials
        await self.money.approve(actor("owner"), change_set.id, plan_hash=change_set.plan_hash, via="api")
        for _ in range(60):
            await self.money.apply_due("worker")
            self.clock.move_to(self.clock.now() + timedelta(seconds=3))
        return await self.stores.change_sets.get(OURS, change_set.id)

    async def undone(self, change_set: ChangeSet) -> ChangeSet:
        return await self.applied(await self.money.undo(actor("analyst"), change_set.id))

    async def writes(self) -> list[dict[str, Any]]:
        return await self.wire.writes()


@asynccontextmanager
async def ads_house(platform: Platform) -> AsyncIterator[AdsHouse]:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    clock, pace = FixedClock(NOON), FakePace()
    async with open_wire() as wire, open_sqlite(None) as documents:
        means = Means(wire.http, clock, pace)
        ads = open_adapter(sandbox_connection(wire, platform), means, keep=keep)
        stores = stores_on(documents)
        await settle_in(stores, a_policy())
        money = money_path_on(stores, OneTenant({platform: ads}), clock)
        none = cast("SandboxServer", None)  # in this process: nothing is served
        desk = LegDesk(ads, ads, none, (await ads.accounts())[0], pace)
        yield AdsHouse(wire, clock, stores, money, desk)
