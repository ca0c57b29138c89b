"""A reply that arrives in pieces, each neutral when it leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omnify_guardrails.neutral import neutral

_BLANK = re.compile(r"\n[ \t]*\n")
_MID_LINE = "\0"
# What may still grow into an address, a tag, a picture or a letter.
_BEGUN = re.compile(
    r"(?:[a-z][a-z0-9+.-]*(?::/{0,2})?|(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>)\]\"']*"
    r"|<(?:[a-z/][^>]*)?|!|[\ud800-\udbff])\Z",
    re.IGNORECASE,
)
_OPENER = re.compile(r"!?\[|\]|<(?=[a-z/])", re.IGNORECASE)
_DEFINED = re.compile(r":[ \t]*(?:\n[^\n]*|[^\n]+)\n")
_LINE_START = re.compile(r"[ \t>*+\-0-9.)]*\Z")


class NeutralStream:
    """What may still become a link or a picture waits until that is decided.

    Nothing of the kind runs over a blank line, so that nothing waits longer than a paragraph.
    """

    def __init__(self) -> None:
        self._waiting = ""
        self._is_mid_line = False

    def feed(self, piece: str) -> str:
        """What can be shown by now."""
        self._waiting += piece
        ends = [match.end() for match in _BLANK.finditer(self._waiting)]
        done = self._leave(ends[-1]) if ends else ""
        return done + self._leave(_decided(self._waiting, self._is_mid_line))

    def finish(self) -> str:
        """The rest."""
        return self._leave(len(self._waiting))

    def _leave(self, end: int) -> str:
        piece, self._waiting = self._waiting[:end], self._waiting[end:]
        if not piece:
            return ""
        mark = _MID_LINE if self._is_mid_line else ""
        self._is_mid_line = not piece.endswith("\n")
        return neutral(mark + piece)[len(mark) :]


def _decided(text: str, is_mid_line: bool) -> int:
    """How much of a paragraph cannot change its meaning any more."""
    begun = _BEGUN.search(text)
    end = begun.start() if begun else len(text)
    spans: list[tuple[int, int]] = []
    for opener in _OPENER.finditer(text[:end]):
        stop = _ends_at(text, opener)
        if not 0 <= stop <= end:
            end = opener.start()
            break
        spans.append((opener.start(), stop))
    while (before := _moved(text, end, spans, is_mid_line)) < end:
        end = before
    return end


def _moved(text: str, end: int, spans: Sequence[tuple[int, int]], is_mid_line: bool) -> int:
    """Where a cut must move so that it splits neither a construct nor what begins a line."""
    for start, stop in spans:
        if start < end < stop:
            return start
    prefix = _LINE_START.search(text[:end])
    assert prefix is not None, "it may be empty"
    at = prefix.start()
    if at == 0:
        return end if is_mid_line else 0
    # The line's end waits with it: a blank line may follow.
    return at - 1 if text[at - 1] == "\n" else end


def _ends_at(text: str, opener: re.Match[str]) -> int:
    """Where that which begins at an opener has ended; -1 where that cannot be said yet."""
    if opener[0] == "<":
        return text.find(">", opener.end()) + 1 or -1
    close = text.find("]", opener.end() - (opener[0] == "]"))
    following = text[close + 1 : close + 2]
    if close < 0 or not following:
        return -1
    if following == "(":
        return text.find(")", close) + 1 or -1
    if following == "[" and opener[0] == "![":
        return text.find("]", close + 1) + 1 or -1
    if following == ":":
        defined = _DEFINED.match(text, close + 1)
        return defined.end() - 1 if defined else -1
    return opener.end()
