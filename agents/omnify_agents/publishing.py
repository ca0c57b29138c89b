"""Events on their way to the log: gathered for a moment, so that text streams and appends stay few."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from omnify_core.ids import RunId
from omnify_core.ports import EventLog

GATHER_S = 0.04
MOST_LINES = 128
_log = logging.getLogger("omnify.runs")


class Publisher:
    """One run's way into the log. `put` never waits; what could not be written is tried again."""

    def __init__(self, events: EventLog, run_id: RunId) -> None:
        self._events = events
        self._run_id = run_id
        self._waiting: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def put(self, line: str) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= MOST_LINES:
            self._kick()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_S, self._kick)

    async def finish(self, last: Sequence[str]) -> None:
        """Writes what waits and the last lines, then closes the run's log."""
        self._disarm()
        if self._writing is not None:
            await asyncio.wait({self._writing})
        self._waiting.extend(last)
        await self._write()
        await self._events.close(self._run_id)

    def _kick(self) -> None:
        self._disarm()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_or_keep())
        else:
            self._timer = asyncio.get_running_loop().call_later(GATHER_S, self._kick)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _write(self) -> None:
        lines, self._waiting = self._waiting, []
        if lines:
            try:
                await self._events.append(self._run_id, lines)
            except BaseException:
                self._waiting[:0] = lines
                raise

    async def _write_or_keep(self) -> None:
        try:
            await self._write()
        except Exception:  # noqa: BLE001 - a background write: the lines wait for the next one, `finish` raises
            _log.warning("events of %s could not be written yet", self._run_id, exc_info=True)
