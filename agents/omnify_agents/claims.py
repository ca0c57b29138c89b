"""One run at a time per conversation: a compare-and-set on the thread, with a lease against dead processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from omnify_core.clock import Clock
from omnify_core.conversations import RunStatus, Thread
from omnify_core.errors import AlreadyRunning, Conflict, NotFound
from omnify_core.ids import RunId, TenantId, ThreadId
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

        async def taken(thread: Thread) -> dict[str, Any]:
            if thread.user_id != actor.user_id:
                raise NotFound(f"there is no thread {thread_id!r}; list them to see the ids")
            agent = await self._agent_after(thread)
            title = thread.title or " ".join(question.split())[:TITLE_LENGTH]
            return {"running": run_id, "running_until": self._until(), "current_agent": agent, "title": title}

        return await self._change(actor.tenant_id, thread_id, taken)

    async def renew(self, tenant: TenantId, thread_id: ThreadId, run_id: RunId) -> None:
        async def renewed(thread: Thread) -> dict[str, Any]:
            return {"running_until": self._until()} if thread.running == run_id else {}

        await self._change(tenant, thread_id, renewed)

    async def give_back(self, tenant: TenantId, thread_id: ThreadId, run_id: RunId, *, agent: str) -> None:
        """Frees the conversation and remembers who speaks next; nothing where another run holds it."""

        async def freed(thread: Thread) -> dict[str, Any]:
            if thread.running != run_id:
                return {}
            return {"running": None, "running_until": None, "current_agent": agent or thread.current_agent}

        await self._change(tenant, thread_id, freed)

    def is_expired(self, thread: Thread) -> bool:
        return thread.running_until is None or thread.running_until <= self._clock.now()

    async def _agent_after(self, thread: Thread) -> str:
        """Who speaks next, if the conversation is free. A run that has ended holds nothing."""
        if thread.running is None:
            return thread.current_agent
        run = await self._threads.run(thread.tenant_id, thread.running)
        if run.status is RunStatus.RUNNING:
            raise AlreadyRunning("this conversation is still answering; wait for the answer or stop it first")
        return run.route[-1] if run.route else thread.current_agent

    async def _change(
        self, tenant: TenantId, thread_id: ThreadId, change: Callable[[Thread], Any]
    ) -> Thread:
        for _ in range(_TRIES):
            thread = await self._threads.get(tenant, thread_id)
            changes = await change(thread)
            if not changes:
                return thread
            changed = thread.model_copy(update={**changes, "updated_at": self._clock.now()})
            try:
                return await self._threads.replace(changed)
            except Conflict:
                continue
        raise Conflict(f"thread {thread_id!r} keeps changing; try again")

    def _until(self) -> Any:
        return self._clock.now() + self._lease
