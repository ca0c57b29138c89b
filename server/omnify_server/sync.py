"""Import: what the platforms hold, into our documents. Resumable by nature: every write is an upsert."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from omnify_core.campaigns import AdAccount, Level
from omnify_core.change_sets import ChangeSet, LegStatus
from omnify_core.clock import Clock, today
from omnify_core.errors import OmnifyError
from omnify_core.ids import TenantId
from omnify_core.ports import AdPlatform, MarketStore, Platforms, SyncState

_BATCH = 2_000
# Conversions arrive late: the platforms' longest common click window is re-read every time.
_REREAD_DAYS = 14
_LEVELS = (Level.CAMPAIGN, Level.AD)

Item = TypeVar("Item")
Progress = Callable[[SyncState], None]


def silent(state: SyncState) -> None:
    del state


class Sync:
    """Imports a tenant's accounts; platforms side by side, each failing alone."""

    def __init__(self, platforms: Platforms, market: MarketStore, clock: Clock, *, history_days: int) -> None:
        self._platforms = platforms
        self._market = market
        self._clock = clock
        self._history_days = history_days

    async def run(self, tenant: TenantId, progress: Progress = silent) -> list[SyncState]:
        """The state of each platform afterwards; a platform's failure is in its `error`."""
        connected = await self._platforms.of(tenant)
        before = {state.platform: state for state in await self._market.sync_states(tenant)}
        return await asyncio.gather(
            *(
                self._platform(tenant, platform, before.get(platform.platform), progress)
                for platform in connected.values()
            )
        )

    async def _platform(
        self, tenant: TenantId, platform: AdPlatform, before: SyncState | None, progress: Progress
    ) -> SyncState:
        state = (before or SyncState(platform=platform.platform)).model_copy(
            update={"running": True, "share": 0.0, "error": ""}
        )
        await self._market.save_sync(tenant, state)
        try:
            async for step in self._steps(tenant, platform, state):
                progress(step)
                state = step
            state = state.model_copy(update={"running": False, "share": 1.0, "synced_at": self._clock.now()})
        except OmnifyError as error:
            state = state.model_copy(update={"running": False, "error": str(error)})
        await self._market.save_sync(tenant, state)
        progress(state)
        return state

    async def _steps(
        self, tenant: TenantId, platform: AdPlatform, state: SyncState
    ) -> AsyncIterator[SyncState]:
        accounts = await platform.accounts()
        known = {(one.platform, one.account_id) for one in await self._market.accounts(tenant)}
        steps = len(accounts) * (1 + len(_LEVELS))
        finished = campaigns = rows = 0
        for account in accounts:
            campaigns += await self._structure(tenant, platform, account)
            finished += 1
            yield _under_way(state, finished / steps, campaigns=campaigns, rows=rows)
            is_known = (account.platform, account.account_id) in known
            since, until = self._window(account, state.synced_at if is_known else None)
            async with _together(
                self._figures(tenant, platform, account, level, since=since, until=until) for level in _LEVELS
            ) as levels:
                for level in asyncio.as_completed(levels):
                    rows += await level
                    finished += 1
                    yield _under_way(state, finished / steps, campaigns=campaigns, rows=rows)
            # Stored last: an account that is stored has its history.
            await self._market.save_accounts(tenant, [account])

    def _window(self, account: AdAccount, synced_at: datetime | None) -> tuple[date, date]:
        """All history the first time, then all that may have changed since the last import."""
        until = today(self._clock, account.time_zone)
        if synced_at is None:
            return until - timedelta(days=self._history_days), until
        last_read = synced_at.astimezone(ZoneInfo(account.time_zone)).date()
        return min(last_read, until) - timedelta(days=_REREAD_DAYS), until

    async def _figures(
        self,
        tenant: TenantId,
        platform: AdPlatform,
        account: AdAccount,
        level: Level,
        *,
        since: date,
        until: date,
    ) -> int:
        found = platform.daily_metrics(account, level, since, until)
        return await _in_batches(found, lambda batch: self._market.save_metrics(tenant, batch))

    async def _structure(self, tenant: TenantId, platform: AdPlatform, account: AdAccount) -> int:
        market = self._market
        count = await _in_batches(
            platform.campaigns(account), lambda batch: market.save_campaigns(tenant, batch)
        )
        await _in_batches(platform.ad_groups(account), lambda batch: market.save_ad_groups(tenant, batch))
        await _in_batches(platform.creatives(account), lambda batch: market.save_creatives(tenant, batch))
        return count

    async def is_due(self, tenant: TenantId, every: timedelta) -> bool:
        states = await self._market.sync_states(tenant)
        connected = await self._platforms.of(tenant)
        fresh = {
            state.platform
            for state in states
            if state.synced_at is not None and self._clock.now() - state.synced_at < every
        }
        return bool(set(connected) - fresh)

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


def _under_way(state: SyncState, share: float, *, campaigns: int, rows: int) -> SyncState:
    return state.model_copy(update={"share": share, "campaigns": campaigns, "metric_rows": rows})


@asynccontextmanager
async def _together(works: Iterable[Coroutine[None, None, int]]) -> AsyncIterator[list[asyncio.Task[int]]]:
    """Tasks that all have ended when this is left: whoever leaves early ends the others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _in_batches(items: AsyncIterator[Item], save: Callable[[Sequence[Item]], Awaitable[None]]) -> int:
    batch: list[Item] = []
    count = 0
    async for item in items:
        batch.append(item)
        count += 1
        if len(batch) >= _BATCH:
            await save(batch)
            batch = []
    if batch:
        await save(batch)
    return count
