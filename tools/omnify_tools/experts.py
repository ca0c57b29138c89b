"""Asking a person: what the copilot cannot or should not settle goes to somebody who can."""

from __future__ import annotations

from typing import NamedTuple

from omnify_core.clock import Clock
from omnify_core.errors import BadInput
from omnify_core.ids import new_id
from omnify_core.people import Actor
from omnify_core.ports import RequestStore, TimelineStore
from omnify_core.requests import ExpertRequest, RequestStatus
from omnify_core.timeline import Severity, TimelineEntry
from omnify_tools.answers import table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import limited
from omnify_tools.proposals import acting
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import clean, one_line, quoted
from omnify_tools.words import counted

TOPIC_LENGTH, QUESTION_LENGTH = 120, 2_000


class Desk(NamedTuple):
    """Where requests are kept and where people see them."""

    requests: RequestStore
    timeline: TimelineStore
    clock: Clock


async def file_request(
    desk: Desk, actor: Actor, *, topic: str, question: str, urgent: bool = False
) -> ExpertRequest:
    """Stored, and put on the timeline where people look. Raises BadInput."""
    if not (asked := question.strip()):
        raise BadInput("question is empty; say what the expert should look at")
    if len(asked) > QUESTION_LENGTH:
        raise BadInput(f"question is longer than {QUESTION_LENGTH} characters; shorten it")
    now = desk.clock.now()
    request = ExpertRequest(
        id=new_id("exp"),
        tenant_id=actor.tenant_id,
        asked_by=actor.user_id,
        asked_by_name=actor.name,
        agent=actor.agent,
        topic=one_line(topic, length=TOPIC_LENGTH) or "General",
        question=asked,
        urgent=urgent,
        thread_id=actor.thread_id,
        run_id=actor.run_id,
        asked_at=now,
    )
    await desk.requests.add(request)
    await desk.timeline.add(
        TimelineEntry(
            id=f"tl_{request.id}",
            tenant_id=actor.tenant_id,
            at=now,
            source="expert",
            title=f"{'Urgent: e' if urgent else 'E'}xpert wanted: {request.topic}",
            text=f"{clean(actor.name)} asks: {clean(asked, length=600)}",
            severity=Severity.ATTENTION,
            run_id=actor.run_id,
        )
    )
    return request


@tool(Effect.READ)
async def request_expert(ctx: Ctx, topic: str, question: str, urgent: str = "no") -> Table:
    """Hand a question to a human expert: they see it with the conversation and answer there.

    Args:
        topic: In a few words, e.g. "Tracking after the relaunch".
        question: What the expert should look at, with the figures that matter, in the person's words.
        urgent: yes or no; yes only where the person says so.
    """
    if urgent.strip().lower() not in {"yes", "no"}:
        raise BadInput(f"urgent must be yes or no, not {urgent!r}")
    copilot = ctx.context
    desk = Desk(copilot.requests, copilot.timeline, copilot.clock)
    request = await file_request(
        desk, acting(ctx), topic=topic, question=question, urgent=urgent.strip().lower() == "yes"
    )
    return await table(
        copilot,
        "Expert asked",
        f"Request {request.id} is stored and stands on the timeline; the answer will come into this "
        "conversation. Nobody has answered yet.",
        columns=[
            Column(key="request_id", label="Id", unit="id"),
            Column(key="topic", label="Topic", untrusted=True),
            Column(key="status", label="Status"),
        ],
        rows=[{"request_id": request.id, "topic": request.topic, "status": request.status.value}],
        source="The requests to experts",
    )


@tool(Effect.READ)
async def expert_requests(ctx: Ctx, status: str = "", limit: int = 10) -> Table:
    """List what was asked of human experts and what they answered, newest first.

    Args:
        status: open, answered or withdrawn; empty for all.
        limit: How many rows to show, 1 to 50.
    """
    known = {one.value: one for one in RequestStatus}
    if status.strip() and status.strip().lower() not in known:
        raise BadInput(f"status {status!r} is not known; use one of {', '.join(known)}")
    chosen = known.get(status.strip().lower())
    copilot = ctx.context
    found = await copilot.requests.of_tenant(copilot.tenant.id, chosen, limit=limited(limit))
    waiting = sum(one.status is RequestStatus.OPEN for one in found)
    first = f" Latest: {quoted(found[0].topic)} ({found[0].id}), {found[0].status.value}." if found else ""
    return await table(
        copilot,
        "Requests to experts",
        f"{counted(len(found), 'request')}, {waiting} open.{first}",
        columns=[
            Column(key="request_id", label="Id", unit="id"),
            Column(key="asked_on", label="Asked", unit="date"),
            Column(key="topic", label="Topic", untrusted=True),
            Column(key="question", label="Question", untrusted=True),
            Column(key="status", label="Status"),
            Column(key="answer", label="Answer", untrusted=True),
        ],
        rows=[
            {
                "request_id": one.id,
                "asked_on": one.asked_at.date(),
                "topic": one.topic,
                "question": one.question,
                "status": one.status.value,
                "answer": one.answer or None,
            }
            for one in found
        ],
        source="The requests to experts",
    )
