"""Who may say yes: the person as stored now, by an own right or a lent one, and present at the moment."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from omnify_core.change_sets import ChangeSet
from omnify_core.errors import Forbidden, FreshCodeNeeded, NotFound
from omnify_core.ids import TenantId, UserId
from omnify_core.money import Money
from omnify_core.people import Actor, Role, User
from omnify_core.rates import Rates
from omnify_guardrails.legs import daily_raise, raises, total_raise
from omnify_guardrails.ports import MoneyPorts

MAY_BORROW = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER, Role.ANALYST})


class Right(NamedTuple):
    """Whose yes it is, and who lent it, if anybody."""

    person: User
    lender: User | None = None

    @property
    def people(self) -> frozenset[UserId]:
        return frozenset({self.person.id} | ({self.lender.id} if self.lender else set()))


class Approvers:
    def __init__(self, ports: MoneyPorts) -> None:
        self._ports = ports

    async def person(self, actor: Actor) -> User:
        """Role and limit as stored now, never as a token or a caller says. Raises Forbidden."""
        if actor.agent or actor.role is Role.AGENT:
            raise Forbidden("agents never decide on a change; a person must")
        try:
            person = await self._ports.people.user(actor.tenant_id, actor.user_id)
        except NotFound as error:
            raise Forbidden("only a known user of this account may decide on a change") from error
        if person.role is Role.AGENT or person.tenant_id != actor.tenant_id:
            raise Forbidden("agents never decide on a change; a person must")
        return person

    async def approver(self, actor: Actor) -> User:
        """Somebody with a right of the own role."""
        person = await self.person(actor)
        if not person.role.may_approve:
            raise Forbidden(f"the role {person.role.value} may not approve; ask a manager, admin or owner")
        return person

    async def right(self, actor: Actor, change_set: ChangeSet) -> Right:
        """To approve this plan, as far as role and limit say. Raises Forbidden with the own reason."""
        try:
            person = await self.approver(actor)
            await self.check_limit(person.approve_limit, change_set)
        except Forbidden:
            if lent := await self._lent(actor, change_set):
                return lent
            raise
        return Right(person)

    async def check_limit(self, limit: Money | None, change_set: ChangeSet) -> None:
        """Against all raises of the plan together, at the policy's rates."""
        if limit is None:
            return
        rates = await self._rates(change_set.tenant_id)
        if rates.base != limit.currency:
            rates = Rates(limit.currency)
        legs = change_set.plan.legs
        raised_in = {amount.currency for leg in legs if raises(leg) and (amount := daily_raise(leg))}
        if foreign := sorted(code for code in raised_in if not rates.knows(code)):
            raise Forbidden(f"this raises budgets in {', '.join(foreign)}; your limit is in {limit.currency}")
        raised = total_raise(legs, rates)
        if raised > limit:
            raise Forbidden(f"this raises daily budgets by {raised}; your limit is {limit}")

    async def must_prove(self, actor: Actor) -> bool:
        """Whether this person still has to show a code before giving, or lending, a yes."""
        try:
            await self.check_presence(actor)
        except FreshCodeNeeded:
            return True
        return False

    async def check_presence(self, actor: Actor) -> None:
        """Whoever has a second factor shows it for a yes; the policy may ask it of everybody.

        Raises FreshCodeNeeded, and Forbidden where a factor is demanded of somebody who has none.
        """
        policy = await self._ports.policies.get(actor.tenant_id)
        person = await self.person(actor)
        if not person.has_second_factor:
            if policy.second_factor_for_approval:
                raise Forbidden(
                    "the policy asks for a second factor before anybody approves; set one up under Settings"
                )
            return
        lasts = timedelta(minutes=policy.second_factor_minutes)
        if actor.code_at is None or self._ports.clock.now() - actor.code_at > lasts:
            raise FreshCodeNeeded("show that it is you: enter the current code of your authenticator app")

    async def _rates(self, tenant: TenantId) -> Rates:
        return (await self._ports.policies.get(tenant)).rates_on(self._ports.clock.now().date())

    async def _lent(self, actor: Actor, change_set: ChangeSet) -> Right | None:
        """The first loan that covers the plan; the lender's own right is looked up again, never believed."""
        person = await self.person(actor)
        now = self._ports.clock.now()
        for loan in await self._ports.delegations.of_tenant(actor.tenant_id):
            if loan.borrower != person.id or not loan.begins_at <= now < loan.ends_at:
                continue
            try:
                lender = await self._ports.people.user(actor.tenant_id, loan.lender)
                await self.check_limit(loan.limit, change_set)
                await self.check_limit(lender.approve_limit, change_set)
            except (NotFound, Forbidden):
                continue
            if lender.role.may_approve and person.role in MAY_BORROW:
                return Right(person, lender)
        return None


def check_second_person(right: Right, change_set: ChangeSet) -> None:
    """Neither who asked, nor who revised it, nor somebody who acts in their name. Raises Forbidden."""
    if right.people & {change_set.proposed_by, change_set.revised_by}:
        raise Forbidden("above this amount somebody else than the requester must approve")
