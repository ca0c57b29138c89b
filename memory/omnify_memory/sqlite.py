"""Documents in SQLite: a table for each collection, a column for each field."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from omnify_core.errors import Conflict
from omnify_memory import sql
from omnify_memory.connections import Connections, open_connections
from omnify_memory.documents import Collection, Document, Documents, Query


@asynccontextmanager
async def open_sqlite(path: Path | None) -> AsyncIterator[Documents]:
    """A file that several processes may share, or, for None, memory without any thread."""
    async with open_connections(path) as connections:
        yield SqliteDocuments(connections)


class SqliteDocuments:
    """No cursor leaves the thread that made it: dropped elsewhere, it would reset a statement in use."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def get(self, collection: Collection, tenant: str, document_id: str) -> Document | None:
        statement, key = sql.get(collection), (tenant, document_id)
        row = await self._connections.read(lambda db: db.execute(statement, key).fetchone())
        return Document(*row) if row else None

    async def insert(self, collection: Collection, document: Document) -> None:
        statement, row = sql.insert(collection), sql.row_of(collection, document)
        await self._connections.write(lambda db: db.execute(statement, row).rowcount)

    async def replace(self, collection: Collection, document: Document, *, expected: int) -> None:
        statement, row = sql.replace(collection), sql.row_of(collection, document)
        values = (*row[2:], *row[:2], expected)
        if not await self._connections.write(lambda db: db.execute(statement, values).rowcount):
            raise Conflict(f"{document.id!r} was changed by somebody else or is gone; read it again")

    async def save(self, collection: Collection, documents: Sequence[Document]) -> None:
        statement = sql.save(collection)
        rows = [sql.row_of(collection, document) for document in documents]
        await self._connections.write(lambda db: db.executemany(statement, rows).rowcount)

    async def take(self, collection: Collection, tenant: str, document_id: str) -> Document | None:
        statement, key = sql.take(collection), (tenant, document_id)
        rows = await self._connections.write(lambda db: db.execute(statement, key).fetchall())
        return Document(*rows[0]) if rows else None

    async def find(self, collection: Collection, query: Query) -> list[Document]:
        statement, values = sql.find(collection, query)
        rows = await self._connections.read(lambda db: db.execute(statement, values).fetchall())
        return [Document(*row) for row in rows]

    async def drop(self, collection: Collection, query: Query) -> int:
        statement, values = sql.drop(collection, query)
        return await self._connections.write(lambda db: db.execute(statement, values).rowcount)
