"""Words of the trade: platforms, metrics, best and worst, counts, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from omnify_agents.engine.mentions import Kind, Mention

_PLATFORMS = {
    "google": r"google(?:[ -]?ads?)?|adwords|ad ?words|g[ -]?ads|goog|gads",
    "meta": r"meta(?:[ -]?ads?)?|facebook(?:[ -]?ads?)?|fb(?:[ -]?ads?)?|instagram|insta|ig",
    "linkedin": r"linked[ -]?in(?:[ -]?ads?)?",
    "tiktok": r"tik[ -]?tok(?:[ -]?ads?)?",
    "youtube": r"you[ -]?tube(?:[ -]?ads?)?|yt",
}
_METRICS = {
    "roas": r"roas|returns? on ad spend|return on spend|ad return|roi",
    "cpa": r"cpas?|cpls?|cost per (?:acquisition|conversion|lead|sign-?up|customer|action|trial|demo)|cac",
    "ctr": r"ctrs?|click[ -]?through(?: rates?)?",
    "cvr": r"cvr|conversion rates?|conv\.? rates?",
    "cpc": r"cpcs?|cost per click",
    "cpm": r"cpms?",
    "spend": r"spend(?:s|ing)?|spent|ad costs?|costs?|budget consumption",
    "revenue": r"revenues?|sales|turnover|conversion value",
    "conversions": r"conversions?|leads?|sign-?ups?|trials?|demos booked",
    "clicks": r"clicks",
    "impressions": r"impressions?|impr",
    "frequency": r"frequency",
}
METRIC_LABELS = {
    "roas": "ROAS",
    "cpa": "CPA",
    "ctr": "CTR",
    "cvr": "conversion rate",
    "cpc": "CPC",
    "cpm": "CPM",
}
_ORDERS = {
    "worst": r"worst(?: performing| performer)?|weakest|poorest|lousiest|least (?:efficient|profitable|effective)|bottom|lowest[ -]performing"
    r"|under-?perform\w*|laggards?|losers?|losing(?: money)?|wasting(?: money)?|dogs?",
    "best": r"best(?: performing| performer)?|strongest|top(?:[ -]performing| performers?)?|most (?:efficient|profitable|effective)"
    r"|highest[ -]performing|winning|winners?|stars?|out-?perform(?:er|ing)s?",
}  # fmt: skip
LOWER_IS_BETTER = frozenset({"cpa", "cpc", "cpm"})
_HIGH_OR_LOW = re.compile(
    r"\b(?:(?P<high>highest|biggest|largest|most)|(?P<low>lowest|smallest|least|fewest))[ -](?=(?P<next>[a-z][a-z. -]{1,24}))"
)
_STATUSES = {
    "paused": r"paused|inactive|switched off|turned off|stopped",
    "enabled": r"enabled|active|live|running|switched on",
}
_ENTITY = re.compile(r"\b(?P<platform>google|meta|linkedin|tiktok|youtube)\s?:\s?(?P<native>\d{2,20})\b")
_CHANGE_SET = re.compile(r"\bcs_[0-9a-f]{6,40}\b")
_QUOTED = re.compile(r'"([^"]{2,120})"|(?<!\w)\'([^\']{2,120})\'(?!\w)')
_COUNT = re.compile(
    r"\b(?:top|bottom|best|worst|first|limit(?: to)?|only|just|give me|show me|the|list)\s(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?!\s?(?:%|percent|days?\b|weeks?\b|months?\b|[./]|a day|per day|usd|dollars|bucks|k\b))(?=\s|$|[?.,!])"
)  # fmt: skip
_SPELLED = dict(
    zip(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(2, 11), strict=True)
)
_TYPO_TARGETS = {
    "google": "google", "facebook": "meta", "instagram": "meta", "adwords": "google",
    "linkedin": "linkedin", "tiktok": "tiktok", "youtube": "youtube",
}  # fmt: skip
_NOT_TYPOS = frozenset({"goggle", "goodie", "lined", "booked", "facets"})


def find_trade_words(text: str) -> Iterator[Mention]:
    yield from _alternatives(text, _PLATFORMS, Kind.PLATFORM)
    yield from _mistyped_platforms(text)
    yield from _alternatives(text, _METRICS, Kind.METRIC)
    yield from _alternatives(text, _ORDERS, Kind.ORDER)
    yield from _high_or_low(text)
    yield from _alternatives(text, _STATUSES, Kind.STATUS)
    for match in _COUNT.finditer(text):
        start = match.start("n")
        yield Mention(Kind.COUNT, start, match.end(), int(_SPELLED.get(match["n"]) or match["n"]))


def find_ids(text: str) -> Iterator[Mention]:
    """Campaign ids, change-set ids and quoted names."""
    for match in _ENTITY.finditer(text):
        value = f"{match['platform']}:{match['native']}"
        yield Mention(Kind.ENTITY, match.start(), match.end(), value)
    for match in _CHANGE_SET.finditer(text):
        yield Mention(Kind.CHANGE_SET, match.start(), match.end(), match[0])
    for match in _QUOTED.finditer(text):
        yield Mention(Kind.QUOTED, match.start(), match.end(), match[1] or match[2])


def _alternatives(text: str, table: dict[str, str], kind: Kind) -> Iterator[Mention]:
    for value, pattern in table.items():
        for match in _compiled(pattern).finditer(text):
            yield Mention(kind, match.start(), match.end(), value)


def _high_or_low(text: str) -> Iterator[Mention]:
    """ "highest CPA" is the worst, "highest ROAS" the best."""
    for match in _HIGH_OR_LOW.finditer(text):
        metric = next((key for key, words in _METRICS.items() if _compiled(words).match(match["next"])), None)
        if metric is not None:
            is_best = bool(match["high"]) != (metric in LOWER_IS_BETTER)
            yield Mention(Kind.ORDER, match.start(), match.end(), "best" if is_best else "worst")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w:])(?:{pattern})(?![\w])")


def _mistyped_platforms(text: str) -> Iterator[Mention]:
    for match in re.finditer(r"\b[a-z]{5,10}\b", text):
        word = match[0]
        if word in _TYPO_TARGETS or word in _NOT_TYPOS:
            continue
        close = process.extractOne(word, _TYPO_TARGETS.keys(), scorer=fuzz.ratio, score_cutoff=83)
        if close is not None and word[0] == close[0][0]:
            yield Mention(Kind.PLATFORM, match.start(), match.end(), _TYPO_TARGETS[close[0]])
