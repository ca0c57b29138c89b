"""Asynchronous insights: a report run is started, polled, and read."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.meta.objects import Fields

FIRST_RUN = 6_100_000_000_001
_KEPT = 32
_PROGRESS = (("Job Running", 60), ("Job Completed", 100))


class ReportRuns:
    """The latest runs by id. Each poll moves one a step on; its rows are read once it is completed."""

    def __init__(self) -> None:
        self._count = 0
        self._rows: dict[str, list[Fields]] = {}
        self._polls: dict[str, int] = {}

    def start(self, rows: list[Fields]) -> str:
        run = str(FIRST_RUN + self._count)
        self._count += 1
        self._rows[run] = rows
        self._polls[run] = 0
        if len(self._rows) > _KEPT:
            self._rows.pop(next(iter(self._rows)))
        return run

    def has(self, run: str) -> bool:
        return run in self._rows

    def status(self, run: str) -> dict[str, Any]:
        step = min(self._polls[run], len(_PROGRESS) - 1)
        self._polls[run] += 1
        state, percent = _PROGRESS[step]
        return {"id": run, "async_status": state, "async_percent_completion": percent}

    def rows(self, run: str) -> list[Fields]:
        return self._rows[run] if self._polls[run] >= len(_PROGRESS) else []
