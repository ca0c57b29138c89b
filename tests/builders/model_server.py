"""A language model server on loopback: deterministic, speaks Chat Completions and Responses, streams."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

USAGE_IN, USAGE_OUT, USAGE_CACHED = 120, 30, 20
PIECE = 7
"""Characters per delta: small enough to cut words, numbers and JSON in two."""


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Call:
    """One or several tool calls in one response: (name, arguments)."""

    calls: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Fail:
    """An error status before anything is streamed."""

    status: int
    message: str = "try again"


@dataclass(frozen=True)
class Hang:
    """No answer at all, for longer than any test waits."""


@dataclass(frozen=True)
class BreakOff:
    """Streams the beginning of a text and closes the connection."""

    text: str


@dataclass(frozen=True)
class Replay:
    """What a server streamed once, letter by letter."""

    body: str


Step = Say | Call | Fail | Hang | BreakOff | Replay


@dataclass
class ModelServer:
    """Answers each request with the next step; keeps what it was sent."""

    url: str = ""
    steps: deque[Step] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    async def answer(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.requests.append(body)
        self.keys.append(request.headers.get("authorization", ""))
        step = self.steps.popleft() if self.steps else Say("The script is over.")
        if isinstance(step, Fail):
            error = {"error": {"message": step.message, "type": "server_error", "code": None}}
            return JSONResponse(error, step.status, headers={"retry-after-ms": "1"})
        if isinstance(step, Hang):
            await self.let_go.wait()
            return JSONResponse({"error": {"message": "too late"}}, 504)
        assert body.get("stream"), "the run loop streams"
        if isinstance(step, Replay):
            return Response(step.body, media_type="text/event-stream")
        speak = self._responses if request.url.path.endswith("/responses") else self._chat
        return StreamingResponse(speak(step, body), media_type="text/event-stream")

    async def _chat(self, step: Say | Call | BreakOff, body: dict[str, Any]) -> AsyncIterator[str]:
        envelope = {"id": f"chatcmpl-{next(self._numbers)}", "object": "chat.completion.chunk"}
        envelope |= {"created": 1, "model": body["model"]}

        def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
            choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
            return f"data: {json.dumps({**envelope, 'choices': choices})}\n\n"

        yield chunk({"role": "assistant", "content": None if isinstance(step, Call) else ""})
        if isinstance(step, Call):
            for index, (name, arguments) in enumerate(step.calls):
                call = {"index": index, "id": f"call_{next(self._numbers)}", "type": "function"}
                yield chunk({"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]})
                for piece in _pieces(json.dumps(arguments)):
                    yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        else:
            for piece in _pieces(step.text):
                yield chunk({"content": piece})
        if isinstance(step, BreakOff):
            raise ConnectionResetError("as scripted")
        yield chunk({}, "tool_calls" if isinstance(step, Call) else "stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            usage = {"prompt_tokens": USAGE_IN, "completion_tokens": USAGE_OUT}
            usage |= {"total_tokens": USAGE_IN + USAGE_OUT}
            details = {"prompt_tokens_details": {"cached_tokens": USAGE_CACHED}}
            yield f"data: {json.dumps({**envelope, 'choices': [], 'usage': {**usage, **details}})}\n\n"
        yield "data: [DONE]\n\n"

    async def _responses(self, step: Say | Call | BreakOff, body: dict[str, Any]) -> AsyncIterator[str]:
        numbers = iter(range(10_000))
        response: dict[str, Any] = {
            "id": f"resp_{next(self._numbers)}",
            "object": "response",
            "created_at": 1,
            "model": body["model"],
            "status": "in_progress",
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
        }

        def event(kind: str, **parts: Any) -> str:
            data = {"type": kind, "sequence_number": next(numbers), **parts}
            return f"event: {kind}\ndata: {json.dumps(data)}\n\n"

        yield event("response.created", response=response)
        output = self._items(step)
        for place, item in enumerate(output):
            for kind, parts in _streamed(item, place):
                yield event(kind, **parts)
                if isinstance(step, BreakOff) and kind == "response.output_text.delta":
                    raise ConnectionResetError("as scripted")
        usage = {
            "input_tokens": USAGE_IN,
            "input_tokens_details": {"cached_tokens": USAGE_CACHED},
            "output_tokens": USAGE_OUT,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": USAGE_IN + USAGE_OUT,
        }
        done = {**response, "status": "completed", "output": output, "usage": usage}
        yield event("response.completed", response=done)

    def _items(self, step: Say | Call | BreakOff) -> list[dict[str, Any]]:
        if isinstance(step, Call):
            return [
                {
                    "type": "function_call",
                    "id": f"fc_{next(self._numbers)}",
                    "call_id": f"call_{next(self._numbers)}",
                    "name": name,
                    "arguments": json.dumps(arguments),
                    "status": "completed",
                }
                for name, arguments in step.calls
            ]
        content = [{"type": "output_text", "text": step.text, "annotations": []}]
        message = {"type": "message", "id": f"msg_{next(self._numbers)}", "role": "assistant"}
        return [{**message, "status": "completed", "content": content}]


def _streamed(item: dict[str, Any], place: int) -> Iterator[tuple[str, dict[str, Any]]]:
    at = {"output_index": place, "item_id": item["id"]}
    if item["type"] == "function_call":
        yield "response.output_item.added", {"output_index": place, "item": {**item, "arguments": ""}}
        for piece in _pieces(item["arguments"]):
            yield "response.function_call_arguments.delta", {**at, "delta": piece}
        yield "response.function_call_arguments.done", {**at, "arguments": item["arguments"]}
    else:
        text = item["content"][0]["text"]
        yield "response.output_item.added", {"output_index": place, "item": {**item, "content": []}}
        empty = {"type": "output_text", "text": "", "annotations": []}
        yield "response.content_part.added", {**at, "content_index": 0, "part": empty}
        for piece in _pieces(text):
            yield "response.output_text.delta", {**at, "content_index": 0, "delta": piece, "logprobs": []}
        yield "response.output_text.done", {**at, "content_index": 0, "text": text, "logprobs": []}
        yield "response.content_part.done", {**at, "content_index": 0, "part": item["content"][0]}
    yield "response.output_item.done", {"output_index": place, "item": item}


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


@asynccontextmanager
async def model_server(*steps: Step) -> AsyncIterator[ModelServer]:
    """Serves on a free port until left."""
    server = ModelServer(steps=deque(steps))
    routes = [
        Route(f"/v1/{path}", server.answer, methods=["POST"]) for path in ("chat/completions", "responses")
    ]
    config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off")
    web = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        task = asyncio.create_task(web.serve(sockets=[listener]))
        try:
            while not web.started:
                assert not task.done(), "the model server did not start"
                await asyncio.sleep(0.01)
            yield server
        finally:
            server.let_go.set()
            web.should_exit = True
            await task
