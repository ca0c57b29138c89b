"""What a text mentions and where: the common shape of everything that the slot readers find."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    ENTITY = "entity"
    CHANGE_SET = "change_set"
    QUOTED = "quoted"
    NAME = "name"
    PERCENT = "percent"
    FACTOR = "factor"
    MONEY = "money"
    PERIOD = "period"
    HORIZON = "horizon"
    PLATFORM = "platform"
    METRIC = "metric"
    COUNT = "count"
    ORDER = "order"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Mention:
    """A value of one kind at `start`-`end` of the folded text."""

    kind: Kind
    start: int
    end: int
    value: Any

    def moved(self, by: int) -> Mention:
        return Mention(self.kind, self.start + by, self.end + by, self.value)


def blanked(text: str, mentions: Iterable[Mention]) -> str:
    """The text with each mention replaced by blanks, so that positions stay."""
    for mention in mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


_CODED = re.compile(r"[_|\d]")
_NAMING = frozenset({Kind.ENTITY, Kind.QUOTED, Kind.NAME})


def masked(text: str, mentions: Iterable[Mention]) -> str:
    """The text with each mention replaced by its kind in capitals: what the classifier reads."""
    pieces, at = [], 0
    for mention in sorted(mentions, key=lambda mention: mention.start):
        word = _word(mention)
        pieces += [text[at : mention.start], f" {word} "]
        at = mention.end
    return " ".join("".join([*pieces, text[at:]]).split())


def _word(mention: Mention) -> str:
    if mention.kind is Kind.METRIC:
        return str(mention.value)
    return _naming(mention) if mention.kind in _NAMING else mention.kind.value.upper()


def _naming(mention: Mention) -> str:
    """A name of a campaign's make ("TF_Trial_US", an id, a quotation) is told from one that may be a firm's."""
    coded = mention.kind is not Kind.NAME or _CODED.search(str(mention.value))
    return "NAMED" if coded else "NAME"
