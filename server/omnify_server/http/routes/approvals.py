"""Approvals: a person's decision about exactly one hash."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from omnify_core.change_sets import ChangeSetStatus
from omnify_core.ids import ChangeSetId, EntityId
from omnify_server.change_set_views import change_set_view
from omnify_server.http.access import COOKIE, SignedInActor, WithServices
from omnify_server.views import ChangeSetView

approvals = APIRouter(prefix="/api/approvals", tags=["approvals"])


class ChangeSetList(BaseModel):
    items: list[ChangeSetView]


class ApproveBody(BaseModel):
    plan_hash: str = Field(min_length=64, max_length=64)


class RejectBody(BaseModel):
    plan_hash: str = Field(min_length=64, max_length=64)
    reason: str = Field("", max_length=1_000)


class ReviseBody(BaseModel):
    """`amounts`: new daily budgets by entity id, decimals in each account's currency."""

    plan_hash: str = Field(min_length=64, max_length=64)
    amounts: dict[str, str] = Field(default_factory=dict, max_length=200)
    leave_out: list[str] = Field(default_factory=list, max_length=200)


class SettleBody(BaseModel):
    """`happened`: what you found on the platform, where no read of ours can tell."""

    happened: bool | None = None


@approvals.get("")
async def list_approvals(
    actor: SignedInActor,
    services: WithServices,
    status: Annotated[list[ChangeSetStatus], Query(default_factory=list)],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChangeSetList:
    """Change sets of your company, newest first."""
    found = await services.stores.change_sets.of_tenant(actor.tenant_id, status, limit=limit)
    return ChangeSetList(items=[await change_set_view(services, actor, one) for one in found])


@approvals.get("/{change_set_id}")
async def read_approval(change_set_id: str, actor: SignedInActor, services: WithServices) -> ChangeSetView:
    """One change set, with all that a decision needs."""
    found = await services.stores.change_sets.get(actor.tenant_id, ChangeSetId(change_set_id))
    return await change_set_view(services, actor, found)


@approvals.post("/{change_set_id}/approve")
async def approve(
    change_set_id: str, body: ApproveBody, request: Request, actor: SignedInActor, services: WithServices
) -> ChangeSetView:
    """Approves exactly the plan with this hash; the worker applies it."""
    decided = await services.money.approve(
        actor, ChangeSetId(change_set_id), plan_hash=body.plan_hash, via=_via(request)
    )
    services.worker_wanted.set()
    return await change_set_view(services, actor, decided)


@approvals.post("/{change_set_id}/reject")
async def reject(
    change_set_id: str, body: RejectBody, request: Request, actor: SignedInActor, services: WithServices
) -> ChangeSetView:
    """Rejects it, with a reason for those who asked."""
    decided = await services.money.reject(
        actor, ChangeSetId(change_set_id), plan_hash=body.plan_hash, reason=body.reason, via=_via(request)
    )
    return await change_set_view(services, actor, decided)


@approvals.post("/{change_set_id}/revise")
async def revise(
    change_set_id: str, body: ReviseBody, actor: SignedInActor, services: WithServices
) -> ChangeSetView:
    """Changes a waiting plan: a new revision with a new hash, judged anew and still to be approved."""
    revised = await services.money.revise(
        actor,
        ChangeSetId(change_set_id),
        plan_hash=body.plan_hash,
        amounts={EntityId(entity): amount for entity, amount in body.amounts.items()},
        leave_out=body.leave_out,
    )
    return await change_set_view(services, actor, revised)


@approvals.post("/{change_set_id}/undo", status_code=201)
async def undo(change_set_id: str, actor: SignedInActor, services: WithServices) -> ChangeSetView:
    """Proposes the inverse of what was applied; it needs an approval like any other."""
    proposed = await services.money.undo(actor, ChangeSetId(change_set_id))
    return await change_set_view(services, actor, proposed)


@approvals.post("/{change_set_id}/settle")
async def settle(
    change_set_id: str, actor: SignedInActor, services: WithServices, body: SettleBody | None = None
) -> ChangeSetView:
    """Closes a plan that needed a person, by what the platforms show now, or by what the person found."""
    happened = body.happened if body else None
    settled = await services.money.settle(actor, ChangeSetId(change_set_id), happened=happened)
    return await change_set_view(services, actor, settled)


def _via(request: Request) -> Literal["api", "web"]:
    return "web" if COOKIE in request.cookies else "api"
