"""Plain text to comparable words: folding, number words, and the words that carry no meaning of their own."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "→": " to ", "…": "..."})
_ARROW = re.compile(r"\s*[-=]>\s*")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_WORD = re.compile(r"[a-z0-9äöüßéèêñç&%$€£']+")

FILLERS = frozenset(
    """a an the and or of for on in at by with to from as is are was were be it its that this these those them
    then now please pls plz just only also too instead rather again ok okay so well what about how same thing make do
    did can could would you u i we our my me us let lets let's show give tell see want like need but not no hmm uh actually
    hi hey hello thanks thank thx cheers there one ones all across over both each every per platforms platform
    campaigns campaign day daily week numbers figures if possible sorry meant mean i'd d ll s maybe use using sort sorted ranked
    limit it's what's whats hows how's version list ads ad view look looking go try switch change during within
    top bottom best worst""".split()
)

COMMANDS = frozenset(
    """pause resume stop start enable disable turn switch off back activate deactivate set raise increase decrease
    reduce lower cut drop budget budgets spend spending amount bump boost trim slash double triple halve put move shift take add
    more less up down scale kill halt suspend unpause restart called named propose proposal running run live active paused
    enabled status hold online offline keep stay rate our any reactivate adjust update ramp new again money don't won't longer anymore
    every everything quarter third half percent transfer reallocate redirect divert pull undo revert restore compare forecast predict
    should must needs need wants today tomorrow immediately later until further notice freeze shut end cease stopping pausing
    client's client approved by if name id please's""".split()
)

_UNITS = dict(
    zip(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen""".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_NUMBER_WORD = "|".join([*_UNITS, *_TENS, *_SCALES])
NUMBER_WORDS = re.compile(
    rf"\b(?:an?\s+(?={'|'.join(_SCALES)}))?(?:{_NUMBER_WORD})(?:[\s-]+(?:and\s+)?(?:{_NUMBER_WORD}))*\b"
)


def fold(text: str) -> str:
    """Lower case, plain quotes and dashes, single blanks, nothing invisible; same meaning, one spelling."""
    return tidied(text).lower()


def tidied(text: str) -> str:
    """As `fold`, with the capitals kept: names are found by them."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return " ".join(_ARROW.sub(" to ", _INVISIBLE.sub("", plain)).split())


def words_of(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def number_from_words(phrase: str) -> Decimal | None:
    """'two hundred and fifty' -> 250; None where the phrase is no number."""
    total, current, seen = 0, 0, False
    for word in re.split(r"[\s-]+", phrase.strip()):
        if word in ("a", "an"):
            current = 1
        elif word in _UNITS:
            current, seen = current + _UNITS[word], True
        elif word in _TENS:
            current, seen = current + _TENS[word], True
        elif word == "hundred":
            current, seen = max(current, 1) * 100, True
        elif word in _SCALES:
            total, current, seen = total + max(current, 1) * _SCALES[word], 0, True
        elif word != "and":
            return None
    return Decimal(total + current) if seen else None
