"""What is remembered about the client: it informs, it sets no policy."""

from __future__ import annotations

from omnify_core.conversations import MemoryItem
from omnify_core.errors import BadInput
from omnify_core.ids import new_id
from omnify_tools.answers import table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import limited
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import BODY_LENGTH, clean, quoted
from omnify_tools.words import counted

LONGEST = 1_000
COLUMNS = [
    Column(key="text", label="Remembered", untrusted=True),
    Column(key="kind", label="Kind"),
    Column(key="origin", label="From"),
    Column(key="on", label="On", unit="date"),
]


@tool(Effect.READ)
async def recall(ctx: Ctx, query: str) -> Table:
    """Recall what is remembered about this client that fits a question.

    Args:
        query: What to look for, in a few words.
    """
    if not query.strip():
        raise BadInput("say what to look for, in a few words")
    found = await ctx.context.memory.recall(ctx.context.tenant.id, clean(query, length=BODY_LENGTH), limit=5)
    columns = [*COLUMNS, Column(key="score", label="Fit", unit="ratio")]
    first = f" The best fit: {quoted(found[0].item.text, length=BODY_LENGTH)}" if found else ""
    return await table(
        ctx.context,
        "Recalled",
        f"Notes that fit: {len(found)}.{first}" if found else "Nothing remembered fits.",
        columns=columns,
        rows=[{**_cells(one.item), "score": round(one.score, 4)} for one in found],
        source="This client's memory",
    )


@tool(Effect.READ)
async def remember(ctx: Ctx, text: str) -> Table:
    """Keep a note about this client for later conversations. It never changes a limit or a budget.

    Args:
        text: One fact or preference in a sentence, e.g. "Their fiscal year starts in April."
    """
    note = clean(text, length=LONGEST)
    if not note:
        raise BadInput("the note is empty; say in one sentence what to remember")
    item = MemoryItem(
        id=new_id("mem"),
        tenant_id=ctx.context.tenant.id,
        text=note,
        kind="note",
        origin=f"conversation with {clean(ctx.context.actor.name, length=60)}",
        # A model wrote it down, so it may repeat what some text told it: it informs, nothing more.
        trusted=False,
        created_at=ctx.context.clock.now(),
    )
    await ctx.context.memory.remember(item)
    return await table(
        ctx.context,
        "Remembered",
        f"Remembered: {quoted(note, length=BODY_LENGTH)}",
        columns=COLUMNS,
        rows=[_cells(item)],
        source="This client's memory",
    )


@tool(Effect.READ)
async def list_memories(ctx: Ctx, limit: int = 20) -> Table:
    """List what is remembered about this client.

    Args:
        limit: How many notes to show, 1 to 50.
    """
    items = await ctx.context.memory.all(ctx.context.tenant.id, limit=limited(limit))
    return await table(
        ctx.context,
        "Memory",
        f"{counted(len(items), 'note')} remembered." if items else "Nothing is remembered yet.",
        columns=COLUMNS,
        rows=[_cells(item) for item in items],
        source="This client's memory",
    )


def _cells(item: MemoryItem) -> dict[str, object]:
    return {"text": item.text, "kind": item.kind, "origin": item.origin, "on": item.created_at.date()}
