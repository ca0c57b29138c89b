"""What a look is about: periods, platforms, metrics, and one campaign where one was named."""

from __future__ import annotations

import re

from omnify_agents.engine.choosing import chosen
from omnify_agents.engine.flow import Known, Steps, ask
from omnify_agents.engine.goals import Answer, Goal, RefKind
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.periods import PERIODS
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.references import points_back

KNOWN_METRICS = frozenset(
    {"spend", "impressions", "clicks", "conversions", "revenue", "ctr", "cvr", "cpc", "cpa", "roas"}
)
_UNIT = r"[A-Z0-9][\w&+%.']*"
_PROPER = re.compile(rf"(?<![\w:$€£.])({_UNIT}(?:\s*[|/_–-]\s*{_UNIT}|\s+{_UNIT})*)")
_BEFORE_CAMPAIGN = re.compile(
    r"\b(?:the|our|my|for|of|on|in)\s+((?:[\w|&%+'-]+\s+){1,5})campaign\b", re.IGNORECASE
)
_NOT_NAMES = frozenset(
    """i i'm i'd i've ok google meta facebook instagram linkedin tiktok youtube ads ad fb ig roas cpa cpl ctr cvr cpc cpm kpi
    kpis roi pls please usd eur gbp monday tuesday wednesday thursday friday saturday sunday january february march april
    may june july august september october november december q1 q2 q3 q4 ceo cmo cfo pdf csv oracle eyes voice face
    reflexes curiosity memory hi hey hello us uk eu a new current same other whole entire each single every any best
    worst top paused active enabled running live first second third and""".split()
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
        case RefKind.EXTREME | RefKind.ORDINAL if ref:
            picked = yield from chosen([(ref, lambda again: goal.with_slots(refs=(again,)))], known)
            return picked[0].id
    if points_back(read(goal.text)) and len(known.focus) == 1:
        return known.focus[0].id
    return name_in(goal.text)


def name_in(text: str) -> str:
    """A campaign name by its capitals, or by the word "campaign" behind it; '' where there is none."""
    names = proper_names(text)
    if names:
        return names[0]
    before = _BEFORE_CAMPAIGN.search(text)
    return " ".join(word for word in read(before[1]).residue if word not in _NOT_NAMES) if before else ""


def proper_names(text: str) -> list[str]:
    """Runs of capitalized words that are neither the start of the sentence nor words of the trade."""
    found = []
    for match in _PROPER.finditer(text):
        words = match[1].split()[1:] if match.start() == 0 else match[1].split()
        while words and _is_common(words[0]):
            words = words[1:]
        while words and _is_common(words[-1]):
            words = words[:-1]
        if words and re.search(r"[A-Za-z]{2}", " ".join(words)):
            found.append(" ".join(words).rstrip(".?!,'"))
    return found


def _is_common(word: str) -> bool:
    return word.lower().strip(".,?!'") in _NOT_NAMES or not re.search(r"\w", word)


def _with_period(goal: Goal) -> Answer:
    def answer(reading: Reading, _text: str) -> Goal | None:
        period = reading.first(Kind.PERIOD)
        return goal.with_slots(period=period) if period else None

    return answer
