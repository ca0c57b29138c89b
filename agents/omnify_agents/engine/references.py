"""How a text points at campaigns: by id, by name, "the worst Meta one", "the second", "it"."""

from __future__ import annotations

import re
from typing import NamedTuple

from omnify_agents.engine.goals import Ref, RefKind
from omnify_agents.engine.mentions import Kind, Mention, blanked
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.words import COMMANDS, words_of

_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
}
_ORDINAL = re.compile(
    rf"\b(?:the )?(?P<word>{'|'.join(_ORDINALS)})(?: one| campaign)?\b|(?:#|\bnumber |\bno\.? |\boption )(?P<digit>\d)\b|\b(?P<last>last one)\b"
)
_PRONOUN = re.compile(
    r"\b(?:it|its|that one|this one|that campaign|this campaign|the same(?: one| campaign)?|the campaign|them|both)\b"
)
_NOUN = re.compile(r"\b(?:campaigns?|ones?|performers?)\b")
_FROM = re.compile(r"\b(?:away from|out of|off of|less (?:on|for)|from|off)\b")
_TO = re.compile(r"\b(?:over to|in favou?r of|towards?|more (?:on|for)|into|onto|to|behind|on|for|in)\b")


class Ends(NamedTuple):
    """Where a budget move starts and where it goes; None where it was not said."""

    source: Ref | None
    target: Ref | None


def refs_in(reading: Reading) -> tuple[Ref, ...]:
    """All campaigns that are pointed at; failing that, the words that may hold a name."""
    pointed = [ref for mention in reading.mentions if (ref := _explicit(reading, mention)) is not None]
    return tuple(pointed) or _loose(reading)


def ends_in(reading: Reading) -> Ends:
    """The two ends of "move 100 from A to B", in any of its orders."""
    text = reading.text
    inside = [(mention.start, mention.end) for mention in reading.mentions if mention.kind is not Kind.MONEY]
    starts = [match for match in _FROM.finditer(text) if not _within(match.start(), inside)]
    if not starts:
        return _two_named(reading)
    start = starts[0]
    goals = [
        match
        for match in _TO.finditer(text)
        if not _within(match.start(), inside) and not _leads_to_figure(reading, match.end())
    ]
    after = next((match for match in goals if match.start() >= start.end()), None)
    before = next((match for match in goals if match.start() < start.start()), None)
    if after is not None:
        source = _ref_of(reading.part(start.end(), after.start()))
        return _inherited(source, _ref_of(reading.part(after.end(), len(text))))
    head = reading.part(before.end() if before is not None else 0, start.start())
    return Ends(_ref_of(reading.part(start.end(), len(text))), _ref_of(head))


def _ref_of(part: Reading) -> Ref | None:
    return next(iter(refs_in(part)), None)


def _inherited(source: Ref | None, target: Ref | None) -> Ends:
    """ "from the worst to the best Meta campaign": both are on Meta."""
    bare = (
        source is not None
        and source.kind is RefKind.EXTREME
        and not source.platform
        and not _NOUN.search(source.words)
    )
    if (
        bare
        and source is not None
        and target is not None
        and target.kind is RefKind.EXTREME
        and target.platform
    ):
        source = Ref(source.kind, order=source.order, metric=source.metric, platform=target.platform)
    return Ends(source, target)


def _two_named(reading: Reading) -> Ends:
    named = [ref for mention in reading.mentions if (ref := _explicit(reading, mention)) is not None]
    return Ends(named[0], named[1]) if len(named) == 2 else Ends(None, None)


def _within(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _leads_to_figure(reading: Reading, position: int) -> bool:
    skipped = position + len(reading.text[position:]) - len(reading.text[position:].lstrip())
    figures = (Kind.MONEY, Kind.PERCENT, Kind.PERIOD, Kind.HORIZON)
    return any(mention.start == skipped and mention.kind in figures for mention in reading.mentions)


def _explicit(reading: Reading, mention: Mention) -> Ref | None:
    if mention.kind is Kind.ENTITY:
        return Ref(RefKind.ID, mention.value)
    if mention.kind in (Kind.QUOTED, Kind.NAME):
        return Ref(RefKind.NAME, mention.value, platform=_one(reading.all(Kind.PLATFORM)))
    if mention.kind is Kind.ORDER:
        platform = _nearest_platform(reading, mention)
        return Ref(RefKind.EXTREME, order=mention.value, metric=ranking_metric(reading), platform=platform,
                   period=period_of(reading), words=reading.text)  # fmt: skip
    return None


def _loose(reading: Reading) -> tuple[Ref, ...]:
    platform = _one(reading.all(Kind.PLATFORM))
    figures = [mention for mention in reading.mentions if mention.kind is not Kind.MONEY]
    ordinal = _ORDINAL.search(blanked(reading.text, figures))
    if ordinal is not None:
        index = -1 if ordinal["last"] else _ORDINALS.get(ordinal["word"] or "", 0) or int(ordinal["digit"])
        return (Ref(RefKind.ORDINAL, index=index, platform=platform),)
    if any(word not in COMMANDS for word in reading.residue):
        words = words_of(blanked(reading.text, reading.mentions))
        return (Ref(RefKind.WORDS, words=" ".join(words), platform=platform),)
    if _PRONOUN.search(reading.text):
        return (Ref(RefKind.PRONOUN, platform=platform),)
    return (Ref(RefKind.WORDS, platform=platform),) if platform else ()


def points_back(reading: Reading) -> bool:
    """Whether a pronoun stands there."""
    return bool(_PRONOUN.search(reading.text))


def ranking_metric(reading: Reading) -> str:
    """The metric that something is ranked by: "by CPA", "worst ROAS"; not the one in "cut spend on"."""
    previous: Mention | None = None
    for mention in reading.mentions:
        if mention.kind is Kind.METRIC:
            beside = (
                previous is not None and previous.kind is Kind.ORDER and mention.start - previous.end <= 1
            )
            if beside or re.search(
                r"\b(?:by|in terms of|based on|according to|measured in)\s*(?:their |its )?$",
                reading.text[: mention.start],
            ):
                return str(mention.value)
        previous = mention
    return ""


def period_of(reading: Reading) -> str:
    return str(reading.first(Kind.PERIOD) or "")


def _nearest_platform(reading: Reading, order: Mention) -> str:
    platforms = [mention for mention in reading.mentions if mention.kind is Kind.PLATFORM]
    if not platforms:
        return ""
    return str(min(platforms, key=lambda mention: abs(mention.start - order.end)).value)


def _one(values: list[str]) -> str:
    return values[0] if len(set(values)) == 1 else ""
