"""MEMORY: what is remembered about the client."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.audiences import propose_audience
from omnify_tools.changes import change_details, change_history, change_results
from omnify_tools.context import Copilot
from omnify_tools.crm_changes import (
    propose_contact,
    propose_contact_tags,
    propose_opportunity_stage,
    propose_workflow,
)
from omnify_tools.customers import lead_sources, sales_funnel
from omnify_tools.memories import forget, list_memories, recall, remember
from omnify_tools.preferences import communication_preferences, set_communication_preference
from omnify_tools.records import list_records
from omnify_tools.subscription_changes import propose_subscription_change
from omnify_tools.subscriptions import payment_health, subscription_report

INSTRUCTIONS = instructions_beside(__file__)


def memory_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="MEMORY",
        handoff_description=(
            "Memory: what is known about this client; noting for later; how this person wants to be "
            "answered; past changes and results; leads, pipeline, subscriptions, payments, and changes of "
            "CRM contacts, deals, workflows and subscriptions."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            recall,
            remember,
            list_memories,
            forget,
            communication_preferences,
            set_communication_preference,
            change_history,
            change_details,
            change_results,
            lead_sources,
            sales_funnel,
            payment_health,
            subscription_report,
            propose_audience,
            list_records,
            propose_contact,
            propose_contact_tags,
            propose_opportunity_stage,
            propose_workflow,
            propose_subscription_change,
        ],
        model=model,
    )
