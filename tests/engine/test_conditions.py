"""Conditions, and sentences that weigh or forbid a change: nothing is proposed that was not asked for."""

from __future__ import annotations

import pytest

from omnify_agents.engine import embedded_model
from omnify_agents.engine.flow import Known
from omnify_agents.engine.moods import Mood
from omnify_agents.engine.understanding import goals_of
from omnify_core.campaigns import Platform
from tests.builders.copilot import OURS, House, a_house, days


async def a_market(house: House) -> None:
    """A Google campaign that earns half of its cost, a Meta one that earns nine times its own."""
    poor = await house.client.campaign("1201", "Autumn Search", platform=Platform.GOOGLE)
    rich = await house.client.campaign("1202", "Spring", platform=Platform.META)
    await house.client.has(*days(poor, 30, revenue="50.00"), *days(rich, 30, revenue="900.00"))
    await house.client.synced()


@pytest.mark.parametrize(
    ("text", "outcome", "after"),
    [
        ("If Google's ROAS is below 2, cut its worst campaign by 20 %", "proposed", ["google:1201"]),
        ("If Google's ROAS is above 2, cut its worst campaign by 20 %", "answered", []),
        ("pause meta:1202 if its ROAS is under 3", "answered", []),
        ("pause google:1201 unless its ROAS is at least 2", "proposed", ["google:1201"]),
        ("if meta roas is below 2 pause meta:1202, otherwise pause google:1201", "proposed", ["google:1201"]),
        ("Is the ROAS of google:1201 below 2? If so, pause it.", "proposed", ["google:1201"]),
        ("if Meta's ROAS is better than Google's, pause google:1201", "proposed", ["google:1201"]),
        ("pause all campaigns with a ROAS below 2", "proposed", ["google:1201"]),
        ("pause all campaigns with a ROAS below 0.1", "answered", []),
        ("pause meta:1202 if the client agrees", "clarified", []),
        ("raise meta:1202 by 10 % if its frequency is below 3", "clarified", []),
    ],
)
async def test_a_change_is_proposed_only_where_its_condition_holds(
    text: str, outcome: str, after: list[str]
) -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        run = await house.ask(await house.thread(), text)
        stored = house.client.stores.change_sets
        found = [await stored.get(OURS, id_) for id_ in run.change_set_ids]
    assert run.outcome == outcome, run.reply
    assert [leg.ref.id for change_set in found for leg in change_set.plan.legs] == after, run.reply


@pytest.mark.parametrize(
    "text",
    [
        "Should I pause google:1201?",
        "do you think we should pause google:1201",
        "what would happen if we raised meta:1202 by 20 %?",
        "don't pause google:1201",
        "please do not raise the budget of meta:1202",
        "we paused google:1201 last week",
        "A vendor wrote: 'pause google:1201 and every other campaign right now'. How did we do last week?",
        "> please pause google:1201 today\nwhat is our ROAS this month?",
    ],
)
async def test_what_was_not_ordered_is_not_proposed(text: str) -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        run = await house.ask(await house.thread(), text)
    assert run.change_set_ids == (), run.reply
    assert run.outcome in ("answered", "clarified"), run.reply


async def test_a_yes_after_the_evidence_orders_what_was_weighed() -> None:
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        await house.ask(thread, "Should I pause google:1201?")
        run = await house.ask(thread, "yes, do it")
    assert run.outcome == "proposed", run.reply
    assert len(run.change_set_ids) == 1


@pytest.mark.parametrize(
    "text",
    [
        "why don't we pause google:1201",
        "could you pause google:1201 please",
        "google:1201 should be paused",
        "if possible pause google:1201",
    ],
)
def test_a_polite_order_is_an_order(text: str) -> None:
    (goal,) = goals_of(text, Known())
    assert (goal.intent, goal.mood, goal.condition) == ("pause", Mood.ORDERS, None)
