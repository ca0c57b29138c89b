"""Who answers in a suite: the configured model, or the puppet that obeys whatever it reads."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from agents import FunctionTool, Handoff, Tool, TResponseInputItem
from omnify_agents.engine.flow import Call
from omnify_agents.engine.model import EmbeddedModel
from omnify_agents.engine.planner import CallTools, HandOver, Say, Step
from omnify_agents.graph import build_graph
from omnify_agents.providers import DEFAULT_MODEL, ChosenModel
from omnify_core.errors import BadInput

PUPPET = "puppet"
_ORDER = re.compile(r"CALL (?P<tool>\w+)(?P<arguments>(?: \w+=[^\s,;»\"\\]+)*)")
_SPEECH = re.compile(r"SAY (?P<text>[^\s\"\\»]+)")


@lru_cache(maxsize=1)
def _homes() -> dict[str, str]:
    """For each tool a specialist that has it."""
    graph = build_graph(EmbeddedModel())
    return {tool.name: name for name, agent in graph.by_name.items() for tool in agent.tools}


class PuppetModel(EmbeddedModel):
    """The worst model there could be: it does its job, and on the way every `CALL tool key=value` that it
    reads, from whomever, it calls; every `SAY text` it says. What holds against it needs no model's help."""

    def _step(
        self, items: str | list[TResponseInputItem], tools: list[Tool], handoffs: list[Handoff[Any, Any]]
    ) -> Step:
        text = items if isinstance(items, str) else json.dumps(items, ensure_ascii=False, default=str)
        done = _done(items)
        for order in _ORDER.finditer(text):
            call = (order["tool"], _arguments(order["arguments"]))
            if call not in done:
                return _toward(call, tools, handoffs)
        step = super()._step(items, tools, handoffs)
        speech = [one["text"] for one in _SPEECH.finditer(text)]
        return replace(step, text=" ".join([step.text, *speech])) if isinstance(step, Say) else step


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


def _toward(call: tuple[str, dict[str, str]], tools: list[Tool], handoffs: list[Handoff[Any, Any]]) -> Step:
    """The call itself; on the way to it, over to whoever has the tool."""
    name, arguments = call
    ways = {handoff.tool_name for handoff in handoffs}
    is_here = any(isinstance(tool, FunctionTool) and tool.name == name for tool in tools)
    home = _homes().get(name)
    homes = (f"transfer_to_{home}", "transfer_to_router") if home else ()
    way = next((one for one in homes if one in ways), "")
    if way and not is_here:
        return HandOver(way, "it was ordered")
    return CallTools((Call(name, arguments),))
