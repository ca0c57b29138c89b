"""The intents: which specialist carries each one out, and in which words we name it to the user."""

from __future__ import annotations

from typing import NamedTuple

from omnify_agents.engine.lookups import LOOKUPS
from omnify_agents.engine.orders import ORDERS


class Intent(NamedTuple):
    """`specialist` is '' where whoever is asked answers at once; `tool` is the one that does the job."""

    specialist: str
    tool: str
    words: str


INTENTS: dict[str, Intent] = {
    "forecast": Intent("oracle", "forecast_performance", "forecast the coming days"),
    "fatigue": Intent("oracle", "predict_fatigue", "predict which creatives will tire"),
    "compare": Intent("oracle", "compare_campaigns", "compare two campaigns"),
    "creatives": Intent("eyes", "list_creatives", "list the creatives"),
    "creative_performance": Intent("eyes", "creative_performance", "rank the creatives by their figures"),
    "campaigns": Intent("voice", "list_campaigns", "list campaigns and their budgets"),
    "budget": Intent("voice", "propose_daily_budget", "propose a new daily budget"),
    "move": Intent("voice", "propose_budget_move", "propose to move budget between campaigns"),
    "pause": Intent("voice", "propose_status", "propose to pause a campaign"),
    "enable": Intent("voice", "propose_status", "propose to enable a campaign"),
    "undo": Intent("voice", "propose_undo", "propose to undo an applied change"),
    "opportunities": Intent("curiosity", "find_opportunities", "look for opportunities"),
    "marginal": Intent("curiosity", "marginal_returns", "show what extra spend would return"),
    "allocation": Intent("curiosity", "suggest_allocation", "suggest how to split the budget"),
    "recall": Intent("memory", "recall", "look up what I remember"),
    "remember": Intent("memory", "remember", "remember something for you"),
    "memories": Intent("memory", "list_memories", "list what I remember"),
    "summary": Intent("reflexes", "performance_summary", "summarize the performance of a period"),
    "rank": Intent("reflexes", "rank_campaigns", "rank campaigns from best or worst"),
    "anomalies": Intent("reflexes", "find_anomalies", "look for anomalies"),
    "briefing": Intent("face", "briefing", "give you a briefing"),
    "approvals": Intent("face", "pending_approvals", "show what waits for approval"),
    "freshness": Intent("face", "data_freshness", "say how fresh the data is"),
    **{tool: Intent(line.specialist, tool, line.words) for tool, line in (LOOKUPS | ORDERS).items()},
    "approve": Intent("", "", "approve or apply a change (only a person can)"),
    "guarantee": Intent("", "", "guarantee a result (nobody can)"),
    "policy": Intent("", "", "change limits or permissions (only an owner can)"),
    "foreign": Intent("", "", "show another company's data (never)"),
    "delete": Intent("voice", "propose_removal", "propose to remove something for good"),
    "secrets": Intent("", "", "show secrets (never)"),
    "about": Intent("", "", "say what I am and what I can do"),
    "person": Intent("face", "request_expert", "bring in a person"),
    "smalltalk": Intent("", "", "just say hello"),
    "offtopic": Intent("", "", "do something outside marketing"),
    "unsupported": Intent("", "", "do something on the platform that I have no tool for"),
}
