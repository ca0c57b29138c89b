"""From the SDK's stream to AG-UI lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from omnify_agents import wire
from omnify_agents.graph import TRANSFER
from omnify_core.ids import RunId
from omnify_guardrails.neutral_stream import NeutralStream
from omnify_tools.context import RunRecorder


class Translator:
    """Follows one run. Models may stream every part or state only the whole: both read the same here.

    Parts are told apart by their place in the response, because some servers give all the same id.
    """

    def __init__(self, put: Callable[[str], None], run_id: RunId, record: RunRecorder) -> None:
        self._put = put
        self._run_id = run_id
        self._record = record
        self._cards_told = 0
        self._messages = 0
        self._subagents = 0
        self._subagent = ""
        self._open_message = ""
        self._reply = NeutralStream()
        self._open_calls: dict[int, str] = {}
        self._with_arguments: set[int] = set()
        self._told: set[int] = set()
        self._reason = ""
        self.route: list[str] = []
        self.text = ""
        self.refused = False
        self.hint = ""
        self._of_response: dict[str, Callable[[Any], None]] = {
            "response.output_item.added": self._part_begins,
            "response.output_text.delta": self._said,
            "response.refusal.delta": self._refused,
            "response.function_call_arguments.delta": self._arguments,
            "response.output_item.done": self._part_ends,
            "response.completed": self._response_complete,
        }
        self._of_item: dict[str, Callable[[Any], None]] = {
            "handoff_requested": self._handoff_asked,
            "handoff_occured": self._handed_over,
            "tool_output": self._tool_answered,
        }

    def take(self, event: Any) -> None:
        if event.type == "raw_response_event":
            data = event.data
            if tell := self._of_response.get(data.type):
                tell(data)
        elif event.type == "run_item_stream_event":
            if note := self._of_item.get(event.name):
                note(event.item)
        else:
            self._agent_changed(event.new_agent.name)

    def finish(self) -> None:
        """Ends what is still open, so that a cut run leaves no half message behind."""
        self._end_message()
        for place in list(self._open_calls):
            self._end_call(place)
        self._tell_cards()
        self._end_subagent()

    def _agent_changed(self, name: str) -> None:
        self._end_subagent()
        self.route.append(name.lower())
        if name != "Router":
            self._subagents += 1
            self._subagent = f"{self._run_id}-a{self._subagents}"
            self._put(wire.subagent_started(self._subagent, name))

    def _end_subagent(self) -> None:
        if self._subagent:
            self._put(wire.subagent_finished(self._subagent))
            self._subagent = ""

    def _part_begins(self, data: Any) -> None:
        self._begin(data.output_index, data.item)

    def _begin(self, place: int, item: Any) -> None:
        self._told.add(place)
        if item.type == "message":
            self._begin_message()
        elif item.type == "function_call" and not item.name.startswith(TRANSFER):
            self._open_calls[place] = item.call_id
            self._put(wire.call_started(item.call_id, item.name, self._subagent))

    def _begin_message(self) -> None:
        self._messages += 1
        self._open_message = f"{self._run_id}-m{self._messages}"
        self._reply = NeutralStream()
        if self.text:
            self.text += "\n\n"
        self._put(wire.message_started(self._open_message, self._subagent))

    def _said(self, data: Any) -> None:
        if not self._open_message:
            self._told.add(data.output_index)
            self._begin_message()
        self._show(self._reply.feed(data.delta))

    def _show(self, text: str) -> None:
        if text:
            self.text += text
            self._put(wire.message_content(self._open_message, text))

    def _refused(self, data: Any) -> None:
        self.refused = True
        self._said(data)

    def _arguments(self, data: Any) -> None:
        call = self._open_calls.get(data.output_index)
        if call and data.delta:
            self._with_arguments.add(data.output_index)
            self._put(wire.call_arguments(call, data.delta))

    def _part_ends(self, data: Any) -> None:
        self._end(data.output_index, data.item)

    def _end(self, place: int, item: Any) -> None:
        if item.type == "message":
            self._end_message()
        elif place in self._open_calls:
            if place not in self._with_arguments and item.arguments:
                self._put(wire.call_arguments(self._open_calls[place], item.arguments))
            self._end_call(place)

    def _end_message(self) -> None:
        if self._open_message:
            self._show(self._reply.finish())
            self._put(wire.message_ended(self._open_message))
            self._open_message = ""

    def _end_call(self, place: int) -> None:
        self._put(wire.call_ended(self._open_calls.pop(place)))
        self._with_arguments.discard(place)

    def _response_complete(self, data: Any) -> None:
        for place, item in enumerate(data.response.output):
            if place not in self._told:
                self._tell_whole(place, item)
        self._told.clear()
        self.hint = str((data.response.metadata or {}).get("outcome", ""))

    def _tell_whole(self, place: int, item: Any) -> None:
        self._begin(place, item)
        if item.type == "message":
            whole = "".join(str(getattr(part, "text", "") or part.refusal) for part in item.content)
            self._show(self._reply.feed(whole))
        self._end(place, item)

    def _handoff_asked(self, item: Any) -> None:
        self._reason = _reason_in(getattr(item.raw_item, "arguments", ""))

    def _handed_over(self, item: Any) -> None:
        value = {"from": item.source_agent.name, "to": item.target_agent.name, "reason": self._reason}
        self._put(wire.custom("handoff", value))
        self._reason = ""

    def _tool_answered(self, item: Any) -> None:
        call = item.raw_item["call_id"]
        self._put(wire.call_result(f"{self._run_id}-r-{call}", call, str(item.output)))
        self._tell_cards()

    def _tell_cards(self) -> None:
        for card in self._record.cards[self._cards_told :]:
            value = {
                "id": card.change_set_id,
                "plan_hash": card.plan_hash,
                "status": card.status,
                "title": card.title,
            }
            self._put(wire.custom("change_set", value))
        self._cards_told = len(self._record.cards)


def _reason_in(arguments: str) -> str:
    try:
        given = json.loads(arguments or "{}")
    except ValueError:
        return ""
    return str(given.get("reason", ""))[:200] if isinstance(given, dict) else ""
