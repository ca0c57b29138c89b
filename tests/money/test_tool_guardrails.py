"""Rules about tool calls, and that they reach the SDK as text for the model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from agents.tool_context import ToolContext

from agents import Agent, ToolInputGuardrail, ToolInputGuardrailData
from omnify_core.errors import BadInput, Forbidden
from omnify_core.people import Actor, Tenant
from omnify_guardrails.tool_guardrails import (
    MOST_ARGUMENT_CHARS,
    MOST_VALUE_CHARS,
    check_may_propose,
    check_size,
    check_tenant,
    may_propose,
    sane_size,
    within_tenant,
)
from tests.builders.money import OURS, actor

TENANT = Tenant(id=OURS, name="TechFlow", base_currency="USD", time_zone="UTC")
THEIRS = TENANT.model_copy(update={"id": "t2"})


@dataclass
class Reach:
    actor: Actor
    tenant: Tenant


async def answer(guardrail: ToolInputGuardrail[Any], reach: Reach, arguments: str = "{}") -> str:
    """'' where the call may go on, else what the model reads."""
    context = ToolContext(
        context=reach, tool_name="propose_daily_budget", tool_call_id="c1", tool_arguments=arguments
    )
    output = await guardrail.run(ToolInputGuardrailData(context=context, agent=Agent(name="VOICE")))
    return output.behavior.get("message", "") if output.behavior["type"] == "reject_content" else ""


def test_a_run_reaches_only_its_own_tenant() -> None:
    check_tenant(actor("owner"), TENANT)
    with pytest.raises(Forbidden):
        check_tenant(actor("owner"), THEIRS)


def test_a_viewer_may_not_propose_by_asking_an_agent() -> None:
    check_may_propose(actor("analyst", agent="VOICE"))
    with pytest.raises(Forbidden):
        check_may_propose(actor("viewer", agent="VOICE"))


@pytest.mark.parametrize(
    "arguments",
    [
        "x" * (MOST_ARGUMENT_CHARS + 1),
        json.dumps({"a": ["y" * (MOST_VALUE_CHARS + 1)]}),
        json.dumps({"a": {"b": "y" * (MOST_VALUE_CHARS + 1)}}),
        "{not json",
    ],
)
def test_arguments_that_no_honest_call_has_are_refused(arguments: str) -> None:
    with pytest.raises(BadInput):
        check_size(arguments)


def test_ordinary_arguments_pass() -> None:
    check_size("")
    check_size(json.dumps({"campaign_id": "meta:1201", "amount": "120.00", "more": [1, None, True]}))


async def test_the_sdk_carries_each_refusal_to_the_model() -> None:
    fine = Reach(actor("analyst", agent="VOICE"), TENANT)
    for guardrail in (within_tenant, may_propose, sane_size):
        assert await answer(guardrail, fine) == ""
    assert "another account" in await answer(within_tenant, Reach(actor("owner"), THEIRS))
    assert "not propose" in await answer(may_propose, Reach(actor("viewer"), TENANT))
    assert "characters long" in await answer(sane_size, fine, "x" * 5000)
