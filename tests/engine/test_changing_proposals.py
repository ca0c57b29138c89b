"""Correcting what waits, taking back what was applied, and several changes as one plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_agents.engine import embedded_model
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.ids import ThreadId
from omnify_core.legs import BudgetLeg, StatusLeg
from tests.builders.copilot import OURS, House, a_house, actor, days


async def a_market(house: House) -> None:
    poor = await house.client.campaign("1201", "Autumn Search", platform=Platform.GOOGLE)
    rich = await house.client.campaign("1202", "Spring", platform=Platform.META)
    await house.client.has(*days(poor, 30, revenue="50.00"), *days(rich, 30, revenue="900.00"))
    await house.client.synced()


async def sets_of(house: House, *statuses: ChangeSetStatus) -> list[ChangeSet]:
    return list(await house.client.stores.change_sets.of_tenant(OURS, list(statuses)))


def amounts(change_set: ChangeSet) -> dict[str, str]:
    legs = [leg for leg in change_set.plan.legs if isinstance(leg, BudgetLeg)]
    return {leg.ref.id: leg.after.amount for leg in legs}


async def applied(house: House, thread: ThreadId, text: str) -> ChangeSet:
    """Asked for, approved by the owner and carried out."""
    run = await house.ask(thread, text)
    (id_,) = run.change_set_ids
    change_set = await house.client.stores.change_sets.get(OURS, id_)
    await house.client.money.approve(actor("owner"), id_, plan_hash=change_set.plan_hash, via="api")
    for _ in range(10):
        await house.client.money.apply_due("tests")
    done = await house.client.stores.change_sets.get(OURS, id_)
    assert done.status is ChangeSetStatus.DONE, done.outcome
    return done


@pytest.mark.parametrize(
    ("first", "then", "after"),
    [
        ("Set meta:1202 to 110 a day", "Make it 105 instead", {"meta:1202": "105.00"}),
        ("Set meta:1202 to 110 a day", "Actually, 105", {"meta:1202": "105.00"}),
        ("Raise meta:1202 by 10 %", "make it 5 %", {"meta:1202": "105.00"}),
        ("Move 20 a day from google:1201 to meta:1202", "make it 10 instead",
         {"google:1201": "90.00", "meta:1202": "110.00"}),
        ("Set meta:1202 to 110 a day", "sorry, I meant meta:1202 to 105 a day", {"meta:1202": "105.00"}),
    ],
)  # fmt: skip
async def test_a_correction_changes_the_plan_that_waits(first: str, then: str, after: dict[str, str]) -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        await house.ask(thread, first)
        run = await house.ask(thread, then)
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert run.outcome == "proposed", run.reply
    assert amounts(waiting) == after
    assert "stays open" not in run.reply


async def test_another_campaign_is_another_proposal_and_not_a_correction() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        await house.ask(thread, "Set meta:1202 to 110 a day")
        await house.ask(thread, "and google:1201 to 90 a day")
        waiting = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert sorted(id_ for one in waiting for id_ in amounts(one)) == ["google:1201", "meta:1202"]
    assert len(waiting) == 2


async def test_what_was_decided_meanwhile_is_proposed_anew() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        await applied(house, thread, "Set meta:1202 to 110 a day")
        run = await house.ask(thread, "Make it 105 instead")
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert run.outcome == "proposed", run.reply
    assert amounts(waiting) == {"meta:1202": "105.00"}


async def test_undo_finds_the_change_of_the_day_that_was_named() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        yesterday = await applied(house, thread, "Set meta:1202 to 110 a day")
        house.client.clock.move_to(house.client.clock.now() + timedelta(days=1))
        await applied(house, thread, "Set google:1201 to 90 a day")
        await house.ask(thread, "Undo what you changed yesterday")
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert waiting.undoes == yesterday.id
    assert amounts(waiting) == {"meta:1202": "100.00"}


async def test_undo_finds_the_change_of_the_campaign_that_was_named() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        meant = await applied(house, thread, "Set meta:1202 to 110 a day")
        house.client.clock.move_to(house.client.clock.now() + timedelta(minutes=5))
        await applied(house, thread, "Set google:1201 to 90 a day")
        await house.ask(thread, "Undo the change of meta:1202")
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert waiting.undoes == meant.id


async def test_undo_asks_where_several_changes_fit_and_takes_the_answer() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        first = await applied(house, thread, "Set meta:1202 to 110 a day")
        await applied(house, thread, "Set google:1201 to 90 a day")
        asked = await house.ask(thread, "Undo what you changed today")
        none_yet = await sets_of(house, ChangeSetStatus.PROPOSED)
        await house.ask(thread, first.id)
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert asked.outcome == "clarified", asked.reply
    assert none_yet == []
    assert waiting.undoes == first.id


async def test_a_day_without_changes_leaves_nothing_to_undo() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        await applied(house, thread, "Set meta:1202 to 110 a day")
        run = await house.ask(thread, "Undo what you changed yesterday")
    assert run.change_set_ids == ()
    assert "nothing to take back" in run.reply


async def test_several_changes_of_one_sentence_are_one_plan() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        run = await house.ask(thread, "Raise meta:1202 by 10 % and google:1201 by 5 %")
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert run.outcome == "proposed", run.reply
    assert amounts(waiting) == {"meta:1202": "110.00", "google:1201": "105.00"}


async def test_pausing_by_a_rule_leaves_alone_what_does_not_break_it() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        await house.ask(await house.thread(), "Pause every campaign with a ROAS below 2")
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    legs = [leg for leg in waiting.plan.legs if isinstance(leg, StatusLeg)]
    assert [leg.ref.id for leg in legs] == ["google:1201"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Multiply the budget of meta:1202 by ten", []),
        ("Raise the budget of meta:1202 10 fold", []),
        ("Raise meta:1202 by a factor of 1.1", [{"meta:1202": "110.00"}]),
    ],
)
async def test_a_factor_is_never_read_as_an_amount(text: str, after: list[dict[str, str]]) -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        run = await house.ask(await house.thread(), text)
        waiting = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert [amounts(one) for one in waiting] == after, run.reply


async def test_all_budgets_are_changed_by_one_percentage_only() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        unclear = await house.ask(thread, "Set all budgets to 500 dollars")
        await house.ask(thread, "Lower all Meta budgets by 10 %")
        (waiting,) = await sets_of(house, ChangeSetStatus.PROPOSED)
    assert unclear.outcome == "clarified", unclear.reply
    assert amounts(waiting) == {"meta:1202": "90.00"}
