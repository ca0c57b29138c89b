"""How SQLite is called: inline in memory, or by threads on a file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from omnify_core.errors import Conflict, StoreBusy
from omnify_memory.migrate import migrate

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READERS = 2
BUSY_S = 5.0


class Connections(Protocol):
    async def read(self, work: Work[T]) -> T: ...

    async def write(self, work: Work[T]) -> T:
        """In one transaction, on disk when this returns."""
        ...


class Inline:
    """One connection on the caller's thread: no threads, so that a simulation can repeat itself."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def read(self, work: Work[T]) -> T:
        return look(self._connection, work)

    async def write(self, work: Work[T]) -> T:
        return transact(self._connection, work)


class Threaded:
    """One writing thread and a few reading ones, each with its own connection to the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: list[sqlite3.Connection] = []
        self._mine = threading.local()
        self._writer = ThreadPoolExecutor(1, "sqlite-write", self._open)
        self._readers = ThreadPoolExecutor(READERS, "sqlite-read", self._open)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: look(self._mine.connection, work)
        )

    async def write(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._writer, lambda: transact(self._mine.connection, work)
        )

    def close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        for connection in self._opened:
            connection.close()

    def _open(self) -> None:
        self._mine.connection = connect(self._path)
        self._opened.append(self._mine.connection)


def look(connection: sqlite3.Connection, work: Work[T]) -> T:
    with sqlite_errors():
        return work(connection)


def transact(connection: sqlite3.Connection, work: Work[T]) -> T:
    with sqlite_errors():
        # IMMEDIATE: a lock taken late cannot wait for another process and fails at once.
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result


@contextmanager
def sqlite_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Conflict(f"already stored, or not to be changed ({error}); read it again") from error
    except sqlite3.OperationalError as error:
        # The low byte is the primary result code.
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY:
            raise
        raise StoreBusy("another process is writing to the database; try again in a moment") from error


def connect(path: Path | None) -> sqlite3.Connection:
    """Autocommit outside `transact`; several processes may share the file."""
    connection = sqlite3.connect(
        path or ":memory:", timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    if path:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: what was acknowledged survives a power cut, not only a crash.
        connection.execute("PRAGMA synchronous = FULL")
    return connection


@asynccontextmanager
async def open_connections(path: Path | None) -> AsyncIterator[Connections]:
    """Migrated and ready; None is in memory."""
    if path is None:
        with closing(connect(None)) as connection:
            migrate(connection)
            yield Inline(connection)
        return
    await asyncio.to_thread(_prepare, path)
    threaded = Threaded(path)
    try:
        yield threaded
    finally:
        await asyncio.to_thread(threaded.close)


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Password hashes and sealed credentials live here.
    path.touch(mode=0o600, exist_ok=True)
    with sqlite_errors(), closing(connect(path)) as connection:
        migrate(connection)
