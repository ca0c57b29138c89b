"""What people typed before they saw an ad, drawn from the ad group's keywords; each has a fixed part."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from omnify_sandbox.catalog import Group
from omnify_sandbox.google.criteria import Criterion, criteria_of
from omnify_sandbox.google.objects import GoogleObjects

# What people add, and how often against the plain words. The last four seek something else.
_ADDED = (
    ("", 8.0),
    ("online", 2.0),
    ("for small business", 1.5),
    ("reviews", 1.2),
    ("free", 1.4),
    ("jobs", 0.6),
    ("what is", 0.9),
    ("template", 0.8),
)


class Term(NamedTuple):
    """`part`: 0-1 of the ad group's figures; `status` as Google's SearchTermTargetingStatus."""

    text: str
    status: str
    part: float

    @property
    def mark(self) -> str:
        return hashlib.blake2b(self.text.encode(), digest_size=6).hexdigest()


def terms_of(objects: GoogleObjects, group: Group) -> list[Term]:
    below = [*criteria_of(objects, [group]), *criteria_of(objects, [group.campaign])]
    alive = [one for one in below if objects.market.get(one.key, "enabled", objects.as_of) != "removed"]
    words = [one for one in alive if "keyword.text" in one.made]
    meant = [one for one in words if not one.is_negative]
    banned = [one for one in words if one.is_negative]
    weights: dict[str, float] = {}
    for one in meant:
        for text, weight in _typed(one):
            weights[text] = weights.get(text, 0.0) + weight
    total = sum(weights.values())
    known = {one.made["keyword.text"].lower() for one in meant}
    return [
        Term(text, "ADDED" if text in known else "NONE", weight / total)
        for text, weight in sorted(weights.items(), key=lambda item: -item[1])
        if not any(_blocks(one, text) for one in banned)
    ]


def _typed(one: Criterion) -> list[tuple[str, float]]:
    text = one.made["keyword.text"].lower()
    if one.made["keyword.match_type"] == "EXACT":
        return [(text, _ADDED[0][1])]
    kept = _ADDED[:6] if one.made["keyword.match_type"] == "PHRASE" else _ADDED
    return [
        (f"{added} {text}".strip() if added == "what is" else f"{text} {added}".strip(), w)
        for added, w in kept
    ]


def _blocks(one: Criterion, text: str) -> bool:
    """Whether a negative keyword keeps the ads from this search."""
    bad: str = one.made["keyword.text"].lower()
    match one.made["keyword.match_type"]:
        case "EXACT":
            return text == bad
        case "PHRASE":
            return f" {bad} " in f" {text} "
        case _:
            return set(bad.split()) <= set(text.split())
