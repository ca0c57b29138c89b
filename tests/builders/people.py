"""A person who can sign in."""

from __future__ import annotations

from datetime import datetime

from omnify_core.ids import TenantId, UserId
from omnify_core.people import Role, User
from omnify_server.identity.passwords import hash_password

PASSWORD = "correct horse battery"


async def owner(created_at: datetime) -> User:
    return User(
        id=UserId("u1"),
        tenant_id=TenantId("t1"),
        email="owner@example.com",
        name="Owner",
        role=Role.OWNER,
        password_hash=await hash_password(PASSWORD),
        created_at=created_at,
    )
