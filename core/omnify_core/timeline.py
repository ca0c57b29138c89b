"""What happened without anybody asking: the timeline's entries, scheduled runs and their plans."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.ids import ChangeSetId, RunId, TenantId


class Severity(StrEnum):
    """`ATTENTION` wants a person to look; `INFO` is there to be read."""

    INFO = "info"
    ATTENTION = "attention"


class JobReport(Frozen):
    """What a scheduled run found and proposed. `text` is Markdown."""

    title: str
    text: str
    severity: Severity = Severity.INFO
    change_set_ids: tuple[ChangeSetId, ...] = ()
    run_id: RunId | None = None


class TimelineEntry(Frozen):
    """One line of a tenant's timeline. `source` is the job or part that wrote it, e.g. `briefing`."""

    id: str
    tenant_id: TenantId
    at: datetime
    source: str
    title: str
    text: str
    severity: Severity = Severity.INFO
    change_set_ids: tuple[ChangeSetId, ...] = ()
    run_id: RunId | None = None


class JobStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class JobRun(Frozen):
    """One run of a job in one slot; there is never a second one. `slot` is local time, '2026-11-28T07:00'."""

    tenant_id: TenantId
    job: str
    slot: str
    status: JobStatus = JobStatus.RUNNING
    started_at: datetime
    ended_at: datetime | None = None
    entry_id: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        return f"{self.job}/{self.slot}"


class JobPlan(Frozen):
    """When a job runs: local times on weekdays (Monday is 0), for slots after `since` only."""

    job: str
    enabled: bool = True
    times: tuple[time, ...] = Field(min_length=1, max_length=24)
    weekdays: frozenset[int] = Field(frozenset(range(7)), min_length=1)
    since: datetime
