"""How much of a long conversation the next turn reads: whole turns from the end, within a budget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from omnify_tools.untrusted import clean

_NAMED = 6
_QUESTION = 120


def compacted(items: Sequence[Any], most_chars: int) -> list[Any]:
    """The latest turns that fit (always the last one), after a note of the questions left out.

    About four characters are a token in most models. A turn begins with the person's message and is
    never cut: no call loses its answer. The note is a plain message that every provider reads.
    """
    turns = _turns(items)
    kept: list[list[Any]] = []
    room = most_chars
    for turn in reversed(turns):
        room -= sum(_size(item) for item in turn)
        if kept and room < 0:
            break
        kept.append(turn)
    left_out = turns[: len(turns) - len(kept)]
    note = [_note(left_out)] if left_out else []
    return [*note, *(item for turn in reversed(kept) for item in turn)]


def _turns(items: Sequence[Any]) -> list[list[Any]]:
    turns: list[list[Any]] = []
    for item in items:
        if item.get("role") == "user" or not turns:
            turns.append([])
        turns[-1].append(item)
    return turns


def _size(item: Any) -> int:
    return len(json.dumps(item, ensure_ascii=False))


def _note(turns: Sequence[Sequence[Any]]) -> dict[str, str]:
    asked = [str(turn[0].get("content", "")) for turn in turns if turn and turn[0].get("role") == "user"]
    shown = "; ".join(f"«{clean(text, length=_QUESTION)}»" for text in asked[-_NAMED:])
    return {
        "role": "assistant",
        "content": f"[event] {len(turns)} earlier turns of this conversation are left out here. The person "
        f"had asked, latest last: {shown}. Figures from them must be looked up again.",
    }
