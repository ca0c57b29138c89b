"""Other languages, read as English: one glossary of the trade for each, no translation of anything else.

A glossary's line is `source = English`; a `*` stands for the rest of a word, and `re:` begins a pattern for
what must change places (Turkish and Japanese say "X from Y to"). Longer sources win over shorter ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from omnify_agents.engine.concepts import lexicon_words
from omnify_agents.engine.words import COMMANDS, FILLERS

_SHORT = 2
LANGUAGES = {
    "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "tr": "Turkish",
}  # fmt: skip
_NO_SPACES = frozenset({"ja"})
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_KEPT = re.compile(
    r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“]*“|\b\w+:\d+\b|\bcs_\w+\b|https?://\S+|[^\s|]+(?:\s*\|\s*[^\s|]+)+|\w*_\w+"
)
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:[. \u00a0\u202f]\d{3})+)(?:,(\d{1,2}))?(?![\d.,]*\d)")
_DECIMALS = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,.]*\d)")
# Said in English as well: they tell nothing of the language.
_SHARED = frozenset(
    """a i o e budget budgets campaign performance platform platforms conversions euro euros dollar dollars stop in is was
    was we on son dan of die week en me set no si est pause double active dime tire do das bin to as os an at all
    anomali anomalie anomalies del""".split()
)
_ENGLISH = frozenset(
    """the and how what which why where when who did do does is are was were our we us you your my it this that last next week
    month day days yesterday today show give move raise lower pause budget campaign campaigns spend ads creatives best worst
    from to with for on of in by will would should can could please please all any more less than if then not a an i me
    performance results numbers revenue cost clicks top list compare forecast predict increase decrease cut set""".split()
)


_PLATFORM = r"(?P<platform>Meta|Facebook|Google|LinkedIn|TikTok|YouTube)(?: Ads)?"
# What stands behind its noun elsewhere stands before it in English.
_ORDERS = (
    (
        re.compile(
            rf"\b(?P<noun>campaigns?|ads?)(?: (?:from|of|in|on)(?: the)?)? {_PLATFORM}\b", re.IGNORECASE
        ),
        r"\g<platform> \g<noun>",
    ),
    (re.compile(rf"\b{_PLATFORM}-(?=campaign|ads?\b|budget)", re.IGNORECASE), r"\g<platform> "),
    (
        re.compile(
            rf"\b(?P<rank>best|worst)(?: (?:from|of|in|on)(?: the)?)? {_PLATFORM}\b(?! (?:campaign|ad|one))",
            re.IGNORECASE,
        ),
        r"\g<rank> \g<platform> one",
    ),
    (
        re.compile(r"\bmove (?P<ends>from .+? to .+?) (?P<amount>[\d.,]+ (?:usd|eur|jpy|gbp)(?: a day)?)\b"),
        r"move \g<amount> \g<ends>",
    ),
    (re.compile(r"\bbudget from (?=\S)"), "budget of "),
)


class Said(NamedTuple):
    """What was said, in English as far as the glossary goes. `language` is '' for English."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Glossary:
    """`marks`: words that only this language uses."""

    patterns: tuple[tuple[re.Pattern[str], str], ...]
    phrases: re.Pattern[str]
    english: Callable[[re.Match[str]], str]
    marks: re.Pattern[str]


def in_english(text: str) -> Said:
    """English stays as it is, whatever foreign names stand in it."""
    language = language_of(text)
    return Said(_translated(text, language), language) if language else Said(text, "")


def language_of(text: str) -> str:
    """The language whose own words are most; '' for English, and for what is too short to tell."""
    if _CJK.search(text):
        return "ja"
    words = [word.lower() for word in _LETTERS.findall(_KEPT.sub(" ", text))]
    if len(words) <= _SHORT and all(_is_english(word) for word in words):
        return ""
    english = sum(word in _ENGLISH for word in words)
    hits = {
        code: sum(bool(_glossary(code).marks.fullmatch(word)) for word in words)
        for code in LANGUAGES
        if code not in _NO_SPACES
    }
    best = max(hits, key=lambda code: hits[code])
    return best if hits[best] > english and hits[best] >= min(2, len(words)) else ""


def _is_english(word: str) -> bool:
    """Whether the trade uses it in English, which other languages borrow from."""
    known = lexicon_words() | COMMANDS | FILLERS | _ENGLISH
    return any(form in known for form in (word, word.rstrip("s"), word.rstrip("esd")))


def _translated(text: str, language: str) -> str:
    """Names, ids and quotations stay as they are; figures get the English comma and point."""
    glossary = _glossary(language)
    kept: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    plain = _plain_figures(_KEPT.sub(put_aside, text))
    for pattern, english in glossary.patterns:
        plain = pattern.sub(english, plain)
    plain = glossary.phrases.sub(glossary.english, plain)
    if language == "de":  # every noun has a capital there: what is left of them names nothing
        plain = re.sub(r"(?<![A-Z|_] )\b[A-ZÄÖÜ][a-zäöüß]+\b(?! [A-Z|_])", _lowered, plain)
    back = re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], plain)
    said = " ".join(back.replace("¿", "").replace("¡", "").split())
    for pattern, english in _ORDERS:
        said = pattern.sub(english, said)
    return said


_BRANDS = frozenset("google meta facebook instagram linkedin tiktok youtube shopify stripe".split())


def _lowered(match: re.Match[str]) -> str:
    return match[0] if match[0].lower() in _BRANDS else match[0].lower()


def _plain_figures(text: str) -> str:
    """ "1.000,50" and "1 000,50" as "1000.50", "12,5" as "12.5"."""
    whole = _THOUSANDS.sub(
        lambda match: re.sub(r"\D", "", match[1]) + (f".{match[2]}" if match[2] else ""), text
    )
    return _DECIMALS.sub(r"\1.\2", whole)


@lru_cache(maxsize=16)
def _glossary(language: str) -> Glossary:
    lines = files(__package__).joinpath(f"{language}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [tuple(line.split(" =", 1)) for line in lines if " =" in line]
    patterns = tuple(
        (re.compile(source.removeprefix("re:"), re.IGNORECASE), english[1:])
        for source, english in pairs
        if source.startswith("re:")
    )
    phrases = {source: english.strip() for source, english in pairs if not source.startswith("re:")}
    by_length = sorted(phrases, key=len, reverse=True)
    spaced = language not in _NO_SPACES
    edges = (r"(?<![\w])", r"(?![\w])") if spaced else ("", "")
    compiled = re.compile(
        edges[0]
        + "(?:"
        + "|".join(f"(?P<p{n}>{_source(one)})" for n, one in enumerate(by_length))
        + ")"
        + edges[1],
        re.IGNORECASE,
    )

    def english(match: re.Match[str]) -> str:
        found = phrases[by_length[int((match.lastgroup or "p0")[1:])]]
        return f"{found} " if not spaced or match[0].endswith(("'", "’")) else found

    marks = re.compile(
        "|".join(sorted({_source(word) for one in phrases for word in _own(one)})), re.IGNORECASE
    )
    return Glossary(patterns, compiled, english, marks)


def _own(phrase: str) -> list[str]:
    """The words of a phrase that English does not have."""
    return [
        word
        for word in phrase.split()
        if word.rstrip("*'") not in _SHARED | _ENGLISH and len(word.rstrip("*")) > 1
    ]


def _source(phrase: str) -> str:
    words = (
        re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in phrase.split(" ")
    )
    return r"[\s\u00a0]+".join(words)
