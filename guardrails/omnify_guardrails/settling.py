"""What reading could not settle in time, a person closes after looking: by one more read."""

from __future__ import annotations

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_core.errors import BadInput, Conflict
from omnify_core.ids import ChangeSetId
from omnify_core.people import User
from omnify_guardrails.assessment import journal
from omnify_guardrails.findings import named
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.life import moved
from omnify_guardrails.outcome import final_status, outcome_words
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.sight import created_id, see, seen_text, shows_after


async def settle(
    ports: MoneyPorts, person: User, change_set_id: ChangeSetId, *, happened: bool | None = None
) -> ChangeSet:
    """Takes what the platform shows now as the outcome, in the person's name, and frees the objects.

    `happened` is what the person found where no read can tell.

    Raises Conflict where nothing waits for a person, PlatformError where it cannot be read.
    """
    change_set = await ports.change_sets.get(person.tenant_id, change_set_id)
    if change_set.status is not ChangeSetStatus.NEEDS_PERSON:
        raise Conflict(f"{change_set_id} is {change_set.status.value}; nothing waits for a person")
    records = [await _looked_at(ports, person, leg, record, happened) for leg, record in journal(change_set)]
    looked = change_set.model_copy(update={"records": tuple(records)})
    return await moved(ports, looked, final_status(records), actor=person.id, outcome=outcome_words(looked))


async def _looked_at(
    ports: MoneyPorts, person: User, leg: AnyLeg, record: LegRecord, happened: bool | None
) -> LegRecord:
    if record.status is not LegStatus.UNKNOWN:
        return record
    adapter = await ports.adapter(person.tenant_id, leg.ref.platform)
    sight = await see(adapter, leg)
    seen, done = seen_text(leg, sight), shows_after(leg, sight)
    if done is None and happened is None:
        raise BadInput(
            f"no read shows whether {named(leg)} was changed; look at {leg.ref.platform.label} and say "
            "in `happened` what you found there"
        )
    words = f"{leg.ref.platform.label} shows {seen}" if done is not None else _SAID[bool(happened)]
    return record.model_copy(
        update={
            "status": LegStatus.DONE if (happened if done is None else done) else LegStatus.FAILED,
            "read_back": seen,
            "note": f"{person.name} looked: {words}",
            "created": created_id(leg, sight),
            "settled_at": ports.clock.now(),
        }
    )


_SAID = {True: "it was carried out", False: "it was not carried out"}
