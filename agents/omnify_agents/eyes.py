"""EYES: the ads themselves."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.breakdowns import breakdown
from omnify_tools.context import Copilot
from omnify_tools.creative_images import creative_images
from omnify_tools.creative_sets import (
    creative_coverage,
    creative_details,
    near_duplicate_creatives,
    rank_headlines,
)
from omnify_tools.creatives import creative_performance, list_creatives
from omnify_tools.experiments import experiment_verdict
from omnify_tools.fatigue import predict_fatigue
from omnify_tools.launches import propose_ad, propose_ad_group
from omnify_tools.profits import spend_without_conversions
from omnify_tools.settings import propose_name

INSTRUCTIONS = instructions_beside(__file__)


def eyes_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="EYES",
        handoff_description=(
            "Creatives: which ads there are, how each does, which will tire, repeat or are missing; which "
            "headline to try; which of two ads won; proposing new ads and ad groups, and other names."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            list_creatives,
            creative_performance,
            creative_details,
            predict_fatigue,
            near_duplicate_creatives,
            creative_coverage,
            rank_headlines,
            creative_images,
            experiment_verdict,
            spend_without_conversions,
            breakdown,
            propose_ad,
            propose_ad_group,
            propose_name,
        ],
        model=model,
    )
