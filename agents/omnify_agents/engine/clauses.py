"""A message cut into the things that it asks for, in order."""

from __future__ import annotations

import re

_VERBS = (
    "show|tell|list|give|pause|stop|resume|enable|start|move|shift|raise|increase|lower|reduce|cut|set|put|forecast|predict|compare|"
    "rank|find|check|summarize|summarise|brief|remember|note|undo|revert|propose|suggest|recommend|let me know|what|which|how|why|who|"
    "when|where|is|are|did|do|does|can you|could you|tell me|approve|apply|delete|double|halve|bump|trim|explain|look|scan|turn|switch|"
    "take|reallocate|remind|kill|deactivate|activate|decrease|drop|boost|scale|adjust|change|make|send|email|export"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_THEN = re.compile(
    rf"(?:\s*[,;]\s*|\s+)(?:and\s+)?(?:then|afterwards|after that|after this|and also|finally|next,|secondly|also,)\s+(?:also\s+|please\s+)?"
    rf"|(?:\s*,)?\s+and\s+(?:please\s+|also\s+)?(?=(?:{_VERBS})\b)|\s*,\s+(?:(?:please|also|just|only|rather|instead|but)\s+)*(?=(?:{_VERBS})\b)|\s+but\s+(?:(?:please|just|only|rather)\s+)*(?=(?:show|tell|list|give me|let me know)\b)|\s+plus\s+(?=(?:{_VERBS})\b)",
    re.IGNORECASE,
)
_SAME_MOVE = re.compile(
    r"(?:put|give|add|move|drop|push|shift|place|stick|increase|decrease|spend|spread|use)\b.*\b(?:it|that|them|the same|the money|on|to|into)\b",
    re.IGNORECASE,
)
_TAKING = re.compile(r"\b(?:take|pull|move|shift|less|decrease|reduce|withdraw)\b", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»')


def clauses_of(text: str) -> list[str]:
    """Sentences, then "and then" and "and <verb>"; quoted names stay whole, and so does "take X and put it on Y"."""
    names = _QUOTED.findall(text)
    covered = _QUOTED.sub(lambda match: f"\x00{names.index(match[0])}\x00", text)
    pieces = [piece for sentence in _SENTENCE.split(covered) for piece in _parts(sentence)]
    opened = [
        re.sub("\x00(\\d+)\x00", lambda match: names[int(match[1])], piece).strip(" ,;") for piece in pieces
    ]
    return [piece for piece in opened if re.search(r"\w", piece)]


def _parts(sentence: str) -> list[str]:
    parts: list[str] = []
    at = 0
    for match in _THEN.finditer(sentence):
        head, rest = sentence[at : match.start()], sentence[match.end() :]
        if not re.search(r"\w", head) or (_SAME_MOVE.match(rest) and _TAKING.search(head)):
            continue
        parts.append(head)
        at = match.end()
    return [*parts, sentence[at:]]
