"""Puts a change before a person: fresh reads, the policy's verdict, the expected effect, a dry run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from omnify_core.campaigns import Frozen, Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, Effect, Plan, Verdict
from omnify_core.errors import Forbidden
from omnify_core.ids import ChangeSetId, TenantId, new_id
from omnify_core.legs import Leg, SpendLeg
from omnify_core.people import Actor, Role
from omnify_core.policy import MoneyPolicy
from omnify_guardrails.assessment import assess
from omnify_guardrails.discretion import plan_facts, without_people
from omnify_guardrails.drafting import draft_legs
from omnify_guardrails.dry_runs import dry_runs
from omnify_guardrails.effects import EffectEstimator
from omnify_guardrails.exclusions import exclusion_notes
from omnify_guardrails.findings import named
from omnify_guardrails.learning_cost import Learning
from omnify_guardrails.legs import AnyLeg, total_raise
from omnify_guardrails.names import visible
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.wanted import Wanted
from omnify_guardrails.wording import after_text, before_text

VALID = timedelta(hours=24)
VALID_ABOVE_LIMIT = timedelta(minutes=15)
_TITLE_LENGTH = 120
_REASON_LENGTH = 1000


class Draft(Frozen):
    """A plan that nobody has been asked about yet."""

    legs: tuple[Leg, ...]
    verdict: Verdict
    effect: Effect | None = None


class Proposals:
    """Proposing changes nothing and asks nobody twice; agents may do it, viewers may not."""

    def __init__(self, ports: MoneyPorts, effects: EffectEstimator) -> None:
        self._ports = ports
        self._effects = effects

    async def preview(
        self, actor: Actor, wanted: Sequence[Wanted], *, undoes: ChangeSetId | None = None
    ) -> Draft:
        """What a proposal would say; nothing is stored.

        Raises BadInput, NotFound (also without a policy), Unsupported, PlatformError.
        """
        if actor.role is Role.VIEWER:
            raise Forbidden("a viewer may not propose changes; ask an analyst or manager")
        policy = await self._ports.policies.get(actor.tenant_id)
        legs = await draft_legs(self._ports, actor.tenant_id, wanted, currency=policy.base_currency)
        by_agent = bool(actor.agent) or actor.role is Role.AGENT
        verdict, _ = await assess(self._ports, actor.tenant_id, legs, by_agent=by_agent, undoes=undoes)
        if not verdict.allowed:
            return Draft(legs=legs, verdict=verdict)
        return await self._with_effect(actor.tenant_id, policy, legs, verdict)

    async def propose(
        self,
        actor: Actor,
        wanted: Sequence[Wanted],
        *,
        title: str,
        reason: str,
        undoes: ChangeSetId | None = None,
    ) -> ChangeSet:
        """Stored as proposed, or as denied where the policy refuses; raises as `preview` does."""
        draft = await self.preview(actor, wanted, undoes=undoes)
        return await self.store(actor, draft, title=title, reason=reason, undoes=undoes)

    async def store(
        self, actor: Actor, draft: Draft, *, title: str, reason: str, undoes: ChangeSetId | None = None
    ) -> ChangeSet:
        now = self._ports.clock.now()
        plan = await self.plan_of(actor.tenant_id, draft, ChangeSetId(new_id("cs")), revision=1)
        status = ChangeSetStatus.PROPOSED if draft.verdict.allowed else ChangeSetStatus.DENIED
        change_set = ChangeSet(
            id=plan.change_set_id,
            tenant_id=actor.tenant_id,
            status=status,
            title=_line(without_people(draft.legs, title), _TITLE_LENGTH) or default_title(draft.legs),
            reason=_line(without_people(draft.legs, reason), _REASON_LENGTH),
            plan=plan,
            plan_hash=plan.hash,
            verdict=draft.verdict,
            effect=draft.effect,
            proposed_by=actor.user_id,
            proposed_by_agent=actor.agent,
            thread_id=actor.thread_id,
            run_id=actor.run_id,
            created_at=now,
            updated_at=now,
            undoes=undoes,
        )
        await self._write_row(actor, change_set)
        await self._ports.change_sets.add(change_set)
        return await self._ports.announce(change_set)

    async def plan_of(self, tenant: TenantId, draft: Draft, id_: ChangeSetId, *, revision: int) -> Plan:
        policy = await self._ports.policies.get(tenant)
        now = self._ports.clock.now()
        return Plan(
            tenant_id=tenant,
            change_set_id=id_,
            revision=revision,
            legs=draft.legs,
            expires_at=now + _validity(policy, draft.legs, now.date()),
        )

    async def _write_row(self, actor: Actor, change_set: ChangeSet) -> None:
        await self._ports.trail.write(
            change_set.tenant_id,
            f"{actor.user_id}/{actor.agent}" if actor.agent else actor.user_id,
            f"change_set.{change_set.status.value}",
            subject=change_set.id,
            facts={
                "plan": plan_facts(change_set.plan),
                "plan_hash": change_set.plan_hash,
                "policy_version": change_set.verdict.policy_version,
                "denied_by": [finding.rule for finding in change_set.verdict.denials],
                "undoes": change_set.undoes,
            },
        )

    async def _with_effect(
        self, tenant: TenantId, policy: MoneyPolicy, legs: tuple[AnyLeg, ...], verdict: Verdict
    ) -> Draft:
        answers = await dry_runs(self._ports, tenant, legs)
        refusals = tuple(answer.refusal for answer in answers if answer.refusal)
        if refusals:
            update = {"allowed": False, "findings": verdict.findings + refusals}
            return Draft(legs=legs, verdict=verdict.model_copy(update=update))
        effect = await self._effects.estimate(
            tenant,
            legs,
            overdelivery=await self._overdelivery(tenant, legs),
            rates=policy.rates_on(self._ports.clock.now().date()),
            learning=Learning(policy.learning_days or Learning().days, policy.learning_step_share),
        )
        words = tuple(answer.words for answer in answers)
        read = await exclusion_notes(self._ports, tenant, legs)
        told = effect.model_copy(update={"dry_runs": words, "readings": (*effect.readings, *read)})
        return Draft(legs=legs, verdict=verdict, effect=told)

    async def _overdelivery(self, tenant: TenantId, legs: Sequence[AnyLeg]) -> dict[Platform, Decimal]:
        touched = {leg.ref.platform for leg in legs if isinstance(leg, SpendLeg)}
        adapters = (await self._ports.platforms.of(tenant)).items()
        return {
            platform: Decimal(adapter.capabilities.overdelivery)
            for platform, adapter in sorted(adapters)
            if platform in touched
        }


def default_title(legs: Sequence[AnyLeg]) -> str:
    first = legs[0]
    words = f"{named(first)}: {before_text(first)} to {after_text(first)}"
    return words if len(legs) == 1 else f"{words} and {len(legs) - 1} more"


def _validity(policy: MoneyPolicy, legs: Sequence[AnyLeg], day: date) -> timedelta:
    above = policy.short_expiry_above
    raised = total_raise(legs, policy.rates_on(day))
    return VALID_ABOVE_LIMIT if above is not None and raised > above else VALID


def _line(text: str, length: int) -> str:
    """One line of what may be a model's words: nothing hidden in it, and not endless."""
    return visible(" ".join(text.split()))[:length]
