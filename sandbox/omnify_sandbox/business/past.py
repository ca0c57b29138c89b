"""What records were before they changed, so that a stale read can show it."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

Record = dict[str, Any]


class Past:
    """One collection's changes, oldest first; what lies longer back than anybody asks is forgotten."""

    def __init__(self) -> None:
        self._changes: list[tuple[datetime, str, Any]] = []

    def note(self, id_: str, before: Any, at: datetime) -> None:
        """`before`: the record or value that is about to change; None for one that is about to be."""
        self._changes = [*self._changes[-(_KEPT - 1) :], (at, id_, copy.copy(before))]

    def seen(self, held: dict[str, Any], at: datetime) -> dict[str, Any]:
        """The collection as a reader saw it at that moment."""
        shown = dict(held)
        for changed, id_, before in reversed(self._changes):
            if changed <= at:
                break
            shown.pop(id_, None)
            if before is not None:
                shown[id_] = before
        return shown


_KEPT = 5_000
