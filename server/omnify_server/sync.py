"""Import: what the platforms hold, into our documents. Resumable by nature: every write is an upsert."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from omnify_core.campaigns import Level, Platform
from omnify_core.change_sets import ChangeSet, LegStatus
from omnify_core.clock import Clock
from omnify_core.errors import OmnifyError
from omnify_core.ids import TenantId
from omnify_core.platform_ports import Platforms
from omnify_core.ports import MarketStore, SyncState
from omnify_server.ad_import import AdImport, Importer, Notice, unheard

Progress = Callable[[SyncState], None]


def silent(state: SyncState) -> None:
    del state


class Sync:
    """Imports all that a tenant has connected, side by side, each platform failing alone.

    `others` import what is no ad platform. `notice` hears of edits that were made on the platforms.
    """

    def __init__(
        self,
        platforms: Platforms,
        market: MarketStore,
        clock: Clock,
        *,
        history_days: int,
        notice: Notice = unheard,
        others: Sequence[Importer] = (),
    ) -> None:
        self._platforms = platforms
        self._market = market
        self._clock = clock
        ads = AdImport(platforms, market, clock, history_days=history_days, notice=notice)
        self._importers: tuple[Importer, ...] = (ads, *others)

    async def run(self, tenant: TenantId, progress: Progress = silent) -> list[SyncState]:
        """The state of each platform afterwards; a platform's failure is in its `error`."""
        before = {state.platform: state for state in await self._market.sync_states(tenant)}
        works = [
            self._platform(tenant, importer, before.get(platform, SyncState(platform=platform)), progress)
            for importer in self._importers
            for platform in await importer.connected(tenant)
        ]
        return await asyncio.gather(*works)

    async def _platform(
        self, tenant: TenantId, importer: Importer, before: SyncState, progress: Progress
    ) -> SyncState:
        state = before.model_copy(update={"running": True, "share": 0.0, "error": ""})
        await self._market.save_sync(tenant, state)
        try:
            async for step in importer.steps(tenant, state):
                progress(step)
                state = step
            state = state.model_copy(update={"running": False, "share": 1.0, "synced_at": self._clock.now()})
        except OmnifyError as error:
            state = state.model_copy(update={"running": False, "error": str(error)})
        await self._market.save_sync(tenant, state)
        progress(state)
        return state

    async def _connected(self, tenant: TenantId) -> set[Platform]:
        return {platform for importer in self._importers for platform in await importer.connected(tenant)}

    async def is_due(self, tenant: TenantId, every: timedelta) -> bool:
        states = await self._market.sync_states(tenant)
        fresh = {
            state.platform
            for state in states
            if state.synced_at is not None and self._clock.now() - state.synced_at < every
        }
        return bool(await self._connected(tenant) - fresh)

    async def refresh(self, tenant: TenantId, change_set: ChangeSet) -> None:
        """Reads what a change set wrote, so that the picture is right before the next import."""
        connected = await self._platforms.of(tenant)
        # What was never begun has no records.
        for leg, record in zip(change_set.plan.legs, change_set.records, strict=False):
            if record.status is not LegStatus.DONE or leg.ref.level is not Level.CAMPAIGN:
                continue
            state = await connected[leg.ref.platform].read(leg.ref)
            stored = await self._market.campaign(tenant, leg.ref.id)
            update = {
                "daily_budget": state.daily_budget,
                "status": state.status,
                "read_at": state.read_at,
            }
            await self._market.save_campaigns(tenant, [stored.model_copy(update=update)])
