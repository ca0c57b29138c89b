"""However a run ends, it ends: stopped, bounded, failed, cut off or left behind by a dead process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest
from agents.exceptions import ModelBehaviorError
from agents.testing import ModelStep, ScriptedModel
from openai.types.responses import ResponseTextDeltaEvent

from agents import Model, ModelResponse, Usage
from omnify_agents.accounting import Prices
from omnify_core.change_sets import ChangeSet
from omnify_core.conversations import RunStatus
from omnify_core.errors import AlreadyRunning, NotFound, PlatformUnavailable
from omnify_core.ids import ChangeSetId, RunId
from tests.builders.copilot import OURS, a_client, a_house, actor, chosen, runtime_on
from tests.builders.copilot import House as CopilotHouse
from tests.builders.steps import calls, says, to


class Endless(Model):
    """Streams for ever, without ever waiting."""

    async def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        while True:
            yield ResponseTextDeltaEvent(
                content_index=0,
                delta="and ",
                item_id="m",
                logprobs=[],
                output_index=0,
                sequence_number=0,
                type="response.output_text.delta",
            )

    async def get_response(self, *_: Any, **__: Any) -> ModelResponse:
        raise NotImplementedError


class Hanging(Model):
    """Says one word, then nothing; `reached` is set when it hangs."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    async def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        async for event in ScriptedModel([says("Let me see")]).stream_response(
            None, [], _settings(), [], None, [], _no_tracing(), **_NOTHING
        ):
            if event.type == "response.output_text.done":
                break
            yield event
        self.reached.set()
        await asyncio.Event().wait()

    async def get_response(self, *_: Any, **__: Any) -> ModelResponse:
        raise NotImplementedError


async def test_a_stopped_run_is_cancelled_and_the_conversation_goes_on() -> None:
    model = Hanging()
    async with a_house(model) as house:
        thread = await house.thread()
        run_id = await house.runtime.start(actor("analyst"), thread, "How was last week?")
        await model.reached.wait()
        await house.runtime.stop(actor("analyst"), run_id)
        run = await house.runtime.wait(run_id)
        events = await house.events(run_id)
        assert await house.client.stores.events.is_closed(run_id)
        assert (await house.stored(thread)).running is None
        items = await house.client.stores.threads.items(OURS, thread)

    assert (run.status, run.reply) == (RunStatus.CANCELLED, "Let me see")
    assert [event["type"] for event in events][-3:] == ["TEXT_MESSAGE_END", "CUSTOM", "RUN_FINISHED"]
    assert events[-1]["outcome"] == {"type": "cancelled"}
    assert [item["role"] for item in items] == ["user", "assistant"]


async def test_a_run_can_be_stopped_before_it_has_begun_and_more_than_once() -> None:
    async with a_house(Hanging()) as house:
        run_id = await house.runtime.start(actor("analyst"), await house.thread(), "Hi")
        for _ in range(3):
            await house.runtime.stop(actor("analyst"), run_id)
        run = await house.runtime.wait(run_id)
        await house.runtime.stop(actor("analyst"), run_id)
    assert run.status is RunStatus.CANCELLED


async def test_only_its_person_can_stop_a_run() -> None:
    model = Hanging()
    async with a_house(model) as house:
        run_id = await house.runtime.start(actor("analyst"), await house.thread(), "Hi")
        with pytest.raises(NotFound):
            await house.runtime.stop(actor("owner"), run_id)
        with pytest.raises(NotFound):
            await house.runtime.stop(actor("analyst"), RunId("run_unknown"))
        await house.runtime.stop(actor("analyst"), run_id)
        await house.runtime.wait(run_id)


async def test_a_stop_lets_a_proposal_under_way_be_stored_whole() -> None:
    model = ScriptedModel([to("voice"), calls("propose_daily_budget", campaign_id="meta:1", amount="120")])
    async with a_house(model) as house:
        await house.client.campaign("1", "Spring")
        slow = SlowProposals(house.client.money)
        house.client.money = slow  # type: ignore[assignment]
        house = CopilotHouse(house.client, runtime_on(house.client, model))
        run_id = await house.runtime.start(actor("analyst"), await house.thread(), "Put Spring on 120")
        await slow.reached.wait()
        await house.runtime.stop(actor("analyst"), run_id)
        slow.go_on.set()
        run = await house.runtime.wait(run_id)
        (change_set,) = await house.client.stores.change_sets.of_tenant(OURS)
        events = await house.events(run_id)
    assert run.status is RunStatus.CANCELLED
    assert run.change_set_ids == (change_set.id,)
    assert [event["value"]["id"] for event in events if event.get("name") == "change_set"] == [change_set.id]


