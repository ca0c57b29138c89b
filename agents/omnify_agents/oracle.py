"""ORACLE: what the coming days will bring."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.context import Copilot
from omnify_tools.fatigue import predict_fatigue
from omnify_tools.forecasts import compare_campaigns, forecast_performance

INSTRUCTIONS = instructions_beside(__file__)


def oracle_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="ORACLE",
        handoff_description=(
            "Predictions: spend, conversions, CPA and ROAS of the next days; creative fatigue; "
            "which of two campaigns will do better."
        ),
        instructions=INSTRUCTIONS,
        tools=[forecast_performance, predict_fatigue, compare_campaigns],
        model=model,
    )
