"""The import of CRM, shop and payment platforms: kind by kind, and objects that were said to change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from omnify_core.business import Kind
from omnify_core.business_ports import (
    AnyRecord,
    BusinessPlatform,
    BusinessPlatforms,
    BusinessStore,
    ImportState,
    Mark,
)
from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import OmnifyError, PlatformForbidden, PlatformNotFound
from omnify_core.ids import EntityId, TenantId
from omnify_core.ports import SyncState

_BATCH = 1_000
# Search indexes lag behind writes, and clocks differ: the end of the last import is read again.
_OVERLAP = timedelta(minutes=15)
_MARKS_AT_ONCE = 200


class BusinessImport:
    """Each kind goes on from where its last whole import began; one that was cut short starts again there."""

    def __init__(self, platforms: BusinessPlatforms, store: BusinessStore, clock: Clock) -> None:
        self._platforms = platforms
        self._store = store
        self._clock = clock

    async def connected(self, tenant: TenantId) -> Sequence[Platform]:
        return list(await self._platforms.business(tenant))

    async def steps(self, tenant: TenantId, state: SyncState) -> AsyncIterator[SyncState]:
        business = (await self._platforms.business(tenant))[state.platform]
        before = {
            one.kind: one for one in await self._store.imports(tenant) if one.platform == state.platform
        }
        kinds = business.capabilities.kinds
        rows = 0
        for number, kind in enumerate(kinds):
            known = before.get(kind) or ImportState(platform=state.platform, kind=kind)
            async for count in self._kind(tenant, business, known):
                share = number / len(kinds)
                yield state.model_copy(update={"share": share, "metric_rows": rows + count})
                latest = count
            rows += latest
        yield state.model_copy(update={"share": 1.0, "metric_rows": rows})

    async def reread(self, tenant: TenantId) -> int:
        """Reads anew what platforms said has changed; returns how many. Raises OmnifyError."""
        marks = await self._store.take_marks(tenant, limit=_MARKS_AT_ONCE)
        connected = await self._platforms.business(tenant) if marks else {}
        for number, mark in enumerate(marks):
            if mark.platform not in connected:
                continue
            try:
                await self._store.save(
                    tenant, [await connected[mark.platform].record(mark.kind, mark.native_id)]
                )
            except PlatformNotFound:
                await self._store.drop(tenant, record_id(mark))
            except OmnifyError:
                await self._store.mark(tenant, marks[number:])
                raise
        return len(marks)

    async def _kind(
        self, tenant: TenantId, business: BusinessPlatform, known: ImportState
    ) -> AsyncIterator[int]:
        """How many rows are stored, after each batch. A kind that we may not read is said, not fatal."""
        begun = self._clock.now()
        state = known.model_copy(update={"running": True, "rows": 0, "error": ""})
        await self._store.save_import(tenant, state)
        yield 0
        try:
            async for batch in _batches(business, known.kind, _since(known)):
                await self._store.save(tenant, batch)
                state = state.model_copy(update={"rows": state.rows + len(batch)})
                await self._store.save_import(tenant, state)
                yield state.rows
        except OmnifyError as error:
            ended = {"running": False, "error": str(error), "ended_at": self._clock.now()}
            await self._store.save_import(tenant, state.model_copy(update=ended))
            if not isinstance(error, PlatformForbidden):
                raise
            return
        done = {"running": False, "through": begun, "ended_at": self._clock.now()}
        await self._store.save_import(tenant, state.model_copy(update=done))


def record_id(mark: Mark) -> EntityId:
    return EntityId(f"{mark.platform.value}:{mark.kind.value}:{mark.native_id}")


def _since(known: ImportState) -> datetime | None:
    return None if known.through is None else known.through - _OVERLAP


async def _batches(
    business: BusinessPlatform, kind: Kind, since: datetime | None
) -> AsyncIterator[list[AnyRecord]]:
    batch: list[AnyRecord] = []
    async for record in business.records(kind, since):
        batch.append(record)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
