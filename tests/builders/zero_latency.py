"""A model that answers at once: the same four calls on every run (handoff, tool, tool, text)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call

from agents import Model, ModelResponse

REPLY = "Nothing waits for approval, and every platform was imported a few minutes ago. " * 2


class ZeroLatencyModel(Model):
    """Replays prepared events; which step is due follows from the tool outputs since the last question."""

    def __init__(self, steps: Sequence[Sequence[Any]]) -> None:
        self._steps = steps

    @classmethod
    async def of_two_tools(cls, tools: tuple[str, str], *, handoff: str) -> ZeroLatencyModel:
        outputs = [
            [function_call(handoff, {"reason": "status"}, call_id="call_handoff")],
            [function_call(tools[0], {}, call_id="call_first")],
            [function_call(tools[1], {}, call_id="call_second")],
            [assistant_message(REPLY)],
        ]
        return cls([await _events(output) for output in outputs])

    async def stream_response(self, _instructions: Any, items: Any, *_: Any, **__: Any) -> AsyncIterator[Any]:
        for event in self._steps[_step(items)]:
            yield event

    async def get_response(self, *_: Any, **__: Any) -> ModelResponse:
        raise NotImplementedError("the run loop streams")


def _step(items: str | list[Any]) -> int:
    """Outputs since the last user message, the handoff's included."""
    done = 0
    for item in reversed(items if isinstance(items, list) else []):
        if item.get("role") == "user":
            break
        done += item.get("type") == "function_call_output"
    return done


async def _events(output: Sequence[Any]) -> list[Any]:
    model = ScriptedModel([ModelStep(output=output)])
    nothing: dict[str, Any] = {"previous_response_id": None, "conversation_id": None, "prompt": None}
    stream = model.stream_response(None, [], _settings(), [], None, [], _no_tracing(), **nothing)
    return [event async for event in stream]


def _settings() -> Any:
    from agents import ModelSettings

    return ModelSettings()


def _no_tracing() -> Any:
    from agents.models.interface import ModelTracing

    return ModelTracing.DISABLED
