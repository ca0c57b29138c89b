"""Replies without a way out: no picture that loads from elsewhere, no link that can carry figures away."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_TAGS = "a|area|audio|base|embed|form|iframe|image|img|input|link|meta|object|script|source|style|svg|video"
_PICTURE = re.compile(r"!\[(?P<words>[^\]]*)\](?:\([^)]*\)|\[[^\]]*\])|<ima?ge?\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_TAGS})\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"\[(?P<words>[^\]]*)\]\((?P<to>[^)]*)\)")
_ANY_LINK = re.compile(r"\]\((?P<to>[^)]*)\)")
# Where a reference may be defined: at a line's start, inside quotes and lists, too.
_LINE_START = r"[ \t>*+\-0-9.)]*"
_REFERENCE = re.compile(rf"^{_LINE_START}\[[^\]]+\]:[ \t]*(?:\n[^\n]*|[^\n]+)?$", re.MULTILINE)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>)\]\"']+", re.IGNORECASE)
_POINTED = re.compile(r"<(?P<to>[a-z][a-z0-9+.-]+:[^\s<>]*)>", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9.-]+")
# A path of ours; no backslash and no entity, which browsers and Markdown read as other characters.
_INSIDE = re.compile(r"(?:/(?!/)|#)[\w/~%.,:=?&+#@-]*|[\w.~-]+(?:/[\w.~-]+)*", re.ASCII)


def neutral(reply: str) -> str:
    """Markdown as a person may see it. Pictures become their words, outside links the name of their host.

    A path or a query string can hold what was read from an account; links within the product stay.
    """
    text = _PICTURE.sub(lambda match: f"(image: {match['words'] or 'no description'})", whole_letters(reply))
    text = _TAG.sub(" ", text)
    text = _REFERENCE.sub("", text)
    text = _LINK.sub(_link, text)
    text = _ANY_LINK.sub(lambda match: match[0] if _stays(match["to"]) else f"] ({_host(match['to'])})", text)
    text = _POINTED.sub(lambda match: _host(match["to"]), text)
    return _ADDRESS.sub(lambda match: _host(match[0]), text)


def whole_letters(text: str) -> str:
    """Pairs of surrogates joined, halves replaced: a stream may cut a letter, no store takes half of one."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _link(match: re.Match[str]) -> str:
    return match[0] if _stays(match["to"]) else f"{match['words']} ({_host(match['to'])})"


def _stays(to: str) -> bool:
    """Whether a link's destination, with or without a title, lies within the product."""
    return not to.strip() or _INSIDE.fullmatch(to.split()[0]) is not None


def _host(to: str) -> str:
    words = to.strip(" \t\n<>").split()
    address = words[0] if words else ""
    try:
        host = urlsplit(f"//{address}" if address.lower().startswith("www.") else address).hostname
    except ValueError:
        host = None
    plain = (host or "").replace("www.", "")
    return f"address at {plain}" if _HOST.fullmatch(plain) else "an address"
