"""What was acknowledged is there after a kill -9 in the middle of writing."""

from __future__ import annotations

from pathlib import Path

from omnify_core.ids import ChangeSetId
from omnify_memory import HashedNgrams, open_edge_memory, open_sqlite, stores_on
from tests.builders.stores import OURS, change_set
from tests.builders.writing_process import RUN, killed_after


async def test_every_acknowledged_document_and_event_survives(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    last = killed_after(40, "documents", path)
    async with open_sqlite(path) as documents:
        stores = stores_on(documents)
        for number in range(1, last + 1):
            name = f"cs_{number}"
            assert await stores.change_sets.get(OURS, ChangeSetId(name)) == change_set(name)
        events = await stores.events.read(RUN)
        assert len(events) >= 3 * last
        assert len(events) % 3 == 0, "an append is stored wholly or not at all"
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert await stores.events.append(RUN, ["after"]) == len(events) + 1


async def test_every_acknowledged_memory_survives(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    last = killed_after(30, "memories", path)
    async with open_edge_memory(path, HashedNgrams()) as memory:
        found = {item.id for item in await memory.all(OURS, limit=10_000)}
        assert {f"m{number}" for number in range(1, last + 1)} <= found
        assert (await memory.recall(OURS, f"fact number {last}", limit=1))[0].item.text.startswith("fact")
