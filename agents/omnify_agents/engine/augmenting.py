"""More training sentences from the same ones: a word of the trade replaced by another one for the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from omnify_agents.engine.examples import Choices, Example, macros

VARIANTS = 3
_COMMON = ("SHOW",)
_GROUPS: dict[str, tuple[str, ...]] = {
    "allocation": ("SPLIT", "SPLITN", "RECOMMEND"),
    "anomalies": ("ODD", "JUMP"),
    "approvals": ("PENDING",),
    "approve": ("APPROVE",),
    "briefing": ("BRIEFING",),
    "budget": ("RAISE", "LOWER"),
    "creative_performance": ("GOOD", "BAD", "ADS"),
    "creatives": ("ADS",),
    "delete": ("ERASE",),
    "enable": ("START", "STARTED"),
    "fatigue": ("WEAR", "WEARING", "WORN", "FATIGUE", "ADS"),
    "forecast": ("FORECAST", "FORECASTN"),
    "foreign": ("OTHERCO", "COMPANY"),
    "freshness": ("IMPORT", "IMPORTED"),
    "marginal": ("EXTRA",),
    "move": ("MOVE", "GOOD", "BAD"),
    "opportunities": ("IDEAS", "IMPROVE", "RECOMMEND"),
    "pause": ("STOP", "STOPPED", "BAD"),
    "person": ("WORKER",),
    "policy": ("LIMIT",),
    "rank": ("GOOD", "BAD"),
    "recall": ("TOPIC", "KNOW"),
    "remember": ("REMEMBER", "FACT"),
    "secrets": ("SECRET",),
    "summary": ("RESULTS", "SUM"),
    "undo": ("UNDO", "CHANGE"),
}


def augmented(example: Example) -> Iterator[Example]:
    """The example itself and its variants, the same on every machine."""
    yield example
    for seed in range(VARIANTS):
        text = example.text
        choices = Choices(f"augmented {seed} {text}")
        for group in (*_COMMON, *_GROUPS.get(example.intent, ())):
            pattern, words = _group(group)
            text = pattern.sub(lambda _: choices.of(words), text, count=1)  # noqa: B023 - called at once
        if text != example.text:
            yield replace(example, text=text)


@lru_cache(maxsize=64)
def _group(name: str) -> tuple[re.Pattern[str], list[str]]:
    words = [word for word in macros()[name] if not re.search(r"[@{]", word)]
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE), words
