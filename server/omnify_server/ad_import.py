"""The import of one ad platform: its structure, then its figures, account by account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from omnify_core.campaigns import AdAccount, Campaign, Level, Platform, Status
from omnify_core.clock import Clock, today
from omnify_core.ids import TenantId
from omnify_core.platform_ports import AdPlatform, Platforms
from omnify_core.ports import MarketStore, SyncState
from omnify_server.outside import Edit, edits_of

_BATCH = 2_000
# Conversions arrive late: the platforms' longest common click window is re-read every time.
_REREAD_DAYS = 14
_LEVELS = (Level.CAMPAIGN, Level.AD)

Item = TypeVar("Item")
Notice = Callable[[TenantId, Sequence[Edit]], Awaitable[None]]


class Importer(Protocol):
    """The import of one kind of platform; `Sync` runs all kinds side by side."""

    async def connected(self, tenant: TenantId) -> Sequence[Platform]: ...

    def steps(self, tenant: TenantId, state: SyncState) -> AsyncIterator[SyncState]:
        """Imports the platform of `state`, saying how far it is after each part. Raises OmnifyError."""
        ...


async def unheard(tenant: TenantId, edits: Sequence[Edit]) -> None:
    del tenant, edits


class AdImport:
    """`notice` hears what was changed on a platform since the last import, by whomever."""

    def __init__(
        self,
        platforms: Platforms,
        market: MarketStore,
        clock: Clock,
        *,
        history_days: int,
        notice: Notice = unheard,
    ) -> None:
        self._platforms = platforms
        self._market = market
        self._clock = clock
        self._history_days = history_days
        self._notice = notice

    async def connected(self, tenant: TenantId) -> Sequence[Platform]:
        return list(await self._platforms.of(tenant))

    async def steps(self, tenant: TenantId, state: SyncState) -> AsyncIterator[SyncState]:
        platform = (await self._platforms.of(tenant))[state.platform]
        accounts = await platform.accounts()
        known = {(one.platform, one.account_id) for one in await self._market.accounts(tenant)}
        steps = len(accounts) * (1 + len(_LEVELS))
        finished = campaigns = rows = 0
        for account in accounts:
            is_known = (account.platform, account.account_id) in known
            campaigns += await self._structure(tenant, platform, account, is_known=is_known)
            finished += 1
            yield _under_way(state, finished / steps, campaigns=campaigns, rows=rows)
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

    async def _structure(
        self, tenant: TenantId, platform: AdPlatform, account: AdAccount, *, is_known: bool
    ) -> int:
        market = self._market
        count = await self._campaigns(tenant, platform, account, is_known=is_known)
        await _in_batches(platform.ad_groups(account), lambda batch: market.save_ad_groups(tenant, batch))
        await _in_batches(platform.creatives(account), lambda batch: market.save_creatives(tenant, batch))
        return count

    async def _campaigns(
        self, tenant: TenantId, platform: AdPlatform, account: AdAccount, *, is_known: bool
    ) -> int:
        """What is stored and no longer listed was removed: it is kept, and never counted as running."""
        stored = await self._market.campaigns(tenant, account.platform) if is_known else []
        before = {one.id: one for one in stored if one.ref.account_id == account.account_id}
        edits: list[Edit] = []

        async def save(batch: Sequence[Campaign]) -> None:
            for campaign in batch:
                edits.extend(edits_of(before.pop(campaign.id, None), campaign) if is_known else ())
            await self._market.save_campaigns(tenant, batch)

        count = await _in_batches(platform.campaigns(account), save)
        await save(
            [_removed(one, self._clock) for one in before.values() if one.status is not Status.REMOVED]
        )
        if edits:
            await self._notice(tenant, edits)
        return count


def _removed(campaign: Campaign, clock: Clock) -> Campaign:
    return campaign.model_copy(update={"status": Status.REMOVED, "read_at": clock.now()})


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
