"""What became of a change set, brought back to the picture of the market, the memory and the conversation."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import OmnifyError
from omnify_core.ids import TenantId, ThreadId
from omnify_server.sync import Sync

_log = logging.getLogger("omnify.outcomes")

Remember = Callable[[ChangeSet], Awaitable[None]]
Post = Callable[[TenantId, ThreadId, str], Awaitable[None]]

_TOLD = {
    ChangeSetStatus.DONE,
    ChangeSetStatus.FAILED,
    ChangeSetStatus.REJECTED,
    ChangeSetStatus.EXPIRED,
    ChangeSetStatus.NEEDS_PERSON,
}


class Outcomes:
    """Called after each change of status; its own failures never reach the money path."""

    def __init__(self, sync: Sync, remember: Remember) -> None:
        self._sync = sync
        self._remember = remember
        self._post: Post | None = None

    def tell(self, post: Post) -> None:
        """The run loop is built after the money path, so it is handed over late."""
        self._post = post

    async def changed(self, change_set: ChangeSet) -> None:
        if change_set.status not in _TOLD:
            return
        # Each for itself: another process may hold the memory while the conversation can be told.
        for step in (self._renew, self._tell, self._remember):
            try:
                await step(change_set)
            except OmnifyError as error:
                _log.warning("after %s of %s: %s", change_set.status, change_set.id, error)

    async def _renew(self, change_set: ChangeSet) -> None:
        await self._sync.refresh(change_set.tenant_id, change_set)

    async def _tell(self, change_set: ChangeSet) -> None:
        if self._post is not None and change_set.thread_id is not None:
            await self._post(change_set.tenant_id, change_set.thread_id, sentence(change_set))


def sentence(change_set: ChangeSet) -> str:
    """The outcome in words for the conversation."""
    told = f"Change set {change_set.id} ({change_set.title}): {change_set.status.value}."
    return f"{told} {change_set.outcome}".strip()
