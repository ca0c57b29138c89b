"""Followers see what another process appends."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from omnify_core.errors import StoreBusy
from omnify_core.ids import RunId
from omnify_core.ports import EventLog
from omnify_memory import open_mongo, open_redis_events, open_sqlite
from omnify_memory.events import DocumentEventLog
from tests.builders.stores import free_port, redis_server

RUN = RunId("run_1")


async def seen_by(following: EventLog, writing: EventLog) -> list[str]:
    async def follow() -> list[str]:
        async with asyncio.timeout(10):
            return [event.data async for event in following.follow(RUN)]

    followed = asyncio.create_task(follow())
    for text in ("a", "b", "c"):
        await asyncio.sleep(0.02)
        await writing.append(RUN, [text])
    await writing.close(RUN)
    return await followed


async def test_through_a_shared_file_by_looking_again(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    async with open_sqlite(path) as ours, open_sqlite(path) as theirs:
        following, writing = DocumentEventLog(ours, poll_s=0.01), DocumentEventLog(theirs)
        assert await seen_by(following, writing) == ["a", "b", "c"]


async def test_a_second_writer_continues_where_the_first_stopped(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    async with open_sqlite(path) as ours, open_sqlite(path) as theirs:
        first, second = DocumentEventLog(ours), DocumentEventLog(theirs)
        assert [await log.append(RUN, ["x", "y"]) for log in (first, second, first, second)] == [2, 4, 6, 8]


async def test_a_follower_in_this_process_does_not_wait_for_the_next_look() -> None:
    async with open_sqlite(None) as documents:
        log = DocumentEventLog(documents, poll_s=3600)
        assert await seen_by(log, log) == ["a", "b", "c"]


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
async def test_through_redis(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        async with open_redis_events(url) as following, open_redis_events(url) as writing:
            assert await seen_by(following, writing) == ["a", "b", "c"]


async def test_a_redis_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreBusy, match="Redis does not answer"):
        async with open_redis_events(f"redis://127.0.0.1:{free_port()}"):
            pass


async def test_a_mongodb_that_is_not_there_is_named() -> None:
    url = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=50"
    with pytest.raises(StoreBusy, match="MongoDB does not answer"):
        async with open_mongo(url, "omnify"):
            pass
