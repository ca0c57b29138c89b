"""A change set as a person reads it: values from the canonical plan alone, and what their ids are called."""

from __future__ import annotations

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_core.legs import AnyLeg, BudgetLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.people import Actor
from omnify_guardrails import leg_key, name_marks, value_parts, value_text, visible
from omnify_server.leg_places import KnownNames
from omnify_server.services import Services
from omnify_server.views import ApprovalView, ChangeSetView, LegPart, LegView, MoneyView

_UNDOABLE = {ChangeSetStatus.DONE, ChangeSetStatus.FAILED}


async def change_set_view(services: Services, actor: Actor, change_set: ChangeSet) -> ChangeSetView:
    why_not = await services.money.why_not(actor, change_set)
    requester = await services.stores.people.user(change_set.tenant_id, change_set.proposed_by)
    records = change_set.records or (LegRecord(),) * len(change_set.plan.legs)
    names = KnownNames(services, change_set.tenant_id)
    legs = [
        await leg_view(names, leg, record) for leg, record in zip(change_set.plan.legs, records, strict=True)
    ]
    written = any(record.status is LegStatus.DONE for record in records)
    effect = change_set.effect
    return ChangeSetView(
        id=change_set.id,
        status=change_set.status,
        title=visible(change_set.title),
        reason=visible(change_set.reason),
        plan_hash=change_set.plan_hash,
        revision=change_set.plan.revision,
        legs=legs,
        daily_change=daily_change(change_set),
        verdict=change_set.verdict,
        effect=effect,
        worst_case=MoneyView.of(effect.worst_case) if effect else None,
        learning_cost=MoneyView.of(effect.learning_cost) if effect and effect.learning_cost else None,
        requested_by=requester.name,
        agent=change_set.proposed_by_agent,
        thread_id=change_set.thread_id,
        created_at=change_set.created_at,
        updated_at=change_set.updated_at,
        expires_at=change_set.expires_at,
        approval=_approval(change_set),
        outcome=change_set.outcome,
        undoes=change_set.undoes,
        may_decide=not why_not,
        why_not=why_not,
        needs_code=not why_not and await services.money.must_prove(actor),
        can_undo=change_set.status in _UNDOABLE and written and actor.role.may_chat,
    )


async def leg_view(names: KnownNames, leg: AnyLeg, record: LegRecord) -> LegView:
    delta = leg_delta(leg)
    share = delta.share_of(leg.before) if isinstance(leg, BudgetLeg) and delta else None
    return LegView(
        key=leg_key(leg),
        platform=leg.ref.platform,
        account_id=leg.ref.account_id,
        entity_id=leg.ref.id,
        level=leg.ref.level.value,
        name=visible(leg.name),
        name_marks=name_marks(leg.name),
        field=leg.kind,
        before=leg_value(leg, before=True),
        after=leg_value(leg, before=False),
        delta=MoneyView.of(delta) if delta else None,
        delta_share=share,
        parts=leg_parts(leg),
        place=await names.place_of(leg),
        known_names=await names.named_in(leg),
        status=record.status,
        note=record.note,
    )


def leg_value(leg: AnyLeg, *, before: bool) -> str:
    """'120.00 USD', 'paused', or all fields of what is created or set."""
    value = leg.before if before else leg.after
    return f"{value.amount} {value.currency}" if isinstance(value, Money) else visible(value_text(value))


def leg_parts(leg: AnyLeg) -> list[LegPart]:
    """Field by field, in the value's own order; empty for a single amount, status or word."""
    before, after = dict(value_parts(leg.before)), dict(value_parts(leg.after))
    labels = [label for label in {**after, **before} if label]
    return [
        LegPart(label=label, before=visible(before.get(label, "")), after=visible(after.get(label, "")))
        for label in labels
    ]


def leg_delta(leg: AnyLeg) -> Money | None:
    """What the leg adds to the daily budgets in force; None where it touches none."""
    if isinstance(leg, BudgetLeg):
        return leg.after - leg.before
    if not isinstance(leg, StatusLeg):
        return None
    return leg.daily_budget if leg.after.value == "enabled" else -leg.daily_budget


def daily_change(change_set: ChangeSet) -> list[MoneyView]:
    """The sum of all legs, one per currency: unlike money is never added."""
    sums: dict[str, Money] = {}
    for leg in change_set.plan.legs:
        delta = leg_delta(leg)
        if delta is None:
            continue
        sums[delta.currency] = sums.get(delta.currency, Money.zero(delta.currency)) + delta
    return [MoneyView.of(sum_) for sum_ in sums.values()]


def _approval(change_set: ChangeSet) -> ApprovalView | None:
    given = change_set.approval
    if given is None:
        return None
    return ApprovalView(
        decision=given.decision,
        by_name=given.by_name,
        role=given.role,
        at=given.at,
        reason=visible(given.reason),
        via=given.via,
        in_name_of=given.in_name_of_name,
    )
