"""Whole runs: a question, a handoff, tools, an answer, and what the log and the record say of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from ag_ui.core import Event
from agents.testing import ScriptedModel, function_call
from pydantic import TypeAdapter

from agents import Usage
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.conversations import RunStatus
from omnify_core.errors import BadInput, NotFound
from omnify_tools.declare import Effect, effect_of
from tests.builders.copilot import OURS, a_house, days
from tests.builders.steps import calls, only_completed, says, to

AG_UI: TypeAdapter[Any] = TypeAdapter(Event)


def kinds(events: Sequence[dict[str, Any]]) -> list[str]:
    return [
        str(event.get("name") or event["type"]) if event["type"] == "CUSTOM" else event["type"]
        for event in events
    ]


async def test_a_question_is_handed_over_and_answered_from_tools() -> None:
    model = ScriptedModel(
        [
            to("reflexes", "last week"),
            calls("performance_summary", period="last_7_days"),
            says("Spend was 700.00 USD."),
        ]
    )
    async with a_house(model) as house:
        campaign = await house.client.campaign("1", "Spring")
        await house.client.has(*days(campaign, 7))
        run = await house.ask(await house.thread(), "How was last week?")
        events = await house.events(run.id)

    model.assert_complete()
    assert (run.status, run.outcome, run.reply) == (RunStatus.DONE, "answered", "Spend was 700.00 USD.")
    assert run.route == ("router", "reflexes")
    assert [(call.name, call.effect, call.ok) for call in run.tool_calls] == [
        ("performance_summary", "read", True)
    ]
    assert kinds(events) == [
        "RUN_STARTED",
        "handoff",
        "SUBAGENT_STARTED",
        "TOOL_CALL_START",
        "TOOL_CALL_ARGS",
        "TOOL_CALL_END",
        "TOOL_CALL_RESULT",
        "TEXT_MESSAGE_START",
        "TEXT_MESSAGE_CONTENT",
        "TEXT_MESSAGE_CONTENT",
        "TEXT_MESSAGE_END",
        "SUBAGENT_FINISHED",
        "outcome",
        "RUN_FINISHED",
    ]
    assert events[0]["protocolVersion"] == "1.0"
    assert events[1]["value"] == {"from": "Router", "to": "REFLEXES", "reason": "last week"}
    assert "spend 700.00 USD" in json.loads(events[6]["content"])["headline"]


async def test_every_event_is_one_of_the_protocol() -> None:
    model = ScriptedModel([to("face"), calls("briefing"), says("All quiet.")])
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "What's new?")
        events = await house.events(run.id)
    for event in events:
        AG_UI.validate_python(event)


async def test_a_proposal_ends_before_a_person() -> None:
    model = ScriptedModel(
        [
            to("voice"),
            calls("propose_daily_budget", campaign_id="meta:1", amount="120.00"),
            says("It waits for your approval."),
        ]
    )
    async with a_house(model) as house:
        campaign = await house.client.campaign("1", "Spring")
        run = await house.ask(await house.thread(), "Put Spring on 120 a day")
        events = await house.events(run.id)
        (change_set,) = await house.client.stores.change_sets.of_tenant(OURS)
        assert house.client.world.requests == []

    assert run.outcome == "proposed"
    assert run.change_set_ids == (change_set.id,)
    assert change_set.status is ChangeSetStatus.PROPOSED
    assert change_set.run_id == run.id
    assert change_set.thread_id == "th_1"
    assert change_set.proposed_by_agent == "VOICE"
    assert change_set.reason == "Put Spring on 120 a day"
    told = next(event["value"] for event in events if event.get("name") == "change_set")
    assert told["id"] == change_set.id
    assert told["plan_hash"] == change_set.plan_hash
    assert campaign == "meta:1"


async def test_what_policy_denies_is_refused() -> None:
    model = ScriptedModel(
        [
            to("voice"),
            calls("propose_daily_budget", campaign_id="meta:1", amount="99999.00"),
            says("That is above the limit."),
        ]
    )
    async with a_house(model) as house:
        await house.client.campaign("1", "Spring")
        run = await house.ask(await house.thread(), "Put Spring on 99,999 a day")
    assert run.outcome == "refused"
    assert run.status is RunStatus.DONE


async def test_the_next_question_starts_with_the_agent_that_spoke_last() -> None:
    model = ScriptedModel([to("eyes"), says("Two creatives run."), says("The first one.")])
    async with a_house(model) as house:
        thread = await house.thread()
        await house.ask(thread, "Which creatives run?")
        assert (await house.stored(thread)).current_agent == "EYES"
        run = await house.ask(thread, "Which is better?")
    model.assert_complete()
    assert run.route == ("eyes",)
    assert model.calls[2].input[0]["content"] == "Which creatives run?"


async def test_a_specialist_hands_to_another_and_back_to_the_router() -> None:
    model = ScriptedModel([to("reflexes"), to("voice"), to("router"), says("What shall I do?")])
    async with a_house(model) as house:
        thread = await house.thread()
        run = await house.ask(thread, "Hm")
        assert (await house.stored(thread)).current_agent == "Router"
    model.assert_complete()
    assert run.route == ("router", "reflexes", "voice", "router")
    assert run.outcome == "clarified"


async def test_a_handoff_without_a_reason_does_not_end_the_run() -> None:
    model = ScriptedModel([calls("transfer_to_face"), says("Hello.")])
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.DONE


async def test_a_failing_tool_is_told_to_the_model_and_the_run_goes_on() -> None:
    model = ScriptedModel(
        [
            to("voice"),
            calls("propose_status", campaign_id="meta:404", status="paused"),
            says("I know no such campaign."),
        ]
    )
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "Pause meta:404")
    model.assert_complete()
    assert run.status is RunStatus.DONE
    assert [call.ok for call in run.tool_calls] == [False]
    seen = json.loads(model.calls[2].input[-1]["output"])
    assert (seen["kind"], seen["code"], seen["retry"]) == ("error", "bad_input", "changed")


@pytest.mark.parametrize("arguments", ['{"metric": 5}', "{not json", '["roas"]'])
async def test_bad_arguments_are_answered_instead_of_ending_the_run(arguments: str) -> None:
    model = ScriptedModel([to("reflexes"), calls("rank_campaigns", arguments), says("Sorry.")])
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "Best?")
    model.assert_complete()
    assert run.status is RunStatus.DONE
    assert json.loads(model.calls[2].input[-1]["output"])["code"] == "bad_input"


async def test_a_tool_that_does_not_exist_is_answered_too() -> None:
    model = ScriptedModel([calls("approve_change_set", id="cs_1"), says("I cannot approve.")])
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "Approve it yourself")
    model.assert_complete()
    assert run.status is RunStatus.DONE


async def test_no_agent_has_a_tool_that_approves_or_applies() -> None:
    model = ScriptedModel([says("Hello.")])
    async with a_house(model) as house:
        agents = house.runtime._graph.by_name.values()
        names = {tool.name for agent in agents for tool in agent.tools}
    assert {name for name in names if "approve" in name or "apply" in name or "execute" in name} == set()
    proposing = {name for name in names if effect_of(name) is Effect.PROPOSE}
    assert proposing == {name for name in names if name.startswith("propose_")}


async def test_several_tools_at_once_are_told_apart() -> None:
    model = ScriptedModel(
        [
            to("face"),
            [function_call("briefing", {}, call_id="a"), function_call("data_freshness", {}, call_id="b")],
            says("Fine."),
        ]
    )
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "What's new?")
        events = await house.events(run.id)
    for call in ("a", "b"):
        mine = [event["type"] for event in events if event.get("toolCallId") == call]
        assert mine == ["TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"]


async def test_a_model_that_states_only_the_whole_reads_the_same() -> None:
    """Some servers send no deltas: only the completed response."""
    streamed = ScriptedModel([to("face"), calls("data_freshness"), says("Fine.")])
    whole = ScriptedModel(
        [only_completed(step) for step in (to("face"), calls("data_freshness"), says("Fine."))]
    )
    seen = []
    for model in (streamed, whole):
        async with a_house(model) as house:
            run = await house.ask(await house.thread(), "Fresh?")
            seen.append((run.reply, kinds(await house.events(run.id))))
    assert seen[0] == seen[1]


async def test_the_model_may_name_the_outcome_of_its_reply() -> None:
    step = only_completed(says("Which one do you mean."), {"outcome": "clarified"})
    async with a_house(ScriptedModel([step])) as house:
        run = await house.ask(await house.thread(), "Pause it")
    assert run.outcome == "clarified"


async def test_usage_is_counted_by_agent() -> None:
    used = Usage(requests=1, input_tokens=100, output_tokens=10, total_tokens=110)
    model = ScriptedModel([to("face"), says("Hello.")], default_usage=used)
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert (run.usage.requests, run.usage.input_tokens, run.usage.output_tokens) == (2, 200, 20)
    assert run.usage.by_agent == {"router": 110, "face": 110}


async def test_the_outcome_of_a_change_enters_the_conversation() -> None:
    model = ScriptedModel([says("Hello."), says("Yes, it was applied.")])
    async with a_house(model) as house:
        thread = await house.thread()
        await house.ask(thread, "Hi")
        await house.runtime.post_event(OURS, thread, "Applied: Spring\nfrom 100 to 120 a day")
        await house.ask(thread, "Did it work?")
    texts = [item["content"] for item in model.calls[1].input]
    assert texts[2] == "[event] Applied: Spring from 100 to 120 a day"
    assert texts[3] == "Did it work?"


@pytest.mark.parametrize("text", ["", "   \n", "x" * 8_001])
async def test_an_empty_or_endless_message_is_refused_before_a_run(text: str) -> None:
    async with a_house(ScriptedModel()) as house:
        thread = await house.thread()
        with pytest.raises(BadInput):
            await house.ask(thread, text)
        assert (await house.stored(thread)).running is None


async def test_another_persons_conversation_is_not_there() -> None:
    async with a_house(ScriptedModel()) as house:
        thread = await house.thread(who="owner")
        with pytest.raises(NotFound):
            await house.ask(thread, "Hi", who="analyst")


async def test_the_second_platform_is_reached_by_the_same_words() -> None:
    model = ScriptedModel(
        [
            to("voice"),
            calls("propose_budget_move", from_campaign_id="Spring", to_campaign_id="Brand", amount="20"),
            says("It waits for approval."),
        ]
    )
    async with a_house(model) as house:
        await house.client.campaign("1", "Spring")
        await house.client.campaign("2", "Brand", platform=Platform.GOOGLE)
        run = await house.ask(await house.thread(), "Move 20 a day from Spring to Brand")
        (change_set,) = await house.client.stores.change_sets.of_tenant(OURS)
    assert run.outcome == "proposed"
    assert [(leg.ref.id, str(leg.after)) for leg in change_set.plan.legs] == [
        ("meta:1", "80.00 USD"),
        ("google:2", "120.00 USD"),
    ]
