"""A tool's arguments from what was said: one reader per argument name, whichever tool takes it."""

from __future__ import annotations

import re
from collections.abc import Callable

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.changes import change_in
from omnify_agents.engine.goals import Goal, RefKind
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.plans.amounts import plain
from omnify_agents.engine.plans.records import record_kind, record_search
from omnify_agents.engine.plans.scope import period_of
from omnify_agents.engine.reading import read

MISSING = {
    "campaign_id": "Which campaign? Give its id (such as `meta:1201`) or its name.",
    "metric": "A target for which figure: CPA or ROAS? For example: which campaigns miss a target CPA of 60.",
    "target": "Against which target? For example: a CPA of 60, or a ROAS of 3.",
    "margin": "What is your margin, as a share of revenue? For example: 40 %.",
    "change_set_id": "Which change? Give its id (such as `cs_5f0c9a1b2d3e`); I can list the changes.",
    "creative_id": "Which ad? Give its id, as the list of ads shows it, or its name.",
    "headlines": 'Which headlines? Write them behind a colon, parted by "|".',
    "control_id": "Which two ads or campaigns were tested? Give the ids or names of both, the control first.",
    "treatment_id": "Against which one? Give the ids or names of both, the control first.",
    "aspect": "How do you want to be answered? For example: briefly, in detail, formally, with figures in a table.",
    "value": "How do you want to be answered? For example: briefly, in detail, formally, with figures in a table.",
    "smallest_effect": "What is the smallest improvement worth finding? For example: 10 %.",
}
_WISHES = {
    ("length", "brief"): r"short\w*|brief\w*|concise\w*", ("length", "detailed"): r"detailed|in detail|longer",
    ("tone", "formal"): r"formal\w*", ("tone", "friendly"): r"friendly", ("tone", "plain"): r"plain\w*",
    ("figures", "in words"): r"in words", ("figures", "as a table"): r"tables?", ("figures", "as a chart"): r"charts?",
    ("reasons", "always"): r"reasons?|explain", ("decisions", "options to choose from"): r"options",
    ("decisions", "one recommendation"): r"one recommendation", ("contact", "only when needed"): r"only when needed",
    ("contact", "weekly"): r"weekly", ("contact", "daily"): r"daily",
}  # fmt: skip
_CUTS = {
    "weekday": r"week ?day|days? of (?:the )?week", "creative_age": r"\bage\b", "ad_group": r"ad ?(?:groups?|sets?)",
    "campaign": r"by campaign", "platform": r"platform|channel",
}  # fmt: skip
_FIRST_TOUCH = re.compile(r"\bfirst[ -](?:touch|visit|click|contact|time)\b|\bcame first\b")
_LISTED = re.compile(r":\s*(?P<list>\S.*)$", re.DOTALL)
_IN_QUOTES = re.compile(r'"([^"]{2,200})"|“([^”]{2,200})”')
_POINTED = (RefKind.ID, RefKind.NAME)


def _metric(goal: Goal) -> str:
    return next(iter(goal.slots.metrics), "")


def _against(goal: Goal) -> str:
    """The second period, where two were named."""
    named = [
        str(period) for period in read(goal.text).all(Kind.PERIOD) if not str(period).startswith("other:")
    ]
    return named[1] if len(named) > 1 else ""


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


def _share(goal: Goal) -> str:
    share = read(goal.text).first(Kind.PERCENT)
    return f"{plain(share)}%" if share is not None else ""


def _touch(goal: Goal) -> str:
    return "first" if _FIRST_TOUCH.search(read(goal.text).text) else "last"


def _headlines(goal: Goal) -> str:
    """Quoted ones, else what stands behind a colon, parted by bars, line breaks or semicolons."""
    quoted = [first or second for first, second in _IN_QUOTES.findall(goal.text)]
    listed = _LISTED.search(goal.text)
    found = quoted if len(quoted) > 1 else re.split(r"[|\n;]", listed["list"]) if listed else []
    return " | ".join(text.strip(" .,") for text in found if text.strip(" .,"))


def _wish(goal: Goal) -> tuple[str, str]:
    """Which side of an answer is wished for, and how."""
    text = read(goal.text).text
    return next((wish for wish, words in _WISHES.items() if re.search(rf"\b(?:{words})\b", text)), ("", ""))


def _first(goal: Goal) -> str:
    return next(iter(_pointed(goal)), "")


def _pointed(goal: Goal) -> list[str]:
    return [ref.value for ref in goal.slots.refs if ref.kind in _POINTED]


_FRUITFUL = re.compile(r"\b(?:new|convert\w*|conversions|bid on|worth|promising)\b")
_IDLE = re.compile(r"\b(?:wast\w*|useless|exclud\w*|negatives?|no|without|zero|nothing|irrelevant|bad)\b")


def _searches(goal: Goal) -> str:
    text = goal.text.lower()
    if _IDLE.search(text):
        return "wasted"
    return "new" if _FRUITFUL.search(text) else "all"


FILLED: dict[str, Callable[[Goal], object]] = {
    "metric": _metric,
    "period": period_of,
    "against": _against,
    "platform": _platform,
    "limit": lambda goal: goal.slots.count,
    "days": lambda goal: goal.slots.days,
    "by": _by,
    "monthly_budget": _money,
    "total": _money,
    "target": _target,
    "margin": _share,
    "smallest_effect": _share,
    "touch": _touch,
    "headlines": _headlines,
    "change_set_id": lambda goal: goal.slots.change_set,
    "aspect": lambda goal: _wish(goal)[0],
    "value": lambda goal: _wish(goal)[1],
    "show": _searches,
    "negative": lambda goal: "negativ" in goal.text.lower(),
    "kind": record_kind,
    "search": record_search,
    "creative_id": _first,
    "control_id": _first,
    "treatment_id": lambda goal: ", ".join(_pointed(goal)[1:]),
}
