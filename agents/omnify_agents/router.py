"""Router: hears the question first and hands it to the specialist who can answer it."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.context import Copilot

INSTRUCTIONS = instructions_beside(__file__)


def router_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="Router",
        handoff_description="Finds the right specialist for a question outside your own field.",
        instructions=INSTRUCTIONS,
        model=model,
    )
