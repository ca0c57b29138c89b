"""EYES: the ads themselves."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.context import Copilot
from omnify_tools.creatives import creative_performance, list_creatives
from omnify_tools.fatigue import predict_fatigue

INSTRUCTIONS = instructions_beside(__file__)


def eyes_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="EYES",
        handoff_description="Creatives: which ads there are, how each does, which will tire.",
        instructions=INSTRUCTIONS,
        tools=[list_creatives, creative_performance, predict_fatigue],
        model=model,
    )
