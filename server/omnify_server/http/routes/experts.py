"""Asking a human expert, and answering."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from omnify_core.errors import Conflict, Forbidden
from omnify_core.ids import ThreadId
from omnify_core.people import Role
from omnify_core.requests import ExpertRequest, RequestStatus
from omnify_server.http.access import SignedInActor, WithServices
from omnify_tools.experts import QUESTION_LENGTH, TOPIC_LENGTH, Desk, file_request

experts = APIRouter(prefix="/api/expert-intervention", tags=["experts"])
_MAY_ANSWER = {Role.OWNER, Role.ADMIN, Role.MANAGER}


class RequestBody(BaseModel):
    """`thread_id`: the conversation that the expert should read, and into which the answer comes."""

    topic: str = Field("", max_length=TOPIC_LENGTH)
    question: str = Field(min_length=1, max_length=QUESTION_LENGTH)
    urgent: bool = False
    thread_id: str | None = Field(None, max_length=64)


class AnswerBody(BaseModel):
    answer: str = Field(min_length=1, max_length=4_000)


class RequestView(BaseModel):
    id: str
    topic: str
    question: str
    urgent: bool
    status: RequestStatus
    asked_by: str
    asked_at: datetime
    thread_id: str | None
    answer: str
    answered_by: str
    answered_at: datetime | None


class RequestList(BaseModel):
    items: list[RequestView]


@experts.post("/request", status_code=201)
async def ask_expert(body: RequestBody, actor: SignedInActor, services: WithServices) -> RequestView:
    """Puts a question before a human expert; it stands on the timeline until answered."""
    if body.thread_id:
        thread = await services.stores.threads.get(actor.tenant_id, ThreadId(body.thread_id))
        if thread.user_id != actor.user_id:
            raise Forbidden("this conversation belongs to somebody else; leave thread_id out")
        actor = actor.model_copy(update={"thread_id": thread.id})
    desk = Desk(services.stores.requests, services.stores.timeline, services.clock)
    return _view(
        await file_request(desk, actor, topic=body.topic, question=body.question, urgent=body.urgent)
    )


@experts.get("/requests")
async def list_requests(
    actor: SignedInActor,
    services: WithServices,
    status: RequestStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RequestList:
    """Newest first."""
    found = await services.stores.requests.of_tenant(actor.tenant_id, status, limit=limit)
    return RequestList(items=[_view(one) for one in found])


@experts.post("/requests/{request_id}/answer")
async def answer_request(
    request_id: str, body: AnswerBody, actor: SignedInActor, services: WithServices
) -> RequestView:
    """Managers and above answer, once; the answer comes into the conversation that asked."""
    if actor.role not in _MAY_ANSWER:
        raise Forbidden(f"a {actor.role.value} may not answer as an expert; ask a manager")
    request = await services.stores.requests.get(actor.tenant_id, request_id)
    if request.status is not RequestStatus.OPEN:
        raise Conflict(f"{request_id} is {request.status.value} already")
    answered = await services.stores.requests.replace(
        request.model_copy(
            update={
                "status": RequestStatus.ANSWERED,
                "answer": body.answer.strip(),
                "answered_by": actor.user_id,
                "answered_by_name": actor.name,
                "answered_at": services.clock.now(),
            }
        )
    )
    if request.thread_id:
        said = f"The expert {actor.name} answered «{request.topic}»: {answered.answer}"
        await services.copilot.post_event(actor.tenant_id, request.thread_id, said)
    return _view(answered)


def _view(request: ExpertRequest) -> RequestView:
    return RequestView(
        id=request.id,
        topic=request.topic,
        question=request.question,
        urgent=request.urgent,
        status=request.status,
        asked_by=request.asked_by_name,
        asked_at=request.asked_at,
        thread_id=request.thread_id,
        answer=request.answer,
        answered_by=request.answered_by_name,
        answered_at=request.answered_at,
    )
