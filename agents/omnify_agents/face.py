"""FACE: where things stand."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.accounts import currency_totals, data_gaps, list_accounts, platform_health
from omnify_tools.briefing import briefing, data_freshness, pending_approvals
from omnify_tools.changes import change_history
from omnify_tools.context import Copilot
from omnify_tools.experts import expert_requests, request_expert
from omnify_tools.happenings import scheduled_runs, timeline_events
from omnify_tools.rules import budget_headroom, policy_rules

INSTRUCTIONS = instructions_beside(__file__)


def face_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="FACE",
        handoff_description=(
            "Overview: briefing, approvals waiting, timeline, the money policy and its room, data and "
            "connections, abilities; handing a question to a human expert."
        ),
        instructions=INSTRUCTIONS,
        tools=[
            briefing,
            pending_approvals,
            change_history,
            timeline_events,
            scheduled_runs,
            policy_rules,
            budget_headroom,
            data_freshness,
            data_gaps,
            platform_health,
            list_accounts,
            currency_totals,
            request_expert,
            expert_requests,
        ],
        model=model,
    )
