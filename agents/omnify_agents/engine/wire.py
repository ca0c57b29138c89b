"""The planner's steps as the items and events of the Responses protocol."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseInProgressEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

from omnify_agents.engine.planner import CallTools, HandOver, Say, Step

MODEL_NAME = "omnify-embedded"
_CHUNK = re.compile(r"\S+\s*\S*\s*|\s+")
OutputItem = ResponseOutputMessage | ResponseFunctionToolCall


def items_of(step: Step) -> list[OutputItem]:
    """Fresh ids for every item; a message's id begins with `msg_<outcome>_`."""
    match step:
        case Say(outcome, text):
            return [_message(f"msg_{outcome.value}_{uuid.uuid4().hex}", text)]
        case HandOver(tool, reason):
            return [_function_call(tool, {"reason": reason})]
        case CallTools(calls):
            return [_function_call(call.tool, dict(call.arguments)) for call in calls]


def response_of(items: list[OutputItem], outcome: str = "") -> Response:
    """The completed response; its metadata names the outcome of a reply."""
    return Response(
        metadata={"outcome": outcome} if outcome else None,
        id=f"resp_{uuid.uuid4().hex}",
        created_at=0,
        model=MODEL_NAME,
        object="response",
        output=list(items),
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
        status="completed",
        usage=ResponseUsage(
            input_tokens=0,
            output_tokens=0,
            total_tokens=0,
            input_tokens_details=InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
            output_tokens_details=OutputTokensDetails(reasoning_tokens=0),
        ),
    )


def events_of(response: Response) -> Iterator[TResponseStreamEvent]:
    """The response as a provider would stream it, text a few words at a time."""
    for number, event in enumerate(_events(response)):
        yield event.model_copy(update={"sequence_number": number})


def _events(response: Response) -> Iterator[TResponseStreamEvent]:
    begun = response.model_copy(update={"output": [], "status": "in_progress", "usage": None})
    yield ResponseCreatedEvent(type="response.created", response=begun, sequence_number=0)
    yield ResponseInProgressEvent(type="response.in_progress", response=begun, sequence_number=0)
    for index, item in enumerate(response.output):
        if isinstance(item, ResponseOutputMessage):
            yield from _message_events(item, index)
        elif isinstance(item, ResponseFunctionToolCall):
            yield from _call_events(item, index)
    yield ResponseCompletedEvent(type="response.completed", response=response, sequence_number=0)


def _message_events(item: ResponseOutputMessage, index: int) -> Iterator[TResponseStreamEvent]:
    part = item.content[0]
    assert isinstance(part, ResponseOutputText), "our messages are text"
    empty = part.model_copy(update={"text": ""})
    started = item.model_copy(update={"content": [], "status": "in_progress"})
    yield ResponseOutputItemAddedEvent(
        type="response.output_item.added", item=started, output_index=index, sequence_number=0
    )
    at = {"item_id": item.id, "output_index": index, "content_index": 0, "sequence_number": 0}
    yield ResponseContentPartAddedEvent(type="response.content_part.added", part=empty, **at)
    for chunk in _CHUNK.findall(part.text):
        yield ResponseTextDeltaEvent(type="response.output_text.delta", delta=chunk, logprobs=[], **at)
    yield ResponseTextDoneEvent(type="response.output_text.done", text=part.text, logprobs=[], **at)
    yield ResponseContentPartDoneEvent(type="response.content_part.done", part=part, **at)
    yield ResponseOutputItemDoneEvent(
        type="response.output_item.done", item=item, output_index=index, sequence_number=0
    )


def _call_events(item: ResponseFunctionToolCall, index: int) -> Iterator[TResponseStreamEvent]:
    started = item.model_copy(update={"arguments": "", "status": "in_progress"})
    yield ResponseOutputItemAddedEvent(
        type="response.output_item.added", item=started, output_index=index, sequence_number=0
    )
    at = {"item_id": item.id or "", "output_index": index, "sequence_number": 0}
    yield ResponseFunctionCallArgumentsDeltaEvent(
        type="response.function_call_arguments.delta", delta=item.arguments, **at
    )
    yield ResponseFunctionCallArgumentsDoneEvent(
        type="response.function_call_arguments.done", name=item.name, arguments=item.arguments, **at
    )
    yield ResponseOutputItemDoneEvent(
        type="response.output_item.done", item=item, output_index=index, sequence_number=0
    )


def _message(item_id: str, text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(text=text, type="output_text", annotations=[], logprobs=[])
    return ResponseOutputMessage(
        id=item_id, type="message", role="assistant", status="completed", content=[part]
    )


def _function_call(name: str, arguments: dict[str, object]) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        id=f"fc_{uuid.uuid4().hex}",
        call_id=f"call_{uuid.uuid4().hex}",
        type="function_call",
        name=name,
        arguments=json.dumps(arguments, ensure_ascii=False, separators=(",", ":")),
        status="completed",
    )
