"""The same machine on stores that answer from outside: threads on a file, and a server on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from omnify_memory import open_sqlite
from omnify_memory.documents import Documents
from omnify_memory.servers import open_mongo
from tests.money.machine import MoneyMachine
from tests.money.virtual import VirtualLoop


class OnThreads(MoneyMachine):
    """SQLite as it runs in production: each process has a writing thread and reading ones."""

    def opening(self, folder: Path) -> AbstractAsyncContextManager[Documents]:
        return _outside(open_sqlite(folder / "omnify.db"))


class OnMongo(MoneyMachine):
    """`url` is that of a server that speaks MongoDB's protocol; each example has a database of its own."""

    url = ""

    def opening(self, folder: Path) -> AbstractAsyncContextManager[Documents]:
        return _outside(open_mongo(self.url, folder.name))


@asynccontextmanager
async def _outside(opening: AbstractAsyncContextManager[Documents]) -> AsyncIterator[Documents]:
    with _time_stands_still():
        documents = await opening.__aenter__()
    try:
        yield _Outside(documents)
    finally:
        with _time_stands_still():
            await opening.__aexit__(None, None, None)


class _Outside:
    def __init__(self, inner: Documents) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        async def call(*args: Any, **options: Any) -> Any:
            with _time_stands_still():
                return await method(*args, **options)

        return call


def _time_stands_still() -> Any:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop), "the machine's own loop"
    return loop.standing_still()
