"""Lending the right to approve: by who has it, to somebody of the same account, for a time, with a limit."""

from __future__ import annotations

from datetime import datetime, timedelta

from omnify_core.errors import BadInput, Forbidden, NotFound
from omnify_core.ids import UserId, new_id
from omnify_core.money import Money
from omnify_core.people import Actor, Delegation, Role
from omnify_guardrails.approvers import MAY_BORROW, Approvers
from omnify_guardrails.ports import MoneyPorts

LONGEST = timedelta(days=90)


async def delegate(
    ports: MoneyPorts,
    approvers: Approvers,
    actor: Actor,
    borrower_id: UserId,
    *,
    ends_at: datetime,
    limit: Money | None,
) -> Delegation:
    """Raises Forbidden (no right of the own), FreshCodeNeeded, BadInput, NotFound."""
    lender = await approvers.approver(actor)
    await approvers.check_presence(actor)
    borrower = await ports.people.user(actor.tenant_id, borrower_id)
    now = ports.clock.now()
    if borrower.id == lender.id or borrower.role not in MAY_BORROW:
        raise BadInput(f"to: {borrower.name} ({borrower.role.value}) cannot approve in your name")
    if not now < ends_at <= now + LONGEST:
        raise BadInput(f"until: must lie ahead, at most {LONGEST.days} days")
    if limit is not None and (limit.minor <= 0 or _above(limit, lender.approve_limit)):
        raise BadInput(f"limit: must be above zero and within your own limit, not {limit}")
    loan = Delegation(
        id=new_id("dlg"),
        tenant_id=actor.tenant_id,
        lender=lender.id,
        borrower=borrower.id,
        limit=limit,
        begins_at=now,
        ends_at=ends_at,
    )
    await ports.trail.write(
        actor.tenant_id,
        lender.id,
        "delegation.given",
        subject=loan.id,
        facts=loan.model_dump(mode="json", exclude={"tenant_id"}),
    )
    await ports.delegations.add(loan)
    return loan


async def take_back(ports: MoneyPorts, approvers: Approvers, actor: Actor, delegation_id: str) -> None:
    """By the lender, an owner or an admin; at once. Raises NotFound, Forbidden."""
    person = await approvers.person(actor)
    loans = {loan.id: loan for loan in await ports.delegations.of_tenant(actor.tenant_id)}
    if delegation_id not in loans:
        raise NotFound(f"there is no delegation {delegation_id!r}; list them to see the ids")
    if person.id != loans[delegation_id].lender and person.role not in {Role.OWNER, Role.ADMIN}:
        raise Forbidden("only who lent the right, an owner or an admin may take it back")
    await ports.trail.write(actor.tenant_id, person.id, "delegation.taken_back", subject=delegation_id)
    await ports.delegations.drop(actor.tenant_id, delegation_id)


def _above(limit: Money, own: Money | None) -> bool:
    return own is not None and (limit.currency != own.currency or limit > own)
