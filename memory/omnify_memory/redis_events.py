"""Run events in Redis streams, for several processes: followers are woken by the server, nobody polls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from omnify_core.conversations import RunEvent
from omnify_core.errors import StoreBusy
from omnify_core.ids import RunId
from omnify_memory.events import RunClosed

KEEP_S = 7 * 24 * 3600
BLOCK_MS = 2_000

# An entry's id is its number; the entry after the last event, with a field `end`, seals the stream.
# Answers the last number, or minus the seal's.
_APPEND = """
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local last = newest and tonumber(string.match(newest[1], '^%d+')) or 0
if newest and newest[2][1] == 'end' then return -last end
for i = 3, #ARGV do
    last = last + 1
    redis.call('XADD', KEYS[1], string.format('%d-0', last), ARGV[2], ARGV[i])
end
if last > 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return last
"""


class RedisEventLog:
    """`client` decodes its answers. A stream is gone `KEEP_S` after its last event."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._script = client.register_script(_APPEND)

    async def append(self, run_id: RunId, data: Sequence[str]) -> int:
        """Raises RunClosed after the end of the run."""
        last = await self._write(run_id, "data", data)
        if last < 0:
            raise RunClosed(f"run {run_id!r} has ended; nothing can be added to its events")
        return last

    async def close(self, run_id: RunId) -> None:
        """Closing twice is closing once."""
        await self._write(run_id, "end", [""])

    async def read(self, run_id: RunId, *, after: int = 0) -> list[RunEvent]:
        with redis_errors():
            entries = await self._client.xrange(_stream(run_id), min=f"({after}-0")
        return [_event(run_id, entry) for entry in entries if not _is_seal(entry)]

    async def is_closed(self, run_id: RunId) -> bool:
        newest = await self._newest(run_id)
        return newest is not None and _is_seal(newest)

    async def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[RunEvent]:
        newest = await self._newest(run_id)
        # A reader that claims to have seen the future starts at the present, or it would never end.
        # One before the newest entry, because that may be the seal.
        seen = min(after, _number(newest) - _is_seal(newest) if newest else 0)
        while True:
            for entry in await self._wait(run_id, seen):
                if _is_seal(entry):
                    return
                event = _event(run_id, entry)
                yield event
                seen = event.seq

    async def _write(self, run_id: RunId, field: str, values: Sequence[str]) -> int:
        with redis_errors():
            return int(await self._script(keys=[_stream(run_id)], args=[KEEP_S, field, *values]))

    async def _wait(self, run_id: RunId, seen: int) -> list[Any]:
        """What comes after `seen`; empty where nothing came within `BLOCK_MS`."""
        with redis_errors():
            streams = await self._client.xread({_stream(run_id): f"{seen}-0"}, block=BLOCK_MS)
        return [entry for _, entries in streams or () for entry in entries]

    async def _newest(self, run_id: RunId) -> Any | None:
        with redis_errors():
            entries = await self._client.xrevrange(_stream(run_id), count=1)
        return entries[0] if entries else None


@contextmanager
def redis_errors() -> Iterator[None]:
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError) as error:
        raise StoreBusy("Redis does not answer; check that it runs and that its URL is right") from error


def _stream(run_id: RunId) -> str:
    return f"omnify:events:{run_id}"


def _event(run_id: RunId, entry: Any) -> RunEvent:
    return RunEvent(run_id=run_id, seq=_number(entry), data=entry[1]["data"])


def _number(entry: Any) -> int:
    return int(entry[0].partition("-")[0])


def _is_seal(entry: Any) -> bool:
    return "end" in entry[1]
