"""A collection seen as the model that it stores."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter

from omnify_core.errors import NotFound
from omnify_memory.documents import Collection, Document, Documents, Query, Scalar

M = TypeVar("M", bound=BaseModel)

CHUNK = 2_000
"""So many models at a time: between chunks other tasks run, and other writers get their turn."""


class Key(NamedTuple):
    """Under which id a model is filed, and copies of what it can be searched by."""

    id: str
    fields: Mapping[str, Scalar] = {}


class Shelf(Generic[M]):
    """`noun` is what its error messages call one of them."""

    def __init__(
        self,
        documents: Documents,
        collection: Collection,
        model: type[M],
        key: Callable[[M], Key],
        *,
        noun: str,
    ) -> None:
        self._documents = documents
        self._collection = collection
        self._model = model
        self._list = _list_of(model)
        self._key = key
        self._noun = noun

    async def find(self, tenant: str, model_id: str) -> M | None:
        document = await self._documents.get(self._collection, tenant, model_id)
        return None if document is None else self._model.model_validate_json(document.body)

    async def get(self, tenant: str, model_id: str) -> M:
        """Raises NotFound; another tenant's id answers the same."""
        found = await self.find(tenant, model_id)
        if found is None:
            raise NotFound(f"there is no {self._noun} {model_id!r}; list them to see the ids")
        return found

    async def select(self, query: Query) -> list[M]:
        documents = await self._documents.find(self._collection, query)
        models: list[M] = []
        for start in range(0, len(documents), CHUNK):
            if start:
                await asyncio.sleep(0)
            bodies = [document.body for document in documents[start : start + CHUNK]]
            # One parse of one array is several times faster than one parse for each body.
            models += self._list.validate_json(f"[{','.join(bodies)}]")
        return models

    async def add(self, tenant: str, model: M, *, version: int = 0) -> None:
        """Raises Conflict where the id or a unique field is taken."""
        await self._documents.insert(self._collection, self._document(tenant, model, version))

    async def save(self, tenant: str, models: Sequence[M]) -> None:
        for start in range(0, len(models), CHUNK):
            documents = [self._document(tenant, model, 0) for model in models[start : start + CHUNK]]
            await self._documents.save(self._collection, documents)

    async def replace(self, tenant: str, model: M, *, expected: int) -> None:
        """`model` already carries the version after `expected`. Raises Conflict."""
        document = self._document(tenant, model, expected + 1)
        await self._documents.replace(self._collection, document, expected=expected)

    def _document(self, tenant: str, model: M, version: int) -> Document:
        model_id, fields = self._key(model)
        return Document(tenant, model_id, version, model.model_dump_json(), fields)


@cache
def _list_of(model: type[M]) -> TypeAdapter[list[M]]:
    """Building one takes longer than most uses of it."""
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def stamp(at: datetime) -> str:
    """UTC text of one width, so that text order is time order."""
    assert at.tzinfo is not None, "time is aware"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