async def test_a_model_that_calls_tools_for_ever_is_stopped_after_its_turns() -> None:
    model = ScriptedModel([to("face"), *[calls("data_freshness") for _ in range(30)]])
    async with a_house(model, max_turns=6) as house:
        run = await house.ask(await house.thread(), "Hi")
        events = await house.events(run.id)
    assert (run.status, run.outcome) == (RunStatus.FAILED, "failed")
    assert len(model.calls) == 6
    assert events[-1]["type"] == "RUN_ERROR"
    assert events[-1]["code"] == "limit_reached"
    assert "too many steps" in run.error


async def test_agents_that_hand_over_for_ever_are_stopped_too() -> None:
    model = ScriptedModel([step for _ in range(20) for step in (to("voice"), to("router"))])
    async with a_house(model, max_turns=7) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.FAILED
    assert len(run.route) <= 8


async def test_tool_calls_above_the_limit_are_answered_so_that_the_model_can_conclude() -> None:
    many = [step for _ in range(5) for step in calls("data_freshness")]
    model = ScriptedModel([to("face"), many, says("That is what I know.")])
    async with a_house(model, max_tool_calls=3) as house:
        run = await house.ask(await house.thread(), "Hi")
    model.assert_complete()
    assert run.status is RunStatus.DONE
    assert [call.ok for call in run.tool_calls].count(True) == 3


async def test_a_model_that_streams_for_ever_is_cut_off() -> None:
    async with a_house(Endless(), max_reply_chars=5_000) as house:
        async with asyncio.timeout(10):
            run = await house.ask(await house.thread(), "Hi")
        events = await house.events(run.id)
    assert run.status is RunStatus.FAILED
    assert "did not come to an end" in run.error
    assert [event["type"] for event in events].count("TEXT_MESSAGE_END") == 1
    assert len(run.reply) <= 5_000


async def test_a_model_that_hangs_is_bounded_in_time() -> None:
    async with a_house(Hanging(), max_seconds=0.05) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.FAILED
    assert "took too long" in run.error


async def test_a_run_ends_before_the_model_call_that_its_tokens_do_not_cover() -> None:
    used = Usage(requests=1, input_tokens=900, output_tokens=200, total_tokens=1_100)
    model = ScriptedModel([to("face"), calls("data_freshness"), says("Never said.")], default_usage=used)
    async with a_house(model, max_tokens=2_000) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.FAILED
    assert "tokens" in run.error
    assert run.usage.requests == 2


async def test_an_answer_that_is_there_is_not_thrown_away_for_its_cost() -> None:
    from decimal import Decimal

    used = Usage(requests=1, input_tokens=500_000, output_tokens=500_000, total_tokens=1_000_000)
    priced = chosen(
        ScriptedModel([says("Dear, but here.")], default_usage=used),
        prices=Prices(Decimal("2"), Decimal("8"), Decimal("1")),
    )
    async with a_house(priced, max_cost_usd=1.0) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert (run.status, run.reply, run.usage.cost_usd) == (RunStatus.DONE, "Dear, but here.", "5")


async def test_a_run_ends_before_the_model_call_that_its_money_does_not_cover() -> None:
    from decimal import Decimal

    used = Usage(requests=1, input_tokens=500_000, output_tokens=0, total_tokens=500_000)
    priced = chosen(
        ScriptedModel([to("face"), says("Never said.")], default_usage=used),
        prices=Prices(Decimal("2"), Decimal("8"), Decimal("1")),
    )
    async with a_house(priced, max_cost_usd=0.5, max_tokens=10_000_000) as house:
        run = await house.ask(await house.thread(), "Hi")
    assert run.status is RunStatus.FAILED
    assert "cost" in run.error


_REQUEST = httpx.Request("POST", "http://model.test")


@pytest.mark.parametrize(
    ("error", "code", "says_what"),
    [
        (openai.APIConnectionError(request=_REQUEST), "model_unavailable", "cannot be reached"),  # type: ignore[arg-type]
        (ModelBehaviorError("raw prompt text"), "model_unavailable", "cannot be used"),
        (PlatformUnavailable("Meta Ads is busy"), "platform_unavailable", "Meta Ads is busy"),
        (KeyError("secret"), "internal", "failed inside"),
    ],
)
async def test_a_failure_is_told_in_our_words(error: Exception, code: str, says_what: str) -> None:
    async with a_house(ScriptedModel([ModelStep.raise_error(error)])) as house:
        thread = await house.thread()
        run = await house.ask(thread, "Hi")
        events = await house.events(run.id)
        assert (await house.stored(thread)).running is None
    assert run.status is RunStatus.FAILED
    assert events[-1] == {"type": "RUN_ERROR", "message": run.error, "code": code}
    assert says_what in run.error
    assert "secret" not in run.error
    assert "raw prompt" not in run.error


