"""Lists that grow at the end: a conversation's items, a run's events."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import NamedTuple

from omnify_core.errors import Conflict
from omnify_memory.documents import Collection, Document, Documents, Query, Scalar


class Batch(NamedTuple):
    """What one append stored: one document, so all of it or nothing. `items=None` seals the list."""

    tenant: str
    owner: str
    first: int
    items: list[str] | None
    version: int = 0

    @property
    def is_seal(self) -> bool:
        return self.items is None

    @property
    def following(self) -> int:
        """The number that the next batch starts with."""
        return self.first + len(self.items or ())

    @property
    def id(self) -> str:
        return f"{self.owner}/{self.first:09d}"


class Journal:
    """Items are numbered from 1. A batch's id is its first number, so two writers of one number meet in
    Conflict, and numbers have no gap.
    """

    def __init__(self, documents: Documents, collection: Collection) -> None:
        self._documents = documents
        self._collection = collection

    async def write(self, batch: Batch) -> None:
        """Raises Conflict where the number is taken."""
        await self._documents.insert(self._collection, _document(batch))

    async def pop(self, tenant: str, owner: str) -> str | None:
        """Takes the last item away, for exactly one caller."""
        # Ends: a round fails here only where another caller's change went in.
        while newest := await self.newest(tenant, owner, limit=1):
            batch = newest[0]
            assert batch.items, "only a sealed list has a batch without items"
            with suppress(Conflict):
                await self._shorten(batch, batch.items[:-1])
                return batch.items[-1]
        return None

    async def _shorten(self, batch: Batch, rest: list[str]) -> None:
        if rest:
            shorter = batch._replace(items=rest, version=batch.version + 1)
            await self._documents.replace(self._collection, _document(shorter), expected=batch.version)
        elif not await self._documents.take(self._collection, batch.tenant, batch.id):
            raise Conflict(f"the last item of {batch.owner!r} was taken by somebody else; read it again")

    async def newest(self, tenant: str, owner: str, *, limit: int | None) -> list[Batch]:
        """The last `limit` batches, or all, oldest first."""
        query = Query(tenant=tenant, equal={"owner": owner}, order=("-last",), limit=limit)
        return [_batch(owner, document) for document in await self._documents.find(self._collection, query)][
            ::-1
        ]

    async def after(self, tenant: str, owner: str, number: int) -> list[Batch]:
        """The batches with anything later than `number`, a seal included."""
        query = Query(tenant=tenant, equal={"owner": owner}, at_least={"last": number + 1}, order=("last",))
        return [_batch(owner, document) for document in await self._documents.find(self._collection, query)]

    async def clear(self, tenant: str, owner: str) -> None:
        await self._documents.drop(self._collection, Query(tenant=tenant, equal={"owner": owner}))


def _document(batch: Batch) -> Document:
    # A seal takes up one number itself, so that readers of later numbers find it.
    fields: dict[str, Scalar] = {"owner": batch.owner, "last": max(batch.first, batch.following - 1)}
    return Document(batch.tenant, batch.id, batch.version, json.dumps(batch.items), fields)


def _batch(owner: str, document: Document) -> Batch:
    first = int(document.id.rpartition("/")[2])
    return Batch(document.tenant, owner, first, json.loads(document.body), document.version)
