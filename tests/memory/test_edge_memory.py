"""What agents remember: found again, kept apart, embedded anew when the embedder changes."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from omnify_core.clock import FixedClock
from omnify_core.errors import ModelUnavailable, NotFound, StoreBusy
from omnify_core.ids import TenantId
from omnify_core.memories import MemoryItem, Trust
from omnify_core.ports import Memory
from omnify_memory import HashedNgrams, open_edge_memory
from omnify_memory.embedders import Vector
from tests.builders.stores import NOON, OURS, THEIRS

FACTS = (
    "The client never wants video ads on weekends",
    "Target CPA for demo requests is 85 dollars",
    "The CFO signs off every budget above 5000 a month",
    "Lookalike audience LAL-3 fatigued in September",
    "Google campaign SRCH-US-042 is the main lead source",
)


class Lengths:
    """An embedder that knows nothing but how long a text is."""

    id = "lengths"
    dimension = 2
    floor = -1.0

    def __init__(self) -> None:
        self.asked = 0
        self.answers = 10_000

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.asked += len(texts)
        if self.asked > self.answers:
            raise ModelUnavailable("no more answers")
        return [[1.0, len(text) / 50] for text in texts]


def item(number: int, text: str, tenant: TenantId = OURS) -> MemoryItem:
    """Later numbers are later memories."""
    return MemoryItem(
        id=f"m{number}",
        tenant_id=tenant,
        text=text,
        origin="chat:th_1",
        trust=Trust.REPORTED,
        created_at=NOON + timedelta(minutes=number),
    )


async def remember_facts(memory: Memory) -> None:
    for number, text in enumerate(FACTS):
        await memory.remember(item(number, text))


QUESTIONS = {
    "weekend videos": 0,
    "goal cost per acquisition demo": 1,
    "who approves big budgets": 2,
    "lookalike audiense fatigue": 3,
    "LAL-3": 3,
    "SRCH-US-042": 4,
}


async def test_a_fact_is_found_by_words_parts_of_words_and_codes() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await remember_facts(memory)
        for question, fact in QUESTIONS.items():
            found = await memory.recall(OURS, question, limit=3)
            assert found[0].item == item(fact, FACTS[fact]), question
            assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


async def test_what_has_nothing_to_do_with_the_question_is_not_recalled() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await remember_facts(memory)
        assert await memory.recall(OURS, "xyzzy plugh") == []
        assert await memory.recall(OURS, " \n") == []


async def test_a_tenant_recalls_lists_and_forgets_its_own_only() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await memory.remember(item(1, "Canary in the coal mine", THEIRS))
        await memory.remember(item(1, "Ours sings in the coal mine"))
        assert [found.item.tenant_id for found in await memory.recall(OURS, "canary coal mine")] == [OURS]
        await memory.forget(OURS, "m1")
        assert await memory.recall(OURS, "canary coal mine") == []
        assert await memory.all(OURS) == []
        assert await memory.all(THEIRS) == [item(1, "Canary in the coal mine", THEIRS)]


async def test_memories_are_listed_newest_first() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await remember_facts(memory)
        assert [found.id for found in await memory.all(OURS, limit=3)] == ["m4", "m3", "m2"]


async def test_remembering_the_same_id_again_replaces_it() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await memory.remember(item(1, "Target CPA is 85 dollars"))
        await memory.remember(item(1, "Target CPA is 70 dollars"))
        assert [found.text for found in await memory.all(OURS)] == ["Target CPA is 70 dollars"]


async def test_memories_last(tmp_path: Path) -> None:
    async with open_edge_memory(tmp_path / "vectors", HashedNgrams()) as memory:
        await remember_facts(memory)
    async with open_edge_memory(tmp_path / "vectors", HashedNgrams()) as memory:
        assert (await memory.recall(OURS, "LAL-3"))[0].item.id == "m3"


async def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    async with open_edge_memory(tmp_path, HashedNgrams()) as memory:
        await memory.remember(item(1, FACTS[0]))
        assert await memory.all(OURS) == [item(1, FACTS[0])]


async def test_a_changed_embedder_embeds_what_is_remembered_anew(tmp_path: Path) -> None:
    async with open_edge_memory(tmp_path / "vectors", Lengths()) as memory:
        await remember_facts(memory)
    async with open_edge_memory(tmp_path / "vectors", HashedNgrams()) as memory:
        assert (await memory.recall(OURS, "weekend videos", limit=1))[0].item == item(0, FACTS[0])
    unneeded = Lengths()
    unneeded.id = HashedNgrams.id
    unneeded.dimension = HashedNgrams.dimension
    async with open_edge_memory(tmp_path / "vectors", unneeded) as memory:
        assert len(await memory.all(OURS)) == len(FACTS)
    assert unneeded.asked == 0, "what is embedded already stays as it is"


async def test_an_interrupted_change_of_embedder_goes_on_next_time(tmp_path: Path) -> None:
    async with open_edge_memory(tmp_path / "vectors", HashedNgrams()) as memory:
        for number in range(80):
            await memory.remember(item(number, f"fact {number}"))
    failing = Lengths()
    failing.answers = 79
    async with open_edge_memory(tmp_path / "vectors", failing) as memory:
        with pytest.raises(ModelUnavailable):
            await memory.all(OURS)
    going_on = Lengths()
    async with open_edge_memory(tmp_path / "vectors", going_on) as memory:
        assert len(await memory.all(OURS, limit=1000)) == 80
        assert len(await memory.recall(OURS, "fact", limit=80)) == 80
    assert 0 < going_on.asked < 80


HOLDING = """
import sys, qdrant_edge
shard = qdrant_edge.EdgeShard.load(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


async def test_another_process_is_told_that_the_store_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    async with open_edge_memory(path, HashedNgrams()) as memory:
        await remember_facts(memory)
    command = (sys.executable, "-c", HOLDING, str(path))
    holder = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert holder.stdout is not None
    await holder.stdout.readline()
    async with open_edge_memory(path, HashedNgrams()) as memory:
        with pytest.raises(StoreBusy, match="another process; stop it"):
            await memory.recall(OURS, "anything")
        await holder.communicate(b"")
        assert len(await memory.all(OURS)) == len(FACTS), "once it has gone, the next use opens it"


async def test_what_is_superseded_or_expired_is_kept_but_not_recalled() -> None:
    clock = FixedClock(NOON + timedelta(hours=1))
    async with open_edge_memory(None, HashedNgrams(), clock) as memory:
        await memory.remember(item(1, "They report in EUR"))
        corrected = item(2, "They report in USD").model_copy(update={"supersedes": "m1"})
        await memory.remember(corrected)
        passing = item(3, "They report a sale until Friday").model_copy(
            update={"expires_at": clock.now() + timedelta(days=1)}
        )
        await memory.remember(passing)
        assert {one.item.id for one in await memory.recall(OURS, "they report")} == {"m2", "m3"}
        clock.move_to(clock.now() + timedelta(days=1))
        assert [one.item.id for one in await memory.recall(OURS, "they report")] == ["m2"]
        assert [one.id for one in await memory.all(OURS)] == ["m2"]
        assert [one.id for one in await memory.all(OURS, past=True)] == ["m3", "m2", "m1"]
        assert (await memory.get(OURS, "m1")).superseded_by == "m2"


async def test_another_tenants_memory_cannot_be_superseded_read_or_forgotten() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await memory.remember(item(1, "ours", OURS))
        for attempt in (
            memory.get(THEIRS, "m1"),
            memory.forget(THEIRS, "m1"),
            memory.remember(item(2, "theirs", THEIRS).model_copy(update={"supersedes": "m1"})),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await memory.forget_all(THEIRS) == 0
        assert [one.id for one in await memory.all(OURS)] == ["m1"]


async def test_forgetting_everything_leaves_the_other_tenants_alone() -> None:
    async with open_edge_memory(None, HashedNgrams()) as memory:
        await remember_facts(memory)
        await memory.remember(item(9, "theirs", THEIRS))
        assert await memory.forget_all(OURS) == len(FACTS)
        assert await memory.all(OURS, past=True) == []
        assert len(await memory.all(THEIRS)) == 1
