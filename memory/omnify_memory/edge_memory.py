"""What agents remember, in an embedded Qdrant Edge store."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from omnify_core.clock import Clock, SystemClock
from omnify_core.errors import NotFound
from omnify_core.ids import TenantId
from omnify_core.memories import MemoryItem, Recalled
from omnify_core.ports import Memory
from omnify_memory.edge_shard import Asked, EdgeShard
from omnify_memory.embedders import Embedder

P = ParamSpec("P")
T = TypeVar("T")


@asynccontextmanager
async def open_edge_memory(
    path: Path | None, embedder: Embedder, clock: Clock | None = None
) -> AsyncIterator[Memory]:
    """On disk, or, for None, forgotten at the end.

    The store is opened by the first use, so that a command that needs no memory runs beside the server:
    while another process has it open, each use raises StoreBusy.
    """
    with tempfile.TemporaryDirectory(prefix="omnify-") if path is None else nullcontext() as passing:
        memory = EdgeMemory(path or Path(passing or "") / "vectors", embedder, clock or SystemClock())
        try:
            yield memory
        finally:
            await memory.close()


class EdgeMemory:
    def __init__(self, path: Path, embedder: Embedder, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._embedder = embedder
        self._shard: EdgeShard | None = None
        self._opening = asyncio.Lock()
        # One thread: the store is never entered twice, not even after a cancelled call.
        self._thread = ThreadPoolExecutor(1, "edge-memory")

    async def remember(self, item: MemoryItem) -> None:
        shard = await self._opened()
        former = await self.get(item.tenant_id, item.supersedes) if item.supersedes else None
        vectors = await self._embedder.embed([item.text])
        await self._run(shard.put, [item], vectors)
        # Second, so that a crash in between leaves both rather than neither.
        if former is not None:
            await self._run(shard.amend, former.model_copy(update={"superseded_by": item.id}))

    async def recall(self, tenant: TenantId, query: str, *, limit: int = 5) -> list[Recalled]:
        if not query.strip():
            return []
        shard = await self._opened()
        [vector] = await self._embedder.embed([query])
        asked = Asked(tenant, query, vector, self._clock.now())
        return await self._run(shard.nearest, asked, limit)

    async def all(self, tenant: TenantId, *, limit: int = 100, past: bool = False) -> list[MemoryItem]:
        shard = await self._opened()
        return await self._run(shard.newest, tenant, limit, None if past else self._clock.now())

    async def get(self, tenant: TenantId, item_id: str) -> MemoryItem:
        shard = await self._opened()
        found = await self._run(shard.get, tenant, item_id)
        if found is None:
            raise NotFound(f"there is no memory {item_id!r}; list them to see the ids")
        return found

    async def forget(self, tenant: TenantId, item_id: str) -> None:
        await self.get(tenant, item_id)
        shard = await self._opened()
        await self._run(shard.drop, tenant, item_id)

    async def forget_all(self, tenant: TenantId) -> int:
        shard = await self._opened()
        return await self._run(shard.drop_all, tenant)

    async def close(self) -> None:
        if self._shard:
            await self._run(self._shard.close)
        self._thread.shutdown()

    async def _opened(self) -> EdgeShard:
        async with self._opening:
            if self._shard is None:
                shard = await self._run(EdgeShard, self._path, self._embedder)
                try:
                    await self._embed_anew(shard)
                except BaseException:
                    await self._run(shard.close)
                    raise
                self._shard = shard
            return self._shard

    async def _embed_anew(self, shard: EdgeShard) -> None:
        """Memories of a former embedder, page by page; a crash in between leaves the rest for next time."""
        former: set[str] = set()
        while stale := await self._run(shard.stale):
            items = [one.item for one in stale]
            vectors = await self._embedder.embed([item.text for item in items])
            await self._run(shard.put, items, vectors)
            former |= {one.space for one in stale}
        for space in former:
            await self._run(shard.forget_space, space)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
