"""ORACLE: what the coming days will bring."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.context import Copilot
from omnify_tools.customer_models import customer_segments, customers_at_risk, forecast_customer_value
from omnify_tools.experiments import experiment_verdict, plan_experiment
from omnify_tools.fatigue import predict_fatigue
from omnify_tools.forecasts import compare_campaigns, forecast_performance
from omnify_tools.lead_scores import score_leads
from omnify_tools.pacing import budget_pacing
from omnify_tools.track_record import forecast_accuracy
from omnify_tools.what_if import what_if_budget, what_if_move

INSTRUCTIONS = instructions_beside(__file__)


def oracle_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="ORACLE",
        handoff_description=(
            "Predictions: spend, conversions, CPA and ROAS of the next days; month end; what another budget "
            "would bring; creative fatigue; which of two will do better; what customers will be worth, who "
            "may not come back, which leads will convert; planning and reading tests."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            forecast_performance,
            compare_campaigns,
            predict_fatigue,
            budget_pacing,
            what_if_budget,
            what_if_move,
            forecast_customer_value,
            customers_at_risk,
            customer_segments,
            score_leads,
            forecast_accuracy,
            plan_experiment,
            experiment_verdict,
        ],
        model=model,
    )
