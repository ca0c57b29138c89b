"""REFLEXES: how it went, and what does not fit."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.anomalies import find_anomalies
from omnify_tools.campaigns import rank_campaigns
from omnify_tools.context import Copilot
from omnify_tools.reports import performance_summary

INSTRUCTIONS = instructions_beside(__file__)


def reflexes_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="REFLEXES",
        handoff_description="How it went: totals by platform, best and worst campaigns, unusual days.",
        instructions=INSTRUCTIONS,
        tools=[performance_summary, rank_campaigns, find_anomalies],
        model=model,
    )
