"""Which campaign a few words mean, by the rarity of the words that its name shares with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log

from rapidfuzz import fuzz

from omnify_agents.engine.outputs import ListedCampaign
from omnify_agents.engine.words import COMMANDS, FILLERS, fold

_TOKEN = re.compile(r"[^\W_]+")


def matching(words: str, campaigns: Sequence[ListedCampaign]) -> list[ListedCampaign]:
    """The campaigns that the words fit best: one where it is clear, several where it is not, none where none fits."""
    said = _tokens(words)
    asked = [token for token in said if token not in FILLERS and token not in COMMANDS]
    if not asked or not campaigns:
        return []
    names = [_tokens(campaign.name) for campaign in campaigns]
    likeness = [[_best(token, name) for name in names] for token in asked]
    weights = [_rarity(row) for row in likeness]
    scores = [
        sum(weight * row[index] for weight, row in zip(weights, likeness, strict=True))
        for index in range(len(campaigns))
    ]
    top = max(scores)
    if top < 0.3:
        return []
    tied = [index for index, score in enumerate(scores) if score > 0.97 * top]
    return [campaigns[index] for index in _fullest(tied, names, set(said))]


def _fullest(tied: list[int], names: list[list[str]], said: set[str]) -> list[int]:
    """Of equally good ones, those whose whole name was said; of these, the longest name."""
    whole = [index for index in tied if set(names[index]) <= said]
    longest = max((len(set(names[index])) for index in whole), default=0)
    return [index for index in whole if len(set(names[index])) == longest] or tied


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(fold(text))


def _best(token: str, name: list[str]) -> float:
    return max((_likeness(token, part) for part in name), default=0.0)


def _likeness(token: str, part: str) -> float:
    if token == part:
        return 1.0
    if min(len(token), len(part)) >= 4 and (part.startswith(token) or token.startswith(part)):
        return 0.9
    ratio = fuzz.ratio(token, part) if min(len(token), len(part)) >= 4 else 0.0
    return 0.8 if ratio >= 82 else 0.0


def _rarity(row: list[float]) -> float:
    """How much a word tells: 0 where it fits no name or every name."""
    hits = sum(value > 0 for value in row)
    return log((len(row) + 1) / hits) if hits else 0.0
