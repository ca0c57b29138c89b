"""What a scripted model does in one call: hand over, call a tool, say something."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call


def to(agent: str, reason: str = "asked for it") -> list[Any]:
    return calls(f"transfer_to_{agent}", reason=reason)


def calls(name: str, arguments: str | None = None, /, **given: Any) -> list[Any]:
    return [function_call(name, given if arguments is None else arguments, call_id=uuid.uuid4().hex)]


def says(text: str) -> list[Any]:
    return [assistant_message(text)]


def only_completed(output: list[Any], metadata: dict[str, str] | None = None) -> ModelStep:
    """The step of a server that sends no deltas: nothing but the completed response."""

    async def stream(call: Any) -> AsyncIterator[Any]:
        async for event in ScriptedModel([output]).stream_response(
            call.system_instructions,
            call.input,
            call.model_settings,
            call.tools,
            call.output_schema,
            call.handoffs,
            call.tracing,
            previous_response_id=None,
            conversation_id=None,
            prompt=None,
        ):
            if event.type == "response.completed":
                event.response.metadata = metadata
                yield event

    return ModelStep.stream(stream)
