"""Lending the right to approve, for a time and up to a limit."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from omnify_core.errors import NotFound
from omnify_core.money import Money
from omnify_core.people import Delegation
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.services import Services
from omnify_server.views import MoneyView

delegations = APIRouter(prefix="/api/delegations", tags=["approvals"])


class DelegateBody(BaseModel):
    """`limit`: the largest daily increase, a decimal in the company's base currency; none is your own."""

    to: str = Field(max_length=320, description="The colleague's e-mail address.")
    until: AwareDatetime
    limit: str | None = Field(None, max_length=32)


class DelegationView(BaseModel):
    id: str
    lender: str
    borrower: str
    limit: MoneyView | None
    begins_at: datetime
    ends_at: datetime
    active: bool


class DelegationList(BaseModel):
    items: list[DelegationView]


@delegations.get("")
async def list_delegations(actor: SignedInActor, services: WithServices) -> DelegationList:
    """Who may approve in whose name, ended loans too."""
    loans = await services.stores.delegations.of_tenant(actor.tenant_id)
    return DelegationList(items=[await _view(services, loan) for loan in loans])


@delegations.post("", status_code=201)
async def delegate(body: DelegateBody, actor: SignedInActor, services: WithServices) -> DelegationView:
    """Lends your right to approve to a colleague."""
    borrower = await services.stores.people.user_by_email(body.to)
    if borrower is None or borrower.tenant_id != actor.tenant_id:
        raise NotFound(f"to: nobody of your company has the address {body.to!r}")
    tenant = await services.stores.people.tenant(actor.tenant_id)
    limit = None if body.limit is None else Money.parse(body.limit, tenant.base_currency)
    loan = await services.money.delegate(actor, borrower.id, ends_at=body.until, limit=limit)
    return await _view(services, loan)


@delegations.delete("/{delegation_id}", status_code=204)
async def take_back(delegation_id: str, actor: SignedInActor, services: WithServices) -> None:
    """Ends it at once."""
    await services.money.take_back(actor, delegation_id)


async def _view(services: Services, loan: Delegation) -> DelegationView:
    people = services.stores.people
    now = services.clock.now()
    return DelegationView(
        id=loan.id,
        lender=(await people.user(loan.tenant_id, loan.lender)).name,
        borrower=(await people.user(loan.tenant_id, loan.borrower)).name,
        limit=MoneyView.of(loan.limit) if loan.limit else None,
        begins_at=loan.begins_at,
        ends_at=loan.ends_at,
        active=loan.begins_at <= now < loan.ends_at,
    )
