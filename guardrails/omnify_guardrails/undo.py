"""Undo: the inverse of what was written, as a change set like any other."""

from __future__ import annotations

from omnify_core.change_sets import BudgetLeg, ChangeSet, ChangeSetStatus
from omnify_core.errors import BadInput, Conflict
from omnify_core.ids import ChangeSetId
from omnify_core.people import Actor
from omnify_guardrails.assessment import written_legs
from omnify_guardrails.legs import AnyLeg, Move
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.proposing import Proposals
from omnify_guardrails.wanted import Wanted, WantedBudget, WantedStatus

_OVER = {ChangeSetStatus.DONE, ChangeSetStatus.FAILED}


async def propose_undo(
    ports: MoneyPorts, proposals: Proposals, actor: Actor, change_set_id: ChangeSetId
) -> ChangeSet:
    """Restores what stood before, in so far as the platform still shows what was read back.

    Raises BadInput where nothing was written, Conflict where somebody has changed it since.
    """
    applied = await ports.change_sets.get(actor.tenant_id, change_set_id)
    written = written_legs(applied)
    if applied.status not in _OVER or not written:
        raise BadInput(f"{change_set_id} is {applied.status.value} and changed nothing that could be undone")
    draft = await proposals.preview(actor, [_back(leg) for leg in written], undoes=change_set_id)
    expected = {Move.of(leg).inverse() for leg in written}
    if strays := [leg for leg in draft.legs if Move.of(leg) not in expected]:
        now = "; ".join(f"{leg.ref.id} is at {leg.before}" for leg in strays)
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
    return WantedStatus(entity_id=leg.ref.id, status=leg.before)
