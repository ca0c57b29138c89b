"""What stands otherwise than we left it, and what of ours is not settled yet."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from omnify_core.campaigns import AdGroup, Campaign, Frozen, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import BudgetLeg, NameLeg, SpendLeg
from omnify_core.money import Money
from omnify_core.results import Drift
from omnify_guardrails.assessment import journal
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.ports import MoneyPorts

_WRITTEN = (
    ChangeSetStatus.DONE,
    ChangeSetStatus.FAILED,
    ChangeSetStatus.APPLYING,
    ChangeSetStatus.NEEDS_PERSON,
)
_OPEN = (ChangeSetStatus.APPROVED, ChangeSetStatus.APPLYING, ChangeSetStatus.NEEDS_PERSON)
_MOST = 1000


class Reconciliation(Frozen):
    """`backlog` counts plans that are approved and not at their end; `unknown` legs whose outcome is open."""

    backlog: int
    unknown: int
    oldest_open: datetime | None
    drifts: tuple[Drift, ...]


class _Last(NamedTuple):
    leg: AnyLeg
    at: datetime
    change_set: ChangeSet


async def reconcile(ports: MoneyPorts, tenant: TenantId) -> Reconciliation:
    """Against the last import. An import older than our write says nothing about it."""
    plans = await ports.change_sets.of_tenant(tenant, _WRITTEN, limit=_MOST)
    waiting = await ports.change_sets.of_tenant(tenant, _OPEN, limit=_MOST)
    unknown = sum(
        record.status in (LegStatus.UNKNOWN, LegStatus.SENDING) for one in plans for record in one.records
    )
    entities: dict[EntityId, Campaign | AdGroup] = {
        one.id: one for one in await ports.market.campaigns(tenant)
    }
    entities |= {one.id: one for one in await ports.market.ad_groups(tenant)}
    found = [_drift(last, entities.get(last.leg.ref.id)) for last in _last_writes(plans)]
    return Reconciliation(
        backlog=len(waiting),
        unknown=unknown,
        oldest_open=min((one.created_at for one in waiting), default=None),
        drifts=tuple(one for one in found if one),
    )


def _last_writes(plans: list[ChangeSet]) -> list[_Last]:
    """Our newest write of each entity and field."""
    newest: dict[tuple[EntityId, str], _Last] = {}
    for one in plans:
        for leg, record in journal(one):
            if record.status is LegStatus.DONE and record.settled_at:
                last = _Last(leg, record.settled_at, one)
                known = newest.get((leg.ref.id, leg.kind))
                newest[leg.ref.id, leg.kind] = last if known is None or known.at < last.at else known
    return list(newest.values())


def _drift(last: _Last, entity: Campaign | AdGroup | None) -> Drift | None:
    if entity is None or entity.read_at <= last.at:
        return None
    if not isinstance(last.leg, SpendLeg | NameLeg):
        return None
    seen = _seen(last.leg, entity)
    if seen is None or seen == last.leg.after:
        return None
    return Drift(
        entity_id=entity.id,
        name=entity.name,
        field=last.leg.kind,
        ours=str(last.leg.after),
        seen=str(seen),
        change_set_id=last.change_set.id,
        written_at=last.at,
        seen_at=entity.read_at,
    )


def _seen(leg: SpendLeg | NameLeg, entity: Campaign | AdGroup) -> Money | Status | str | None:
    if isinstance(leg, NameLeg):
        return entity.name
    return entity.daily_budget if isinstance(leg, BudgetLeg) else entity.status
