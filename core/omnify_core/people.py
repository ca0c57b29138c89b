"""Tenants, users, roles, and who is asking."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from omnify_core.campaigns import Frozen
from omnify_core.ids import RunId, TenantId, ThreadId, UserId
from omnify_core.money import Money


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    ANALYST = "analyst"
    VIEWER = "viewer"
    AGENT = "agent"

    @property
    def may_approve(self) -> bool:
        return self in {Role.OWNER, Role.ADMIN, Role.MANAGER}

    @property
    def may_chat(self) -> bool:
        return self is not Role.AGENT


class Tenant(Frozen):
    id: TenantId
    name: str
    base_currency: str
    time_zone: str


class User(Frozen):
    """`approve_limit`: the largest daily increase this person may approve; None is no limit."""

    id: UserId
    tenant_id: TenantId
    email: str
    name: str
    role: Role
    password_hash: str = ""
    approve_limit: Money | None = None
    has_second_factor: bool = False
    created_at: datetime


class Delegation(Frozen):
    """One person lends another the right to approve, until a time and up to a daily increase."""

    id: str
    tenant_id: TenantId
    lender: UserId
    borrower: UserId
    limit: Money | None = None
    begins_at: datetime
    ends_at: datetime


class Actor(Frozen):
    """Who stands behind a call. Agents act for a person and carry the run they act in.

    `code_at`: when this session last showed a code of the person's second factor.
    """

    tenant_id: TenantId
    user_id: UserId
    name: str
    role: Role
    agent: str = ""
    thread_id: ThreadId | None = None
    run_id: RunId | None = None
    code_at: datetime | None = None
