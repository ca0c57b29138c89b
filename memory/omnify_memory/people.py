"""Tenants, users and their platform connections."""

from __future__ import annotations

import json

from omnify_core.campaigns import Platform
from omnify_core.factors import Factor
from omnify_core.ids import TenantId, UserId
from omnify_core.people import Delegation, Tenant, User
from omnify_memory import collections
from omnify_memory.documents import Document, Documents, Query
from omnify_memory.shelf import Key, Shelf


class StoredPeople:
    def __init__(self, documents: Documents) -> None:
        self._tenants = Shelf(
            documents, collections.TENANTS, Tenant, lambda tenant: Key(tenant.id), noun="tenant"
        )
        self._users = Shelf(documents, collections.USERS, User, _user_key, noun="user")

    async def add_tenant(self, tenant: Tenant) -> None:
        await self._tenants.add(tenant.id, tenant)

    async def tenant(self, tenant: TenantId) -> Tenant:
        return await self._tenants.get(tenant, tenant)

    async def tenants(self) -> list[Tenant]:
        return await self._tenants.select(Query(tenant=None))

    async def add_user(self, user: User) -> None:
        await self._users.add(user.tenant_id, user)

    async def user(self, tenant: TenantId, user_id: UserId) -> User:
        return await self._users.get(tenant, user_id)

    async def user_by_email(self, email: str) -> User | None:
        users = await self._users.select(Query(tenant=None, equal={"email": _address(email)}))
        return users[0] if users else None

    async def users(self, tenant: TenantId) -> list[User]:
        return await self._users.select(Query(tenant=tenant))

    async def replace_user(self, user: User) -> None:
        await self._users.get(user.tenant_id, user.id)
        await self._users.save(user.tenant_id, [user])


class StoredFactors:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._shelf = Shelf(
            documents, collections.FACTORS, Factor, lambda factor: Key(factor.user_id), noun="second factor"
        )

    async def get(self, tenant: TenantId, user_id: UserId) -> Factor | None:
        return await self._shelf.find(tenant, user_id)

    async def replace(self, factor: Factor) -> None:
        following = factor.model_copy(update={"version": factor.version + 1})
        if factor.version == 0:
            await self._shelf.add(factor.tenant_id, following, version=1)
        else:
            await self._shelf.replace(factor.tenant_id, following, expected=factor.version)

    async def drop(self, tenant: TenantId, user_id: UserId) -> None:
        await self._documents.take(collections.FACTORS, tenant, user_id)


class StoredDelegations:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._shelf = Shelf(
            documents, collections.DELEGATIONS, Delegation, lambda loan: Key(loan.id), noun="delegation"
        )

    async def add(self, delegation: Delegation) -> None:
        await self._shelf.add(delegation.tenant_id, delegation)

    async def of_tenant(self, tenant: TenantId) -> list[Delegation]:
        return await self._shelf.select(Query(tenant=tenant))

    async def drop(self, tenant: TenantId, delegation_id: str) -> None:
        await self._documents.take(collections.DELEGATIONS, tenant, delegation_id)


class StoredConnections:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def save(self, tenant: TenantId, platform: Platform, sealed: str) -> None:
        document = Document(tenant, platform.value, 0, json.dumps(sealed))
        await self._documents.save(collections.CONNECTIONS, [document])

    async def get(self, tenant: TenantId, platform: Platform) -> str | None:
        document = await self._documents.get(collections.CONNECTIONS, tenant, platform.value)
        return None if document is None else str(json.loads(document.body))

    async def connected(self, tenant: TenantId) -> list[Platform]:
        documents = await self._documents.find(collections.CONNECTIONS, Query(tenant=tenant))
        return [Platform(document.id) for document in documents]

    async def drop(self, tenant: TenantId, platform: Platform) -> None:
        await self._documents.take(collections.CONNECTIONS, tenant, platform.value)


def _user_key(user: User) -> Key:
    return Key(user.id, {"email": _address(user.email)})


def _address(email: str) -> str:
    """One spelling per mailbox as people type it."""
    return email.strip().casefold()
