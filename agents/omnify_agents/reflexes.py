"""REFLEXES: how it went, and what does not fit."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.anomalies import find_anomalies
from omnify_tools.breakdowns import breakdown, daily_trend
from omnify_tools.campaigns import rank_campaigns
from omnify_tools.comparisons import compare_periods, decompose_change
from omnify_tools.context import Copilot
from omnify_tools.mixes import biggest_movers, mix_shift
from omnify_tools.pacing import budget_pacing
from omnify_tools.reconciliation import reconcile_revenue
from omnify_tools.reports import performance_summary
from omnify_tools.sheets import campaign_details, list_ad_groups
from omnify_tools.tracking import tracking_check

INSTRUCTIONS = instructions_beside(__file__)


def reflexes_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="REFLEXES",
        handoff_description=(
            "How it went: totals, comparisons and why they changed, breakdowns, best and worst, pacing, "
            "unusual days, broken tracking."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            performance_summary,
            compare_periods,
            decompose_change,
            mix_shift,
            biggest_movers,
            breakdown,
            daily_trend,
            rank_campaigns,
            campaign_details,
            list_ad_groups,
            budget_pacing,
            reconcile_revenue,
            find_anomalies,
            tracking_check,
        ],
        model=model,
    )
