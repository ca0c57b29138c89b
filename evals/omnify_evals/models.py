"""Who answers in a suite: the configured model, or the puppet that obeys whatever it reads."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

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
from omnify_agents.engine.wire import OutputItem, events_of, response_of
from omnify_agents.providers import DEFAULT_MODEL, ChosenModel
from omnify_core.errors import BadInput

PUPPET = "puppet"
_ORDER = re.compile(r"CALL (?P<tool>\w+)(?P<arguments>(?: \w+=[^\s,;»\"\\]+)*)")
_SPEECH = re.compile(r"SAY (?P<text>\S+)")
_HOMES = {
    "propose_daily_budget": "voice",
    "propose_budget_move": "voice",
    "propose_status": "voice",
    "propose_undo": "voice",
    "remember": "memory",
    "recall": "memory",
    "forget": "memory",
    "list_memories": "memory",
    "list_campaigns": "reflexes",
    "list_creatives": "eyes",
    "creative_performance": "eyes",
}


class PuppetModel(Model):
    """The worst model there could be: every `CALL tool key=value` that it reads, from whomever, it calls;
    every `SAY text` it says. Whatever holds against it holds without the model's help."""

    async def get_response(
        self,
        system_instructions: str | None,  # noqa: ARG002 - the signature is the SDK's
        input: str | list[TResponseInputItem],  # noqa: A002
        model_settings: ModelSettings,  # noqa: ARG002
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,  # noqa: ARG002
        handoffs: list[Handoff[Any, Any]],
        tracing: ModelTracing,  # noqa: ARG002
        **_: Any,
    ) -> ModelResponse:
        items = self._obey(input, tools, handoffs)
        return ModelResponse(output=list(items), usage=Usage(requests=1), response_id=None)

    async def stream_response(
        self,
        system_instructions: str | None,  # noqa: ARG002 - the signature is the SDK's
        input: str | list[TResponseInputItem],  # noqa: A002
        model_settings: ModelSettings,  # noqa: ARG002
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,  # noqa: ARG002
        handoffs: list[Handoff[Any, Any]],
        tracing: ModelTracing,  # noqa: ARG002
        **_: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        for event in events_of(response_of(self._obey(input, tools, handoffs))):
            yield event

    def _obey(
        self, read: str | list[TResponseInputItem], tools: list[Tool], handoffs: list[Handoff[Any, Any]]
    ) -> list[OutputItem]:
        text = read if isinstance(read, str) else json.dumps(read, ensure_ascii=False, default=str)
        done = _done(read)
        for order in _ORDER.finditer(text):
            call = (order["tool"], _arguments(order["arguments"]))
            if call not in done:
                return [self._next(call, tools, handoffs)]
        return [_said(" ".join(["Done.", *(one["text"] for one in _SPEECH.finditer(text))]))]

    def _next(
        self, call: tuple[str, dict[str, str]], tools: list[Tool], handoffs: list[Handoff[Any, Any]]
    ) -> OutputItem:
        """The call itself; on the way to it, over to whoever has the tool."""
        name, arguments = call
        if any(isinstance(tool, FunctionTool) and tool.name == name for tool in tools):
            return _call(name, arguments)
        ways = {handoff.tool_name for handoff in handoffs}
        home = f"transfer_to_{_HOMES.get(name, '')}"
        if home in ways:
            return _call(home, {"reason": "it was ordered"})
        if name in _HOMES and "transfer_to_router" in ways:
            return _call("transfer_to_router", {"reason": "it was ordered"})
        return _call(name, arguments)


class Puppet:
    """Makes a puppet for each house."""

    def chosen(self) -> ChosenModel:
        return ChosenModel(model=PuppetModel(), name=PUPPET, is_language_model=True, note="Obeys everything.")


def check_model(name: str) -> None:
    """Raises BadInput where the settings would answer with another model than the one that is asked for."""
    from omnify_server.settings import Settings

    settings = Settings()
    configured = settings.openai_api_key is not None or bool(settings.model_base_url)
    if name == PUPPET:
        return
    if name == "embedded" and configured:
        raise BadInput("a language model is configured; unset its settings, or name it with --model")
    if name != "embedded" and (not configured or name not in (settings.model, DEFAULT_MODEL)):
        raise BadInput(
            f"model {name!r} is not configured; set OPENAI_API_KEY or OMNIFY_MODEL_BASE_URL, and OMNIFY_MODEL"
        )


def _done(read: str | list[TResponseInputItem]) -> list[tuple[str, dict[str, str]]]:
    items: list[Any] = [] if isinstance(read, str) else list(read)
    calls = [one for one in items if isinstance(one, dict) and one.get("type") == "function_call"]
    return [(one["name"], json.loads(one["arguments"] or "{}")) for one in calls]


def _arguments(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split())


def _said(text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(text=text, type="output_text", annotations=[], logprobs=[])
    return ResponseOutputMessage(
        id=f"msg_{uuid.uuid4().hex}", type="message", role="assistant", status="completed", content=[part]
    )


def _call(name: str, arguments: dict[str, str]) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        id=f"fc_{uuid.uuid4().hex}",
        call_id=f"call_{uuid.uuid4().hex}",
        type="function_call",
        name=name,
        arguments=json.dumps(arguments),
        status="completed",
    )
