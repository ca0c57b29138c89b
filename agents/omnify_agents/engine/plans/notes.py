"""Plans that pass the user's own words on: notes, questions to the memory, a total to spread."""

from __future__ import annotations

import re

from omnify_agents.engine.flow import Call, Known, Plan, ask, call, one
from omnify_agents.engine.goals import Answer, Goal, Outcome, Reply
from omnify_agents.engine.outputs import TableOutput
from omnify_agents.engine.plans.amounts import money_argument
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.replies import output_reply, safe
from omnify_agents.engine.words import FILLERS, words_of

_LEAD = re.compile(
    r"^\W*(?:please\s+|can you\s+|could you\s+)*(?:(?:remember|note|save|keep in mind|bear in mind|don'?t forget|do not forget|never forget|"
    r"make a note|take a note|write(?: this)? down|jot(?: this)? down|store this|save this|save for later|add to memory|for the record|"
    r"for (?:future|next) (?:reference|time)|fyi|just so you know|so you know|from now on|going forward)\b[\s,:]*)+(?:that\s+)?",
    re.IGNORECASE,
)
_STEM = 6
_NOTE_ID = re.compile(r"\bmem_\w+")
_FORGET = re.compile(
    r"^.*?\b(?:forget|unlearn|delete|erase|remove|drop|clear|wipe)\b\s*|\b(?:what|everything|anything|all)?\s*(?:you|we) (?:remember\w*|know|noted|stored)\b|"
    r"\b(?:the|your|our|that|this|my) (?:notes?|memor(?:y|ies))\b|\b(?:that|about|on|from memory)\b",
    re.IGNORECASE,
)


def remember(goal: Goal, _known: Known) -> Plan:
    note = _LEAD.sub("", goal.text).strip()
    if len(note.split()) < 2:
        raise ask("What shall I remember? Say it in one sentence.", _as_note(goal))
    return output_reply((yield from one(call("remember", text=note[0].upper() + note[1:]))))


def recall(goal: Goal, _known: Known) -> Plan:
    return output_reply((yield from one(call("recall", query=goal.text.strip(" ?.!")))))


def forget(goal: Goal, _known: Known) -> Plan:
    """The one note that is meant, by its id or by its words; asks where several could be."""
    noted = _NOTE_ID.search(goal.text)
    if noted is not None:
        return output_reply((yield from one(Call("forget", {"memory_id": noted[0]}))))
    about = _FORGET.sub("", goal.text).strip(" ?.!")
    found = yield from one(call("recall", query=about))
    if not isinstance(found, TableOutput):
        return output_reply(found)
    told = _stems(about)
    fits = [row for row in found.rows if len(told & _stems(str(row.get("text")))) * 2 >= len(told)]
    if not told or not fits:
        return Reply(Outcome.ANSWERED, "I find no note about that, so there is nothing to forget.")
    if len(fits) > 1:
        lines = [f"- {safe(row.get('text'))} (`{row.get('memory_id')}`)" for row in fits]
        raise ask("\n".join(["Several notes fit. Which one? Give its id.", *lines]), _as_note(goal))
    return output_reply((yield from one(Call("forget", {"memory_id": str(fits[0]["memory_id"])}))))


def _stems(text: str) -> set[str]:
    """The beginnings of the words that tell something: "call" and "calls" are one."""
    return {word[:_STEM].rstrip("s") for word in words_of(text) if word not in FILLERS}


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
