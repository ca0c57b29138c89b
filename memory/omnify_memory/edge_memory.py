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

from omnify_core.conversations import MemoryItem, Recalled
from omnify_core.ids import TenantId
from omnify_core.ports import Memory
from omnify_memory.edge_shard import EdgeShard
from omnify_memory.embedders import Embedder

P = ParamSpec("P")
T = TypeVar("T")


@asynccontextmanager
async def open_edge_memory(path: Path | None, embedder: Embedder) -> AsyncIterator[Memory]:
    """On disk, or, for None, forgotten at the end.

    The store is opened by the first use, so that a command that needs no memory runs beside the server:
    while another process has it open, each use raises StoreBusy.
    """
    with tempfile.TemporaryDirectory(prefix="omnify-") if path is None else nullcontext() as passing:
        memory = EdgeMemory(path or Path(passing or "") / "vectors", embedder)
        try:
            yield memory
        finally:
            await memory.close()


class EdgeMemory:
    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = path
        self._embedder = embedder
        self._shard: EdgeShard | None = None
        self._opening = asyncio.Lock()
        # One thread: the store is never entered twice, not even after a cancelled call.
        self._thread = ThreadPoolExecutor(1, "edge-memory")

    async def remember(self, item: MemoryItem) -> None:
        """An item of the same id is replaced."""
        shard = await self._opened()
        vectors = await self._embedder.embed([item.text])
        await self._run(shard.put, [item], vectors)

    async def recall(self, tenant: TenantId, query: str, *, limit: int = 5) -> list[Recalled]:
        """Best first; scores compare within one answer only."""
        if not query.strip():
            return []
        shard = await self._opened()
        [vector] = await self._embedder.embed([query])
        return await self._run(shard.nearest, tenant, query, vector, limit)

    async def all(self, tenant: TenantId, *, limit: int = 100) -> list[MemoryItem]:
        """Newest first."""
        shard = await self._opened()
        return await self._run(shard.newest, tenant, limit)

    async def forget(self, tenant: TenantId, item_id: str) -> None:
        shard = await self._opened()
        await self._run(shard.drop, tenant, item_id)

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
