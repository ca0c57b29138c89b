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
from omnify_tools.bulk import (
    propose_allocation,
    propose_budgets,
    propose_pause_by_rule,
    propose_scaled_budgets,
    propose_statuses,
)
from omnify_tools.campaigns import list_campaigns, rank_campaigns
from omnify_tools.context import Copilot
from omnify_tools.keywords import propose_keyword_removal, propose_keywords, propose_negative_keywords
from omnify_tools.launches import propose_campaign
from omnify_tools.revisions import propose_revision
from omnify_tools.settings import propose_bid, propose_removal, propose_targeting
from omnify_tools.sheets import campaign_details

INSTRUCTIONS = instructions_beside(__file__)


def voice_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="VOICE",
        handoff_description=(
            "Actions: list campaigns; propose budgets of one, several or all campaigns, a move, pausing, "
            "enabling or removing by name or by rule; new campaigns, keywords and negative keywords, bids, "
            "targeting; change or take back a proposal."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            list_campaigns,
            rank_campaigns,
            campaign_details,
            propose_daily_budget,
            propose_budget_move,
            propose_budgets,
            propose_scaled_budgets,
            propose_allocation,
            propose_status,
            propose_statuses,
            propose_pause_by_rule,
            propose_campaign,
            propose_keywords,
            propose_negative_keywords,
            propose_keyword_removal,
            propose_bid,
            propose_targeting,
            propose_removal,
            propose_revision,
            propose_undo,
        ],
        model=model,
    )
