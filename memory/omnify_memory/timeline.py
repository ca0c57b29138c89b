"""The timeline, what each person has seen of it, and the scheduled runs behind it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from omnify_core.errors import Conflict
from omnify_core.ids import TenantId, UserId
from omnify_core.timeline import JobPlan, JobRun, TimelineEntry
from omnify_memory import collections
from omnify_memory.documents import Document, Documents, Query
from omnify_memory.shelf import Key, Shelf, stamp

_TICK = timedelta(microseconds=1)
_MOST_UNSEEN = 100


class StoredTimeline:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._entries = Shelf(
            documents, collections.TIMELINE, TimelineEntry, _entry_key, noun="timeline entry"
        )
        self._runs = Shelf(documents, collections.JOB_RUNS, JobRun, _run_key, noun="scheduled run")
        self._plans = Shelf(
            documents, collections.JOB_PLANS, JobPlan, lambda plan: Key(plan.job), noun="schedule"
        )

    async def add(self, entry: TimelineEntry) -> None:
        await self._entries.add(entry.tenant_id, entry)

    async def entries(
        self, tenant: TenantId, *, before: datetime | None = None, limit: int = 50
    ) -> list[TimelineEntry]:
        at_most = {"at": stamp(before - _TICK)} if before else {}
        return await self._entries.select(
            Query(tenant=tenant, at_most=at_most, order=("-at", "-id"), limit=limit)
        )

    async def unseen(self, tenant: TenantId, user_id: UserId) -> int:
        document = await self._documents.get(collections.SEEN, tenant, user_id)
        if document is None:
            return len(await self.entries(tenant, limit=_MOST_UNSEEN))
        seen = datetime.fromisoformat(json.loads(document.body))
        query = Query(tenant=tenant, at_least={"at": stamp(seen)}, order=("-at",), limit=_MOST_UNSEEN + 1)
        newer = [entry for entry in await self._entries.select(query) if entry.at > seen]
        return min(len(newer), _MOST_UNSEEN)

    async def see(self, tenant: TenantId, user_id: UserId, at: datetime) -> None:
        await self._documents.save(
            collections.SEEN, [Document(tenant, user_id, 0, json.dumps(at.isoformat()))]
        )

    async def claim(self, run: JobRun) -> bool:
        try:
            await self._runs.add(run.tenant_id, run)
        except Conflict:
            return False
        return True

    async def end(self, run: JobRun) -> None:
        await self._runs.save(run.tenant_id, [run])

    async def job_runs(self, tenant: TenantId, *, limit: int = 50) -> list[JobRun]:
        return await self._runs.select(Query(tenant=tenant, order=("-started_at", "-id"), limit=limit))

    async def plans(self, tenant: TenantId) -> list[JobPlan]:
        return await self._plans.select(Query(tenant=tenant))

    async def save_plan(self, tenant: TenantId, plan: JobPlan) -> None:
        await self._plans.save(tenant, [plan])


def _entry_key(entry: TimelineEntry) -> Key:
    return Key(entry.id, {"at": stamp(entry.at)})


def _run_key(run: JobRun) -> Key:
    return Key(run.id, {"started_at": stamp(run.started_at)})
