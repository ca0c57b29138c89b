"""CRM, shop and payments on the money path: proposed, approved, carried out at the sandbox, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSetStatus, LegStatus
from omnify_core.errors import BadInput, NotFound, PolicyDenied
from omnify_core.legs import ActivityLeg, ContactLeg
from omnify_core.policy import Operation
from tests.builders import business_legs as legs
from tests.builders.business_house import BusinessHouse, business_house
from tests.builders.business_legs import CASES, HIGHLEVEL, SHOPIFY, Case, account_ref
from tests.builders.money import OURS, a_policy, actor

S = ChangeSetStatus


@pytest.fixture
async def house() -> AsyncIterator[BusinessHouse]:
    async with business_house() as built:
        yield built


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_each_change_reaches_the_platform_as_approved_and_goes_back(
    house: BusinessHouse, case: Case
) -> None:
    leg = await case.make(house.adapters[case.platform])
    proposed = await house.propose(leg)
    assert proposed.plan.legs[0].after == leg.after
    assert await house.writes() == []
    done = await house.applied(proposed)
    assert done.status is S.DONE, done.outcome
    written = await house.writes()
    assert {one["platform"] for one in written} == {case.platform.value}
    assert len(written) >= case.writes
    undone = await house.undone(done)
    assert undone.status is S.DONE, undone.outcome
    look = await house.adapters[case.platform].look(undone.plan.legs[0])  # type: ignore[arg-type]
    assert look.value == proposed.plan.legs[0].before


async def test_the_log_shows_exactly_the_approved_values(house: BusinessHouse) -> None:
    crm = house.adapters[HIGHLEVEL]
    contact = await legs.new_contact(crm)
    stock = await legs.inventory(house.adapters[SHOPIFY])
    seats = await legs.more_seats(house.adapters[Platform.STRIPE])
    for leg in (contact, stock, seats):
        assert (await house.applied(await house.propose(leg))).status is S.DONE
    written = await house.writes()
    assert [(one["platform"], one["field"]) for one in written] == [
        ("gohighlevel", "created"),
        ("shopify", "available"),
        ("stripe", "items"),
    ]
    assert written[1]["after"] == stock.after
    assert written[2]["after"] == f"{seats.after.price_id} x {seats.after.quantity}"
    held = (await crm.look(contact)).value
    assert held == contact.after


async def test_a_workflow_counts_by_the_platforms_yes_and_a_lost_one_is_settled_by_a_person(
    house: BusinessHouse,
) -> None:
    leg = await legs.workflow(house.adapters[HIGHLEVEL])
    done = await house.applied(await house.propose(leg))
    assert done.status is S.DONE
    assert "not read back" in done.records[0].note
    out = await house.money.undo(actor("analyst"), done.id)
    await house.wire.control(
        "POST", "faults", {"kind": "cut_reply", "platform": "gohighlevel", "writes": True}
    )
    unclear = await house.applied(out)
    assert unclear.status is S.NEEDS_PERSON
    with pytest.raises(BadInput, match="happened"):
        await house.money.settle(actor("owner"), unclear.id)
    settled = await house.money.settle(actor("owner"), unclear.id, happened=True)
    assert (settled.status, settled.records[0].status) == (S.DONE, LegStatus.DONE)
    assert [one["field"] for one in await house.writes()] == ["workflow", "workflow"]


async def test_what_moved_after_the_yes_is_not_overwritten(house: BusinessHouse) -> None:
    shop = house.adapters[SHOPIFY]
    leg = await legs.inventory(shop)
    proposed = await house.propose(leg)
    await house.approve(proposed)
    now = proposed.plan.legs[0]
    await shop.write(now.model_copy(update={"after": leg.after + 1}), key="somebody else")
    for _ in range(3):
        await house.money.apply_due("worker")
    failed = await house.stores.change_sets.get(OURS, proposed.id)
    assert failed.status is S.FAILED
    assert "somebody else changed it" in failed.outcome
    assert len(await house.writes()) == 1


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("contact", Operation.CHANGE_CRM),
        ("activity", Operation.CHANGE_SHOP),
        ("seats", Operation.CHANGE_SUBSCRIPTION),
    ],
)
async def test_a_policy_can_block_them(name: str, operation: Operation) -> None:
    async with business_house(a_policy(blocked=frozenset({operation}))) as house:
        case = CASES[name]
        denied = await house.propose(await case.make(house.adapters[case.platform]))
        assert denied.status is S.DENIED
        assert [one.rule for one in denied.verdict.denials] == ["blocked"]


async def test_nothing_is_created_in_a_location_or_shop_of_others(house: BusinessHouse) -> None:
    ours = await legs.new_contact(house.adapters[HIGHLEVEL])
    for leg in (
        ours.model_copy(update={"ref": account_ref(HIGHLEVEL, "not-ours")}),
        ActivityLeg(ref=account_ref(SHOPIFY, "theirs.myshopify.com"), name="x", after=legs.SPRING),
    ):
        with pytest.raises(NotFound):
            await house.propose(leg)  # type: ignore[arg-type]


async def test_one_person_has_one_change_under_way(house: BusinessHouse) -> None:
    leg = await legs.new_contact(house.adapters[HIGHLEVEL])
    assert leg.after is not None
    shouting = leg.after.model_copy(update={"email": leg.after.email.upper()})
    first = await house.propose(leg)
    second = await house.propose(ContactLeg(ref=leg.ref, name="x", after=shouting))
    await house.approve(first)
    with pytest.raises(PolicyDenied, match="under way"):
        await house.approve(second)
