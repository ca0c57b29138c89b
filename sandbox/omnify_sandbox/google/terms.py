"""What people typed before they saw an ad, drawn from the ad group's keywords; each has a fixed part."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from omnify_sandbox.catalog import Group
from omnify_sandbox.figures import Sums
from omnify_sandbox.google.criteria import Criterion, criteria_of
from omnify_sandbox.google.objects import GoogleObjects

# What people add, how often against the plain words, and how willing they are to buy. The last four seek
# something else.
_ADDED = (
    ("", 8.0, 1.0),
    ("online", 2.0, 1.2),
    ("for small business", 1.5, 1.6),
    ("reviews", 1.2, 0.7),
    ("free", 1.4, 0.05),
    ("jobs", 0.6, 0.0),
    ("what is", 0.9, 0.1),
    ("template", 0.8, 0.15),
)


class Span(NamedTuple):
    """Which stretch of an ad group's figures is a search's own: bounds 0-1, all searches side by side."""

    seen: tuple[float, float]
    bought: tuple[float, float]
    mark: str

    def of(self, sums: Sums, day: date) -> Sums:
        """Whole numbers of one day; the searches' figures add up to the ad group's."""
        seed = hashlib.blake2b(f"{self.mark}/{day.isoformat()}".encode(), digest_size=4).digest()
        start = int.from_bytes(seed) / 2**32

        def own(number: int, bounds: tuple[float, float]) -> int:
            return math.floor(number * bounds[1] + start) - math.floor(number * bounds[0] + start)

        value = own(sums.value_cents, self.bought) if own(sums.conversions, self.bought) else 0
        return Sums(
            own(sums.spend_micros, self.seen),
            own(sums.impressions, self.seen),
            min(own(sums.clicks, self.seen), own(sums.impressions, self.seen)),
            own(sums.conversions, self.bought),
            value,
        )


class Term(NamedTuple):
    """`status` as Google's SearchTermTargetingStatus."""

    text: str
    status: str
    span: Span

    @property
    def mark(self) -> str:
        return hashlib.blake2b(self.text.encode(), digest_size=6).hexdigest()


def terms_of(objects: GoogleObjects, group: Group) -> list[Term]:
    below = [*criteria_of(objects, [group]), *criteria_of(objects, [group.campaign])]
    alive = [one for one in below if objects.market.get(one.key, "enabled", objects.as_of) != "removed"]
    words = [one for one in alive if "keyword.text" in one.made]
    meant = [one for one in words if not one.is_negative]
    banned = [one for one in words if one.is_negative]
    seen: dict[str, float] = {}
    bought: dict[str, float] = {}
    for one in meant:
        for text, weight, will in _typed(one):
            seen[text] = seen.get(text, 0.0) + weight
            bought[text] = bought.get(text, 0.0) + weight * will
    known = {one.made["keyword.text"].lower() for one in meant}
    return [
        Term(text, "ADDED" if text in known else "NONE", span)
        for text, span in spans_of(seen, bought, str(group.id)).items()
        if not any(_blocks(one, text) for one in banned)
    ]


def spans_of(seen: Mapping[str, float], bought: Mapping[str, float], mark: str) -> dict[str, Span]:
    """Side by side, the most frequent search first."""
    spans: dict[str, Span] = {}
    one, two = 0.0, 0.0
    for text in sorted(seen, key=lambda each: -seen[each]):
        upto = one + seen[text] / sum(seen.values())
        bought_upto = two + bought[text] / sum(bought.values())
        spans[text] = Span((one, upto), (two, bought_upto), mark)
        one, two = upto, bought_upto
    return spans


def _typed(one: Criterion) -> list[tuple[str, float, float]]:
    """What a keyword lets in. How much each keyword draws is a fixed trait of its text."""
    text = one.made["keyword.text"].lower()
    pull = 0.3 + 1.4 * int.from_bytes(hashlib.blake2b(text.encode(), digest_size=2).digest()) / 2**16
    kept = {"EXACT": _ADDED[:1], "PHRASE": _ADDED[:6]}.get(one.made["keyword.match_type"], _ADDED)
    return [
        (f"{added} {text}" if added == "what is" else f"{text} {added}".strip(), weight * pull, will)
        for added, weight, will in kept
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
