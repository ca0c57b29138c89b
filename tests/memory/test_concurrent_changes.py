"""However tasks interleave, no update is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from omnify_core.errors import Conflict
from omnify_core.ids import ChangeSetId, RunId, ThreadId
from omnify_core.ports import LedgerStore
from omnify_memory.documents import Documents
from omnify_memory.sqlite import open_sqlite
from omnify_memory.stores import Stores, stores_on
from tests.builders.stores import NOON, OURS

LATER = NOON.replace(hour=23)
PAUSES = st.lists(st.integers(0, 3), min_size=1, max_size=40)


class Interleaved:
    """Documents that let other tasks run before each call, as often as drawn."""

    def __init__(self, documents: Documents, pauses: list[int]) -> None:
        self._documents = documents
        self._pauses = self._again_and_again(pauses)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            for _ in range(next(self._pauses)):
                await asyncio.sleep(0)
            return await getattr(self._documents, name)(*args, **kwargs)

        return call

    @staticmethod
    def _again_and_again(pauses: list[int]) -> Iterator[int]:
        while True:
            yield from pauses


def run_interleaved(pauses: list[int], scenario: Callable[[Stores], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_sqlite(None) as documents:
            await scenario(stores_on(Interleaved(documents, pauses)))

    asyncio.run(main())


async def reserve(ledgers: LedgerStore, name: str) -> None:
    """Adds one reservation, reading again after each Conflict."""
    while True:
        ledger = await ledgers.get(OURS)
        reserved = ledger.reserved | {ChangeSetId(name): 1}
        try:
            await ledgers.replace(ledger.model_copy(update={"reserved": reserved}))
        except Conflict:
            continue
        return


@given(PAUSES, st.integers(2, 8))
@settings(max_examples=60, deadline=None)
def test_every_reservation_is_kept(pauses: list[int], tasks: int) -> None:
    async def scenario(stores: Stores) -> None:
        await asyncio.gather(*(reserve(stores.ledger, f"cs_{number}") for number in range(tasks)))
        ledger = await stores.ledger.get(OURS)
        assert set(ledger.reserved) == {f"cs_{number}" for number in range(tasks)}
        assert ledger.version == tasks

    run_interleaved(pauses, scenario)


@given(PAUSES, st.integers(2, 8))
@settings(max_examples=40, deadline=None)
def test_every_count_is_counted(pauses: list[int], tasks: int) -> None:
    async def scenario(stores: Stores) -> None:
        counts = await asyncio.gather(*(stores.tokens.count("tries", LATER, NOON) for _ in range(tasks)))
        assert sorted(counts) == list(range(1, tasks + 1))

    run_interleaved(pauses, scenario)


@given(PAUSES, st.integers(2, 8))
@settings(max_examples=40, deadline=None)
def test_a_one_time_link_opens_one_door(pauses: list[int], tasks: int) -> None:
    async def scenario(stores: Stores) -> None:
        await stores.tokens.put("link", {"user": "u1"}, LATER)
        taken = await asyncio.gather(*(stores.tokens.take("link", NOON) for _ in range(tasks)))
        assert [value for value in taken if value] == [{"user": "u1"}]

    run_interleaved(pauses, scenario)


@given(PAUSES, st.lists(st.integers(1, 4), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_events_have_no_gap_and_items_keep_their_order(pauses: list[int], sizes: list[int]) -> None:
    async def scenario(stores: Stores) -> None:
        async def write(writer: int, size: int) -> None:
            await stores.events.append(RunId("r"), [f"{writer}.{part}" for part in range(size)])
            await stores.threads.add_items(OURS, ThreadId("t"), [[writer, part] for part in range(size)])

        await asyncio.gather(*(write(writer, size) for writer, size in enumerate(sizes)))
        events = await stores.events.read(RunId("r"))
        assert [event.seq for event in events] == list(range(1, sum(sizes) + 1))
        items = await stores.threads.items(OURS, ThreadId("t"))
        for writer, size in enumerate(sizes):
            assert [item for item in items if item[0] == writer] == [[writer, part] for part in range(size)]

    run_interleaved(pauses, scenario)


async def test_processes_that_share_a_file_lose_no_reservation() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "omnify.db"
        async with open_sqlite(path) as ours, open_sqlite(path) as theirs:
            ledgers = [stores_on(documents).ledger for documents in (ours, theirs)]
            await asyncio.gather(*(reserve(ledgers[number % 2], f"cs_{number}") for number in range(20)))
            assert len((await ledgers[0].get(OURS)).reserved) == 20
