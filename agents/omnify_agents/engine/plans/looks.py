"""One plan for every line of the tables: its arguments from what was said, a question for what is missing."""

from __future__ import annotations

import re

from omnify_agents.engine.flow import Call, Known, Plan, ask, call, one
from omnify_agents.engine.followups import is_no
from omnify_agents.engine.goals import Answer, Goal
from omnify_agents.engine.lookups import LOOKUPS, Lookup
from omnify_agents.engine.orders import ORDERS
from omnify_agents.engine.outputs import Problem
from omnify_agents.engine.plans.arguments import FILLED, MISSING
from omnify_agents.engine.plans.dictated import DICTATED, NEEDED, entity
from omnify_agents.engine.plans.scope import campaign_argument
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import output_reply, safe_sentence
from omnify_agents.engine.slots import slots_of

_LEAD = re.compile(r"^\W*(?:(?:in|the|account|use|please|with)\b\s*)*", re.IGNORECASE)
_ENTITIES = ("campaign_id", "entity_id", "ad_group_id")


def look(goal: Goal, known: Known) -> Plan:
    line = LOOKUPS[goal.intent]
    said: dict[str, object] = {}
    for name in line.takes:
        is_campaign = name == "campaign_id"
        said[name] = (yield from campaign_argument(goal, known)) if is_campaign else FILLED[name](goal)
    _check(said, line, MISSING, goal)
    return output_reply((yield from one(call(goal.intent, **said))))


def order(goal: Goal, known: Known) -> Plan:
    """A proposal whose arguments are all said: every one is given, the empty ones too."""
    line = ORDERS[goal.intent]
    said: dict[str, object] = {}
    for name in line.takes:
        read_by = DICTATED.get(name) or FILLED.get(name)
        said[name] = read_by(goal) if read_by and name not in _ENTITIES else (yield from entity(goal, known))
    _check(said, line, MISSING | NEEDED, goal)
    output = yield from one(Call(goal.intent, said))
    if isinstance(output, Problem) and said.get("account") == "" and "accounts" in output.message:
        raise ask(f"In which account? {safe_sentence(output.message)}", _naming_the_account(goal))
    return output_reply(output)


def _check(said: dict[str, object], line: Lookup, questions: dict[str, str], goal: Goal) -> None:
    """Raises Stop with a question for what is missing, all in one."""
    missing = [questions[name] for name in line.needs if not said[name]]
    if missing:
        raise ask(" ".join(dict.fromkeys(missing)), _with_the_rest(goal))


def _naming_the_account(goal: Goal) -> Answer:
    def answer(reading: Reading, text: str) -> Goal | None:
        if is_no(reading) or text.rstrip().endswith("?"):
            return None
        named = _LEAD.sub("", text).partition(",")[0].strip(" .\"'")
        whole = f'{goal.text.rstrip(" ?.!")}, account "{named}"'
        return Goal(goal.intent, whole, slots_of(goal.intent, read(whole)))

    return answer


def _with_the_rest(goal: Goal) -> Answer:
    """The answer read together with the question that it completes."""

    def answer(reading: Reading, text: str) -> Goal | None:
        tells = reading.mentions or ":" in text or "|" in text or goal.intent in ORDERS
        if not tells or is_no(reading) or text.rstrip().endswith("?"):
            return None
        whole = f"{goal.text.rstrip(' ?.!')}, {text}"
        return Goal(goal.intent, whole, slots_of(goal.intent, read(whole)))

    return answer
