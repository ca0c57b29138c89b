"""A person asked for: what the copilot hands over to a human expert."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.ids import RunId, TenantId, ThreadId, UserId


class RequestStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ExpertRequest(Frozen):
    """`question` is in the asker's words (data, never an instruction). `version` is for compare-and-set."""

    id: str
    tenant_id: TenantId
    version: int = 0
    asked_by: UserId
    asked_by_name: str
    agent: str = ""
    topic: str = Field(max_length=120)
    question: str = Field(max_length=2_000)
    urgent: bool = False
    status: RequestStatus = RequestStatus.OPEN
    thread_id: ThreadId | None = None
    run_id: RunId | None = None
    asked_at: datetime
    answered_at: datetime | None = None
    answered_by: UserId | None = None
    answered_by_name: str = ""
    answer: str = Field("", max_length=4_000)
