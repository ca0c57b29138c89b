"""Texts that a person dictates for a proposal: names, lists, labelled parts. They keep their capitals."""

from __future__ import annotations

import re

_QUOTE = r"\"([^\"]{1,200})\"|“([^”]{1,200})”|(?<!\w)'([^']{2,200})'(?!\w)"
_QUOTED = re.compile(_QUOTE)
_CALLED = re.compile(
    rf"\b(?:called|named|name(?:d)? it|titled|with the name)\s+(?:{_QUOTE}|(?P<plain>[^\s,;:.]+(?:\s+[A-Z0-9|&][^\s,;:.]*)*))"
)
_FIRST = re.compile(rf"\s*:?\s*(?:{_QUOTE}|(?P<plain>[A-Z0-9][^\s,;:.]*(?:\s+[A-Z0-9|&][^\s,;:.]*)*))")
_RENAMED = re.compile(rf"\b(?:to|into|as)\s+(?:{_QUOTE}|(?P<plain>\S.*?))\s*[.!]?\s*$", re.DOTALL)
_LABELS = r"headlines?|titles?|descriptions?|texts?|body|url|link|landing page|image|picture|video|brand|name|keywords?"
_KEYWORDS = (
    re.compile(
        r"\b(?:add|block|exclude|use|put|remove|delete|drop|include)\s+(?P<list>.+?)\s+as\s+(?:an?\s+|the\s+)?(?:exact|phrase|broad)?[- ]?(?:match\s+)?(?:negative\s+)?(?:keywords?|negatives?)\b",
        re.IGNORECASE,
    ),
    re.compile(
        # Up to the match type, or to the place: a name begins with a capital letter, a keyword does not.
        r"\b(?:keywords?|negatives?|searches)\s*:\s*(?P<list>[^.\n]+?)(?=\s+as\s+(?:exact|phrase|broad)\b|\s+(?:on|in|to|from|for)\s+(?:the\s+)?(?:campaign|ad ?group|ad ?set|group|\w+:\d|(?-i:[A-Z\"'«“]))|[.\n]|$)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:keywords?|searches for|queries for|terms?|negatives?(?! keyword))\s+(?P<list>(?!to\b|in\b|for\b|from\b|of\b).+?)(?=\s+(?:away\s+|out\s+|off\s+)?(?:to|into|onto|in|from|on|for|of|at|as|with)\s|[.\n]|$)",
        re.IGNORECASE,
    ),
)
_ACCOUNT = re.compile(
    rf"\b[Aa]ccount\s+(?:called\s+|named\s+)?(?:{_QUOTE}|(?P<plain>\d[\d-]+|[A-Z][\w&-]*(?:\s+[A-Z][\w&-]*)*))"
)
_URL = re.compile(r"https?://[^\s,;\"'»)]+")


def called(text: str) -> str:
    """What something new is to be called, '' where it was not said."""
    match = _CALLED.search(text)
    return _group(match) if match else ""


def first_name(text: str) -> str:
    """The quoted or capitalized words that a text begins with: " Trail Runners and keywords …"."""
    match = _FIRST.match(text)
    return _group(match) if match else ""


def renamed(text: str) -> str:
    """The new name in "rename X to Y"."""
    match = _RENAMED.search(text)
    return _group(match) if match else ""


def keywords(text: str) -> str:
    """Separated by ";": behind a colon, in quotes, or between the verb and "as keywords"."""
    for pattern in _KEYWORDS:
        if match := pattern.search(text):
            return joined(match["list"])
    return "; ".join(quotes(text))


def labelled(text: str, label: str) -> str:
    """What stands behind "headlines:" up to the next label; separated by ";"."""
    match = re.search(
        rf"\b(?:{label})\s*:\s*(.+?)(?=[.;,]?\s*\b(?:{_LABELS})\s*:|https?://|$)",
        text,
        re.IGNORECASE | re.DOTALL,
    )
    return joined(match[1], commas=False) if match else ""


def address(text: str) -> str:
    match = _URL.search(text)
    return match[0].rstrip(".") if match else ""


def account(text: str) -> str:
    """The ad account that is named as one: "in the account TechFlow US", "account 4821930057"."""
    match = _ACCOUNT.search(text)
    return _group(match) if match else ""


def quotes(text: str) -> list[str]:
    return ["".join(groups).strip() for groups in _QUOTED.findall(text)]


def joined(text: str, *, commas: bool = True) -> str:
    """A list as people write it, as the tools take it."""
    parts = re.split(r"[;|\n]|,|\band\b" if commas else r"[;|\n]", text)
    plain = (part.strip(" \"'“”.,") for part in parts)
    return "; ".join(part for part in plain if part)


def _group(match: re.Match[str]) -> str:
    return next((group.strip(" .,\"'") for group in match.groups() if group), "")
