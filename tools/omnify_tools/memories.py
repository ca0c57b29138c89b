"""What is remembered about the client: it informs, it sets no policy."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.errors import BadInput
from omnify_core.memories import MemoryItem, MemoryKind, Trust, memory_id
from omnify_tools.answers import table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import limited
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import BODY_LENGTH, clean, quoted
from omnify_tools.words import counted

LONGEST = 1_000
SIMILAR = 3
KEPT_DAYS = 30
KINDS = tuple(kind.value for kind in MemoryKind)
COLUMNS = [
    Column(key="memory_id", label="Id", unit="id"),
    Column(key="text", label="Remembered", untrusted=True),
    Column(key="kind", label="Kind"),
    Column(key="trust", label="Trust"),
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
    first = f" The best fit: {quoted(found[0].item.text, length=BODY_LENGTH)}" if found else ""
    return await _listed(
        ctx.context,
        "Recalled",
        f"Notes that fit: {len(found)}.{first}" if found else "Nothing remembered fits.",
        [one.item for one in found],
    )


@tool(Effect.READ)
async def remember(ctx: Ctx, text: str, kind: str = "note", replaces: str = "") -> Table:
    """Keep a note about this client for later conversations. It never changes a limit or a budget.

    Args:
        text: One fact or preference in a sentence, e.g. "Their fiscal year starts in April."
        kind: fact, preference, decision or note.
        replaces: Id of an older note that this one corrects, as `recall` prints it; empty for none.
    """
    item = _item(ctx.context, text, kind, replaces)
    close = await ctx.context.memory.recall(ctx.context.tenant.id, item.text, limit=SIMILAR)
    await ctx.context.memory.remember(item)
    close_by = [one.item for one in close if one.item.id not in {item.id, item.supersedes}]
    return await _listed(
        ctx.context,
        "Remembered",
        f"Remembered: {quoted(item.text, length=BODY_LENGTH)}",
        [item, *close_by],
        warnings=[_close(len(close_by))] if close_by else [],
    )


@tool(Effect.READ)
async def list_memories(ctx: Ctx, limit: int = 20, past: bool = False) -> Table:
    """List what is remembered about this client, newest first: the answer to "what do you know about us".

    Args:
        limit: How many notes to show, 1 to 50.
        past: Also notes that were replaced or have expired.
    """
    items = await ctx.context.memory.all(ctx.context.tenant.id, limit=limited(limit), past=past)
    said = f"{counted(len(items), 'note')} remembered." if items else "Nothing is remembered yet."
    return await _listed(ctx.context, "Memory", said, items)


@tool(Effect.READ)
async def forget(ctx: Ctx, memory_id: str) -> Table:
    """Forget one note, because the person asked for it: it is not used any more.

    Args:
        memory_id: As `recall` or `list_memories` prints it, e.g. "mem_1f0c…".
    """
    item = await ctx.context.memory.get(ctx.context.tenant.id, memory_id.strip())
    # Put out of use rather than deleted: a model may have been talked into it, a person can take it back.
    gone = item.model_copy(update={"expires_at": ctx.context.clock.now()})
    await ctx.context.memory.remember(gone)
    return await _listed(
        ctx.context,
        "Forgotten",
        f"No longer used: {quoted(item.text, length=BODY_LENGTH)}. It is deleted for good in "
        f"{KEPT_DAYS} days, or at once under Settings.",
        [gone],
    )


def _close(count: int) -> str:
    older = counted(count, "older note")
    return f"{older} about something close: if one is wrong now, remember the new one with `replaces`."


def _item(copilot: Copilot, text: str, kind: str, replaces: str) -> MemoryItem:
    note = clean(text, length=LONGEST)
    if not note:
        raise BadInput("the note is empty; say in one sentence what to remember")
    if kind not in KINDS:
        raise BadInput(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    return MemoryItem(
        id=memory_id(copilot.tenant.id, note),
        tenant_id=copilot.tenant.id,
        text=note,
        kind=MemoryKind(kind),
        origin=f"conversation with {clean(copilot.actor.name, length=60)}",
        trust=Trust.STATED if _is_said(note, copilot.question) else Trust.REPORTED,
        created_at=copilot.clock.now(),
        supersedes=replaces.strip() or None,
    )


def _is_said(note: str, question: str) -> bool:
    """Whether the person used these very words: otherwise a model may repeat what some text told it."""
    return bool(note) and _plain(note) in _plain(question)


def _plain(text: str) -> str:
    return " ".join("".join(one if one.isalnum() else " " for one in text.casefold()).split())


async def _listed(
    copilot: Copilot, title: str, headline: str, items: Sequence[MemoryItem], warnings: Sequence[str] = ()
) -> Table:
    rows = [
        {
            "memory_id": item.id,
            "text": item.text,
            "kind": item.kind.value,
            "trust": item.trust.value,
            "origin": item.origin,
            "on": item.created_at.date(),
        }
        for item in items
    ]
    return await table(
        copilot,
        title,
        headline,
        columns=COLUMNS,
        rows=rows,
        source="This client's memory",
        warnings=warnings,
    )
