"""Past periods as the tools name them, and horizons in days."""

from __future__ import annotations

import re
from collections.abc import Iterator

from omnify_agents.engine.mentions import Kind, Mention
from omnify_agents.engine.words import number_from_words

PERIODS = (
    "today", "yesterday", "last_7_days", "last_14_days", "last_30_days", "last_90_days",
    "last_week", "this_week", "this_month", "last_month",
)  # fmt: skip
_SMALL = (
    "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety|a|an|a couple of"
)
_DAYS = {
    "day": 1,
    "d": 1,
    "week": 7,
    "wk": 7,
    "w": 7,
    "fortnight": 14,
    "month": 30,
    "mo": 30,
    "quarter": 90,
    "year": 365,
}
_UNIT = r"days?|d|weeks?|wks?|w|fortnights?|months?|mo|quarters?|years?"
_PAST = r"(?:last|past|previous|prior|trailing|recent|latest|preceding)"
_NEXT = r"(?:next|coming|upcoming|following)"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_BARE_PAST = re.compile(
    rf"\b(?:(?:over|in|during|for|within|of|from) )?(?:the |these |those |this )?{_PAST} (?P<n>\d+|{_SMALL})[ -]?(?P<unit>{_UNIT})\b"
    rf"|\bl(?P<n2>\d+)d\b|\b(?P<n3>\d+)[ -]?(?:days?|d) (?:lookback|back|history|window)\b"
)
_NAMED: tuple[tuple[str, str], ...] = (
    (r"(?:so far )?(?:this month|(?:for|over) the month|month[ -]to[ -]date|mtd)(?: so far)?", "this_month"),
    (r"(?:so far )?(?:this week|(?:for|over) the week|week[ -]to[ -]date|wtd)(?: so far)?", "this_week"),
    (r"(?:the )?day before yesterday", "other:the day before yesterday"),
    (r"yesterday(?:'s)?", "yesterday"),
    (r"(?:so far )?today(?:'s)?(?: so far)?", "today"),
    (r"(?:the |this )?past week", "last_7_days"),
    (r"(?:the |this )?past (?:two weeks|fortnight)", "last_14_days"),
    (r"(?:the |this )?past month", "last_30_days"),
    (r"(?:the |this )?past quarter", "last_90_days"),
    (r"(?:last|previous|prior)\s?(?:calendar |full |whole |complete )?week(?:'s)?|the week before", "last_week"),
    (r"(?:last|previous|prior) (?:calendar |full |whole |complete )?month(?:'s)?", "last_month"),
    (r"(?:last|previous|this) fortnight", "last_14_days"),
    (r"(?:last|previous|prior|this|current) (?:quarter|year)|(?:in|for|during|of|last|this|since) q[1-4](?: 20\d\d)?|ytd|qtd|year[ -]to[ -]date|quarter[ -]to[ -]date", "other"),
    (r"(?:last|this|over the) weekend", "other"),
    (rf"(?:in|for|during|since|of) (?:{_MONTHS})(?: 20\d\d)?(?! budget)", "other"),
    (r"(?:last|on) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)", "other"),
    (r"(?:since|from|on) (?:the )?\d{1,2}(?:st|nd|rd|th)\b(?: of)?(?: [a-z]+)?|20\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?", "other"),
    (r"(?:of )?all time|(?:since )?(?:the )?(?:beginning|start) of (?:the )?(?:year|quarter)|lifetime(?! (?:value|worth|revenue))", "other"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(rf"\b(?:{pattern})(?!\w)"), name) for pattern, name in _NAMED)
_AHEAD = re.compile(
    rf"\b(?:(?:over|in|during|for|within) )?(?:the )?{_NEXT} (?:(?P<n>\d+|{_SMALL}) )?(?P<unit>{_UNIT})\b"
    rf"|\b(?:in|within|inside)(?: the)? (?P<n2>\d+|{_SMALL})[ -]?(?P<unit2>{_UNIT})(?:' time)?\b"
    rf"|\b(?P<n3>\d+)[ -]?(?P<unit3>days?|weeks?|d) (?:out|ahead|forecast|outlook|horizon|from now)\b"
    rf"|\bfor (?P<n4>\d+|{_SMALL}) (?P<unit4>days?|weeks?)\b"
)
_TOMORROW = re.compile(r"\btomorrow\b")
_COUNTS = {"a": 1, "an": 1, "a couple of": 2}


def find_periods(text: str) -> Iterator[Mention]:
    """Periods of the past: one of PERIODS, or 'other:<the words>' where no tool has that window."""
    for match in _BARE_PAST.finditer(text):
        days = _days(match["n"] or match["n2"] or match["n3"], match["unit"] or "d")
        name = f"last_{days}_days"
        value = name if name in PERIODS else f"other:{match[0].strip()}"
        yield Mention(Kind.PERIOD, match.start(), match.end(), value)
    for pattern, name in _PATTERNS:
        for match in pattern.finditer(text):
            value = f"other:{match[0]}" if name == "other" else name
            yield Mention(Kind.PERIOD, match.start(), match.end(), value)


def find_horizons(text: str) -> Iterator[Mention]:
    """Days ahead: "the next two weeks" -> 14."""
    for match in _AHEAD.finditer(text):
        number = match["n"] or match["n2"] or match["n3"] or match["n4"] or "1"
        unit = match["unit"] or match["unit2"] or match["unit3"] or match["unit4"]
        yield Mention(Kind.HORIZON, match.start(), match.end(), _days(number, unit))
    for match in _TOMORROW.finditer(text):
        yield Mention(Kind.HORIZON, match.start(), match.end(), 1)


def _days(number: str, unit: str) -> int:
    spelled = number_from_words(number)
    count = _COUNTS.get(number) or (int(spelled) if spelled is not None else int(number))
    return count * _DAYS[unit if unit in _DAYS else unit.rstrip("s")]
