"""What reading could not settle in time, a person closes after looking: by one more read."""

from __future__ import annotations

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_core.errors import Conflict
from omnify_core.ids import ChangeSetId
from omnify_core.people import User
from omnify_guardrails.assessment import journal
from omnify_guardrails.legs import AnyLeg, seen_text, shows_after
from omnify_guardrails.life import moved
from omnify_guardrails.outcome import final_status, outcome_words
from omnify_guardrails.ports import MoneyPorts


async def settle(ports: MoneyPorts, person: User, change_set_id: ChangeSetId) -> ChangeSet:
    """Takes what the platform shows now as the outcome, in the person's name, and frees the objects.

    Raises Conflict where nothing waits for a person, PlatformError where it cannot be read.
    """
    change_set = await ports.change_sets.get(person.tenant_id, change_set_id)
    if change_set.status is not ChangeSetStatus.NEEDS_PERSON:
        raise Conflict(f"{change_set_id} is {change_set.status.value}; nothing waits for a person")
    records = [await _looked_at(ports, person, leg, record) for leg, record in journal(change_set)]
    looked = change_set.model_copy(update={"records": tuple(records)})
    return await moved(ports, looked, final_status(records), actor=person.id, outcome=outcome_words(looked))


async def _looked_at(ports: MoneyPorts, person: User, leg: AnyLeg, record: LegRecord) -> LegRecord:
    if record.status is not LegStatus.UNKNOWN:
        return record
    adapter = await ports.adapter(person.tenant_id, leg.ref.platform)
    state = await adapter.read(leg.ref)
    seen = seen_text(leg, state)
    done = shows_after(leg, state)
    return record.model_copy(
        update={
            "status": LegStatus.DONE if done else LegStatus.FAILED,
            "read_back": seen,
            "note": f"{person.name} looked: {leg.ref.platform.label} shows {seen}",
            "settled_at": ports.clock.now(),
        }
    )
