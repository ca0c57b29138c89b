"""Questions that wait for a human expert."""

from __future__ import annotations

from omnify_core.ids import TenantId
from omnify_core.requests import ExpertRequest, RequestStatus
from omnify_memory import collections
from omnify_memory.documents import Documents, Query
from omnify_memory.shelf import Key, Shelf, stamp


class StoredRequests:
    def __init__(self, documents: Documents) -> None:
        self._shelf = Shelf(
            documents, collections.EXPERT_REQUESTS, ExpertRequest, _key, noun="expert request"
        )

    async def add(self, request: ExpertRequest) -> None:
        await self._shelf.add(request.tenant_id, request)

    async def get(self, tenant: TenantId, request_id: str) -> ExpertRequest:
        return await self._shelf.get(tenant, request_id)

    async def replace(self, request: ExpertRequest) -> ExpertRequest:
        following = request.model_copy(update={"version": request.version + 1})
        await self._shelf.replace(request.tenant_id, following, expected=request.version)
        return following

    async def of_tenant(
        self, tenant: TenantId, status: RequestStatus | None = None, *, limit: int = 50
    ) -> list[ExpertRequest]:
        equal = {"status": status.value} if status else {}
        return await self._shelf.select(
            Query(tenant=tenant, equal=equal, order=("-asked_at", "-id"), limit=limit)
        )


def _key(request: ExpertRequest) -> Key:
    return Key(request.id, {"status": request.status.value, "asked_at": stamp(request.asked_at)})
