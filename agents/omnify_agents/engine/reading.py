"""One text, read once: its mentions without overlaps, its masked form, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from omnify_agents.engine.amounts import find_amounts, find_shares
from omnify_agents.engine.mentions import Kind, Mention, blanked, masked
from omnify_agents.engine.naming import find_names
from omnify_agents.engine.periods import find_horizons, find_periods
from omnify_agents.engine.trade import find_ids, find_trade_words
from omnify_agents.engine.words import FILLERS, fold, words_of

_MASKED_KINDS = frozenset(
    {Kind.ENTITY, Kind.CHANGE_SET, Kind.QUOTED, Kind.NAME, Kind.PERCENT, Kind.MONEY, Kind.PERIOD, Kind.HORIZON,
     Kind.PLATFORM, Kind.COUNT}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded text and its mentions in order of appearance."""

    text: str
    mentions: tuple[Mention, ...]

    def all(self, kind: Kind) -> list[Any]:
        return [mention.value for mention in self.mentions if mention.kind is kind]

    def first(self, kind: Kind) -> Any | None:
        return next((mention.value for mention in self.mentions if mention.kind is kind), None)

    @property
    def masked(self) -> str:
        """For the classifier: names, figures and dates as their kinds, words as they are."""
        kept = [m for m in self.mentions if m.kind in _MASKED_KINDS or self._is_spelled_out(m)]
        return masked(self.text, kept)

    def _is_spelled_out(self, mention: Mention) -> bool:
        """ "Return on ad spend" is no talk of an ad: a metric of several words stands there by its short name."""
        return mention.kind is Kind.METRIC and " " in self.text[mention.start : mention.end]

    def part(self, start: int, end: int) -> Reading:
        """The stretch from `start` to `end` with the mentions that lie wholly inside."""
        inside = [mention for mention in self.mentions if start <= mention.start and mention.end <= end]
        return Reading(self.text[start:end], tuple(mention.moved(-start) for mention in inside))

    @property
    def residue(self) -> list[str]:
        """Words that carry a meaning of their own beyond the mentions."""
        return [word for word in words_of(blanked(self.text, self.mentions)) if word not in FILLERS]


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    folded = fold(text)
    return Reading(folded, tuple(_without_overlaps([*_candidates(folded), *find_names(text, folded)])))


def _candidates(text: str) -> Iterable[Mention]:
    """In order of precedence: what is found first keeps its place."""
    yield from find_ids(text)
    yield from find_shares(text)
    yield from find_horizons(text)
    yield from find_periods(text)
    yield from find_trade_words(text)
    yield from find_amounts(text)


def _without_overlaps(candidates: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in candidates:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)
