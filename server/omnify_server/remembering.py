"""What the house remembers by itself: decisions, and how conversations went.

Only our own records are read; no model sums anything up, so nothing is remembered that did not happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.clock import Clock
from omnify_core.conversations import RunRecord, Thread
from omnify_core.errors import NotFound
from omnify_core.ids import ChangeSetId, TenantId
from omnify_core.memories import MemoryItem, MemoryKind, Trust, memory_id
from omnify_core.people import Role, User
from omnify_core.ports import Memory
from omnify_memory import Stores

IDLE = timedelta(minutes=30)
KEPT_OUT_OF_USE = timedelta(days=30)
LOOK_BACK = timedelta(days=7)
LONGEST_QUESTION = 120
MOST_QUESTIONS = 8
MOST_THREADS = 200
MOST_ITEMS = 10_000

_DECIDED = {
    ChangeSetStatus.DONE: "approved and applied",
    ChangeSetStatus.FAILED: "approved, but not applied",
    ChangeSetStatus.REJECTED: "rejected",
}


class Remembering:
    """Writes our own records into the client's memory, and deletes what has long been out of use."""

    def __init__(self, memory: Memory, stores: Stores, clock: Clock) -> None:
        self._memory = memory
        self._stores = stores
        self._clock = clock

    async def decided(self, change_set: ChangeSet) -> None:
        """What a person decided about a plan and what became of it; one item for each plan."""
        approval = change_set.approval
        if change_set.status not in _DECIDED or approval is None:
            return
        reason = f" Reason given: {approval.reason}" if approval.reason else ""
        words = _DECIDED[change_set.status]
        await self._memory.remember(
            MemoryItem(
                id=memory_id(change_set.tenant_id, f"decision {change_set.id}"),
                tenant_id=change_set.tenant_id,
                text=f"{change_set.title}: {words} by {approval.by_name} on {approval.at:%Y-%m-%d}.{reason}",
                kind=MemoryKind.DECISION,
                origin=f"change set {change_set.id}",
                trust=Trust.OBSERVED,
                created_at=change_set.updated_at,
            )
        )

    async def upkeep(self, tenant: TenantId) -> int:
        """Consolidates conversations that have come to rest; deletes what is long out of use.

        Returns how many items were written or deleted. Doing it twice changes nothing.
        """
        written = 0
        for user in await self._stores.people.users(tenant):
            if user.role is not Role.AGENT:
                written += await self._consolidated(user)
        return written + await self._purged(tenant)

    async def _consolidated(self, user: User) -> int:
        now, written = self._clock.now(), 0
        for thread in await self._stores.threads.of_user(user.tenant_id, user.id, limit=MOST_THREADS):
            resting = thread.running is None and IDLE <= now - thread.updated_at <= LOOK_BACK
            if resting and not await self._is_known(thread):
                runs = await self._stores.threads.runs(thread.tenant_id, thread.id)
                if runs:
                    await self._memory.remember(await self._summary(thread, user, runs))
                    written += 1
        return written

    async def _is_known(self, thread: Thread) -> bool:
        try:
            known = await self._memory.get(thread.tenant_id, _conversation_id(thread))
        except NotFound:
            return False
        return known.created_at >= thread.updated_at

    async def _summary(self, thread: Thread, user: User, runs: Sequence[RunRecord]) -> MemoryItem:
        asked = [_short(run.utterance) for run in runs[:MOST_QUESTIONS]]
        more = f" and {len(runs) - MOST_QUESTIONS} more" if len(runs) > MOST_QUESTIONS else ""
        proposals = [
            await self._stores.change_sets.get(thread.tenant_id, ChangeSetId(one))
            for run in runs
            for one in run.change_set_ids
        ]
        became = "; ".join(f"{one.title} ({one.status.value})" for one in proposals)
        text = f"On {thread.updated_at:%Y-%m-%d} {user.name} asked: {' / '.join(asked)}{more}."
        return MemoryItem(
            id=_conversation_id(thread),
            tenant_id=thread.tenant_id,
            text=f"{text} Proposed: {became}." if became else text,
            kind=MemoryKind.CONVERSATION,
            origin=f"conversation {thread.id}",
            trust=Trust.OBSERVED,
            created_at=thread.updated_at,
        )

    async def _purged(self, tenant: TenantId) -> int:
        """What was put out of use is kept for a while, so that a person can take it back."""
        limit = self._clock.now() - KEPT_OUT_OF_USE
        everything = await self._memory.all(tenant, limit=MOST_ITEMS, past=True)
        gone = [item for item in everything if item.expires_at is not None and item.expires_at <= limit]
        for item in gone:
            await self._memory.forget(tenant, item.id)
        return len(gone)


def _conversation_id(thread: Thread) -> str:
    return memory_id(thread.tenant_id, f"conversation {thread.id}")


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= LONGEST_QUESTION else f"{line[: LONGEST_QUESTION - 1]}…"
