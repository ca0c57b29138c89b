"""Other people's words inside a message: quoted mails and chats are data, and never what is asked for."""

from __future__ import annotations

import re

_QUOTE = re.compile(
    r"\b(?P<by>wrote|writes|writing|said|says|told (?:me|us)|e-?mailed|e-?mail|messages?|messaged|posted|note|notes|reads|states|stated|text|comment(?:ed)?|slack|sms|subject|quote|replied|"
    r"claims?|insists?)\b(?P<between>[^\"'“«\n]{0,40}?[:,]?\s*)(?P<quote>\"[^\"]{12,}\"|“[^”]{12,}”|«[^»]{12,}»|(?<!\w)'[^\n]{12,}?'(?!\w))",
    re.IGNORECASE,
)
_KEPT = re.compile(r"^\W*(?:please )?(?:remember|note|save|keep in mind|write down|jot)\b", re.IGNORECASE)
# What somebody is said to remember or to have agreed to asks for nothing, and allows nothing.
_PREFACE = re.compile(
    r"^\s*(?:(?:as|like) (?:you|we|i) (?:may |might |will |surely )?(?:remember|know|recall|noted|agreed|discussed|said|told you)|as (?:agreed|discussed|approved|planned|usual)|you (?:know|remember|recall))\b[^,:.\n]{0,40}[,:]\s*",
    re.IGNORECASE,
)
_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_BELOW = re.compile(
    r"^[ \t]*-{2,} ?(?:forwarded|original) message.*\Z", re.IGNORECASE | re.MULTILINE | re.DOTALL
)


def own_words(text: str) -> str:
    """The message without what it quotes of others; a note to remember stays whole."""
    if _KEPT.match(text):
        return text
    kept = _PREFACE.sub("", _BELOW.sub("", _LINE.sub("", text)))
    return _QUOTE.sub(lambda match: f"{match['by']} something", kept)
