"""The money path: propose, judge, approve, apply, undo.

Agents are given `propose`, `revise_own` and `undo` only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from omnify_core.business_ports import BusinessPlatforms
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.clock import Clock
from omnify_core.ids import ChangeSetId, EntityId, TenantId, UserId
from omnify_core.money import Money
from omnify_core.people import Actor, Delegation
from omnify_core.platform_ports import Platforms
from omnify_core.policy import MoneyPolicy
from omnify_core.ports import (
    AuditStore,
    ChangeSetStore,
    DelegationStore,
    LedgerStore,
    MarketStore,
    PeopleStore,
    PolicyStore,
    SwitchStore,
    VerdictStore,
)
from omnify_core.results import EffectVerdict
from omnify_guardrails.approvals import Approvals, Via
from omnify_guardrails.audit import AuditTrail
from omnify_guardrails.delegating import delegate, take_back
from omnify_guardrails.effects import EffectEstimator
from omnify_guardrails.executor import Executor
from omnify_guardrails.life import expire
from omnify_guardrails.policy_changes import change_policy
from omnify_guardrails.ports import MoneyPorts, OnChange
from omnify_guardrails.proposing import Draft, Proposals
from omnify_guardrails.reconciling import Reconciliation, reconcile
from omnify_guardrails.revising import own_proposal, revise
from omnify_guardrails.settling import settle
from omnify_guardrails.timing import Timing
from omnify_guardrails.undo import propose_undo
from omnify_guardrails.wanted import Wanted

_NOT_BEGUN = (ChangeSetStatus.PROPOSED, ChangeSetStatus.APPROVED)


class MoneyPath:
    """One hand for the doors; the rules live in the modules beside it."""

    def __init__(
        self,
        *,
        change_sets: ChangeSetStore,
        ledger: LedgerStore,
        audit: AuditStore,
        policies: PolicyStore,
        switches: SwitchStore,
        verdicts: VerdictStore,
        people: PeopleStore,
        delegations: DelegationStore,
        market: MarketStore,
        platforms: Platforms,
        business: BusinessPlatforms | None = None,
        clock: Clock,
        effects: EffectEstimator,
        on_change: OnChange | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._ports = MoneyPorts(
            change_sets=change_sets,
            ledger=ledger,
            trail=AuditTrail(audit, clock),
            policies=policies,
            switches=switches,
            verdicts=verdicts,
            people=people,
            delegations=delegations,
            market=market,
            platforms=platforms,
            business=business,
            clock=clock,
            on_change=on_change,
        )
        self._proposals = Proposals(self._ports, effects)
        self._approvals = Approvals(self._ports)
        self._executor = Executor(self._ports, timing or Timing())

    async def preview(self, actor: Actor, wanted: Sequence[Wanted]) -> Draft:
        """What a proposal would say; nothing is stored."""
        return await self._proposals.preview(actor, wanted)

    async def propose(
        self,
        actor: Actor,
        wanted: Sequence[Wanted],
        *,
        title: str,
        reason: str,
        undoes: ChangeSetId | None = None,
    ) -> ChangeSet:
        """Stored as proposed, or as denied with the policy's findings.

        Raises BadInput, NotFound, Unsupported, Forbidden (viewers), PlatformError.
        """
        return await self._proposals.propose(actor, wanted, title=title, reason=reason, undoes=undoes)

    async def undo(self, actor: Actor, change_set_id: ChangeSetId) -> ChangeSet:
        """Proposes the inverse of what was written. Raises BadInput, Conflict."""
        return await propose_undo(self._ports, self._proposals, actor, change_set_id)

    def may_decide(self, actor: Actor, change_set: ChangeSet) -> str:
        """Why this actor may not approve, as far as role and plan say; '' where he may."""
        return self._approvals.may_decide(actor, change_set)

    async def why_not(self, actor: Actor, change_set: ChangeSet) -> str:
        """As `may_decide`, the person's own stored role and limit included."""
        return await self._approvals.why_not(actor, change_set)

    async def approve(
        self, actor: Actor, change_set_id: ChangeSetId, *, plan_hash: str, via: Via
    ) -> ChangeSet:
        """Raises NotFound, Forbidden, Conflict (says who decided), PolicyDenied, PlatformError."""
        return await self._approvals.approve(actor, change_set_id, plan_hash=plan_hash, via=via)

    async def reject(
        self, actor: Actor, change_set_id: ChangeSetId, *, plan_hash: str, reason: str, via: Via
    ) -> ChangeSet:
        """Raises NotFound, Forbidden, Conflict (says who decided)."""
        return await self._approvals.reject(actor, change_set_id, plan_hash=plan_hash, reason=reason, via=via)

    async def settle(
        self, actor: Actor, change_set_id: ChangeSetId, *, happened: bool | None = None
    ) -> ChangeSet:
        """Closes a plan whose outcome a person has looked at. Raises Forbidden, Conflict, PlatformError."""
        person = await self._approvals.approvers.approver(actor)
        return await settle(self._ports, person, change_set_id, happened=happened)

    async def revise(
        self,
        actor: Actor,
        change_set_id: ChangeSetId,
        *,
        plan_hash: str,
        amounts: Mapping[EntityId, str],
        leave_out: Collection[str] = (),
    ) -> ChangeSet:
        """A new revision of a waiting plan, with a hash of its own: approving it is another step.

        Raises BadInput, Forbidden, Conflict, PolicyDenied, PlatformError.
        """
        person = await self._approvals.approvers.person(actor)
        waiting = await self._approvals.open_plan(actor, change_set_id, plan_hash)
        named = Actor(tenant_id=person.tenant_id, user_id=person.id, name=person.name, role=person.role)
        return await revise(
            self._ports, self._proposals, named, waiting, amounts=amounts, leave_out=leave_out
        )

    async def revise_own(
        self, actor: Actor, change_set_id: ChangeSetId, *, amounts: Mapping[EntityId, str]
    ) -> ChangeSet:
        """What an agent may revise: a waiting plan of its own conversation. Raises as `revise`."""
        stored = await self._ports.change_sets.get(actor.tenant_id, change_set_id)
        own_proposal(actor, stored)
        waiting = await self._approvals.open_plan(actor, change_set_id, stored.plan_hash)
        return await revise(self._ports, self._proposals, actor, waiting, amounts=amounts, leave_out=())

    async def must_prove(self, actor: Actor) -> bool:
        """Whether a yes takes a fresh code from this person now. Raises Forbidden for who has no say."""
        return await self._approvals.approvers.must_prove(actor)

    async def delegate(
        self, actor: Actor, borrower: UserId, *, ends_at: datetime, limit: Money | None
    ) -> Delegation:
        """Lends the right to approve. Raises Forbidden, FreshCodeNeeded, BadInput, NotFound."""
        approvers = self._approvals.approvers
        return await delegate(self._ports, approvers, actor, borrower, ends_at=ends_at, limit=limit)

    async def take_back(self, actor: Actor, delegation_id: str) -> None:
        """Ends a loan at once. Raises NotFound, Forbidden."""
        await take_back(self._ports, self._approvals.approvers, actor, delegation_id)

    async def turn_switch(self, actor: Actor, *, stopped: bool) -> None:
        """The tenant's kill switch, with its row in the audit chain. Who may is the door's to say."""
        await self._ports.trail.write(
            actor.tenant_id,
            actor.user_id,
            "kill_switch.on" if stopped else "kill_switch.off",
            subject=actor.tenant_id,
        )
        await self._ports.switches.set_stopped(actor.tenant_id, stopped)

    async def change_policy(self, actor: Actor, policy: MoneyPolicy) -> MoneyPolicy:
        """Puts `policy` in place of the version before it, with what changed in the audit chain.

        Raises Forbidden (owners and admins may), Conflict where somebody else was first.
        """
        return await change_policy(self._ports, actor, policy)

    async def judge_due(self, tenant: TenantId) -> list[EffectVerdict]:
        """Verdicts on changes that are a day, a week or two weeks old by now, stored; each once."""
        from omnify_guardrails.verdicts import judge_due  # its statistics take long to load

        return await judge_due(self._ports, tenant)

    async def reconcile(self, tenant: TenantId) -> Reconciliation:
        """What is not settled, and what others changed since we did."""
        return await reconcile(self._ports, tenant)

    async def expire_due(self) -> int:
        """Ends what nobody decided, or no worker began, in time; returns how many."""
        now = self._ports.clock.now()
        waiting = await self._ports.change_sets.in_status(_NOT_BEGUN, limit=1000)
        return sum([await expire(self._ports, one) for one in waiting if one.expires_at <= now])

    async def apply_due(self, holder: str) -> int:
        """A worker's step; any number of workers may run it. `holder` is unique per living worker."""
        return await self._executor.apply_due(holder)
