"""One plan for every look of the table: its arguments from what was said, a question for what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.changes import change_in
from omnify_agents.engine.flow import Known, Plan, ask, call, one
from omnify_agents.engine.goals import Answer, Goal
from omnify_agents.engine.lookups import LOOKUPS
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.plans.amounts import plain
from omnify_agents.engine.plans.scope import campaign_argument, period_of
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import output_reply
from omnify_agents.engine.slots import slots_of

_CUTS = {
    "weekday": r"week ?day|days? of (?:the )?week", "creative_age": r"\bage\b", "ad_group": r"ad ?(?:groups?|sets?)",
    "campaign": r"by campaign", "platform": r"platform|channel",
}  # fmt: skip
_MISSING = {
    "campaign_id": "Which campaign? Give its id (such as `meta:1201`) or its name.",
    "metric": "A target for which figure: CPA or ROAS? For example: which campaigns miss a target CPA of 60.",
    "target": "Against which target? For example: a CPA of 60, or a ROAS of 3.",
    "margin": "What is your margin, as a share of revenue? For example: 40 %.",
}


def look(goal: Goal, known: Known) -> Plan:
    lookup = LOOKUPS[goal.intent]
    said: dict[str, object] = {}
    for name in lookup.takes:
        said[name] = (
            (yield from campaign_argument(goal, known)) if name == "campaign_id" else _FILLED[name](goal)
        )
    for name in lookup.needs:
        if not said[name]:
            raise ask(_MISSING[name], _with_the_rest(goal))
    return output_reply((yield from one(call(goal.intent, **said))))


def _metric(goal: Goal) -> str:
    return next(iter(goal.slots.metrics), "")


def _platform(goal: Goal) -> str:
    return goal.slots.platforms[0] if len(goal.slots.platforms) == 1 else ""


def _by(goal: Goal) -> str:
    text = read(goal.text).text
    return next((cut for cut, words in _CUTS.items() if re.search(words, text)), "platform")


def _money(goal: Goal) -> str:
    change = change_in(read(goal.text))
    return f"{change.amount.value:.2f}" if change and change.amount else ""


def _target(goal: Goal) -> str:
    money = [value for value in read(goal.text).all(Kind.MONEY) if isinstance(value, Amount)]
    return plain(money[-1].value) if money else ""


def _margin(goal: Goal) -> str:
    share = read(goal.text).first(Kind.PERCENT)
    return f"{plain(share)}%" if share is not None else ""


_FILLED: dict[str, Callable[[Goal], object]] = {
    "metric": _metric,
    "period": period_of,
    "platform": _platform,
    "limit": lambda goal: goal.slots.count,
    "by": _by,
    "monthly_budget": _money,
    "target": _target,
    "margin": _margin,
    "change_set_id": lambda goal: goal.slots.change_set,
}


def _with_the_rest(goal: Goal) -> Answer:
    """The answer read together with the question that it completes."""

    def answer(reading: Reading, text: str) -> Goal | None:
        if not reading.mentions:
            return None
        whole = f"{goal.text.rstrip(' ?.!')}, {text}"
        return Goal(goal.intent, whole, slots_of(goal.intent, read(whole)))

    return answer
