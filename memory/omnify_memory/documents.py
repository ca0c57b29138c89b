"""The one primitive under every repository: documents with declared index fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Scalar = str | int

SHARED = ""
"""The tenant of what belongs to no tenant: one-time tokens, run events, the global switch."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A kind of document. Only `fields` can be searched; `unique` spans all tenants."""

    name: str
    fields: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()


class Document(NamedTuple):
    """One per (tenant, id). `body` is JSON text, opaque to the backend and returned byte for byte.

    `fields` holds copies of what can be searched; a document that was read carries none.
    """

    tenant: str
    id: str
    version: int
    body: str
    fields: Mapping[str, Scalar] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """All conditions hold. `tenant=None` spans tenants; an order of '-day' descends."""

    tenant: str | None
    equal: Mapping[str, Scalar] = field(default_factory=dict)
    among: Mapping[str, Sequence[Scalar]] = field(default_factory=dict)
    at_least: Mapping[str, Scalar] = field(default_factory=dict)
    at_most: Mapping[str, Scalar] = field(default_factory=dict)
    order: tuple[str, ...] = ("id",)
    limit: int | None = None


class Documents(Protocol):
    """Correctness rests on single documents alone: no method spans two documents atomically."""

    async def get(self, collection: Collection, tenant: str, document_id: str) -> Document | None: ...

    async def insert(self, collection: Collection, document: Document) -> None:
        """Raises Conflict where the id or a unique field is taken."""
        ...

    async def replace(self, collection: Collection, document: Document, *, expected: int) -> None:
        """Compare-and-set. Raises Conflict unless a document of version `expected` is stored."""
        ...

    async def save(self, collection: Collection, documents: Sequence[Document]) -> None:
        """Inserts or overwrites each, whatever its version; the last writer wins."""
        ...

    async def take(self, collection: Collection, tenant: str, document_id: str) -> Document | None:
        """Removes it and returns it, to exactly one caller."""
        ...

    async def find(self, collection: Collection, query: Query) -> list[Document]: ...

    async def drop(self, collection: Collection, query: Query) -> int:
        """Removes what the conditions match (order and limit are ignored); returns how many."""
        ...
