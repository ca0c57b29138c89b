"""Conversations and their runs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.ids import RunId, TenantId, ThreadId, UserId


class Thread(Frozen):
    """A conversation. `current_agent` is sticky: the next turn starts there."""

    id: ThreadId
    tenant_id: TenantId
    user_id: UserId
    title: str
    current_agent: str = ""
    running: RunId | None = None
    running_until: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 0


class RunStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Usage(Frozen):
    """Tokens and money of a run's model calls. `cost_usd` is decimal text."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    tool_calls: int = 0
    cost_usd: str = "0"
    by_agent: dict[str, int] = Field(default_factory=dict)


class ToolCall(Frozen):
    name: str
    arguments: dict[str, Any]
    effect: str
    ok: bool


class RunRecord(Frozen):
    """One run: the question, the route, what it called, what it said.

    `unverified_figures`: figures of a language model's reply that stand in no tool result.
    """

    id: RunId
    tenant_id: TenantId
    thread_id: ThreadId
    user_id: UserId
    utterance: str
    status: RunStatus
    outcome: str = ""
    reply: str = ""
    route: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    change_set_ids: tuple[str, ...] = ()
    unverified_figures: tuple[str, ...] = ()
    usage: Usage = Usage()
    model: str = ""
    started_at: datetime
    ended_at: datetime | None = None
    error: str = ""
    version: int = 0


class RunEvent(Frozen):
    """One event of a run's log. `data` is an AG-UI event as JSON text, encoded once."""

    run_id: RunId
    seq: int
    data: str
