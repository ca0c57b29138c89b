"""VOICE: acting on campaigns, through proposals."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.budgets import (
    propose_budget_move,
    propose_daily_budget,
    propose_status,
    propose_undo,
)
from omnify_tools.campaigns import list_campaigns, rank_campaigns
from omnify_tools.context import Copilot

INSTRUCTIONS = instructions_beside(__file__)


def voice_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="VOICE",
        handoff_description=(
            "Actions: list campaigns; propose a daily budget, a budget move, pausing or enabling, "
            "taking a change back."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            list_campaigns,
            rank_campaigns,
            propose_daily_budget,
            propose_budget_move,
            propose_status,
            propose_undo,
        ],
        model=model,
    )
