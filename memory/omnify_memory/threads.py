"""Conversations: threads, their items and their runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from omnify_core.conversations import RunRecord, Thread
from omnify_core.errors import Conflict
from omnify_core.ids import RunId, TenantId, ThreadId, UserId
from omnify_memory import collections
from omnify_memory.documents import Documents, Query
from omnify_memory.journal import Batch, Journal
from omnify_memory.shelf import Key, Shelf, stamp


class StoredThreads:
    def __init__(self, documents: Documents) -> None:
        self._threads = Shelf(documents, collections.THREADS, Thread, _thread_key, noun="thread")
        self._runs = Shelf(documents, collections.RUNS, RunRecord, _run_key, noun="run")
        self._items = Journal(documents, collections.ITEMS)

    async def add(self, thread: Thread) -> None:
        await self._threads.add(thread.tenant_id, thread, version=thread.version)

    async def get(self, tenant: TenantId, thread_id: ThreadId) -> Thread:
        return await self._threads.get(tenant, thread_id)

    async def of_user(self, tenant: TenantId, user_id: UserId, *, limit: int = 50) -> list[Thread]:
        query = Query(tenant=tenant, equal={"user_id": user_id}, order=("-updated_at", "-id"), limit=limit)
        return await self._threads.select(query)

    async def replace(self, thread: Thread) -> Thread:
        following = thread.model_copy(update={"version": thread.version + 1})
        await self._threads.replace(thread.tenant_id, following, expected=thread.version)
        return following

    async def items(self, tenant: TenantId, thread_id: ThreadId, limit: int | None = None) -> list[Any]:
        # A batch holds at least one item, so `limit` batches hold enough; none of them hold nothing.
        batches = await self._items.newest(tenant, thread_id, limit=limit)
        texts = [text for batch in batches for text in batch.items or ()]
        return [json.loads(text) for text in (texts[-limit:] if limit else texts)]

    async def add_items(self, tenant: TenantId, thread_id: ThreadId, items: Sequence[Any]) -> None:
        texts = [json.dumps(item) for item in items]
        # Ends: a round fails here only where another caller's items went in.
        while texts:
            newest = await self._items.newest(tenant, thread_id, limit=1)
            first = newest[0].following if newest else 1
            with suppress(Conflict):
                await self._items.write(Batch(tenant, thread_id, first, texts))
                break

    async def pop_item(self, tenant: TenantId, thread_id: ThreadId) -> Any | None:
        text = await self._items.pop(tenant, thread_id)
        return None if text is None else json.loads(text)

    async def clear_items(self, tenant: TenantId, thread_id: ThreadId) -> None:
        await self._items.clear(tenant, thread_id)

    async def save_run(self, run: RunRecord) -> None:
        await self._runs.save(run.tenant_id, [run])

    async def run(self, tenant: TenantId, run_id: RunId) -> RunRecord:
        return await self._runs.get(tenant, run_id)

    async def runs(self, tenant: TenantId, thread_id: ThreadId) -> list[RunRecord]:
        query = Query(tenant=tenant, equal={"thread_id": thread_id}, order=("started_at", "id"))
        return await self._runs.select(query)


def _thread_key(thread: Thread) -> Key:
    return Key(thread.id, {"user_id": thread.user_id, "updated_at": stamp(thread.updated_at)})


def _run_key(run: RunRecord) -> Key:
    return Key(run.id, {"thread_id": run.thread_id, "started_at": stamp(run.started_at)})
