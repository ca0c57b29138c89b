"""The conversation as the SDK hands it over, cut into turns: what was asked, what was done, what was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from omnify_agents.engine.outputs import ToolOutput, parse_output

HANDOFF_PREFIX = "transfer_to_"


@dataclass(frozen=True, slots=True)
class Observation:
    """A tool call that has been answered."""

    tool: str
    arguments: Mapping[str, Any]
    output: ToolOutput


@dataclass(slots=True)
class Turn:
    """From one message of the user to the next."""

    text: str
    observations: list[Observation] = field(default_factory=list)
    handoffs: list[str] = field(default_factory=list)
    has_reply: bool = False


def turns_of(items: str | Iterable[Any]) -> list[Turn]:
    """Only messages of the role `user` open a turn; what precedes the first one is dropped."""
    if isinstance(items, str):
        return [Turn(items)]
    turns: list[Turn] = []
    calls: dict[str, tuple[str, str]] = {}
    for item in map(_as_mapping, items):
        role, kind = item.get("role"), item.get("type", "message")
        if role == "user":
            turns.append(Turn(_text_of(item.get("content"))))
        elif not turns:
            continue
        elif kind == "function_call":
            calls[item["call_id"]] = (item["name"], item.get("arguments") or "{}")
            if item["name"].startswith(HANDOFF_PREFIX):
                turns[-1].handoffs.append(item["name"])
        elif kind == "function_call_output" and item["call_id"] in calls:
            _observe(turns[-1], *calls[item["call_id"]], _text_of(item.get("output")))
        elif role == "assistant":
            turns[-1].has_reply = True
    return turns


def _observe(turn: Turn, name: str, arguments: str, output: str) -> None:
    if name.startswith(HANDOFF_PREFIX):
        return
    try:
        given = json.loads(arguments)
    except ValueError:
        given = {}
    turn.observations.append(
        Observation(name, given if isinstance(given, dict) else {}, parse_output(output))
    )


def _as_mapping(item: Any) -> Mapping[str, Any]:
    if isinstance(item, Mapping):
        return item
    dumped: dict[str, Any] = item.model_dump(exclude_unset=True)
    return dumped


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Iterable):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping)).strip()
    return "" if content is None else str(content)
