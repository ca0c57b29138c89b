"""A person's yes or no: to exactly one hash, once, by someone who may, before it expires."""

from __future__ import annotations

from typing import Literal

from omnify_core.change_sets import Approval, ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict, Forbidden, FreshCodeNeeded, PolicyDenied
from omnify_core.ids import ChangeSetId
from omnify_core.people import Actor, Role, User
from omnify_guardrails.approvers import Approvers, Right, check_second_person
from omnify_guardrails.assessment import assess
from omnify_guardrails.case import Stage
from omnify_guardrails.holds import release, reserve
from omnify_guardrails.life import expire, moved
from omnify_guardrails.names import visible
from omnify_guardrails.ports import MoneyPorts

Via = Literal["api", "cli", "web"]
_ATTEMPTS = 20
_REASON_LENGTH = 500


class Approvals:
    """Approve and reject. Whoever comes second is told who decided."""

    def __init__(self, ports: MoneyPorts) -> None:
        self._ports = ports
        self.approvers = Approvers(ports)

    async def approve(
        self, actor: Actor, change_set_id: ChangeSetId, *, plan_hash: str, via: Via
    ) -> ChangeSet:
        """Judges again with fresh figures, takes the plan's objects, then stores the yes.

        Raises Forbidden, Conflict (decided, expired or another hash), PolicyDenied, PlatformError.
        """
        for _ in range(_ATTEMPTS):
            change_set = await self.open_plan(actor, change_set_id, plan_hash)
            right = await self.approvers.right(actor, change_set)
            await self.approvers.check_presence(actor)
            try:
                return await self._approve(right, change_set, via)
            except Conflict:
                continue
        raise Conflict(f"{change_set_id} is being decided by others; look at it again")

    async def reject(
        self, actor: Actor, change_set_id: ChangeSetId, *, plan_hash: str, reason: str, via: Via
    ) -> ChangeSet:
        """Also open to whoever asked for the change. Raises Forbidden, Conflict."""
        for _ in range(_ATTEMPTS):
            change_set = await self.open_plan(actor, change_set_id, plan_hash)
            person = await self.approvers.person(actor)
            if not person.role.may_approve and person.id != change_set.proposed_by:
                raise Forbidden("only an approver, or whoever asked for the change, may reject it")
            try:
                return await self._reject(person, change_set, reason, via)
            except Conflict:
                continue
        raise Conflict(f"{change_set_id} is being decided by others; look at it again")

    def may_decide(self, actor: Actor, change_set: ChangeSet) -> str:
        """Why this actor may not approve, as far as the role and the plan say; '' where he may."""
        if why := self._why_closed(actor, change_set):
            return why
        if not actor.role.may_approve:
            return f"the role {actor.role.value} may not approve; ask a manager, admin or owner"
        if change_set.verdict.needs_second_person and actor.user_id == change_set.proposed_by:
            return "above this amount somebody else than the requester must approve"
        return ""

    async def why_not(self, actor: Actor, change_set: ChangeSet) -> str:
        """As `may_decide`, with the person's own and lent rights as they are stored now."""
        if why := self._why_closed(actor, change_set):
            return why
        try:
            right = await self.approvers.right(actor, change_set)
            if change_set.verdict.needs_second_person:
                check_second_person(right, change_set)
            await self.approvers.check_presence(actor)
        except FreshCodeNeeded:
            return ""  # a code is all that is missing; `must_prove` says so
        except Forbidden as error:
            return str(error)
        return ""

    def _why_closed(self, actor: Actor, change_set: ChangeSet) -> str:
        if actor.agent or actor.role is Role.AGENT:
            return "agents never approve; a person must"
        if change_set.status is not ChangeSetStatus.PROPOSED:
            return f"it is {_words(change_set)}"
        if self._ports.clock.now() >= change_set.expires_at:
            return "it has expired; ask for it again"
        return ""

    async def open_plan(self, actor: Actor, change_set_id: ChangeSetId, plan_hash: str) -> ChangeSet:
        """The stored change set, if it can still be decided and is the one that was shown."""
        change_set = await self._ports.change_sets.get(actor.tenant_id, change_set_id)
        if change_set.status is not ChangeSetStatus.PROPOSED:
            if change_set.status.is_final:
                await release(self._ports, change_set)
            raise Conflict(f"{change_set_id} is {_words(change_set)}")
        if self._ports.clock.now() >= change_set.expires_at:
            await expire(self._ports, change_set)
            raise Conflict(
                f"{change_set_id} expired at {change_set.expires_at:%Y-%m-%d %H:%M} UTC; ask again"
            )
        if not plan_hash == change_set.plan_hash == change_set.plan.hash:
            raise Conflict(f"{change_set_id} is not the plan that was shown; look at it again, then decide")
        return change_set

    async def _approve(self, right: Right, change_set: ChangeSet, via: Via) -> ChangeSet:
        ports = self._ports
        legs = change_set.plan.legs
        verdict, ledger = await assess(
            ports,
            change_set.tenant_id,
            legs,
            undoes=change_set.undoes,
            own=change_set.id,
            stage=Stage.APPROVAL,
        )
        if not verdict.allowed:
            await self._deny(right.person, change_set.model_copy(update={"verdict": verdict}))
        if verdict.needs_second_person:
            check_second_person(right, change_set)
        policy = await ports.policies.get(change_set.tenant_id)
        rates = policy.rates_on(ports.clock.now().date())
        await reserve(ports, change_set, ledger=ledger, rates=rates)
        approval = self._decision("approved", right, change_set, reason="", via=via)
        return await moved(
            ports,
            change_set,
            ChangeSetStatus.APPROVED,
            actor=right.person.id,
            approval=approval,
            verdict=verdict,
        )

    async def _deny(self, approver: User, change_set: ChangeSet) -> None:
        """The plan stays open: what stands against it may be gone before it expires."""
        denials = change_set.verdict.denials
        why = " ".join(f"{finding.message} {finding.cure}".strip() for finding in denials)
        await self._ports.trail.write(
            change_set.tenant_id,
            approver.id,
            "change_set.approval_denied",
            subject=change_set.id,
            facts={"plan_hash": change_set.plan_hash, "rules": [finding.rule for finding in denials]},
        )
        await self._ports.change_sets.replace(change_set)
        raise PolicyDenied(why)

    async def _reject(self, person: User, change_set: ChangeSet, reason: str, via: Via) -> ChangeSet:
        said = visible(reason.strip())[:_REASON_LENGTH]
        return await moved(
            self._ports,
            change_set,
            ChangeSetStatus.REJECTED,
            actor=person.id,
            approval=self._decision("rejected", Right(person), change_set, reason=said, via=via),
            outcome=f"Rejected by {person.name}{f': {said}' if said else ''}.",
        )

    def _decision(
        self,
        decision: Literal["approved", "rejected"],
        right: Right,
        change_set: ChangeSet,
        *,
        reason: str,
        via: Via,
    ) -> Approval:
        return Approval(
            decision=decision,
            plan_hash=change_set.plan.hash,
            by=right.person.id,
            by_name=right.person.name,
            role=right.person.role.value,
            at=self._ports.clock.now(),
            valid_until=change_set.expires_at,
            reason=reason,
            via=via,
            in_name_of=right.lender.id if right.lender else None,
            in_name_of_name=right.lender.name if right.lender else "",
        )


def _words(change_set: ChangeSet) -> str:
    """Its status, and who brought it there."""
    given = change_set.approval
    if given is None:
        return f"{change_set.status.value.replace('_', ' ')} already"
    done = "" if change_set.status.value == given.decision else f", now {change_set.status.value}"
    return f"{given.decision} already by {given.by_name} at {given.at:%Y-%m-%d %H:%M} UTC{done}"
