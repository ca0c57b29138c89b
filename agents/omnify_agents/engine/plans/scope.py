"""What a look is about: periods, platforms, metrics, and one campaign where one was named."""

from __future__ import annotations

import re

from omnify_agents.engine.choosing import chosen
from omnify_agents.engine.flow import Known, Steps, ask
from omnify_agents.engine.goals import Answer, Goal, RefKind
from omnify_agents.engine.mentions import Kind, blanked
from omnify_agents.engine.naming import is_common_word
from omnify_agents.engine.periods import PERIODS
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.references import points_back
from omnify_agents.engine.words import words_of

KNOWN_METRICS = frozenset(
    {"spend", "impressions", "clicks", "conversions", "revenue", "ctr", "cvr", "cpc", "cpa", "roas"}
)
_BEFORE_CAMPAIGN = re.compile(
    r"\b(?:the|our|my|for|of|on|in)\s+((?:[\w|&%+'-]+\s+){1,5})campaign\b", re.IGNORECASE
)
_AFTER_PREPOSITION = re.compile(
    r"(?:^(?:please )?(?:forecast|predict)|\b(?:for|of|in|on|about))\s+((?:[\w|&%+'-]+\s*){2,5})"
)


def period_of(goal: Goal) -> str:
    """The period that was said, '' where none was. Raises Stop with a question where no tool has that window."""
    period = goal.slots.period
    if period.startswith("other:"):
        windows = ", ".join(name.replace("_", " ") for name in PERIODS)
        raise ask(
            f'I cannot look at "{period.removeprefix("other:")}". I have these windows: {windows}. Which one shall I take?',
            _with_period(goal),
        )
    return period


def platforms_of(goal: Goal) -> list[str]:
    """One look per platform that was named; one over everything where none was."""
    return list(goal.slots.platforms) or [""]


def metric_of(goal: Goal) -> str:
    return next((metric for metric in goal.slots.metrics if metric in KNOWN_METRICS), "")


def campaign_argument(goal: Goal, known: Known) -> Steps[str]:
    """The campaign that a look is about, as id or name; '' where it is about all of them."""
    ref = next(iter(goal.slots.refs), None)
    match ref.kind if ref else None:
        case RefKind.ID | RefKind.NAME if ref:
            return ref.value
        case RefKind.EXTREME | RefKind.ORDINAL if ref and "campaign" in goal.text:
            picked = yield from chosen([(ref, lambda again: goal.with_slots(refs=(again,)))], known)
            return picked[0].id
    reading = read(goal.text)
    if points_back(reading) and len(known.focus) == 1:
        return known.focus[0].id
    return name_in(reading)


def campaign_named(reading: Reading) -> str:
    """The one id or name that stands in the text as such; '' where none or several do."""
    named = [*reading.all(Kind.ENTITY), *reading.all(Kind.QUOTED), *reading.all(Kind.NAME)]
    return str(named[0]) if len(named) == 1 else ""


def name_in(reading: Reading) -> str:
    """A campaign name: by its capitals, or by words of no other meaning beside "campaign" or after "for"."""
    named = reading.first(Kind.NAME) or reading.first(Kind.QUOTED)
    if named:
        return str(named)
    bare = blanked(reading.text, reading.mentions)
    for pattern in (_BEFORE_CAMPAIGN, _AFTER_PREPOSITION):
        for match in pattern.finditer(bare):
            told = [word for word in words_of(match[1]) if not is_common_word(word)]
            if len(told) >= (1 if pattern is _BEFORE_CAMPAIGN else 2):
                return " ".join(told)
    return ""


def _with_period(goal: Goal) -> Answer:
    def answer(reading: Reading, _text: str) -> Goal | None:
        period = reading.first(Kind.PERIOD)
        return goal.with_slots(period=period) if period else None

    return answer
