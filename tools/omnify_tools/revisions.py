"""Changing a proposal of this conversation that still waits."""

from __future__ import annotations

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import BadInput, NotFound
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.legs import BudgetLeg
from omnify_core.money import Money
from omnify_tools.budgets import percentage
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import find_campaign
from omnify_tools.proposals import acting, card_of
from omnify_tools.tables import ProposalCard


@tool(Effect.PROPOSE)
async def propose_revision(ctx: Ctx, change_set_id: str, campaign_id: str, amount: str) -> ProposalCard:
    """Change the amount of a proposal that still waits ("make it 50 instead"); approval starts anew.

    Args:
        change_set_id: As pending_approvals prints it; empty for the latest one of this conversation.
        campaign_id: Whose budget to change where the proposal sets several; empty otherwise.
        amount: The new daily budget, or for a budget move the new amount to move, e.g. "50.00";
            or a change of the budget before the proposal with its sign, e.g. "+10%".
    """
    copilot = ctx.context
    waiting = await _waiting(copilot, change_set_id)
    legs = [leg for leg in waiting.plan.legs if isinstance(leg, BudgetLeg)]
    if not legs:
        raise BadInput(f"{waiting.id} sets no budget; propose the other change anew")
    if campaign_id.strip():
        campaign = await find_campaign(copilot, campaign_id)
        legs = [leg for leg in legs if leg.ref.id == campaign.id]
        if not legs:
            raise BadInput(f"{waiting.id} does not set the budget of {campaign.id}")
    amounts = _amounts(waiting, legs, amount.strip())
    return card_of(await copilot.money.revise_own(acting(ctx), waiting.id, amounts=amounts))


async def _waiting(copilot: Copilot, change_set_id: str) -> ChangeSet:
    if change_set_id.strip():
        return await copilot.change_sets.get(copilot.tenant.id, ChangeSetId(change_set_id.strip()))
    found = await copilot.change_sets.of_tenant(copilot.tenant.id, [ChangeSetStatus.PROPOSED])
    mine = [one for one in found if one.thread_id is not None and one.thread_id == copilot.actor.thread_id]
    if not mine:
        raise NotFound("no proposal of this conversation waits; propose the change anew")
    return mine[0]


def _amounts(waiting: ChangeSet, legs: list[BudgetLeg], amount: str) -> dict[EntityId, str]:
    if len(legs) == 1:
        return {legs[0].ref.id: _budget(legs[0], amount).amount}
    giver, taker = _move(waiting, legs)
    moved = _positive(amount, giver.before.currency)
    if moved >= giver.before:
        raise BadInput(f"{giver.ref.id} has {giver.before} a day; {moved} cannot be taken from it")
    return {giver.ref.id: (giver.before - moved).amount, taker.ref.id: (taker.before + moved).amount}


def _move(waiting: ChangeSet, legs: list[BudgetLeg]) -> tuple[BudgetLeg, BudgetLeg]:
    """Giver and taker, where the plan moves one amount between two budgets."""
    low, high = min(legs, key=_step), max(legs, key=_step)
    if len(legs) != 2 or low.before.currency != high.before.currency or _step(low) + _step(high):
        ids = ", ".join(leg.ref.id for leg in legs)
        raise BadInput(f"{waiting.id} sets several budgets ({ids}); name the campaign to change")
    return low, high


def _step(leg: BudgetLeg) -> int:
    return leg.after.minor - leg.before.minor


def _budget(leg: BudgetLeg, amount: str) -> Money:
    currency = leg.before.currency
    if amount.endswith("%"):
        changed = leg.before.times(1 + percentage(amount))
    elif amount[:1] in {"+", "-"}:
        step = _positive(amount[1:], currency)
        changed = leg.before + step if amount[0] == "+" else leg.before - step
    else:
        changed = _positive(amount, currency)
    if changed.minor <= 0:
        raise BadInput(f"{amount!r} would leave {leg.ref.id} without a budget; propose to pause it instead")
    return changed


def _positive(amount: str, currency: str) -> Money:
    money = Money.parse(amount.replace(",", "").removesuffix(currency).strip(), currency)
    if money.minor <= 0:
        raise BadInput(f"amount must be above 0, not {amount!r}")
    return money
