"""AG-UI 1.0 events as JSON text, each encoded once; a model dump per delta would cost too much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

PROTOCOL = "1.0"


def text_of(event: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(event).decode()
    except TypeError:  # half of a surrogate pair, cut off by a model's stream
        return json.dumps(event).encode("utf-8", "replace").decode()


def run_started(thread_id: str, run_id: str) -> str:
    return text_of(
        {"type": "RUN_STARTED", "threadId": thread_id, "runId": run_id, "protocolVersion": PROTOCOL}
    )


def run_finished(thread_id: str, run_id: str, *, cancelled: bool = False) -> str:
    outcome = {"type": "cancelled" if cancelled else "success"}
    return text_of({"type": "RUN_FINISHED", "threadId": thread_id, "runId": run_id, "outcome": outcome})


def run_error(message: str, code: str) -> str:
    return text_of({"type": "RUN_ERROR", "message": message, "code": code})


def subagent_started(subagent: str, name: str) -> str:
    return text_of({"type": "SUBAGENT_STARTED", "subagentRunId": subagent, "name": name})


def subagent_finished(subagent: str) -> str:
    return text_of({"type": "SUBAGENT_FINISHED", "subagentRunId": subagent, "outcome": {"type": "success"}})


def message_started(message: str, subagent: str) -> str:
    return text_of(
        _attributed({"type": "TEXT_MESSAGE_START", "messageId": message, "role": "assistant"}, subagent)
    )


def message_content(message: str, delta: str) -> str:
    return text_of({"type": "TEXT_MESSAGE_CONTENT", "messageId": message, "delta": delta})


def message_ended(message: str) -> str:
    return text_of({"type": "TEXT_MESSAGE_END", "messageId": message})


def call_started(call: str, name: str, subagent: str) -> str:
    return text_of(
        _attributed({"type": "TOOL_CALL_START", "toolCallId": call, "toolCallName": name}, subagent)
    )


def call_arguments(call: str, delta: str) -> str:
    return text_of({"type": "TOOL_CALL_ARGS", "toolCallId": call, "delta": delta})


def call_ended(call: str) -> str:
    return text_of({"type": "TOOL_CALL_END", "toolCallId": call})


def call_result(message: str, call: str, content: str) -> str:
    return text_of(
        {
            "type": "TOOL_CALL_RESULT",
            "messageId": message,
            "toolCallId": call,
            "content": content,
            "role": "tool",
        }
    )


def custom(name: str, value: Mapping[str, Any]) -> str:
    return text_of({"type": "CUSTOM", "name": name, "value": value})


def _attributed(event: dict[str, Any], subagent: str) -> dict[str, Any]:
    return {**event, "subagentRunId": subagent} if subagent else event
