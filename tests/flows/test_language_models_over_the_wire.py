"""The same conversation with a language model server on loopback, over both protocols."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from omnify_agents.providers import ChosenModel, ModelChoice, choose_model
from omnify_core.conversations import RunStatus
from tests.builders.copilot import a_house, days
from tests.builders.model_server import BreakOff, Call, Fail, Hang, ModelServer, Say, model_server

Api = Literal["responses", "chat"]
APIS: tuple[Api, ...] = ("responses", "chat")


def chosen(server: ModelServer, api: Api, **changes: Any) -> ChosenModel:
    return choose_model(ModelChoice(base_url=server.url, model="house-1", api=api, **changes))


def handoff(agent: str) -> Call:
    return Call(((f"transfer_to_{agent}", {"reason": "performance"}),))


@pytest.mark.parametrize("api", APIS)
async def test_a_whole_run_with_handoff_tool_and_streamed_text(api: Api) -> None:
    text = "Spend was 700.00 USD at a CPA of 10.00 USD."
    steps = (
        handoff("reflexes"),
        Call((("performance_summary", {"period": "last_7_days", "platform": "meta"}),)),
        Say(text),
    )
    async with model_server(*steps) as server, a_house(chosen(server, api)) as house:
        campaign = await house.client.campaign("1", "Spring")
        await house.client.has(*days(campaign, 7))
        run = await house.ask(await house.thread(), "How was last week on Meta?")
        events = await house.events(run.id)

    assert (run.status, run.outcome, run.reply) == (RunStatus.DONE, "answered", text)
    assert run.route == ("router", "reflexes")
    (call,) = run.tool_calls
    assert (call.name, call.arguments["period"], call.ok) == ("performance_summary", "last_7_days", True)
    deltas = [event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT"]
    assert len(deltas) > 3
    assert "".join(deltas) == text
    arguments = "".join(event["delta"] for event in events if event["type"] == "TOOL_CALL_ARGS")
    assert json.loads(arguments) == call.arguments
    assert run.unverified_figures == ()


@pytest.mark.parametrize("api", APIS)
async def test_usage_is_counted_over_the_wire(api: Api) -> None:
    async with (
        model_server(handoff("face"), Say("Hello.")) as server,
        a_house(chosen(server, api, prices="1,10,0.5")) as house,
    ):
        run = await house.ask(await house.thread(), "Hi")
    assert (run.usage.requests, run.usage.input_tokens, run.usage.output_tokens) == (2, 240, 60)
    # 2 x (100 fresh + 20 cached at half + 30 out at ten times) per million.
    assert run.usage.cost_usd == "0.00082"


@pytest.mark.parametrize("api", APIS)
async def test_several_tool_calls_of_one_response_keep_apart(api: Api) -> None:
    both = Call((("briefing", {}), ("data_freshness", {})))
    async with (
        model_server(handoff("face"), both, Say("All quiet.")) as server,
        a_house(chosen(server, api)) as house,
    ):
        run = await house.ask(await house.thread(), "What's new?")
        events = await house.events(run.id)
    assert [call.name for call in run.tool_calls] == ["briefing", "data_freshness"]
    ids = [event["toolCallId"] for event in events if event["type"] == "TOOL_CALL_START"]
    assert len(set(ids)) == 2
    assert sorted(event["toolCallId"] for event in events if event["type"] == "TOOL_CALL_RESULT") == sorted(
        ids
    )


@pytest.mark.parametrize("api", APIS)
async def test_the_next_turn_carries_the_conversation_in_any_protocol(api: Api) -> None:
    steps = (handoff("face"), Call((("data_freshness", {}),)), Say("Fresh."), Say("As I said."))
    async with model_server(*steps) as server, a_house(chosen(server, api)) as house:
        thread = await house.thread()
        await house.ask(thread, "How fresh is it?")
        run = await house.ask(thread, "Sure?")
    assert run.reply == "As I said."
    sent = json.dumps(server.requests[-1])
    assert "How fresh is it?" in sent
    assert "Sure?" in sent
    assert "call_" in sent


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_server_is_asked_again(api: Api, status: int) -> None:
    async with (
        model_server(Fail(status), Fail(status), Say("Here I am.")) as server,
        a_house(chosen(server, api)) as house,
    ):
        run = await house.ask(await house.thread(), "Hi")
    assert run.reply == "Here I am."
    assert len(server.requests) == 3


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("status", "says_what"),
    [(429, "busy"), (500, "answered 500"), (401, "refused the key"), (404, "does not know this model")],
)
async def test_a_server_that_keeps_failing_ends_the_run_in_our_words(
    api: Api, status: int, says_what: str
) -> None:
    fails = [Fail(status, "Incorrect API key provided: sk-abc123") for _ in range(4)]
    async with model_server(*fails) as server, a_house(chosen(server, api)) as house:
        run = await house.ask(await house.thread(), "Hi")
        events = await house.events(run.id)
    assert run.status is RunStatus.FAILED
    assert says_what in run.error
    assert "sk-abc123" not in json.dumps(events) + run.error


@pytest.mark.parametrize("api", APIS)
async def test_a_server_that_does_not_answer_is_given_up(api: Api) -> None:
    async with (
        model_server(Hang(), Hang()) as server,
        a_house(chosen(server, api, timeout_s=0.1, max_retries=1)) as house,
    ):
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.FAILED
    assert "did not answer in time" in run.error


@pytest.mark.parametrize("api", APIS)
async def test_an_answer_that_breaks_off_is_not_taken_for_whole(api: Api) -> None:
    async with (
        model_server(BreakOff("The spend was 1,234 and then")) as server,
        a_house(chosen(server, api, max_retries=0)) as house,
    ):
        run = await house.ask(await house.thread(), "Hi")
        events = await house.events(run.id)
    assert run.status is RunStatus.FAILED
    assert events[-1]["type"] == "RUN_ERROR"
    assert [event["type"] for event in events].count("TEXT_MESSAGE_END") == 1


async def test_a_server_that_is_not_there_is_named() -> None:
    choice = ModelChoice(base_url="http://127.0.0.1:9/v1", model="house-1", api="chat", max_retries=0)
    async with a_house(choose_model(choice)) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.FAILED
    assert "cannot be reached" in run.error


@pytest.mark.parametrize("api", APIS)
async def test_figures_that_no_tool_gave_are_flagged(api: Api) -> None:
    async with (
        model_server(Say("Spend was 4,711.00 USD with 37 conversions.")) as server,
        a_house(chosen(server, api)) as house,
    ):
        run = await house.ask(await house.thread(), "How was last week?")
        events = await house.events(run.id)
    assert run.unverified_figures == ("4,711.00", "37")
    flagged = [event["value"] for event in events if event.get("name") == "unverified_figures"]
    assert flagged == [{"figures": ["4,711.00", "37"]}]
    shown = "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT")
    assert "no tool of this conversation gave 4,711.00, 37" in shown
    assert run.reply.endswith("Do not rely on it without checking.")


@pytest.mark.parametrize("api", APIS)
async def test_a_model_that_invented_a_figure_is_told_so_in_the_next_turn(api: Api) -> None:
    steps = (Say("Spend was 4,711.00 USD."), Say("I take that back."))
    async with model_server(*steps) as server, a_house(chosen(server, api)) as house:
        thread = await house.thread()
        await house.ask(thread, "How was last week?")
        await house.ask(thread, "Really?")
    assert "no tool of this conversation gave 4,711.00" in json.dumps(server.requests[-1])


async def test_a_key_is_sent_and_kept_out_of_everything_else() -> None:
    async with (
        model_server(Say("Hello.")) as server,
        a_house(chosen(server, "chat", api_key="sk-canary-7f3a")) as house,
    ):
        run = await house.ask(await house.thread(), "Hi")
        events = await house.events(run.id)
    assert server.keys == ["Bearer sk-canary-7f3a"]
    assert "sk-canary" not in json.dumps(events) + run.model_dump_json() + json.dumps(server.requests)
