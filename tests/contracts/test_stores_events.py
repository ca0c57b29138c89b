"""What every event log promises: order, no gap, no repetition, an end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from omnify_core.conversations import RunEvent
from omnify_core.errors import Conflict
from omnify_core.ids import RunId, new_id
from omnify_core.ports import EventLog


@pytest.fixture
def run_id() -> RunId:
    return RunId(new_id("run"))


def seqs(events: Sequence[RunEvent]) -> list[int]:
    return [event.seq for event in events]


async def follow(log: EventLog, run_id: RunId, after: int = 0) -> list[RunEvent]:
    async with asyncio.timeout(10):
        return [event async for event in log.follow(run_id, after=after)]


async def test_events_are_numbered_from_one_and_come_back_as_written(log: EventLog, run_id: RunId) -> None:
    texts = ['{"type":"RUN_STARTED"}', '{"delta":"line\\nbreak é 🎯"}', '{"b": 2,  "a": 1}']
    assert await log.append(run_id, texts[:1]) == 1
    assert await log.append(run_id, texts[1:]) == 3
    events = await log.read(run_id)
    assert [event.data for event in events] == texts
    assert seqs(events) == [1, 2, 3]


async def test_appending_nothing_changes_nothing(log: EventLog, run_id: RunId) -> None:
    assert await log.append(run_id, []) == 0
    await log.append(run_id, ["1"])
    assert await log.append(run_id, []) == 1
    assert seqs(await log.read(run_id)) == [1]


async def test_reading_resumes_in_the_middle_of_what_one_append_stored(log: EventLog, run_id: RunId) -> None:
    await log.append(run_id, ["1", "2", "3"])
    await log.append(run_id, ["4"])
    assert seqs(await log.read(run_id, after=2)) == [3, 4]
    assert await log.read(run_id, after=4) == []


async def test_runs_do_not_see_each_other(log: EventLog, run_id: RunId) -> None:
    await log.append(run_id, ["mine"])
    assert await log.read(RunId(run_id + "2")) == []
    assert not await log.is_closed(RunId(run_id + "2"))


async def test_a_follower_sees_what_is_stored_then_what_comes_then_the_end(
    log: EventLog, run_id: RunId
) -> None:
    await log.append(run_id, ["1", "2"])
    following = asyncio.create_task(follow(log, run_id, after=1))
    for number in range(3, 30):
        await asyncio.sleep(0)
        await log.append(run_id, [str(number)])
    await log.close(run_id)
    assert [(event.seq, event.data) for event in await following] == [(n, str(n)) for n in range(2, 30)]


async def test_a_follower_may_come_before_the_first_event(log: EventLog, run_id: RunId) -> None:
    following = asyncio.create_task(follow(log, run_id))
    await asyncio.sleep(0.05)
    await log.append(run_id, ["1"])
    await log.close(run_id)
    assert seqs(await following) == [1]


async def test_following_a_closed_run_ends(log: EventLog, run_id: RunId) -> None:
    await log.append(run_id, ["1", "2"])
    await log.close(run_id)
    assert seqs(await follow(log, run_id)) == [1, 2]
    assert await follow(log, run_id, after=2) == []


@pytest.mark.parametrize("closed_before", [True, False])
async def test_a_follower_from_the_future_ends_too(log: EventLog, run_id: RunId, closed_before: bool) -> None:
    await log.append(run_id, ["1"])
    if closed_before:
        await log.close(run_id)
        assert await follow(log, run_id, after=999) == []
        return
    following = asyncio.create_task(follow(log, run_id, after=999))
    await asyncio.sleep(0.05)
    await log.append(run_id, ["2"])
    await log.close(run_id)
    assert seqs(await following) == [2]


async def test_a_run_without_events_can_be_closed(log: EventLog, run_id: RunId) -> None:
    await log.close(run_id)
    assert await log.is_closed(run_id)
    assert await follow(log, run_id) == []


async def test_nothing_comes_after_the_end(log: EventLog, run_id: RunId) -> None:
    await log.append(run_id, ["1"])
    assert not await log.is_closed(run_id)
    await log.close(run_id)
    await log.close(run_id)
    with pytest.raises(Conflict, match="has ended"):
        await log.append(run_id, ["2"])
    assert seqs(await log.read(run_id)) == [1]
    assert await log.is_closed(run_id)


async def test_racing_writers_leave_no_gap_and_lose_nothing(log: EventLog, run_id: RunId) -> None:
    async def write(writer: int) -> None:
        for batch in range(4):
            await log.append(run_id, [json.dumps([writer, batch, part]) for part in range(3)])

    await asyncio.gather(*(write(writer) for writer in range(6)))
    events = await log.read(run_id)
    assert seqs(events) == list(range(1, 6 * 4 * 3 + 1))
    told = [tuple(json.loads(event.data)) for event in events]
    assert sorted(told) == [(w, b, p) for w in range(6) for b in range(4) for p in range(3)]
    assert [t for t in told if t[0] == 3] == [(3, b, p) for b in range(4) for p in range(3)]


async def test_a_follower_that_leaves_takes_nobody_along(log: EventLog, run_id: RunId) -> None:
    leaving = asyncio.create_task(follow(log, run_id))
    staying = asyncio.create_task(follow(log, run_id))
    await asyncio.sleep(0.05)
    leaving.cancel()
    await log.append(run_id, ["1"])
    await log.close(run_id)
    assert seqs(await staying) == [1]
