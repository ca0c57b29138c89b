"""A person's address is in the plan that is sent, and nowhere else; who is forgotten leaves it, too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from omnify_core.business import person_of
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict
from omnify_core.legs import ContactLeg
from omnify_guardrails.audit import verify_chain
from omnify_server.change_set_views import leg_value
from omnify_tools.proposals import card_of
from tests.builders import business_legs as legs
from tests.builders.business_house import BusinessHouse, business_house
from tests.builders.business_legs import DANA, HIGHLEVEL
from tests.builders.money import OURS, actor

PERSON = person_of(DANA.email)
PERSONAL = (DANA.email, DANA.first_name, DANA.last_name, DANA.phone)


@pytest.fixture
async def house() -> AsyncIterator[BusinessHouse]:
    async with business_house() as built:
        yield built


async def proposed(house: BusinessHouse) -> ChangeSet:
    """In the words of somebody who names the person."""
    leg = await legs.new_contact(house.adapters[HIGHLEVEL])
    said = f"Add {DANA.first_name} {DANA.last_name} ({DANA.email.upper()}, {DANA.phone}) to the CRM"
    return await house.propose(leg, title=said, reason=said)


def leaks(text: str) -> list[str]:
    return [word for word in PERSONAL if word.lower() in text.lower()]


async def audit_of(house: BusinessHouse) -> str:
    return "\n".join(row.model_dump_json() for row in await house.stores.audit.rows(OURS))


async def test_the_audit_chain_knows_the_person_by_their_hash_alone(house: BusinessHouse) -> None:
    done = await house.applied(await proposed(house))
    assert done.status is ChangeSetStatus.DONE
    undone = await house.undone(done)
    text = await audit_of(house)
    assert leaks(text) == []
    assert text.count(PERSON) >= 4
    assert done.plan_hash in text
    assert undone.plan_hash in text
    assert done.plan.hash == done.plan_hash
    assert (await verify_chain(house.stores.audit, OURS)).ok


async def test_journal_notes_and_what_models_see_do_not_name_the_person(house: BusinessHouse) -> None:
    change_set = await proposed(house)
    card = card_of(change_set).model_dump_json()
    await house.wire.control("POST", "faults", {"kind": "lying_success", "platform": "gohighlevel"})
    unclear = await house.applied(change_set)
    assert unclear.status is ChangeSetStatus.NEEDS_PERSON
    held = unclear.model_dump_json(exclude={"plan"})
    assert leaks(held) == leaks(card) == []
    assert PERSON[:12] in unclear.records[0].note + unclear.outcome
    ledger = (await house.stores.ledger.get(OURS)).model_dump_json()
    assert leaks(ledger) == []
    assert PERSON in ledger


async def test_whoever_approves_sees_what_will_be_sent(house: BusinessHouse) -> None:
    leg = (await proposed(house)).plan.legs[0]
    assert leaks(leg_value(leg, before=False)) == list(PERSONAL)


async def test_a_refusal_that_quotes_the_person_is_noted_without_them(house: BusinessHouse) -> None:
    change_set = await proposed(house)
    await house.approve(change_set)
    leg = change_set.plan.legs[0]
    assert isinstance(leg, ContactLeg)
    stranger = DANA.model_copy(update={"email": "other@new.example"})
    crm = house.adapters[HIGHLEVEL]
    await crm.write(leg.model_copy(update={"after": stranger}), key="somebody else")
    await house.money.apply_due("worker")
    failed = await house.stores.change_sets.get(OURS, change_set.id)
    assert failed.status is ChangeSetStatus.FAILED
    assert "phone number" in failed.outcome
    assert leaks(failed.model_dump_json(exclude={"plan"}) + await audit_of(house)) == []


async def test_who_is_forgotten_is_gone_from_finished_plans(house: BusinessHouse) -> None:
    done = await house.applied(await proposed(house))
    kept = await house.applied(await house.propose(await legs.tags(house.adapters[HIGHLEVEL])))
    await house.stores.business.forget(OURS, person=PERSON)
    found = await house.stores.change_sets.get(OURS, done.id)
    assert leaks(found.model_dump_json()) == []
    assert (found.status, found.plan_hash, found.records) == (done.status, done.plan_hash, done.records)
    assert await house.stores.change_sets.get(OURS, kept.id) == kept


async def test_a_plan_that_waits_can_no_longer_be_approved_once_its_person_is_forgotten(
    house: BusinessHouse,
) -> None:
    waiting = await proposed(house)
    await house.stores.business.forget(OURS, person=PERSON)
    with pytest.raises(Conflict):
        await house.approve(waiting)
    assert await house.writes() == []


async def test_a_plan_under_way_forgets_the_person_at_its_end(house: BusinessHouse) -> None:
    change_set = await proposed(house)
    await house.wire.control("POST", "faults", {"kind": "lying_success", "platform": "gohighlevel"})
    unclear = await house.applied(change_set)
    await house.stores.business.forget(OURS, person=PERSON)
    assert (await house.stores.change_sets.get(OURS, unclear.id)).plan == unclear.plan
    settled = await house.money.settle(actor("owner"), unclear.id)
    assert settled.status is ChangeSetStatus.FAILED
    assert leaks(settled.model_dump_json()) == []
    assert leaks((await house.stores.change_sets.get(OURS, unclear.id)).model_dump_json()) == []
    assert not (await house.stores.ledger.get(OURS)).in_flight
