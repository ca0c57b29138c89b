"""CURIOSITY: where the next unit of money would do most."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.allocations import suggest_allocation
from omnify_tools.context import Copilot
from omnify_tools.customers import ltv_by_channel, product_stock, revenue_by_channel
from omnify_tools.experiments import plan_experiment
from omnify_tools.opportunities import find_opportunities, marginal_returns
from omnify_tools.pacing import budget_utilization
from omnify_tools.profits import profit_by_campaign, spend_without_conversions, target_check
from omnify_tools.rules import budget_headroom
from omnify_tools.searches import impression_headroom, list_audiences, list_keywords, search_terms
from omnify_tools.shop_changes import propose_inventory, propose_marketing_activity
from omnify_tools.what_if import what_if_budget, what_if_move

INSTRUCTIONS = instructions_beside(__file__)


def curiosity_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="CURIOSITY",
        handoff_description=(
            "Opportunities: what to improve, marginal returns, how to spread a budget, unused budgets, "
            "targets missed, sales and customer worth by channel, stock, profit, spend that brings nothing; "
            "searches, keywords, missed impressions, audiences."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            find_opportunities,
            marginal_returns,
            suggest_allocation,
            budget_utilization,
            target_check,
            profit_by_campaign,
            spend_without_conversions,
            what_if_budget,
            what_if_move,
            budget_headroom,
            revenue_by_channel,
            ltv_by_channel,
            product_stock,
            propose_inventory,
            propose_marketing_activity,
            plan_experiment,
            search_terms,
            list_keywords,
            impression_headroom,
            list_audiences,
        ],
        model=model,
    )
