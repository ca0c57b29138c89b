"""FACE: where things stand."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.briefing import briefing, data_freshness, pending_approvals
from omnify_tools.context import Copilot

INSTRUCTIONS = instructions_beside(__file__)


def face_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="FACE",
        handoff_description="Overview: a briefing, what waits for approval, data freshness, abilities.",
        instructions=INSTRUCTIONS,
        tools=[briefing, pending_approvals, data_freshness],
        model=model,
    )
