"""From what somebody wants to typed legs, by fresh reads of each entity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from omnify_core.campaigns import AdGroup, Campaign, Creative, EntityState, Status
from omnify_core.errors import BadInput, NotFound, ReconnectNeeded, Unsupported
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import BudgetLeg, FieldLeg, StatusLeg, object_key
from omnify_core.money import Money
from omnify_guardrails.assessment import fresh_picture
from omnify_guardrails.exposure import Picture
from omnify_guardrails.field_drafts import draft_field
from omnify_guardrails.legs import AnyLeg, in_execution_order
from omnify_guardrails.placing import refuse_orphans
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.wanted import Wanted, WantedBudget, WantedStatus

MOST_LEGS = 200
Entity = Campaign | AdGroup | Creative


async def draft_legs(
    ports: MoneyPorts, tenant: TenantId, wanted: Sequence[Wanted], *, currency: str
) -> tuple[AnyLeg, ...]:
    """In execution order. Raises BadInput, NotFound, Unsupported, PlatformError."""
    if not 1 <= len(wanted) <= MOST_LEGS:
        raise BadInput(f"a change set has 1 to {MOST_LEGS} changes, not {len(wanted)}; split it")
    legs = in_execution_order([await _leg(ports, tenant, one, currency) for one in wanted])
    _refuse_two_of_one(legs)
    refuse_orphans(legs)
    if not any(isinstance(leg, StatusLeg) for leg in legs):
        return legs
    return _with_stakes(legs, await fresh_picture(ports, tenant, legs))


async def _leg(ports: MoneyPorts, tenant: TenantId, wanted: Wanted, currency: str) -> AnyLeg:
    if isinstance(wanted, FieldLeg):
        return await draft_field(ports, tenant, wanted)
    known = await _entity(ports, tenant, wanted.entity_id)
    adapter = (await ports.platforms.of(tenant)).get(known.ref.platform)
    if adapter is None:
        raise ReconnectNeeded(f"{known.ref.platform.label} is not connected; connect it first")
    state = await adapter.read(known.ref)
    if state.status is Status.REMOVED:
        raise BadInput(f"{wanted.entity_id} is removed on its platform; nothing of it can be changed")
    if isinstance(wanted, WantedBudget):
        return _budget_leg(wanted, known, state)
    leg = _status_leg(wanted, known, state, currency)
    if why := adapter.capabilities.why_not(leg):
        raise Unsupported(f"{wanted.entity_id} cannot be {wanted.status.value} from here: {why}")
    return leg


def _budget_leg(wanted: WantedBudget, known: Entity, state: EntityState) -> BudgetLeg:
    before = state.daily_budget
    if before is None:
        raise Unsupported(f"{wanted.entity_id} has no daily budget of its own; set it where the budget sits")
    if wanted.amount.currency != before.currency:
        raise BadInput(
            f"{wanted.entity_id} is in {before.currency}, not {wanted.amount.currency}; convert first"
        )
    if wanted.amount.minor <= 0:
        raise BadInput(f"a daily budget is above zero, not {wanted.amount}; to stop spending, pause it")
    if wanted.amount == before:
        raise BadInput(f"{wanted.entity_id} already has {before} a day; nothing to change")
    return BudgetLeg(
        ref=state.ref, name=known.name, budget_key=state.budget_key, before=before, after=wanted.amount
    )


def _status_leg(wanted: WantedStatus, known: Entity, state: EntityState, currency: str) -> StatusLeg:
    """What is at stake follows once the whole plan is known."""
    if wanted.status is state.status:
        raise BadInput(f"{wanted.entity_id} is {state.status.value} already; nothing to change")
    return StatusLeg(
        ref=state.ref,
        name=known.name,
        budget_key=state.budget_key,
        before=state.status,
        after=wanted.status,
        daily_budget=state.daily_budget or Money.zero(currency),
    )


def _with_stakes(legs: Sequence[AnyLeg], picture: Picture) -> tuple[AnyLeg, ...]:
    """Each enabling with the budgets that it sets in motion at its place in the plan."""
    staked: list[AnyLeg] = []
    for leg in legs:
        if isinstance(leg, StatusLeg):
            leg = leg.model_copy(update={"daily_budget": _stake(leg, picture)})
        picture = picture.after(leg)
        staked.append(leg)
    return tuple(staked)


def _stake(leg: StatusLeg, picture: Picture) -> Money:
    amounts = list(picture.stake_of(leg.ref.id).values())
    return sum(amounts[1:], start=amounts[0]) if amounts else leg.daily_budget


async def _entity(ports: MoneyPorts, tenant: TenantId, entity: EntityId) -> Entity:
    """As last imported, for its address and name only. Raises NotFound, for a foreign id alike."""
    try:
        return await ports.market.campaign(tenant, entity)
    except NotFound:
        below: list[AdGroup | Creative] = [*await ports.market.ad_groups(tenant)]
        below += await ports.market.creatives(tenant)
        for one in below:
            if one.id == entity:
                return one
        raise


def _refuse_two_of_one(legs: Sequence[AnyLeg]) -> None:
    """A budget and a status may live on the same object, two budgets may not."""
    counts = Counter((object_key(leg), leg.kind) for leg in legs)
    twice = {leg.ref.id for leg in legs if counts[object_key(leg), leg.kind] > 1}
    if twice:
        ids = ", ".join(sorted(twice))
        raise BadInput(f"two changes meet in one object ({ids}); one change of each kind is possible")
