"""Comparisons in a text: "CPA is above 60", "whose ROAS is under 1.5", "Meta's CPA is worse than Google's"."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.goals import Condition
from omnify_agents.engine.mentions import Kind, Mention, blanked
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.trade import LOWER_IS_BETTER

BUDGET = "daily_budget"
SHARES = frozenset({"ctr", "cvr"})
_COMPARATOR = re.compile(
    r"(?P<no>\b(?:not|isn't|no|never)\s+)?(?:(?P<up>\b(?:above|over|more than|greater than|higher than|bigger than|exceed(?:s|ed|ing)?|beyond|north of|"
    r"at least|upwards? of)\b|>=?|≥)|(?P<down>\b(?:below|under|less than|lower than|smaller than|fewer than|beneath|south of|at most|up to)\b|<=?|≤))"
)
_AGAINST = re.compile(
    r"\b(?:(?P<worse>worse)|(?P<better>better)|(?P<up>higher|more|greater)|(?P<down>lower|less)) than\b"
)
_TREND = re.compile(
    r"\b(?P<up>(?:went|goes|has gone|is going|is|was) up|rose|rises|has risen|is rising|increased|climbed|has climbed|grew|jumped)\b|"
    r"\b(?P<down>(?:went|goes|has gone|is going|is|was) down|fell|falls|has fallen|is falling|dropped|drops|has dropped|decreased|declined|sank|slipped)\b|"
    r"\b(?P<worse>got worse|worsened|has worsened|deteriorated|is getting worse)\b|\b(?P<better>got better|improved|has improved|is improving)\b"
)
_WITH = re.compile(r"\b(?:with|whose|where|that (?:has|have|had|is|are)|which (?:has|have|had)|having|at)\b")
_MANY = re.compile(r"\b(?:all|every|everything|any|each|campaigns|those|ones|anything|whatever)\b")
_NEAR = 12


class Comparison(NamedTuple):
    """What is compared, with its place in the text."""

    condition: Condition
    start: int
    end: int


def comparison_in(reading: Reading, start: int = 0) -> Comparison | None:
    """The first comparison from `start` on; None where there is none that we understand."""
    figure, trend = _with_figure(reading, start), _trend(reading, start)
    if figure is not None and trend is not None and 0 <= figure.start - trend.end <= 2:
        trend = None  # "drops below 1 %"
    found = [one for one in (figure, _with_platform(reading, start), trend) if one is not None]
    return min(found, key=lambda one: one.start, default=None)


def criterion_in(reading: Reading) -> tuple[Condition | None, Reading]:
    """ "Every Meta campaign with a CPA above 100": the criterion, and the text without it."""
    opened = next((match for match in _WITH.finditer(reading.text)), None)
    if opened is None or not _MANY.search(reading.text[: opened.start()]):
        return None, reading
    found = _with_figure(reading, opened.end())
    if found is None or not found.condition.metric:
        return None, reading
    inside = [mention for mention in reading.mentions if opened.start() <= mention.start < found.end]
    kept = tuple(
        mention
        for mention in reading.mentions
        if mention not in inside or mention.kind in (Kind.PLATFORM, Kind.PERIOD)
    )
    period = next((str(mention.value) for mention in reading.mentions if mention.kind is Kind.PERIOD), "")
    covered = Mention(Kind.METRIC, opened.start(), found.end, "")
    return replace(found.condition, period=period), Reading(blanked(reading.text, [covered]), kept)


def _with_figure(reading: Reading, start: int) -> Comparison | None:
    for match in _COMPARATOR.finditer(reading.text, start):
        figure = next(
            (
                mention
                for mention in reading.mentions
                if mention.kind in (Kind.MONEY, Kind.PERCENT) and 0 <= mention.start - match.end() <= _NEAR
            ),
            None,
        )
        if figure is None or not (metric := _metric(reading, start, match.start(), figure)):
            continue
        equal = bool(re.search(r"at least|at most|up to|=|≥|≤", match[0]))
        above, or_equal = bool(match["up"]), equal
        if match["no"]:  # "not above 60" is "at most 60"
            above, or_equal = not above, not equal
        said = reading.text[figure.start : figure.end].strip()
        condition = Condition("", metric, above, or_equal, _figure(figure, metric), said)
        return Comparison(condition, match.start(), figure.end)
    return None


def _with_platform(reading: Reading, start: int) -> Comparison | None:
    for match in _AGAINST.finditer(reading.text, start):
        other = next(
            (
                mention
                for mention in reading.mentions
                if mention.kind is Kind.PLATFORM and 0 <= mention.start - match.end() <= _NEAR
            ),
            None,
        )
        metric = _metric_between(reading, start, match.start())
        if other is None or not metric:
            continue
        above = _is_up(match, metric)
        end = other.end + len(re.match(r"(?:'s)?", reading.text[other.end :])[0])  # type: ignore[index]
        said = reading.text[other.start : end]
        return Comparison(
            Condition("", metric, above, said=said, other_platform=str(other.value)), match.start(), end
        )
    return None


def _trend(reading: Reading, start: int) -> Comparison | None:
    match = _TREND.search(reading.text, start)
    if match is None or not (metric := _metric_between(reading, start, match.start())):
        return None
    rest = re.match(r"\s*by (?:more than |over |at least )?", reading.text[match.end() :])
    at = match.end() + (len(rest[0]) if rest else 0)
    share = next(
        (mention for mention in reading.mentions if mention.kind is Kind.PERCENT and mention.start == at),
        None,
    )
    above = _is_up(match, metric)
    figure = Decimal(share.value) / 100 if share is not None and rest else Decimal(0)
    end = share.end if share is not None and rest else match.end()
    said = reading.text[match.start() : end]
    condition = Condition("", metric, above, False, figure if above else -figure, said, is_trend=True)
    return Comparison(condition, match.start(), end)


def _is_up(match: re.Match[str], metric: str) -> bool:
    """A worse CPA is a higher one, a worse ROAS a lower one."""
    if match["up"] or match["down"]:
        return bool(match["up"])
    return bool(match["worse"]) == (metric in LOWER_IS_BETTER)


def _metric(reading: Reading, start: int, before: int, figure: Mention) -> str:
    """The metric in front of the comparator, right behind the figure ("below 60 CPA"), or the budget."""
    if found := _metric_between(reading, start, before):
        return found
    behind = next(
        (
            mention
            for mention in reading.mentions
            if mention.kind is Kind.METRIC and 0 <= mention.start - figure.end <= 2
        ),
        None,
    )
    if behind is not None:
        return str(behind.value)
    is_daily = isinstance(figure.value, Amount) and figure.value.every == "day"
    return BUDGET if is_daily or re.search(r"\bbudget", reading.text[start:before]) else ""


def _metric_between(reading: Reading, start: int, end: int) -> str:
    found = [
        mention
        for mention in reading.mentions
        if mention.kind is Kind.METRIC and start <= mention.start < end
    ]
    return str(found[-1].value) if found else ""


def _figure(mention: Mention, metric: str) -> Amount | Decimal:
    if mention.kind is Kind.PERCENT:
        return Decimal(mention.value) / 100
    amount: Amount = mention.value
    if metric in SHARES and amount.is_bare:
        return amount.value / 100  # "CTR below 1" is below 1 %
    return amount
