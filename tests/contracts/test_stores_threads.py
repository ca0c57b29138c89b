"""Conversations, on every backend."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from omnify_core.conversations import RunStatus
from omnify_core.errors import Conflict, NotFound
from omnify_core.ids import RunId, ThreadId
from omnify_memory.stores import Stores
from tests.builders.stores import OURS, THEIRS, USER, run, thread

THREAD = ThreadId("th_1")


def item(number: int) -> dict[str, Any]:
    return {
        "role": "user",
        "content": [{"type": "input_text", "text": f"{number} é\n"}],
        "x.$y": 0.1,
        "z": None,
    }


async def test_a_thread_is_compared_and_set(stores: Stores) -> None:
    await stores.threads.add(thread())
    running = await stores.threads.replace(thread().model_copy(update={"running": RunId("run_1")}))
    assert running.version == 1
    assert await stores.threads.get(OURS, THREAD) == running
    with pytest.raises(Conflict):
        await stores.threads.replace(thread().model_copy(update={"running": RunId("run_2")}))


async def test_another_tenants_thread_answers_like_an_unknown_one(stores: Stores) -> None:
    await stores.threads.add(thread())
    await stores.threads.add_items(OURS, THREAD, [item(1)])
    await stores.threads.save_run(run())
    with pytest.raises(NotFound):
        await stores.threads.get(THEIRS, THREAD)
    with pytest.raises(NotFound):
        await stores.threads.run(THEIRS, RunId("run_1"))
    assert await stores.threads.items(THEIRS, THREAD) == []
    assert await stores.threads.pop_item(THEIRS, THREAD) is None
    assert await stores.threads.runs(THEIRS, THREAD) == []
    await stores.threads.clear_items(THEIRS, THREAD)
    assert await stores.threads.items(OURS, THREAD) == [item(1)]


async def test_a_users_threads_come_latest_first(stores: Stores) -> None:
    for name, minutes in (("th_1", 5), ("th_2", 9), ("th_3", 1)):
        await stores.threads.add(thread(name, minutes=minutes))
    await stores.threads.add(thread("th_9", tenant=THEIRS))
    found = await stores.threads.of_user(OURS, USER)
    assert [each.id for each in found] == ["th_2", "th_1", "th_3"]
    touched = await stores.threads.replace(thread("th_3", minutes=30))
    assert await stores.threads.of_user(OURS, USER, limit=1) == [touched]


async def test_items_come_back_in_order_over_many_appends(stores: Stores) -> None:
    await stores.threads.add_items(OURS, THREAD, [item(1), item(2)])
    await stores.threads.add_items(OURS, THREAD, [])
    await stores.threads.add_items(OURS, THREAD, [item(3), item(4), item(5)])
    await stores.threads.add_items(OURS, ThreadId("th_2"), [item(99)])
    numbers = {None: [1, 2, 3, 4, 5], 4: [2, 3, 4, 5], 1: [5], 0: [], 9: [1, 2, 3, 4, 5]}
    for limit, expected in numbers.items():
        assert await stores.threads.items(OURS, THREAD, limit) == [item(number) for number in expected]


async def test_the_last_item_can_be_popped_until_none_is_left(stores: Stores) -> None:
    await stores.threads.add_items(OURS, THREAD, [item(1), item(2)])
    await stores.threads.add_items(OURS, THREAD, [item(3)])
    popped = [await stores.threads.pop_item(OURS, THREAD) for _ in range(4)]
    assert popped == [item(3), item(2), item(1), None]
    await stores.threads.add_items(OURS, THREAD, [item(4)])
    assert await stores.threads.items(OURS, THREAD) == [item(4)]


async def test_an_item_is_popped_by_one_caller(stores: Stores) -> None:
    await stores.threads.add_items(OURS, THREAD, [item(number) for number in range(4)])
    popped = await asyncio.gather(*(stores.threads.pop_item(OURS, THREAD) for _ in range(6)))
    assert sorted(each["content"][0]["text"] for each in popped if each) == [
        "0 é\n",
        "1 é\n",
        "2 é\n",
        "3 é\n",
    ]


async def test_racing_appends_lose_nothing_and_keep_each_callers_order(stores: Stores) -> None:
    async def write(writer: int) -> None:
        for part in range(3):
            await stores.threads.add_items(OURS, THREAD, [[writer, part, 0], [writer, part, 1]])

    await asyncio.gather(*(write(writer) for writer in range(5)))
    found = await stores.threads.items(OURS, THREAD)
    assert sorted(found) == [[w, p, k] for w in range(5) for p in range(3) for k in range(2)]
    assert [each for each in found if each[0] == 2] == [[2, p, k] for p in range(3) for k in range(2)]


async def test_cleared_items_are_gone_and_the_thread_goes_on(stores: Stores) -> None:
    await stores.threads.add_items(OURS, THREAD, [item(1)])
    await stores.threads.clear_items(OURS, THREAD)
    assert await stores.threads.items(OURS, THREAD) == []
    await stores.threads.add_items(OURS, THREAD, [item(2)])
    assert await stores.threads.items(OURS, THREAD) == [item(2)]


async def test_runs_come_oldest_first_as_last_saved(stores: Stores) -> None:
    await stores.threads.save_run(run("run_2", minutes=2))
    await stores.threads.save_run(run("run_1", minutes=1))
    await stores.threads.save_run(run("run_3", "th_2"))
    ended = run("run_2", minutes=2, status=RunStatus.DONE, reply="Fine.", route=("router", "reflexes"))
    await stores.threads.save_run(ended)
    assert await stores.threads.runs(OURS, THREAD) == [run("run_1", minutes=1), ended]
    assert await stores.threads.run(OURS, RunId("run_2")) == ended
