"""One step of the conversation: call tools, hand over, or say something. A function of its input alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from omnify_agents.engine.flow import Call, Known, run
from omnify_agents.engine.goals import Goal, Outcome, Reply
from omnify_agents.engine.intents import INTENTS
from omnify_agents.engine.languages import LANGUAGES, language_of
from omnify_agents.engine.plans.registry import planned
from omnify_agents.engine.replies import INTRODUCTION
from omnify_agents.engine.transcript import HANDOFF_PREFIX, Turn, turns_of
from omnify_agents.engine.understanding import goals_of

TURNS_READ = 8
STILL_OPEN = "The earlier proposal stays open; if this one takes its place, reject that one under Approvals."
_VOICE_LOOKS_UP = frozenset({"list_campaigns", "rank_campaigns"})
_NO_INTENT_OF_ITS_OWN = {"what_if_budget": "curiosity", "what_if_move": "curiosity"}
"""Tools that only other intents' plans ask for, where the intent's own specialist lacks them."""
_RANKED = (Outcome.PROPOSED, Outcome.ESCALATED, Outcome.CLARIFIED, Outcome.REFUSED, Outcome.ANSWERED)


@dataclass(frozen=True, slots=True)
class Surface:
    """What the agent that asks can do: its tools by name with their parameters, and its handoffs."""

    tools: dict[str, dict[str, Any]]
    handoffs: frozenset[str]


@dataclass(frozen=True, slots=True)
class CallTools:
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    tool: str
    reason: str


@dataclass(frozen=True, slots=True)
class Say:
    outcome: Outcome
    text: str


Step = CallTools | HandOver | Say


def next_step(items: Any, surface: Surface) -> Step:
    """What to do now, given the conversation and the agent's tools."""
    turns = turns_of(items)[-TURNS_READ:]
    if not turns:
        return Say(Outcome.CLARIFIED, "What would you like to know?")
    known = Known()
    for turn in turns[:-1]:
        _replay(turn, known)
    return _continue(turns[-1], known, surface)


def _replay(turn: Turn, known: Known) -> None:
    """An earlier turn, for what it leaves behind: what was seen, what was asked back."""
    goals = goals_of(turn.text, known)
    known.opens_turn()
    for goal in goals:
        result = run(planned(goal, known), turn.observations)
        if isinstance(result, Reply):
            known.heard(result)
    for seen in turn.observations:
        known.saw(seen.output.campaigns)
    known.goals = _worth_refining(goals) or known.goals
    known.is_first = known.is_first and not turn.has_reply


def _continue(turn: Turn, known: Known, surface: Surface) -> Step:
    goals = goals_of(turn.text, known)
    was_proposed = known.outcome is Outcome.PROPOSED
    known.opens_turn()
    replies: list[Reply] = []
    for goal in goals:
        result = run(planned(goal, known), turn.observations)
        if not isinstance(result, Reply):
            step = _towards(goal, result, turn, surface)
            if not isinstance(step, Reply):
                return step
            result = step
        was_revised = any(seen.tool == "propose_revision" for seen in turn.observations)
        known.heard(result)
        for seen in turn.observations:
            known.saw(seen.output.campaigns)
        is_second = was_proposed and result.outcome is Outcome.PROPOSED and not was_revised
        amends = goal.amends and is_second
        replies.append(replace(result, text=f"{result.text}\n\n{STILL_OPEN}") if amends else result)
    return _said(replies, known, language_of(turn.text))


def _towards(goal: Goal, calls: Sequence[Call], turn: Turn, surface: Surface) -> Step | Reply:
    """Here, if the tools are here; else over to who has them; else the truth that nobody has."""
    here = tuple(_fitted(call, surface.tools[call.tool]) for call in calls if call.tool in surface.tools)
    if here:
        return CallTools(here)
    wanted = f"{HANDOFF_PREFIX}{_owner(goal, calls[0])}"
    if wanted not in turn.handoffs[-1:]:
        for tool in (wanted, f"{HANDOFF_PREFIX}router"):
            if tool in surface.handoffs:
                return HandOver(tool, INTENTS[goal.intent].words)
    return Reply(
        Outcome.REFUSED, f"I cannot {INTENTS[goal.intent].words} here: the tool for it is switched off."
    )


def _owner(goal: Goal, call: Call) -> str:
    """The specialist of the goal, unless the step at hand needs another one's tool."""
    intent = INTENTS[goal.intent]
    if call.tool == intent.tool:
        return intent.specialist
    if intent.specialist == "voice" and call.tool in _VOICE_LOOKS_UP:
        return "voice"
    if call.tool in _NO_INTENT_OF_ITS_OWN:
        return _NO_INTENT_OF_ITS_OWN[call.tool]
    return next(
        (other.specialist for other in INTENTS.values() if other.tool == call.tool), intent.specialist
    )


def _fitted(call: Call, parameters: dict[str, Any]) -> Call:
    """Only the arguments that the tool declares."""
    return Call(call.tool, {name: value for name, value in call.arguments.items() if name in parameters})


def _worth_refining(goals: Sequence[Goal]) -> tuple[Goal, ...]:
    return tuple(goal for goal in goals if goal.intent in INTENTS and INTENTS[goal.intent].tool)


def _said(replies: Sequence[Reply], known: Known, language: str) -> Say:
    outcome = next(each for each in _RANKED if any(reply.outcome is each for reply in replies))
    texts = list(dict.fromkeys(reply.text for reply in replies if reply.text))
    if known.is_first and "embedded engine" not in texts[0]:
        texts.append(INTRODUCTION)
    if language:
        texts.append(f"_I read your {LANGUAGES[language]} and answer in English._")
    return Say(outcome, "\n\n".join(texts))
