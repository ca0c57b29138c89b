"""What became of a change set, brought back to the picture of the market and to the conversation."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import OmnifyError
from omnify_core.ids import TenantId, ThreadId
from omnify_server.sync import Sync

_log = logging.getLogger("omnify.outcomes")

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

    def __init__(self, sync: Sync) -> None:
        self._sync = sync
        self._post: Post | None = None

    def tell(self, post: Post) -> None:
        """The run loop is built after the money path, so it is handed over late."""
        self._post = post

    async def changed(self, change_set: ChangeSet) -> None:
        if change_set.status not in _TOLD:
            return
        try:
            await self._sync.refresh(change_set.tenant_id, change_set)
            if self._post is not None and change_set.thread_id is not None:
                await self._post(change_set.tenant_id, change_set.thread_id, sentence(change_set))
        except OmnifyError as error:
            _log.warning("after %s of %s: %s", change_set.status, change_set.id, error)


def sentence(change_set: ChangeSet) -> str:
    """The outcome in words for the conversation."""
    told = f"Change set {change_set.id} ({change_set.title}): {change_set.status.value}."
    return f"{told} {change_set.outcome}".strip()
