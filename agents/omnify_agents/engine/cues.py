"""Telling phrases: which intents a masked text hints at, as marks for the classifier."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files


def cues_of(masked: str) -> list[str]:
    """The intents whose phrases occur, each once."""
    return list(dict.fromkeys(intent for intent, pattern in _cues() if pattern.search(masked)))


@lru_cache(maxsize=1)
def _cues() -> list[tuple[str, re.Pattern[str]]]:
    lines = files(__package__).joinpath("cues.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition(": ") for line in lines if line.strip()]
    return [(intent, re.compile(pattern)) for intent, _, pattern in pairs]
