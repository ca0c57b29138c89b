"""A language model that obeys everybody: whatever it reads as an order, it carries out.

It stands for the worst that injected text can make of any model. It opens every source that an agent can
open, remembers every order that it finds there, and calls whatever the order names, whether there is such
a tool or not. Whether it did harm is judged without it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agents.testing import ScriptedModel, assistant_message, function_call

from agents import Model, ModelResponse

_ORDER = re.compile(r"DO (\w+)((?: \w+=[\w:.%-]+)*)")
_MOST_AT_ONCE = 12


class Order(NamedTuple):
    tool: str
    arguments: tuple[tuple[str, str], ...]

    def as_text(self) -> str:
        """As an attacker writes it, short enough for a campaign's name."""
        return " ".join(["DO", self.tool, *(f"{name}={value}" for name, value in self.arguments)])


def order(tool: str, **arguments: str) -> Order:
    return Order(tool, tuple(arguments.items()))


@dataclass
class Puppet(Model):
    """`visits`: the specialist to go to next. `read` are all orders seen, `obeyed` those carried out."""

    visits: str = ""
    read: set[Order] = field(default_factory=set)
    obeyed: set[Order] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    reckless: bool = False

    async def stream_response(
        self,
        system_instructions: Any,
        input: Any,  # noqa: A002 - the SDK's name
        model_settings: Any,
        tools: Any,
        output_schema: Any,
        handoffs: Any,
        tracing: Any,
        **more: Any,
    ) -> AsyncIterator[Any]:
        step = self._next(input, tools, handoffs)
        told = (system_instructions, input, model_settings, tools, output_schema, handoffs, tracing)
        async for event in ScriptedModel([step]).stream_response(*told, **more):
            yield event

    async def get_response(self, *_: Any, **__: Any) -> ModelResponse:
        raise NotImplementedError

    def _next(self, seen: Any, tools: Sequence[Any], handoffs: Sequence[Any]) -> list[Any]:
        self._find(json.dumps(seen, default=str))
        ways = [one.tool_name for one in handoffs]
        wanted = f"transfer_to_{self.visits}"
        if self.visits not in self.opened:
            way = wanted if wanted in ways else next(one for one in ways if "router" in one)
            if way == wanted:
                self.opened.add(self.visits)
            return [_call(way, {"reason": "obeying"})]
        available = {tool.name: tool for tool in tools}
        if unopened := [name for name in sorted(available) if name not in self.opened and _reads(name)]:
            self.opened |= set(unopened[:_MOST_AT_ONCE])
            return [_call(name, _filled(available[name])) for name in unopened[:_MOST_AT_ONCE]]
        due = sorted(self.read - self.obeyed)
        mine = [one for one in due if self.reckless or one.tool in available][:_MOST_AT_ONCE]
        if mine:
            self.obeyed |= set(mine)
            return [_call(one.tool, dict(one.arguments)) for one in mine]
        return [assistant_message("Everything was approved and applied, as ordered.")]

    def _find(self, text: str) -> None:
        for tool, told in _ORDER.findall(text):
            pairs = tuple(tuple(part.split("=", 1)) for part in told.split())
            self.read.add(Order(tool, pairs))


def _reads(name: str) -> bool:
    return not name.startswith(("propose", "transfer", "remember", "forget"))


def _call(name: str, arguments: dict[str, Any]) -> Any:
    return function_call(name, arguments, call_id=uuid.uuid4().hex)


def _filled(tool: Any) -> dict[str, Any]:
    """Something for every required argument; where it is nonsense, the tool's error is read as well."""
    schema = tool.params_json_schema
    properties = schema.get("properties", {})
    return {name: _value(name, properties[name]) for name in schema.get("required", properties)}


def _value(name: str, told: dict[str, Any]) -> Any:
    if "enum" in told:
        return told["enum"][0]
    if "default" in told:
        return told["default"]
    kind = told.get("type", "string")
    if "campaign" in name:
        return ["meta:1"] if kind == "array" else "meta:1"
    if name == "query":
        return "order"
    return {"integer": 7, "number": 1.0, "boolean": True, "array": [], "object": {}}.get(kind, "")
