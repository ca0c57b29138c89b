"""A person changes a plan that waits: a new revision with a new hash, judged anew, nothing approved by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from omnify_core.change_sets import ChangeSet
from omnify_core.errors import BadInput, Forbidden, PolicyDenied
from omnify_core.ids import EntityId
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.people import Actor, Role
from omnify_guardrails.discretion import plan_facts
from omnify_guardrails.legs import AnyLeg, leg_key
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.proposing import Proposals, default_title
from omnify_guardrails.wanted import Wanted, WantedBudget, WantedStatus


async def revise(
    ports: MoneyPorts,
    proposals: Proposals,
    actor: Actor,
    change_set: ChangeSet,
    *,
    amounts: Mapping[EntityId, str],
    leave_out: Collection[str],
) -> ChangeSet:
    """An agent's revision is judged as an agent's proposal.

    `amounts` are new daily budgets in each account's currency; `leave_out` names entities, or single
    legs by `leg_key`. The former plan stays in the chain.

    Raises BadInput, Forbidden, PolicyDenied (then the plan stays as it was), Conflict, PlatformError.
    """
    if actor.role is Role.VIEWER:
        raise Forbidden("a viewer may not change a plan; ask an analyst or manager")
    wanted = _wanted(change_set.plan.legs, amounts, leave_out)
    draft = await proposals.preview(actor, wanted, undoes=change_set.undoes)
    if not draft.verdict.allowed:
        denials = draft.verdict.denials
        raise PolicyDenied(" ".join(f"{finding.message} {finding.cure}".strip() for finding in denials))
    revision = change_set.plan.revision + 1
    plan = await proposals.plan_of(change_set.tenant_id, draft, change_set.id, revision=revision)
    await ports.trail.write(
        change_set.tenant_id,
        f"{actor.user_id}/{actor.agent}" if actor.agent else actor.user_id,
        "change_set.revised",
        subject=change_set.id,
        facts={
            "plan": plan_facts(plan),
            "plan_hash": plan.hash,
            "former_hash": change_set.plan_hash,
            "policy_version": draft.verdict.policy_version,
        },
    )
    revised = change_set.model_copy(
        update={
            "plan": plan,
            "plan_hash": plan.hash,
            "title": default_title(plan.legs),
            "verdict": draft.verdict,
            "effect": draft.effect,
            "revised_by": actor.user_id,
            "updated_at": ports.clock.now(),
        }
    )
    return await ports.announce(await ports.change_sets.replace(revised))


def own_proposal(actor: Actor, change_set: ChangeSet) -> None:
    """An agent changes only what this conversation has proposed. Raises Forbidden."""
    same = change_set.thread_id is not None and change_set.thread_id == actor.thread_id
    if not same or change_set.proposed_by != actor.user_id:
        raise Forbidden(
            f"{change_set.id} was not proposed in this conversation; a person can revise it in the inbox"
        )


def _wanted(
    legs: tuple[AnyLeg, ...], amounts: Mapping[EntityId, str], leave_out: Collection[str]
) -> list[Wanted]:
    budgets = {leg.ref.id for leg in legs if isinstance(leg, BudgetLeg)}
    if strays := sorted(amounts.keys() - budgets):
        raise BadInput(f"amounts: the plan sets no budget of {', '.join(strays)}")
    out = {str(name) for name in leave_out}
    named = {str(name) for leg in legs for name in (leg.ref.id, leg_key(leg))}
    if nobody := sorted(out - named):
        raise BadInput(f"leave_out: the plan changes nothing of {', '.join(nobody)}")
    kept = [_again(leg, amounts.get(leg.ref.id)) for leg in legs if not {leg.ref.id, leg_key(leg)} & out]
    if not kept:
        raise BadInput("leave_out: nothing of the plan would remain; reject it instead")
    if not amounts and not leave_out:
        raise BadInput("say new amounts or what to leave out; nothing would change")
    return kept


def _again(leg: AnyLeg, amount: str | None) -> Wanted:
    if isinstance(leg, StatusLeg):
        return WantedStatus(entity_id=leg.ref.id, status=leg.after)
    if not isinstance(leg, BudgetLeg):
        return leg
    after = leg.after if amount is None else type(leg.after).parse(amount, leg.after.currency)
    return WantedBudget(entity_id=leg.ref.id, amount=after)
