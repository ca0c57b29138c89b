"""A small thesaurus of the trade: words of one meaning become one mark for the classifier."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process

_SHORTEST_TYPO = 5
_CLOSE = 84
_SOMEONES = re.compile(
    r"\b(?!(?:today|yesterday|tomorrow|google|meta|facebook|it|what|who|how|where|that|there|let|here|client|week|month|year|day|company)'s)"
    r"[a-z]+'s? (?:ad |current |daily )?(?:campaigns?|accounts?|budgets?|results|ads|numbers|data|spend|performance|figures)\b"
)
_SLOT = re.compile(r"\b[A-Z][A-Z_]+\b")


def concepts_of(masked: str) -> list[str]:
    """The concepts of a masked text in order of appearance; mistyped single words count too."""
    found = [(match.start(), match[0]) for match in _SLOT.finditer(masked)]
    found += [(match.start(), name) for name, pattern in _patterns() for match in pattern.finditer(masked)]
    found += [(match.start(), "SOMEONES") for match in _SOMEONES.finditer(masked)]
    for match in re.finditer(r"[a-z]{5,}", masked):
        meant = _mistyped(match[0])
        if meant:
            found.append((match.start(), meant))
    return [name for _, name in sorted(found)]


@lru_cache(maxsize=8192)
def _mistyped(word: str) -> str:
    """The concept of the word that this one was meant to be, '' where it is no slip."""
    words = _single_words()
    if word in words or word in _plain_words():
        return ""
    close = process.extractOne(word, words.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return words[close[0]] if close is not None and close[0][0] == word[0] else ""


@lru_cache(maxsize=1)
def lexicon_words() -> frozenset[str]:
    """Every single word of the thesaurus."""
    return frozenset(
        word.rstrip("*") for terms in _lexicon().values() for term in terms for word in term.split()
    )


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, list[str]]:
    lines = files(__package__).joinpath("concepts.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition(":") for line in lines if line.strip()]
    return {name: [term.strip() for term in terms.split(",")] for name, _, terms in pairs}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (name, re.compile(rf"(?<!\w)(?:{'|'.join(map(_term, terms))})(?!\w)"))
        for name, terms in _lexicon().items()
    ]


def _term(term: str) -> str:
    return re.escape(term.rstrip("*")) + (r"\w*" if term.endswith("*") else "")


@lru_cache(maxsize=1)
def _single_words() -> dict[str, str]:
    return {
        term.rstrip("*"): name
        for name, terms in _lexicon().items()
        for term in terms
        if " " not in term and len(term.rstrip("*")) >= _SHORTEST_TYPO
    }


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    """Common words that must not be taken for mistyped ones."""
    return frozenset(
        """about after again being could doing every first found going great group having maybe might never other ought please
        quite really right shall should since still thank their there these thing things think those three through today
        until using wants water where which while whose would years money month weeks works total place start state story
        trial rates sales value reach lower tried shows showed known wrote court clear class count later large learn""".split()
    )
