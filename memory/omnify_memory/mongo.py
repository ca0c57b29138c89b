"""Documents in MongoDB: single-document operations only, so that a standalone server is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReplaceOne
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError
from pymongo.write_concern import WriteConcern

from omnify_core.errors import Conflict, StoreBusy
from omnify_memory.collections import COLLECTIONS
from omnify_memory.documents import Collection, Document, Query

_READ = {"_id": 0, "tenant": 1, "id": 1, "version": 1, "body": 1}


class MongoDocuments:
    """`database` is motor's or pymongo's asynchronous one; what is used here is the same in both."""

    def __init__(self, database: Any) -> None:
        # Acknowledged means: on the disks of a majority.
        self._database = database.with_options(write_concern=WriteConcern("majority", j=True))

    async def create_indexes(self) -> None:
        with mongo_errors():
            for collection in COLLECTIONS:
                of = self._database[collection.name]
                for names in collection.unique:
                    await of.create_index([(name, ASCENDING) for name in names], unique=True)
                for names in (("tenant", "id"), *collection.indexes):
                    await of.create_index([(name, ASCENDING) for name in names])

    async def get(self, collection: Collection, tenant: str, document_id: str) -> Document | None:
        with mongo_errors():
            found = await self._of(collection).find_one({"_id": _key(tenant, document_id)}, _READ)
        return _document(found) if found else None

    async def insert(self, collection: Collection, document: Document) -> None:
        with mongo_errors():
            await self._of(collection).insert_one(_stored(document))

    async def replace(self, collection: Collection, document: Document, *, expected: int) -> None:
        where = {"_id": _key(document.tenant, document.id), "version": expected}
        with mongo_errors():
            result = await self._of(collection).replace_one(where, _stored(document))
        if not result.matched_count:
            raise Conflict(f"{document.id!r} was changed by somebody else or is gone; read it again")

    async def save(self, collection: Collection, documents: Sequence[Document]) -> None:
        if not documents:
            return
        writes = [
            ReplaceOne({"_id": _key(document.tenant, document.id)}, _stored(document), upsert=True)
            for document in documents
        ]
        with mongo_errors():
            await self._of(collection).bulk_write(writes, ordered=False)

    async def take(self, collection: Collection, tenant: str, document_id: str) -> Document | None:
        with mongo_errors():
            key = {"_id": _key(tenant, document_id)}
            found = await self._of(collection).find_one_and_delete(key, projection=_READ)
        return _document(found) if found else None

    async def find(self, collection: Collection, query: Query) -> list[Document]:
        if query.limit == 0:  # which means no limit to MongoDB
            return []
        with mongo_errors():
            cursor = self._of(collection).find(_filter(query), _READ).sort(_order(query))
            found = await cursor.limit(query.limit or 0).to_list(None)
        return [_document(one) for one in found]

    async def drop(self, collection: Collection, query: Query) -> int:
        with mongo_errors():
            result = await self._of(collection).delete_many(_filter(query))
        deleted: int = result.deleted_count
        return deleted

    def _of(self, collection: Collection) -> Any:
        return self._database[collection.name]


@contextmanager
def mongo_errors() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise Conflict("already stored; read it again") from error
    except BulkWriteError as error:
        if any(failed.get("code") != 11000 for failed in (error.details or {}).get("writeErrors", [{}])):
            raise
        raise Conflict("somebody else was saving the same; save it again") from error
    except ConnectionFailure as error:
        raise StoreBusy("MongoDB does not answer; check that it runs and that its URL is right") from error


def _stored(document: Document) -> dict[str, Any]:
    tenant, document_id, version, body, fields = document
    key = _key(tenant, document_id)
    return {"_id": key, "tenant": tenant, "id": document_id, "version": version, "body": body, **fields}


def _key(tenant: str, document_id: str) -> str:
    assert "/" not in tenant, "a tenant's id has no slash, so that keys stay apart"
    return f"{tenant}/{document_id}"


def _document(found: Mapping[str, Any]) -> Document:
    return Document(found["tenant"], found["id"], found["version"], found["body"])


def _filter(query: Query) -> dict[str, Any]:
    conditions: dict[str, Any] = {} if query.tenant is None else {"tenant": query.tenant}
    conditions |= query.equal
    for name, choices in query.among.items():
        conditions[name] = {"$in": list(choices)}
    for sign, bounds in (("$gte", query.at_least), ("$lte", query.at_most)):
        for name, bound in bounds.items():
            conditions.setdefault(name, {})[sign] = bound
    return conditions


def _order(query: Query) -> list[tuple[str, int]]:
    return [(name[1:], DESCENDING) if name.startswith("-") else (name, ASCENDING) for name in query.order]
