"""A text as the classifier sees it: n-grams of its words, characters and concepts, and pairs of words and concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from omnify_agents.engine.concepts import concepts_of
from omnify_agents.engine.cues import cues_of
from omnify_agents.engine.reading import read

VIEWS = {"words": 1.0, "chars": 1.0, "concepts": 0.5, "pairs": 0.6, "cues": 0.4, "stems": 0.5}
"""The views and their weights, chosen by cross-validation; each view's vector has length 1 before it is weighted."""
_STEM = 5
_EMPTY = frozenset(
    """a an the of to in on for is are do does did we our us i my me it this that and or please you your with at be have
    has can could would""".split()
)
_START = "<s>"
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|good morning|morning|good afternoon|good evening|thanks|thank you)(?: there| copilot)?[ ,.!]+)+"
)
_FEWEST = 2


@lru_cache(maxsize=8192)
def grams_of(text: str) -> dict[str, tuple[str, ...]]:
    """Per view its tokens with repetition. Names, figures and dates have been masked."""
    words = words_in(text)
    concepts = concepts_of(" ".join(words))
    return {
        "words": tuple(_ngrams([_START, *words], 3)),
        "chars": tuple(_char_grams(words)),
        "concepts": tuple(_ngrams([_START, *concepts], 3)),
        "pairs": tuple(_pairs(concepts)),
        "stems": tuple(_pairs([word[:_STEM] for word in words if word not in _EMPTY])),
        "cues": tuple(_cue_marks(cues_of(" ".join(words)))),
    }


def words_in(text: str) -> tuple[str, ...]:
    """The masked words without a greeting in front of a request."""
    masked = read(text).masked
    rest = _GREETING.sub("", masked)
    return tuple((rest if len(rest.split()) >= _FEWEST else masked).split())


def _ngrams(tokens: list[str], longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for at in range(len(tokens) - length + 1):
            yield " ".join(tokens[at : at + length])


def _char_grams(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word.isupper():
            continue  # a masked slot says nothing by its letters
        padded = f" {word} "
        for length in (2, 3, 4):
            for at in range(len(padded) - length + 1):
                yield padded[at : at + length]


def _cue_marks(cues: list[str]) -> Iterator[str]:
    """Each cue, and the whole set of them: two cues together may mean a third thing."""
    yield from cues
    yield "&".join(sorted(cues)) or "none"


def _pairs(marks: list[str]) -> Iterator[str]:
    """Concepts or stems that occur together, in whatever order and distance."""
    distinct = sorted(set(marks))
    for at, one in enumerate(distinct):
        for other in distinct[at + 1 :]:
            yield f"{one}+{other}"
