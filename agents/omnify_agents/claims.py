"""One run at a time per conversation: compare-and-set on the thread, a lease against dead processes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from omnify_core.clock import Clock
from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.errors import AlreadyRunning, Conflict, NotFound
from omnify_core.ids import RunId, ThreadId
from omnify_core.people import Actor
from omnify_core.ports import ThreadStore

_TRIES = 8
TITLE_LENGTH = 60


class Claims:
    """Takes, renews and gives back conversations."""

    def __init__(self, threads: ThreadStore, clock: Clock, *, lease_s: float) -> None:
        self._threads = threads
        self._clock = clock
        self._lease = timedelta(seconds=lease_s)

    async def take(self, actor: Actor, thread_id: ThreadId, run_id: RunId, *, question: str) -> Thread:
        """The conversation, now held by this run. Raises NotFound, AlreadyRunning."""
        for _ in range(_TRIES):
            thread = await self._threads.get(actor.tenant_id, thread_id)
            if thread.user_id != actor.user_id:
                raise NotFound(f"there is no thread {thread_id!r}; list them to see the ids")
            agent = await self._agent_after(thread)
            title = thread.title or " ".join(question.split())[:TITLE_LENGTH]
            changes = {"running": run_id, "current_agent": agent, "title": title, **self._until()}
            if (held := await self._replaced(thread, changes)) is not None:
                return held
        raise Conflict(f"thread {thread_id!r} keeps changing; try again")

    async def renew(self, held: Thread) -> Thread:
        """The conversation with a fresh lease, or as it is where another run holds it by now."""
        return await self._while_held(held, self._until())

    async def give_back(self, held: Thread, *, agent: str) -> None:
        """Frees the conversation and remembers who speaks next; nothing where another run holds it."""
        changes = {"running": None, "running_until": None, "current_agent": agent or held.current_agent}
        await self._while_held(held, changes)

    def is_expired(self, thread: Thread) -> bool:
        return thread.running_until is None or thread.running_until <= self._clock.now()

    async def _agent_after(self, thread: Thread) -> str:
        """Who speaks next, if the conversation is free. A run that has ended holds nothing."""
        if thread.running is None:
            return thread.current_agent
        run = await self.holder(thread)
        # Taken a moment ago, its record is not there yet.
        if run is None or run.status is RunStatus.RUNNING:
            raise AlreadyRunning("this conversation is still answering; wait for the answer or stop it first")
        return run.route[-1] if run.route else thread.current_agent

    async def holder(self, thread: Thread) -> RunRecord | None:
        """The record of the run that holds the conversation, if it got as far as having one."""
        assert thread.running is not None, "only a taken conversation has a holder"
        try:
            return await self._threads.run(thread.tenant_id, thread.running)
        except NotFound:
            return None

    async def _while_held(self, held: Thread, changes: dict[str, Any]) -> Thread:
        thread = held
        for _ in range(_TRIES):
            if thread.running != held.running:
                return thread
            if (changed := await self._replaced(thread, changes)) is not None:
                return changed
            thread = await self._threads.get(held.tenant_id, held.id)
        raise Conflict(f"thread {held.id!r} keeps changing; try again")

    async def _replaced(self, thread: Thread, changes: dict[str, Any]) -> Thread | None:
        changed = thread.model_copy(update={**changes, "updated_at": self._clock.now()})
        try:
            return await self._threads.replace(changed)
        except Conflict:
            return None

    def _until(self) -> dict[str, Any]:
        return {"running_until": self._clock.now() + self._lease}
