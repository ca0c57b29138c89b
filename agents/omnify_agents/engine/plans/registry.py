"""Which plan carries out which intent."""

from __future__ import annotations

from collections.abc import Callable

from omnify_agents.engine.flow import Known, Plan
from omnify_agents.engine.goals import Goal
from omnify_agents.engine.lookups import LOOKUPS
from omnify_agents.engine.moods import Mood
from omnify_agents.engine.orders import ORDERS
from omnify_agents.engine.plans import advice, gates, looks, notes, pairs, proposals, reads, revising, talk

PLANS: dict[str, Callable[[Goal, Known], Plan]] = {
    "forecast": reads.forecast,
    "fatigue": reads.fatigue,
    "compare": pairs.compare,
    "creatives": reads.creatives,
    "creative_performance": reads.creative_performance,
    "campaigns": reads.campaigns,
    "rank": reads.rank,
    "summary": reads.summary,
    "anomalies": reads.anomalies,
    "opportunities": reads.opportunities,
    "marginal": reads.marginal,
    "allocation": notes.allocation,
    "recall": notes.recall,
    "remember": notes.remember,
    "memories": notes.memories,
    "briefing": reads.briefing,
    "approvals": reads.approvals,
    "freshness": reads.freshness,
    "budget": proposals.budget,
    "move": pairs.move,
    "pause": proposals.pause,
    "enable": proposals.enable,
    "undo": revising.undo,
    "delete": proposals.removal,
    "about": talk.about,
    "person": talk.person,
    "smalltalk": talk.smalltalk,
    "no": talk.nothing_done,
    "unsure": talk.unsure,
    **dict.fromkeys(LOOKUPS, looks.look),
    **dict.fromkeys(ORDERS, looks.order),
    "forget": notes.forget,
    "quoted": talk.quoted,
    "left_out": talk.left_out,
    **dict.fromkeys(
        ("approve", "guarantee", "policy", "foreign", "secrets", "unsupported", "offtopic"),
        talk.refusal,
    ),
}


def planned(goal: Goal, known: Known) -> Plan:
    """The goal's plan: in the mood in which it was said, and behind its condition."""
    if goal.mood in (Mood.WEIGHS, Mood.IMAGINES):
        return advice.weighed(goal, known)
    if goal.mood is not Mood.ORDERS:
        return advice.left_alone(goal, known)
    act = PLANS[goal.intent](goal, known)
    return act if goal.condition is None else gates.gated(goal, goal.condition, known, act)
