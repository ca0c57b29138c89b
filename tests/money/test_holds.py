"""What approved plans hold, and what a process that died between two documents leaves behind."""

from __future__ import annotations

import pytest

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict
from omnify_core.rates import Rates
from omnify_guardrails.holds import is_held, release, reserve, sweep
from tests.builders.money import OURS, MoneyHouse, usd

S = ChangeSetStatus


async def reserved(house: MoneyHouse, change_set: ChangeSet) -> None:
    ledger = await house.stores.ledger.get(OURS)
    await reserve(house.money._ports, change_set, ledger=ledger, rates=Rates("USD"))


async def test_a_hold_names_the_objects_and_the_whole_raise(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    ledger = await house.stores.ledger.get(OURS)
    assert ledger.in_flight == {"meta/act_9/campaign/1": approved.id}
    assert ledger.reserved == {approved.id: usd(20).minor}
    assert is_held(ledger, approved)


async def test_holds_are_taken_on_exactly_the_ledger_that_was_judged(house: MoneyHouse) -> None:
    one = await house.raise_to(house.world.campaign("1", "100"), 120)
    two = await house.raise_to(house.world.campaign("2", "100"), 120)
    judged = await house.stores.ledger.get(OURS)
    await reserve(house.money._ports, one, ledger=judged, rates=Rates("USD"))
    with pytest.raises(Conflict):
        await reserve(house.money._ports, two, ledger=judged, rates=Rates("USD"))


async def test_death_between_hold_and_approval_frees_the_objects_at_the_next_sweep(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    proposed = await house.raise_to(campaign, 120)
    await reserved(house, proposed)
    assert await sweep(house.money._ports, OURS) == 1
    assert (await house.stores.ledger.get(OURS)).in_flight == {}
    assert (await house.approve(proposed)).status is S.APPROVED


async def test_the_next_approval_of_the_same_plan_takes_the_same_hold(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    await reserved(house, proposed)
    assert (await house.approve(proposed)).status is S.APPROVED


async def test_an_approver_overtaken_by_the_sweep_loses_instead_of_approving_without_a_hold(
    house: MoneyHouse,
) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    await reserved(house, proposed)
    await sweep(house.money._ports, OURS)
    with pytest.raises(Conflict):
        await house.stores.change_sets.replace(proposed.model_copy(update={"status": S.APPROVED}))


async def test_the_sweep_leaves_what_is_under_way(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    assert await sweep(house.money._ports, OURS) == 0
    assert is_held(await house.stores.ledger.get(OURS), approved)


async def test_death_between_the_end_and_the_release_is_swept_with_its_history(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    held = await house.stores.ledger.get(OURS)
    await house.work()
    after = await house.stores.ledger.get(OURS)
    await house.stores.ledger.replace(held.model_copy(update={"version": after.version}))
    await house.work()
    swept = await house.stores.ledger.get(OURS)
    assert (swept.in_flight, swept.reserved) == ({}, {})
    assert [change.after_minor for change in swept.changes] == [12_000]
    await release(house.money._ports, await house.stored(approved))
    assert (await house.stores.ledger.get(OURS)).changes == swept.changes


async def test_a_plan_that_lost_its_hold_sends_nothing(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    ledger = await house.stores.ledger.get(OURS)
    await house.stores.ledger.replace(ledger.model_copy(update={"in_flight": {}, "reserved": {}}))
    await house.work()
    assert house.world.requests == []
    assert "does not hold" in (await house.stored(approved)).outcome


async def test_history_older_than_a_week_is_dropped(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.approved(campaign, 120)
    await house.work()
    house.pass_time(days=8)
    await house.approved(campaign, 130)
    await house.work()
    assert [change.after_minor for change in (await house.stores.ledger.get(OURS)).changes] == [13_000]
