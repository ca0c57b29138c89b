"""What is remembered about the client: seen, corrected and forgotten by its people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from omnify_core.errors import BadInput, Forbidden
from omnify_core.memories import MemoryItem, MemoryKind, Trust, memory_id
from omnify_core.people import Actor, Role
from omnify_server.http.access import SignedInActor, WithServices

memories = APIRouter(prefix="/api/memory", tags=["memory"])


class MemoryList(BaseModel):
    """With a query best fit first, otherwise newest first."""

    items: list[MemoryItem]


class NoteBody(BaseModel):
    text: str = Field(min_length=1, max_length=1_000)
    kind: MemoryKind = MemoryKind.NOTE
    replaces: str | None = None
    expires_at: datetime | None = None


class Forgotten(BaseModel):
    items: int


@memories.get("")
async def list_memory(
    actor: SignedInActor,
    services: WithServices,
    query: Annotated[str, Query(max_length=500)] = "",
    past: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> MemoryList:
    """What is remembered; `past` shows what was replaced or put out of use as well."""
    if query.strip():
        found = await services.memory.recall(actor.tenant_id, query, limit=min(limit, 50))
        return MemoryList(items=[one.item for one in found])
    return MemoryList(items=await services.memory.all(actor.tenant_id, limit=limit, past=past))


@memories.post("", status_code=201)
async def note(body: NoteBody, actor: SignedInActor, services: WithServices) -> MemoryItem:
    """Keeps a note in your own words, in place of an older one where `replaces` names it."""
    _writer(actor)
    text = " ".join(body.text.split())
    if not text:
        raise BadInput("text is empty; write one fact or preference in a sentence")
    if body.expires_at is not None and body.expires_at.tzinfo is None:
        raise BadInput("expires_at needs a time zone, e.g. 2027-01-31T00:00:00Z")
    item = MemoryItem(
        id=memory_id(actor.tenant_id, text),
        tenant_id=actor.tenant_id,
        text=text,
        kind=body.kind,
        origin=f"written by {actor.name}",
        trust=Trust.STATED,
        created_at=services.clock.now(),
        expires_at=body.expires_at,
        supersedes=body.replaces if body.replaces != memory_id(actor.tenant_id, text) else None,
    )
    await services.memory.remember(item)
    return item


@memories.delete("/{item_id}", status_code=204)
async def forget(item_id: str, actor: SignedInActor, services: WithServices) -> None:
    """Deletes one item for good."""
    _writer(actor)
    await services.memory.forget(actor.tenant_id, item_id)


@memories.delete("")
async def forget_everything(actor: SignedInActor, services: WithServices) -> Forgotten:
    """Deletes all that is remembered about your company, for good; owners only."""
    if actor.role is not Role.OWNER:
        raise Forbidden("only an owner may delete all that is remembered")
    return Forgotten(items=await services.memory.forget_all(actor.tenant_id))


def _writer(actor: Actor) -> None:
    if actor.role is Role.VIEWER:
        raise Forbidden("viewers cannot change what is remembered; ask an analyst or above")
