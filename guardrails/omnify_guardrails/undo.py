"""Undo: the inverse of what was written, as a change set like any other."""

from __future__ import annotations

from omnify_core.campaigns import Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.errors import BadInput, Conflict
from omnify_core.ids import ChangeSetId
from omnify_core.legs import BidLeg, BudgetLeg, StatusLeg, SubscriptionLeg, TargetingLeg
from omnify_core.people import Actor
from omnify_guardrails.assessment import journal
from omnify_guardrails.legs import AnyLeg, Move
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.proposing import Proposals
from omnify_guardrails.wanted import Wanted, WantedBudget, WantedStatus
from omnify_guardrails.wording import before_text

_OVER = {ChangeSetStatus.DONE, ChangeSetStatus.FAILED}


async def propose_undo(
    ports: MoneyPorts, proposals: Proposals, actor: Actor, change_set_id: ChangeSetId
) -> ChangeSet:
    """Restores what stood before, in so far as the platform still shows what was read back.

    Raises BadInput where nothing was written, Conflict where somebody has changed it since.
    """
    applied = await ports.change_sets.get(actor.tenant_id, change_set_id)
    undone = _outermost(applied)
    if applied.status not in _OVER or not undone:
        raise BadInput(f"{change_set_id} is {applied.status.value} and changed nothing that could be undone")
    draft = await proposals.preview(actor, [_back(leg) for leg in undone], undoes=change_set_id)
    expected = {Move.of(leg).inverse() for leg in undone}
    if strays := [leg for leg in draft.legs if Move.of(leg) not in expected]:
        now = "; ".join(f"{leg.ref.id} is at {before_text(leg)}" for leg in strays)
        raise Conflict(f"somebody changed this since ({now}); propose the value that you want instead")
    return await proposals.store(
        actor,
        draft,
        title=f"Undo: {applied.title}",
        reason=f"Restores what stood before {change_set_id} was applied.",
        undoes=change_set_id,
    )


def _back(leg: AnyLeg) -> Wanted:
    if isinstance(leg, BudgetLeg):
        return WantedBudget(entity_id=leg.ref.id, amount=leg.before)
    if isinstance(leg, StatusLeg):
        if leg.after is Status.REMOVED:
            raise BadInput(f"{leg.ref.id} was removed, which no platform takes back; create it anew")
        return WantedStatus(entity_id=leg.ref.id, status=leg.before)
    if isinstance(leg, BidLeg | TargetingLeg | SubscriptionLeg) and leg.before is None:
        raise BadInput(f"{leg.ref.id} had no {leg.kind} before; set the one that you want instead")
    return type(leg).model_validate(leg.model_dump() | {"before": leg.after, "after": leg.before})


def _outermost(applied: ChangeSet) -> list[AnyLeg]:
    """The written legs; what stands in a campaign or ad group of the same plan goes with it."""
    written = [(leg, record) for leg, record in journal(applied) if record.status is LegStatus.DONE]
    made = {(leg.ref.platform, record.created) for leg, record in written if record.created}
    return [leg for leg, _ in written if (leg.ref.platform, leg.ref.native_id) not in made]
