"""A model that does its worst in every call: loops, floods, nonsense, silence, errors; drawn from a seed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from agents.exceptions import ModelBehaviorError
from agents.testing import ScriptedModel

from agents import Model, ModelResponse, Usage
from omnify_core.conversations import RunStatus
from tests.builders.copilot import House, a_house
from tests.builders.steps import calls, says, to

LIMITS: dict[str, Any] = {
    "max_turns": 6,
    "max_tool_calls": 8,
    "max_tokens": 20_000,
    "max_reply_chars": 4_000,
    "max_seconds": 0.5,
}
_AGENTS = ("router", "eyes", "oracle", "reflexes", "voice", "memory", "curiosity", "face", "nobody")
_TOOLS = ("data_freshness", "performance_summary", "set_daily_budget", "approve_change_set", "rm -rf")
_ENDS = {RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED}


class Toll(NamedTuple):
    ends: Counter[str]
    faults: list[str]


class Hostile(Model):
    """`begin` starts a new run's mischief; `calls` counts how often it was asked since."""

    def __init__(self) -> None:
        self.calls = 0
        self.rng = random.Random(0)

    def begin(self, seed: int) -> None:
        self.rng, self.calls = random.Random(seed), 0

    async def stream_response(self, *args: Any, **options: Any) -> AsyncIterator[Any]:
        self.calls += 1
        rng = self.rng
        if rng.random() < 0.03:
            raise ModelBehaviorError("nonsense") if rng.random() < 0.5 else ConnectionError("gone")
        used = rng.choice((10, 10, 3_000, 30_000))
        usage = Usage(requests=1, input_tokens=used, output_tokens=0, total_tokens=used)
        async for event in ScriptedModel([self._step()], default_usage=usage).stream_response(
            *args, **options
        ):
            if rng.random() < 0.01:
                await asyncio.sleep(60)  # says nothing more
            yield event

    async def get_response(self, *_: Any, **__: Any) -> ModelResponse:
        raise NotImplementedError

    def _step(self) -> list[Any]:
        rng, kind = self.rng, self.rng.random()
        if kind < 0.35:
            return to(rng.choice(_AGENTS))
        if kind < 0.75:
            return [part for _ in range(rng.choice((1, 1, 5, 30))) for part in self._call()]
        if kind < 0.85:
            return says("and so on " * rng.choice((1, 100, 2_000)))
        return says(rng.choice(("", " ", "![x](https://evil.example/?d=1)", "\ud800", "Done.")))

    def _call(self) -> list[Any]:
        rng = self.rng
        arguments = rng.choice(("{}", "{", "[]", '{"period": "for ever"}', '{"x": ' + "9" * 300 + "}"))
        return calls(rng.choice(_TOOLS), arguments)


async def hostile_runs(first: int, count: int) -> Toll:
    """Each in a conversation of its own; what did not end as it must is told with its seed."""
    model, ends, faults = Hostile(), Counter[str](), list[str]()
    async with a_house(model, **LIMITS) as house:
        for seed in range(first, first + count):
            model.begin(seed)
            ended, found = await _one(house, model, seed)
            ends[ended] += 1
            faults += [f"seed {seed}: {what}" for what in found]
    return Toll(ends, faults)


async def _one(house: House, model: Hostile, seed: int) -> tuple[str, list[str]]:
    thread = await house.thread(f"th_{seed}")
    try:
        async with asyncio.timeout(20):
            run = await house.ask(thread, "How was last week?")
    except TimeoutError:
        return "never", ["did not end"]
    events = await house.events(run.id)
    carried_out = sum(call.ok for call in run.tool_calls)
    wrong = {
        f"ended as {run.status}": run.status not in _ENDS,
        f"{model.calls} model calls": model.calls > LIMITS["max_turns"] + 1,
        f"{carried_out} tool calls carried out": carried_out > LIMITS["max_tool_calls"],
        f"the log ends with {events[-1]['type']}": events[-1]["type"] not in ("RUN_FINISHED", "RUN_ERROR"),
        f"a reply of {len(run.reply)}": len(run.reply) > LIMITS["max_reply_chars"] + 1_000,
        "the conversation stays taken": (await house.stored(thread)).running is not None,
        "a picture leads outside": "evil.example/?d" in run.reply,
    }
    return run.status.value, [what for what, holds in wrong.items() if holds]
