"""The SDK's session over our conversations: read once, written once, in a form that any model can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agents import SessionSettings
from omnify_core.ids import TenantId, ThreadId
from omnify_core.ports import ThreadStore

# What a provider adds for itself; another provider would refuse it on the next turn.
_FOREIGN = {"id", "status", "provider_data", "created_by"}
_KEPT = {"message", "function_call", "function_call_output"}


class ThreadSession:
    """One run's view of its conversation. Items are gathered and stored whole at the end of the run.

    So an interrupted run leaves no call without its answer, and what enters the conversation
    meanwhile (the outcome of a change set) never lands between the two.
    """

    session_settings: SessionSettings | None = None

    def __init__(
        self, threads: ThreadStore, tenant: TenantId, thread_id: ThreadId, *, most_items: int
    ) -> None:
        self.session_id: str = thread_id
        self._threads = threads
        self._tenant = tenant
        self._thread_id = thread_id
        self._most_items = most_items
        self._history: list[Any] | None = None
        self._new: list[Any] = []

    async def get_items(self, limit: int | None = None) -> list[Any]:
        if self._history is None:
            stored = await self._threads.items(self._tenant, self._thread_id, limit=self._most_items)
            self._history = _from_a_question(stored)
        items = [*self._history, *self._new]
        return items if limit is None else items[len(items) - min(limit, len(items)) :]

    async def add_items(self, items: Sequence[Any]) -> None:
        self._new.extend(items)

    async def pop_item(self) -> Any | None:
        """The last item of this run; what earlier runs stored stays."""
        return self._new.pop() if self._new else None

    async def clear_session(self) -> None:
        self._new.clear()

    @property
    def earlier_outputs(self) -> list[str]:
        """Tool outputs of earlier runs that the model could quote."""
        return [str(item.get("output", "")) for item in self._history or () if "output" in item]

    async def store(self, question: str, note: str = "") -> None:
        """Writes what this run added; without any of it, at least the question and what became of it."""
        items = paired(portable(item) for item in self._new if _is_kept(item))
        if not items:
            items = [{"role": "user", "content": question}]
        if note:
            items.append({"role": "assistant", "content": note})
        await self._threads.add_items(self._tenant, self._thread_id, items)
        self._new.clear()


def portable(item: Any) -> dict[str, Any]:
    """The item without what belongs to one provider; a message of ours becomes plain text."""
    kept = {key: value for key, value in item.items() if key not in _FOREIGN}
    if kept.get("role") == "assistant" and isinstance(kept.get("content"), list):
        parts = (part.get("text") or part.get("refusal") or "" for part in kept["content"])
        return {"role": "assistant", "content": "".join(parts)}
    return kept


def paired(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items without calls that were never answered and answers that nobody asked for."""
    kept = list(items)
    calls = {item["call_id"] for item in kept if item.get("type") == "function_call"}
    answers = {item["call_id"] for item in kept if item.get("type") == "function_call_output"}
    whole = calls & answers
    return [item for item in kept if "call_id" not in item or item["call_id"] in whole]


def _is_kept(item: Any) -> bool:
    return item.get("type", "message") in _KEPT


def _from_a_question(items: list[Any]) -> list[Any]:
    """History that was cut off in the middle of a run starts at the next question."""
    first = next((at for at, item in enumerate(items) if item.get("role") == "user"), len(items))
    return paired(items[first:])
