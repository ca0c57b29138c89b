"""Names that may deceive: what cannot be seen is made visible, what looks like something else is named."""

from __future__ import annotations

import re
import unicodedata

_BIDI = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_HIDDEN = frozenset(
    map(
        chr,
        (
            *(0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
            *(*range(0x200B, 0x200E), *range(0x2060, 0x2066), *range(0x206A, 0x2070)),
            *(*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080)),
        ),
    )
)
_MIXING = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_WORD = re.compile(r"[^\W\d_]+")
# Letters of other scripts that print like Latin ones (a part of Unicode's confusables table).
_LOOKS_LATIN = frozenset(
    "асԁеһіјӏԛорѕԝхуАВЕЅІЈКМНОРСТХԌԜ"  # Cyrillic
    "ανορυιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
    "օսոցհզԼՕՍ"  # Armenian
    "ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ"  # Cherokee
)


def name_marks(text: str) -> list[str]:
    """What may deceive in a name, in words for the approval card; empty where nothing does."""
    marks = {
        "bidi control": any(letter in _BIDI for letter in text),
        "control character": any(_is_control(letter) for letter in text),
        "zero-width character": any(letter in _HIDDEN for letter in text),
        "mixed script": any(len(_scripts(word)) > 1 for word in _WORD.findall(text)),
        "confusable letters": any(_poses_as_latin(word) for word in _WORD.findall(text)),
    }
    return [mark for mark, found in marks.items() if found]


def visible(text: str) -> str:
    """The text with every character that hides or reorders others written out, as in `⟨U+202E⟩`."""
    return "".join(f"⟨U+{ord(letter):04X}⟩" if _hides(letter) else letter for letter in text)


def _hides(letter: str) -> bool:
    return letter in _BIDI or letter in _HIDDEN or _is_control(letter)


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Co", "Zl", "Zp"}


def _scripts(word: str) -> set[str]:
    """Of the scripts that share letter shapes; Latin beside Chinese or Hindi is everyday writing."""
    names = (unicodedata.name(letter, "").split(" ", 1)[0] for letter in word)
    return {name for name in names if name in _MIXING}


def _poses_as_latin(word: str) -> bool:
    """A word of look-alikes only, or of styled letters that fold to ASCII (fullwidth, mathematical)."""
    if all(letter in _LOOKS_LATIN for letter in word):
        return True
    folded = unicodedata.normalize("NFKC", word)
    return folded != word and folded.isascii() and not word.isascii()
