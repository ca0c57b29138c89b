"""Conversations: a run is started by POST, watched by SSE, stopped by POST."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from omnify_core.change_sets import ChangeSetStatus
from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.errors import BadInput, Forbidden
from omnify_core.ids import RunId, ThreadId, new_id
from omnify_core.people import Actor
from omnify_server.http.access import SignedInActor, WithServices, session_token
from omnify_server.services import Services
from omnify_server.views import RunStarted, RunView, ThreadDetail, ThreadView

chat = APIRouter(prefix="/api/chat", tags=["chat"])

_RECHECK_S = 30.0


class ThreadList(BaseModel):
    items: list[ThreadView]


class NewThread(BaseModel):
    title: str = Field("", max_length=200)


class NewRun(BaseModel):
    text: str = Field(min_length=1, max_length=8_000)


@chat.get("/threads")
async def list_threads(actor: SignedInActor, services: WithServices) -> ThreadList:
    """Your conversations, latest first."""
    threads = await services.stores.threads.of_user(actor.tenant_id, actor.user_id)
    waiting = await _waiting(services, actor)
    return ThreadList(items=[_thread_view(thread, waiting) for thread in threads])


@chat.post("/threads", status_code=201)
async def open_thread(body: NewThread, actor: SignedInActor, services: WithServices) -> ThreadView:
    """A new conversation."""
    if not actor.role.may_chat:
        raise Forbidden("this account cannot hold conversations")
    now = services.clock.now()
    thread = Thread(
        id=ThreadId(new_id("th")),
        tenant_id=actor.tenant_id,
        user_id=actor.user_id,
        title=body.title,
        created_at=now,
        updated_at=now,
    )
    await services.stores.threads.add(thread)
    return _thread_view(thread, {})


@chat.get("/threads/{thread_id}")
async def read_thread(thread_id: str, actor: SignedInActor, services: WithServices) -> ThreadDetail:
    """A conversation with all its runs."""
    thread = await _own_thread(services, actor, thread_id)
    runs = await services.stores.threads.runs(actor.tenant_id, thread.id)
    waiting = await _waiting(services, actor)
    return ThreadDetail(thread=_thread_view(thread, waiting), runs=[run_view(run) for run in runs])


@chat.post("/threads/{thread_id}/runs", status_code=202)
async def start_run(thread_id: str, body: NewRun, actor: SignedInActor, services: WithServices) -> RunStarted:
    """Asks something; the answer comes as events. 409 while another run is under way."""
    text = body.text.strip()
    if not text:
        raise BadInput("text is empty; write what you want to know or change")
    thread = await _own_thread(services, actor, thread_id)
    run_id = await services.copilot.start(actor, thread.id, text)
    return RunStarted(run_id=run_id, events_url=f"/api/chat/runs/{run_id}/events")


@chat.get("/runs/{run_id}")
async def read_run(run_id: str, actor: SignedInActor, services: WithServices) -> RunView:
    """A run's record: route, calls, change sets, reply, usage."""
    return run_view(await _own_run(services, actor, run_id))


@chat.post("/runs/{run_id}/stop", status_code=202)
async def stop_run(run_id: str, actor: SignedInActor, services: WithServices) -> None:
    """Stops a run; what it already proposed stays proposed."""
    run = await _own_run(services, actor, run_id)
    await services.copilot.stop(actor, run.id)


@chat.get("/runs/{run_id}/events", response_class=EventSourceResponse)
async def follow_run(run_id: str, request: Request, actor: SignedInActor, services: WithServices) -> Response:
    """AG-UI events as SSE; resume with Last-Event-ID; 204 when there is nothing left to send."""
    run = await _own_run(services, actor, run_id)
    after = _last_event_id(request)
    events = services.stores.events
    ended = run.status is not RunStatus.RUNNING or await events.is_closed(run.id)
    if ended and not await events.read(run.id, after=after):
        return Response(status_code=204)  # also where an old run's events have expired
    token = session_token(request)
    return EventSourceResponse(_stream(services, token, run.id, after), ping=15)


async def _stream(
    services: Services, token: str, run_id: RunId, after: int
) -> AsyncIterator[ServerSentEvent]:
    checked = asyncio.get_running_loop().time()
    async for event in services.stores.events.follow(run_id, after=after):
        if asyncio.get_running_loop().time() - checked > _RECHECK_S:
            if not await services.identity.stands(token):
                return
            checked = asyncio.get_running_loop().time()
        yield ServerSentEvent(id=str(event.seq), data=event.data)


def _last_event_id(request: Request) -> int:
    value = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if not value.isdecimal():
        raise BadInput(f"Last-Event-ID {value!r} is not a sequence number; send the last id you saw")
    return int(value)


async def _own_thread(services: Services, actor: Actor, thread_id: str) -> Thread:
    thread = await services.stores.threads.get(actor.tenant_id, ThreadId(thread_id))
    if thread.user_id != actor.user_id:
        raise Forbidden("this conversation belongs to somebody else in your team")
    return thread


async def _own_run(services: Services, actor: Actor, run_id: str) -> RunRecord:
    run = await services.stores.threads.run(actor.tenant_id, RunId(run_id))
    if run.user_id != actor.user_id:
        raise Forbidden("this run belongs to somebody else in your team")
    return run


async def _waiting(services: Services, actor: Actor) -> dict[str, int]:
    """How many proposals wait for a decision, per conversation."""
    waiting: dict[str, int] = {}
    proposed = await services.stores.change_sets.of_tenant(actor.tenant_id, [ChangeSetStatus.PROPOSED])
    for change_set in proposed:
        if change_set.thread_id and change_set.expires_at > services.clock.now():
            waiting[change_set.thread_id] = waiting.get(change_set.thread_id, 0) + 1
    return waiting


def _thread_view(thread: Thread, waiting: dict[str, int]) -> ThreadView:
    return ThreadView(
        id=thread.id,
        title=thread.title,
        current_agent=thread.current_agent,
        running_run_id=thread.running,
        waiting_approvals=waiting.get(thread.id, 0),
        created_at=thread.created_at,
        updated_at=thread.updated_at,
    )


def run_view(run: RunRecord) -> RunView:
    fields = run.model_dump(include=set(RunView.model_fields) - {"tool_calls", "usage"})
    return RunView(**fields, tool_calls=list(run.tool_calls), usage=run.usage)
