"""A lent right: for a time, up to a limit, never more than the lender has, never to approve the own wish."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_core.change_sets import ChangeSetStatus
from omnify_core.errors import BadInput, Forbidden, FreshCodeNeeded, NotFound
from omnify_core.ids import UserId
from omnify_core.money import Money
from omnify_core.people import Delegation, Role
from tests.builders.money import NOON, OURS, PEOPLE, MoneyHouse, a_policy, actor, money_house, usd

S = ChangeSetStatus
WEEK = NOON + timedelta(days=7)


async def lend(house: MoneyHouse, lender: str, borrower: str, *, limit: Money | None = None) -> Delegation:
    return await house.money.delegate(actor(lender), PEOPLE[borrower].id, ends_at=WEEK, limit=limit)


async def test_a_borrower_approves_in_the_lenders_name_until_the_time_is_over(house: MoneyHouse) -> None:
    await lend(house, "owner", "analyst")
    first = await house.raise_to(house.world.campaign("1", "100"), 120, by="admin")
    approved = await house.approve(first, by="analyst")
    assert approved.approval is not None
    assert (approved.approval.by_name, approved.approval.in_name_of_name) == ("Analyst", "Owner")
    late = await house.raise_to(house.world.campaign("2", "100"), 120, by="admin")
    assert await house.money.why_not(actor("analyst"), late) == ""
    house.pass_time(days=7)
    with pytest.raises(Forbidden, match="analyst may not approve"):
        await house.money._approvals.approvers.right(actor("analyst"), late)


async def test_a_loan_reaches_as_far_as_the_smaller_of_both_limits(house: MoneyHouse) -> None:
    await lend(house, "manager", "analyst", limit=usd(30))
    small = await house.raise_to(house.world.campaign("1", "100"), 130, by="admin")
    large = await house.raise_to(house.world.campaign("2", "100"), "130.01", by="admin")
    assert (await house.approve(small, by="analyst")).status is S.APPROVED
    with pytest.raises(Forbidden):
        await house.approve(large, by="analyst")
    with pytest.raises(BadInput, match="within your own limit"):
        await lend(house, "manager", "analyst", limit=usd(51))


async def test_a_manager_borrows_what_the_own_limit_lacks(house: MoneyHouse) -> None:
    plan = await house.raise_to(house.world.campaign("1", "200"), 300)
    with pytest.raises(Forbidden, match="your limit is 50"):
        await house.approve(plan, by="manager")
    await lend(house, "owner", "manager", limit=usd(100))
    approved = await house.approve(plan, by="manager")
    assert approved.approval is not None
    assert approved.approval.in_name_of == PEOPLE["owner"].id


@pytest.mark.parametrize(("asks", "decides"), [("analyst", "analyst"), ("owner", "analyst")])
async def test_above_the_limit_neither_requester_nor_who_acts_in_his_name_is_a_second_person(
    asks: str, decides: str
) -> None:
    async with money_house(a_policy(second_person_above=usd(10))) as house:
        await lend(house, "owner", "analyst")
        plan = await house.raise_to(house.world.campaign("1", "100"), 120, by=asks)
        with pytest.raises(Forbidden, match="somebody else than the requester"):
            await house.approve(plan, by=decides)
        assert "somebody else" in await house.money.why_not(actor(decides), plan)
        assert (await house.approve(plan, by="admin")).status is S.APPROVED


async def test_a_loan_ends_when_it_is_taken_back_and_when_the_lender_loses_the_right(
    house: MoneyHouse,
) -> None:
    plan = await house.raise_to(house.world.campaign("1", "100"), 120)
    loan = await lend(house, "admin", "analyst")
    assert await house.money.why_not(actor("analyst"), plan) == ""
    await house.stores.people.replace_user(PEOPLE["admin"].model_copy(update={"role": Role.VIEWER}))
    assert "may not approve" in await house.money.why_not(actor("analyst"), plan)
    await house.stores.people.replace_user(PEOPLE["admin"])
    with pytest.raises(Forbidden):
        await house.money.take_back(actor("viewer"), loan.id)
    await house.money.take_back(actor("owner"), loan.id)
    assert "may not approve" in await house.money.why_not(actor("analyst"), plan)
    with pytest.raises(NotFound):
        await house.money.take_back(actor("owner"), loan.id)
    actions = [row.action for row in await house.stores.audit.rows(OURS)]
    assert [one for one in actions if one.startswith("delegation.")] == [
        "delegation.given",
        "delegation.taken_back",
    ]


async def test_nobody_lends_what_he_has_not_to_whom_it_may_not_be_or_for_too_long(house: MoneyHouse) -> None:
    with pytest.raises(Forbidden):
        await lend(house, "analyst", "manager")
    for borrower in ("viewer", "owner"):
        with pytest.raises(BadInput, match="cannot approve in your name"):
            await lend(house, "owner", borrower)
    for ends_at in (NOON, NOON + timedelta(days=91)):
        with pytest.raises(BadInput, match="until"):
            await house.money.delegate(actor("owner"), PEOPLE["analyst"].id, ends_at=ends_at, limit=None)
    with pytest.raises(NotFound):
        await house.money.delegate(actor("owner"), UserId("u_ghost"), ends_at=WEEK, limit=None)
    with pytest.raises(Forbidden, match="agents never"):
        await house.money.delegate(
            actor("owner", agent="VOICE"), PEOPLE["analyst"].id, ends_at=WEEK, limit=None
        )
    # A borrowed right cannot be lent on.
    await lend(house, "owner", "analyst")
    with pytest.raises(Forbidden):
        await lend(house, "analyst", "manager")


async def test_lending_takes_a_fresh_code_from_who_has_a_second_factor(house: MoneyHouse) -> None:
    guarded = PEOPLE["owner"].model_copy(update={"has_second_factor": True})
    await house.stores.people.replace_user(guarded)
    with pytest.raises(FreshCodeNeeded):
        await lend(house, "owner", "analyst")
    fresh = actor("owner").model_copy(update={"code_at": NOON})
    assert await house.money.delegate(fresh, PEOPLE["analyst"].id, ends_at=WEEK, limit=None)
