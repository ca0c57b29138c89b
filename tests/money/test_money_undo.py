"""Undo: the inverse of what was read back, gated like any other change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnify_core.campaigns import Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import BadInput, Conflict
from omnify_guardrails import Wanted, WantedBudget, WantedStatus
from tests.builders.money import (
    FakePlatforms,
    MoneyHouse,
    Trouble,
    a_policy,
    actor,
    money_house,
    money_path_on,
    usd,
)
from tests.money.examples import examples

S = ChangeSetStatus


async def test_an_undo_is_proposed_approved_and_restores_what_stood_before(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    applied = await house.approved(campaign, 50)
    await house.work()
    undo = await house.money.undo(actor("analyst"), applied.id)
    assert (undo.status, undo.undoes) == (S.PROPOSED, applied.id)
    assert house.world.budget(campaign) == usd(50)
    await house.approve(undo)
    await house.work()
    assert house.world.budget(campaign) == usd(100)


async def test_who_hears_that_it_is_done_may_undo_it_at_once(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    heard: list[ChangeSet] = []

    async def undo_at_once(change_set: ChangeSet) -> None:
        if change_set.status is S.DONE:
            heard.append(await house.money.undo(actor("analyst"), change_set.id))

    eager = money_path_on(
        house.stores, FakePlatforms(house.google, house.meta), house.clock, on_change=undo_at_once
    )
    await house.approved(campaign, 120)
    await eager.apply_due("worker")
    assert [undo.status for undo in heard] == [S.PROPOSED]


async def test_an_undo_may_be_undone(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    applied = await house.approved(campaign, 150)
    await house.work()
    undo = await house.approve(await house.money.undo(actor("analyst"), applied.id))
    await house.work()
    again = await house.approve(await house.money.undo(actor("analyst"), undo.id))
    await house.work()
    assert (await house.stored(again)).status is S.DONE
    assert house.world.budget(campaign) == usd(150)


async def test_an_undo_obeys_the_caps_like_any_other(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    applied = await house.approved(campaign, 50)
    await house.work()
    await house.stores.policies.save(a_policy(daily_cap_total=usd(99)))
    undo = await house.money.undo(actor("analyst"), applied.id)
    assert [finding.rule for finding in undo.verdict.denials] == ["daily_cap_total"]


async def test_nobody_can_call_a_new_raise_an_undo(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    applied = await house.approved(campaign, 50)
    await house.work()
    await house.import_market()
    greedy = await house.money.propose(
        actor("analyst"),
        [WantedBudget(entity_id=campaign, amount=usd(101))],
        title="",
        reason="",
        undoes=applied.id,
    )
    assert "step_share" in [finding.rule for finding in greedy.verdict.denials]


async def test_after_a_week_an_undo_is_a_step_like_any_other(house: MoneyHouse) -> None:
    applied = await house.approved(house.world.campaign("1", "100"), 50)
    await house.work()
    house.pass_time(days=8)
    undo = await house.money.undo(actor("analyst"), applied.id)
    assert undo.status is S.DENIED


async def test_what_somebody_changed_since_is_not_undone_blindly(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    applied = await house.approved(campaign, 120)
    await house.work()
    house.world.set_budget(campaign, usd(110))
    with pytest.raises(Conflict, match=r"meta:1 is at 110\.00 USD"):
        await house.money.undo(actor("analyst"), applied.id)


async def test_of_a_plan_that_failed_half_way_the_written_half_is_undone(house: MoneyHouse) -> None:
    ids = [house.world.campaign(number, "100") for number in ("1", "2")]
    approved = await house.approve(
        await house.propose(*[WantedBudget(entity_id=id_, amount=usd(120)) for id_ in ids])
    )
    house.meta.write_troubles.extend([Trouble.NONE, Trouble.REFUSED])
    await house.work()
    undo = await house.money.undo(actor("analyst"), approved.id)
    assert [leg.ref.id for leg in undo.plan.legs] == ids[:1]


async def test_there_is_nothing_to_undo_where_nothing_was_written(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    with pytest.raises(BadInput, match="nothing that could be undone"):
        await house.money.undo(actor("analyst"), proposed.id)


factors = st.integers(51, 149)


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.tuples(factors, st.booleans(), st.booleans()), min_size=1, max_size=4))
async def test_every_applied_plan_has_an_inverse_that_restores_the_world(
    wishes: list[tuple[int, bool, bool]],
) -> None:
    async with money_house() as house:
        wanted: list[Wanted] = []
        for number, (factor, flips, starts_paused) in enumerate(wishes):
            start = Status.PAUSED if starts_paused else Status.ENABLED
            campaign = house.world.campaign(str(number), "100", status=start)
            if factor != 100:
                wanted.append(WantedBudget(entity_id=campaign, amount=usd(factor)))
            if flips or factor == 100:
                other = Status.ENABLED if starts_paused else Status.PAUSED
                wanted.append(WantedStatus(entity_id=campaign, status=other))
        budgets = dict(house.world.budgets)
        statuses = {id_: held.status for id_, held in house.world.held.items()}
        applied = await house.approve(await house.propose(*wanted))
        await house.work()
        assert (await house.stored(applied)).status is S.DONE
        await house.approve(await house.money.undo(actor("analyst"), applied.id))
        await house.work()
        assert house.world.budgets == budgets
        assert {id_: held.status for id_, held in house.world.held.items()} == statuses
