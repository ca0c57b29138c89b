"""A whole exchange as it went over the wire once: what we ask, and what we make of what came back.

A change of what models are asked shows here as a difference. Where it is meant, run these tests with
`OMNIFY_RECORD=1` once and read what changed in `tests/flows/recorded/`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

import pytest

from omnify_agents.providers import ModelChoice, choose_model
from omnify_core.conversations import RunStatus
from tests.builders.copilot import a_house, days
from tests.builders.model_server import Replay, model_server

Api = Literal["responses", "chat"]
RECORDED = Path(__file__).parent / "recorded"


def asked_in_short(body: dict[str, Any]) -> dict[str, Any]:
    """What a request asks for, without the words of the instructions, which change for good reasons."""
    tools = [tool.get("function", tool) for tool in body.get("tools", [])]
    said = body.get("messages") or body.get("input") or []
    return {
        "model": body["model"],
        "settings": {
            name: body[name]
            for name in ("stream", "parallel_tool_calls", "tool_choice", "store", "temperature")
            if name in body
        },
        "tools": {
            tool["name"]: sorted(tool["parameters"]["properties"])
            for tool in tools
            if not tool["name"].startswith("transfer_to_")
        },
        "handoffs": sorted(tool["name"] for tool in tools if tool["name"].startswith("transfer_to_")),
        "turns": [_turn(item) for item in said],
    }


def _turn(item: dict[str, Any]) -> str:
    kind = item.get("role") or item.get("type", "")
    calls = [call["function"]["name"] for call in item.get("tool_calls") or []]
    return " ".join([kind, *calls, item.get("name", "")]).strip()


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_recorded_exchange_is_asked_for_and_understood_as_then(api: Api) -> None:
    path = RECORDED / f"{api}.json"
    recorded = json.loads(path.read_text("utf-8"))
    steps = [Replay(body) for body in recorded["answers"]]
    async with model_server(*steps) as server:
        model = choose_model(ModelChoice(base_url=server.url, model="house-1", api=api))
        async with a_house(model) as house:
            campaign = await house.client.campaign("1", "Spring")
            await house.client.has(*days(campaign, 7))
            run = await house.ask(await house.thread(), "How was last week on Meta?")
    asked = [asked_in_short(body) for body in server.requests]
    if os.environ.get("OMNIFY_RECORD"):
        path.write_text(json.dumps({**recorded, "asked": asked}, indent=1) + "\n", "utf-8")
    assert asked == recorded["asked"]
    assert (run.status, run.route, run.reply) == (
        RunStatus.DONE,
        ("router", "reflexes"),
        "Spend was 700.00 USD at a CPA of 10.00 USD.",
    )
    assert [(call.name, call.ok) for call in run.tool_calls] == [("performance_summary", True)]
    assert run.usage.requests == 3
    assert run.unverified_figures == ()
