"""What approved plans hold: their objects and their raises, in the tenant's ledger.

Two documents change at an approval, the ledger and the change set, each by compare-and-set. The process
may die between the two, in either order:

- Taking: ledger first, then the change set becomes `approved`. Death between them leaves a hold of a
  plan that is still `proposed`: nothing can be sent for it, others are kept off needlessly, and the next
  approval of the same plan takes the same hold again. The sweep frees it, but an approver may be alive
  between the two steps. So the sweep reads the ledger, then raises the change set's version, then frees
  on exactly that ledger: an approver who reserved before that ledger was read had read the change set
  earlier still, and now loses his compare-and-set; one who reserved after it makes the sweep lose.
- Giving back: the change set becomes final first, then the ledger is freed. Death between them leaves a
  hold of a finished plan, which only keeps others off until the sweep. The other order would let a
  second plan write an object whose first plan could still be writing.

So a plan that may send always holds its objects, and a leak is always on the careful side.
"""

from __future__ import annotations

from datetime import timedelta

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.errors import Conflict, StoreBusy
from omnify_core.ids import ChangeSetId, TenantId
from omnify_core.ledger import BudgetChange, MoneyLedger
from omnify_core.legs import BudgetLeg
from omnify_core.rates import Rates
from omnify_guardrails.assessment import journal
from omnify_guardrails.legs import budget_object, objects_of, total_raise
from omnify_guardrails.ports import MoneyPorts

_KEPT = timedelta(days=7)
_ATTEMPTS = 200


def is_held(ledger: MoneyLedger, change_set: ChangeSet) -> bool:
    """Whether the plan owns every object that it writes to."""
    keys = {key for leg in change_set.plan.legs for key in objects_of(leg)}
    return change_set.id in ledger.reserved and all(
        ledger.in_flight.get(key) == change_set.id for key in keys
    )


async def reserve(ports: MoneyPorts, change_set: ChangeSet, *, ledger: MoneyLedger, rates: Rates) -> None:
    """Takes the plan's objects on exactly the ledger that its verdict was made on. Raises Conflict."""
    keys = {key for leg in change_set.plan.legs for key in objects_of(leg)}
    taken = {key: holder for key, holder in ledger.in_flight.items() if holder != change_set.id}
    assert not keys & taken.keys(), "the policy refuses objects in flight"
    held = {**ledger.in_flight, **dict.fromkeys(keys, change_set.id)}
    reserved = {**ledger.reserved, change_set.id: total_raise(change_set.plan.legs, rates).minor}
    await ports.ledger.replace(ledger.model_copy(update={"in_flight": held, "reserved": reserved}))


async def release(ports: MoneyPorts, change_set: ChangeSet) -> None:
    """Frees what a finished plan holds and notes its writes; does nothing the second time."""
    for _ in range(_ATTEMPTS):
        ledger = await ports.ledger.get(change_set.tenant_id)
        if change_set.id not in ledger.reserved:
            return
        try:
            await ports.ledger.replace(_without(ledger, change_set, ports))
        except Conflict:
            continue
        return
    raise StoreBusy(f"the ledger of {change_set.tenant_id!r} is busy; the sweep will free {change_set.id}")


async def sweep(ports: MoneyPorts, tenant: TenantId) -> int:
    """Frees holds that a dead process left behind; returns how many."""
    ledger = await ports.ledger.get(tenant)
    freed = 0
    for id_ in ledger.reserved:
        freed += await _sweep_one(ports, ledger, tenant, id_)
    return freed


async def _sweep_one(ports: MoneyPorts, ledger: MoneyLedger, tenant: TenantId, id_: ChangeSetId) -> int:
    change_set = await ports.change_sets.get(tenant, id_)
    if change_set.status.is_final:
        await release(ports, change_set)
        return 1
    if change_set.status is not ChangeSetStatus.PROPOSED:
        return 0
    try:
        touched = await ports.change_sets.replace(change_set)
        await ports.ledger.replace(_without(ledger, touched, ports))
    except Conflict:
        return 0
    return 1


def _without(ledger: MoneyLedger, change_set: ChangeSet, ports: MoneyPorts) -> MoneyLedger:
    now = ports.clock.now()
    kept = tuple(change for change in ledger.changes if change.at > now - _KEPT)
    return ledger.model_copy(
        update={
            "in_flight": {key: id_ for key, id_ in ledger.in_flight.items() if id_ != change_set.id},
            "reserved": {id_: minor for id_, minor in ledger.reserved.items() if id_ != change_set.id},
            "changes": kept + written_budgets(change_set),
        }
    )


def written_budgets(change_set: ChangeSet) -> tuple[BudgetChange, ...]:
    """What the policy's rolling windows must know of an applied plan."""
    return tuple(
        BudgetChange(
            object_key=budget_object(leg),
            at=record.settled_at or change_set.updated_at,
            before_minor=leg.before.minor,
            after_minor=leg.after.minor,
            currency=leg.after.currency,
        )
        for leg, record in journal(change_set)
        if isinstance(leg, BudgetLeg) and record.status is LegStatus.DONE
    )
