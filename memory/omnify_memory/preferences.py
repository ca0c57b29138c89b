"""How each person wants to be talked to."""

from __future__ import annotations

from omnify_core.ids import TenantId, UserId
from omnify_core.preferences import Preferences
from omnify_memory import collections
from omnify_memory.documents import Documents
from omnify_memory.shelf import Key, Shelf


class StoredPreferences:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._shelf = Shelf(
            documents,
            collections.PREFERENCES,
            Preferences,
            lambda one: Key(one.user_id),
            noun="set of preferences",
        )

    async def get(self, tenant: TenantId, user_id: UserId) -> Preferences | None:
        return await self._shelf.find(tenant, user_id)

    async def replace(self, preferences: Preferences) -> None:
        following = preferences.model_copy(update={"version": preferences.version + 1})
        if preferences.version == 0:
            await self._shelf.add(preferences.tenant_id, following, version=1)
        else:
            await self._shelf.replace(preferences.tenant_id, following, expected=preferences.version)

    async def drop(self, tenant: TenantId, user_id: UserId) -> None:
        await self._documents.take(collections.PREFERENCES, tenant, user_id)