async def test_the_conversation_goes_on_after_a_failure() -> None:
    model = ScriptedModel([ModelStep.raise_error(ModelBehaviorError("?")), says("Hello again.")])
    async with a_house(model) as house:
        thread = await house.thread()
        await house.ask(thread, "First")
        run = await house.ask(thread, "Second")
    assert run.reply == "Hello again."
    contents = [item["content"] for item in model.calls[1].input]
    assert contents[0] == "First"
    assert contents[1].startswith("[event] This answer failed")
    assert contents[2] == "Second"


async def test_two_runs_at_once_in_one_conversation_are_refused() -> None:
    model = Hanging()
    async with a_house(model) as house:
        thread = await house.thread()
        results = await asyncio.gather(
            *(house.runtime.start(actor("analyst"), thread, f"Question {n}") for n in range(5)),
            return_exceptions=True,
        )
        started = [result for result in results if isinstance(result, str)]
        assert len(started) == 1
        assert sum(isinstance(result, AlreadyRunning) for result in results) == 4
        await house.runtime.stop(actor("analyst"), RunId(started[0]))
        await house.runtime.wait(RunId(started[0]))
        again = await house.runtime.start(actor("analyst"), thread, "Now?")
        await house.runtime.stop(actor("analyst"), again)
        await house.runtime.wait(again)


async def test_different_conversations_run_side_by_side() -> None:
    async with a_house(ScriptedModel([says("One."), says("Two.")])) as house:
        threads = [await house.thread("th_1"), await house.thread("th_2")]
        runs = await asyncio.gather(*(house.ask(thread, "Hi") for thread in threads))
    assert sorted(run.reply for run in runs) == ["One.", "Two."]


async def test_a_closing_server_ends_what_is_under_way() -> None:
    model = Hanging()
    async with a_house(model) as house:
        thread = await house.thread()
        run_id = await house.runtime.start(actor("analyst"), thread, "Hi")
        await model.reached.wait()
        await house.runtime.close()
        run = await house.client.stores.threads.run(OURS, run_id)
        assert (await house.stored(thread)).running is None
        assert await house.client.stores.events.is_closed(run_id)
    assert run.status is RunStatus.FAILED
    assert "server is stopping" in run.error


async def test_a_run_left_open_by_a_dead_process_is_closed_at_the_next_start() -> None:
    async with a_client() as client:
        dead = CopilotHouse(client, runtime_on(client, Hanging()))
        thread = await dead.thread()
        run_id = await dead.runtime.start(actor("analyst"), thread, "Hi")
        _kill(dead.runtime._live[run_id].task)

        alive = CopilotHouse(client, runtime_on(client, ScriptedModel([says("Back again.")])))
        assert await alive.runtime.recover() == 1
        run = await client.stores.threads.run(OURS, run_id)
        events = await alive.events(run_id)
        assert (run.status, run.outcome) == (RunStatus.FAILED, "failed")
        assert [event["type"] for event in events] == ["RUN_STARTED", "CUSTOM", "RUN_ERROR"]
        assert await client.stores.events.is_closed(run_id)
        assert (await alive.ask(thread, "Still there?")).reply == "Back again."
        assert await alive.runtime.recover() == 0


async def test_beside_other_processes_only_expired_runs_are_closed() -> None:
    async with a_client() as client:
        dead = CopilotHouse(client, runtime_on(client, Hanging()))
        thread = await dead.thread()
        run_id = await dead.runtime.start(actor("analyst"), thread, "Hi")
        _kill(dead.runtime._live[run_id].task)

        alive = CopilotHouse(client, runtime_on(client, ScriptedModel([says("Back again.")])))
        assert await alive.runtime.recover(alone=False) == 0
        with pytest.raises(AlreadyRunning):
            await alive.ask(thread, "Still there?")
        client.clock.move_to(client.clock.now().replace(hour=18))
        assert (await alive.ask(thread, "Still there?")).reply == "Back again."
        assert (await client.stores.threads.run(OURS, run_id)).status is RunStatus.FAILED


class SlowProposals:
    """A money path that takes its time to store a proposal."""

    def __init__(self, money: Any) -> None:
        self._money = money
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def propose(self, *args: Any, **kwargs: Any) -> ChangeSet:
        self.reached.set()
        await self.go_on.wait()
        proposed: ChangeSet = await self._money.propose(*args, **kwargs)
        return proposed

    async def undo(self, by: Any, change_set_id: ChangeSetId) -> ChangeSet:
        raise NotImplementedError


def _kill(task: asyncio.Task[None] | None) -> None:
    """As a dead process leaves it: nothing of the run's own ending happens."""
    assert task is not None
    task.get_coro().close()  # type: ignore[union-attr]
    task.cancel()


def _settings() -> Any:
    from agents import ModelSettings

    return ModelSettings()


def _no_tracing() -> Any:
    from agents.models.interface import ModelTracing

    return ModelTracing.DISABLED


_NOTHING: dict[str, Any] = {"previous_response_id": None, "conversation_id": None, "prompt": None}
