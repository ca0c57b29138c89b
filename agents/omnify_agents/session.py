"""The SDK's session over our conversations: read once, written once, in a form that any model can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from agents import SessionSettings
from omnify_agents.history import compacted
from omnify_core.ids import TenantId, ThreadId
from omnify_core.ports import ThreadStore
from omnify_guardrails.neutral import whole_letters

# What a provider adds for itself; another provider would refuse it on the next turn.
_FOREIGN = {"id", "status", "provider_data", "created_by"}
_LONG = 2_000
_WHOLE_OUTPUTS = 6
_KEPT = {"message", "function_call", "function_call_output"}


class ThreadSession:
    """One run's view of its conversation, in the shape of the SDK's `Session`.

    Our run loop drives it, not the SDK's runner, which would compare the whole history after each of
    its turns. Items are gathered and stored whole at the end of the run: an interrupted run leaves no
    call without its answer, and what enters the conversation meanwhile never lands between the two.
    """

    session_settings: SessionSettings | None = None

    def __init__(
        self,
        threads: ThreadStore,
        tenant: TenantId,
        thread_id: ThreadId,
        *,
        most_items: int,
        most_chars: int,
    ) -> None:
        self.session_id: str = thread_id
        self._threads = threads
        self._tenant = tenant
        self._thread_id = thread_id
        self._most_items = most_items
        self._most_chars = most_chars
        self._history: list[Any] | None = None
        self._new: list[Any] = []

    async def get_items(self, limit: int | None = None) -> list[Any]:
        if self._history is None:
            stored = await self._threads.items(self._tenant, self._thread_id, limit=self._most_items)
            self._history = compacted(lean(_from_a_question(stored)), self._most_chars)
        items = [*self._history, *self._new]
        return items if limit is None else items[len(items) - min(limit, len(items)) :]

    async def add_items(self, items: Sequence[Any]) -> None:
        self._new.extend(portable(item) for item in items if item.get("type", "message") in _KEPT)

    async def pop_item(self) -> Any | None:
        """The last item of this run; what earlier runs stored stays."""
        return self._new.pop() if self._new else None

    async def clear_session(self) -> None:
        self._new.clear()

    @property
    def earlier_outputs(self) -> list[str]:
        """Tool outputs of earlier runs that the model could quote."""
        return [str(item["output"]) for item in self._history or () if "output" in item]

    async def store(self) -> None:
        """Writes what this run added, in one piece."""
        if items := paired(self._new):
            await self._threads.add_items(self._tenant, self._thread_id, items)
        self._new.clear()


def portable(item: Any) -> dict[str, Any]:
    """The item without what belongs to one provider; a message of ours becomes plain text."""
    kept = {key: value for key, value in item.items() if key not in _FOREIGN}
    if kept.get("role") == "assistant" and isinstance(kept.get("content"), list):
        parts = (part.get("text") or part.get("refusal") or "" for part in kept["content"])
        return {"role": "assistant", "content": whole_letters("".join(parts))}
    return kept


def paired(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items without calls that were never answered and answers that nobody asked for."""
    kept = list(items)
    calls = {item["call_id"] for item in kept if item.get("type") == "function_call"}
    answers = {item["call_id"] for item in kept if item.get("type") == "function_call_output"}
    whole = calls & answers
    return [item for item in kept if "call_id" not in item or item["call_id"] in whole]


def lean(items: list[Any]) -> list[Any]:
    """History with the rows of older tables left out: their headlines say what they said."""
    outputs = [at for at, item in enumerate(items) if len(str(item.get("output", ""))) > _LONG]
    kept = list(items)
    for at in outputs[:-_WHOLE_OUTPUTS]:
        kept[at] = {**items[at], "output": _without_rows(items[at]["output"])}
    return kept


def _without_rows(output: str) -> str:
    try:
        table = json.loads(output)
    except ValueError:
        return output[:_LONG]
    if not isinstance(table, dict) or "rows" not in table:
        return output
    return json.dumps({**table, "columns": [], "rows": [], "left_out": "rows of an earlier answer"})


def _from_a_question(items: list[Any]) -> list[Any]:
    """History that was cut off in the middle of a run starts at the next question."""
    first = next((at for at, item in enumerate(items) if item.get("role") == "user"), len(items))
    return paired(items[first:])
