"""Run events in documents: stored first, then whoever follows in this process is woken."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress

from omnify_core.conversations import RunEvent
from omnify_core.errors import Conflict
from omnify_core.ids import RunId
from omnify_memory.collections import EVENTS
from omnify_memory.documents import SHARED, Documents
from omnify_memory.journal import Batch, Journal

POLL_S = 0.5
"""How late a follower sees what another process appended."""


class DocumentEventLog:
    def __init__(self, documents: Documents, *, poll_s: float = POLL_S) -> None:
        self._journal = Journal(documents, EVENTS)
        self._poll_s = poll_s
        self._following: dict[RunId, int] = {}
        self._bells: defaultdict[RunId, set[asyncio.Event]] = defaultdict(set)

    async def append(self, run_id: RunId, data: Sequence[str]) -> int:
        """Raises Conflict where the run is closed."""
        return (await self._write(run_id, list(data)) if data else await self._next(run_id)) - 1

    async def close(self, run_id: RunId) -> None:
        """Closing twice is closing once."""
        with suppress(RunClosed):
            await self._write(run_id, None)
        self._following.pop(run_id, None)

    async def read(self, run_id: RunId, *, after: int = 0) -> list[RunEvent]:
        return [
            event
            for batch in await self._journal.after(SHARED, run_id, after)
            for event in _events(batch, after)
        ]

    async def is_closed(self, run_id: RunId) -> bool:
        newest = await self._newest(run_id)
        return newest is not None and newest.is_seal

    async def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[RunEvent]:
        newest = await self._newest(run_id)
        # A reader that claims to have seen the future starts at the present, or it would never end.
        seen = min(after, newest.following - 1 if newest else 0)
        with self._bell(run_id) as bell:
            while True:
                bell.clear()
                for batch in await self._journal.after(SHARED, run_id, seen):
                    for event in _events(batch, seen):
                        yield event
                        seen = event.seq
                    if batch.is_seal:
                        return
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_s):
                        await bell.wait()

    async def _write(self, run_id: RunId, items: list[str] | None) -> int:
        """Returns the number after the batch. Ends: a round fails only where another's batch went in."""
        first = self._following.get(run_id) or await self._next(run_id)
        while True:
            batch = Batch(SHARED, run_id, first, items)
            try:
                await self._journal.write(batch)
                break
            except Conflict:
                first = await self._next(run_id)
        self._following[run_id] = batch.following
        for bell in self._bells.get(run_id, ()):
            bell.set()
        return batch.following

    async def _next(self, run_id: RunId) -> int:
        newest = await self._newest(run_id)
        if newest and newest.is_seal:
            raise RunClosed(f"run {run_id!r} has ended; nothing can be added to its events")
        return newest.following if newest else 1

    async def _newest(self, run_id: RunId) -> Batch | None:
        newest = await self._journal.newest(SHARED, run_id, limit=1)
        return newest[0] if newest else None

    @contextmanager
    def _bell(self, run_id: RunId) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self._bells[run_id].add(bell)
        try:
            yield bell
        finally:
            self._bells[run_id].discard(bell)
            if not self._bells[run_id]:
                del self._bells[run_id]


class RunClosed(Conflict):
    """Events after the end of a run."""


def _events(batch: Batch, after: int) -> list[RunEvent]:
    numbered = enumerate(batch.items or (), batch.first)
    return [RunEvent(run_id=RunId(batch.owner), seq=seq, data=data) for seq, data in numbered if seq > after]
