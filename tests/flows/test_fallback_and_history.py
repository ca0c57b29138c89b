"""Where the first model is down the second answers; long conversations are cut at whole turns."""

from __future__ import annotations

from typing import Any

import pytest

from omnify_agents.history import compacted
from omnify_agents.providers import ModelChoice, choose_model
from omnify_core.conversations import RunStatus
from tests.builders.copilot import a_house
from tests.builders.model_server import BreakOff, Fail, Say, Step, model_server


async def _asked(*steps: Step, fallback: str = "house-2") -> tuple[Any, list[str]]:
    async with model_server(*steps) as server:
        choice = ModelChoice(
            base_url=server.url, model="house-1", api="chat", max_retries=0, fallback=fallback
        )
        async with a_house(choose_model(choice)) as house:
            run = await house.ask(await house.thread(), "Hi")
        return run, [request["model"] for request in server.requests]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_the_second_model_answers_where_the_first_is_down(status: int) -> None:
    run, models = await _asked(Fail(status), Say("Hello."))
    assert (run.status, run.reply) == (RunStatus.DONE, "Hello.")
    assert models == ["house-1", "house-2"]


async def test_a_request_that_both_would_refuse_is_not_sent_twice() -> None:
    run, models = await _asked(Fail(401), Say("Hello."))
    assert run.status is RunStatus.FAILED
    assert models == ["house-1"]


async def test_an_answer_that_has_begun_is_not_started_anew() -> None:
    run, models = await _asked(BreakOff("Spend was"), Say("Hello."))
    assert run.status is RunStatus.FAILED
    assert models == ["house-1"]


def test_the_cost_of_two_models_is_counted_at_the_dearer() -> None:
    both = choose_model(ModelChoice(api_key="k", model="gpt-4.1-mini", fallback="gpt-5")).prices
    assert both is not None
    assert [str(price) for price in both] == ["1.25", "10.00", "0.125"]
    assert choose_model(ModelChoice(api_key="k", model="gpt-4.1-mini", fallback="new")).prices is None


def _turn(number: int, size: int) -> list[dict[str, Any]]:
    call = {"type": "function_call", "call_id": f"c{number}", "name": "t", "arguments": "{}"}
    answer = {"type": "function_call_output", "call_id": f"c{number}", "output": "x" * size}
    return [{"role": "user", "content": f"Question {number}"}, call, answer]


def test_what_fits_is_left_as_it_is() -> None:
    items = [*_turn(1, 100), *_turn(2, 100)]
    assert compacted(items, 10_000) == items


def test_whole_turns_go_first_to_last_and_are_named() -> None:
    items = [item for number in range(1, 6) for item in _turn(number, 1_000)]
    note, *kept = compacted(items, 2_600)
    assert kept == [*_turn(4, 1_000), *_turn(5, 1_000)]
    assert "3 earlier turns" in note["content"]
    assert "«Question 1»; «Question 2»; «Question 3»" in note["content"]


def test_the_last_turn_stays_however_long_it_is() -> None:
    note, *kept = compacted([*_turn(1, 100), *_turn(2, 9_000)], 1_000)
    assert kept == _turn(2, 9_000)
    assert note["role"] == "assistant"
