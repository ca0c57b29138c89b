"""The embedded engine as a `Model` of the SDK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from agents.items import TResponseStreamEvent
from openai.types.responses.response_prompt_param import ResponsePromptParam

from agents import (
    AgentOutputSchemaBase,
    FunctionTool,
    Handoff,
    Model,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    Tool,
    TResponseInputItem,
    Usage,
)
from omnify_agents.engine.goals import Outcome
from omnify_agents.engine.planner import Step, Surface, next_step
from omnify_agents.engine.shipped import intent_classifier
from omnify_agents.engine.wire import MODEL_NAME, OutputItem, events_of, items_of, response_of

_PREFIXES = {f"msg_{outcome.value}_": outcome.value for outcome in Outcome}


class EmbeddedModel(Model):
    """Does the copilot's job without a language model. Keeps nothing between calls, so all runs may share one."""

    name = MODEL_NAME

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's own name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff[Any, Any]],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: ResponsePromptParam | None = None,
    ) -> ModelResponse:
        items = await self._items(input, tools, handoffs)
        return ModelResponse(output=list(items), usage=Usage(requests=1), response_id=None)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's own name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff[Any, Any]],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: ResponsePromptParam | None = None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        items = await self._items(input, tools, handoffs)
        outcome = next((found for item in items if (found := outcome_of(item))), "")
        for event in events_of(response_of(items, outcome)):
            yield event

    async def warm_up(self) -> None:
        """Trains the classifier ahead of the first question."""
        await asyncio.to_thread(intent_classifier)

    async def _items(
        self,
        items: str | list[TResponseInputItem],
        tools: list[Tool],
        handoffs: list[Handoff[Any, Any]],
    ) -> list[OutputItem]:
        # The first question trains the classifier, which must not hold up other runs.
        await self.warm_up()
        return items_of(self._step(items, tools, handoffs))

    def _step(
        self,
        items: str | list[TResponseInputItem],
        tools: list[Tool],
        handoffs: list[Handoff[Any, Any]],
    ) -> Step:
        functions = [tool for tool in tools if isinstance(tool, FunctionTool)]
        surface = Surface(
            tools={tool.name: tool.params_json_schema.get("properties", {}) for tool in functions},
            handoffs=frozenset(handoff.tool_name for handoff in handoffs),
        )
        return next_step(items, surface)


def embedded_model() -> EmbeddedModel:
    """Cheap to make: the classifier is trained once per process, at the first question."""
    return EmbeddedModel()


def outcome_of(said: object) -> str:
    """How a reply of the embedded engine ended the request; '' where it was no reply of ours.

    Takes an item id, an output message (object or mapping), or a whole ModelResponse.
    """
    if isinstance(said, ModelResponse):
        return next((found for item in reversed(said.output) if (found := outcome_of(item))), "")
    item_id = said if isinstance(said, str) else _id_of(said)
    return next((outcome for prefix, outcome in _PREFIXES.items() if item_id.startswith(prefix)), "")


def _id_of(item: object) -> str:
    found = item.get("id") if isinstance(item, Mapping) else getattr(item, "id", None)
    return found if isinstance(found, str) else ""
