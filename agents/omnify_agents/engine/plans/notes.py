"""Plans that pass the user's own words on: notes, questions to the memory, a total to spread."""

from __future__ import annotations

import re

from omnify_agents.engine.flow import Known, Plan, ask, call, one
from omnify_agents.engine.goals import Answer, Goal
from omnify_agents.engine.plans.amounts import money_argument
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.replies import output_reply

_LEAD = re.compile(
    r"^\W*(?:please\s+|can you\s+|could you\s+)*(?:(?:remember|note|save|keep in mind|bear in mind|don'?t forget|do not forget|never forget|"
    r"make a note|take a note|write(?: this)? down|jot(?: this)? down|store this|save this|save for later|add to memory|for the record|"
    r"for (?:future|next) (?:reference|time)|fyi|just so you know|so you know|from now on|going forward)\b[\s,:]*)+(?:that\s+)?",
    re.IGNORECASE,
)


def remember(goal: Goal, _known: Known) -> Plan:
    note = _LEAD.sub("", goal.text).strip()
    if len(note.split()) < 2:
        raise ask("What shall I remember? Say it in one sentence.", _as_note(goal))
    return output_reply((yield from one(call("remember", text=note[0].upper() + note[1:]))))


def recall(goal: Goal, _known: Known) -> Plan:
    return output_reply((yield from one(call("recall", query=goal.text.strip(" ?.!")))))


def memories(goal: Goal, _known: Known) -> Plan:
    return output_reply((yield from one(call("list_memories", limit=goal.slots.count or 20))))


def allocation(goal: Goal, _known: Known) -> Plan:
    """A total per day; without one, today's total is spread."""
    change = goal.slots.change
    platform = goal.slots.platforms[0] if len(goal.slots.platforms) == 1 else ""
    total = money_argument(change.amount).partition(" ")[0] if change and change.amount else ""
    if change and change.amount and change.amount.every in ("week", "month"):
        raise ask("The split is made per day. How much is it a day?")
    return output_reply((yield from one(call("suggest_allocation", platform=platform, total=total))))


def _as_note(goal: Goal) -> Answer:
    def answer(_reading: Reading, text: str) -> Goal | None:
        return Goal(goal.intent, text)

    return answer
