"""Replies without a way out: no picture that loads from elsewhere, no link that can carry figures away."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_IMAGE = re.compile(r"!\[(?P<words>[^\]]*)\](?:\([^)]*\)|\[[^\]]*\])|<img\b[^>]*>", re.IGNORECASE)
_OUTSIDE = r"(?:[a-z][a-z0-9+.-]*:|//)"
_LINK = re.compile(
    rf"\[(?P<words>[^\]]*)\]\(\s*(?:<(?P<pointed>{_OUTSIDE}[^>]*)>|(?P<plain>{_OUTSIDE}[^)\s]*))[^)]*\)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"^[ ]{0,3}\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>)\]\"']+", re.IGNORECASE)


def neutral(reply: str) -> str:
    """Markdown as a person may see it. Pictures become their words, outside links the name of their host.

    A path or a query string can hold what was read from an account; links within the product stay.
    """
    text = _IMAGE.sub(lambda match: f"[image: {match['words'] or 'no description'}]", reply)
    text = _REFERENCE.sub("", text)
    text = _LINK.sub(lambda match: f"{match['words']} ({_host(match['pointed'] or match['plain'])})", text)
    return _ADDRESS.sub(lambda match: _host(match[0]), text)


def _host(address: str) -> str:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return f"address at {host}" if host else "an address"
