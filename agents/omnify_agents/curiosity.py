"""CURIOSITY: where the next unit of money would do most."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.allocations import suggest_allocation
from omnify_tools.context import Copilot
from omnify_tools.opportunities import find_opportunities, marginal_returns

INSTRUCTIONS = instructions_beside(__file__)


def curiosity_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="CURIOSITY",
        handoff_description="Opportunities: what to improve, marginal returns, how to spread a budget.",
        instructions=INSTRUCTIONS,
        tools=[find_opportunities, marginal_returns, suggest_allocation],
        model=model,
    )
