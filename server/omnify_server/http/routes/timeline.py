"""The timeline, what is new on it, and the schedule of what the copilot does by itself."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from omnify_core.errors import Conflict, Forbidden
from omnify_core.people import Role
from omnify_core.timeline import JobPlan, JobRun, TimelineEntry
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.jobs import JOBS, job_named
from omnify_server.jobs.running import run_job
from omnify_server.jobs.schedule import plans_of, slot_name

timeline = APIRouter(prefix="/api", tags=["timeline"])


class Timeline(BaseModel):
    """`next_before` asks for the following page; None on the last one."""

    items: list[TimelineEntry]
    unseen: int
    next_before: datetime | None


class Seen(BaseModel):
    at: datetime


class JobView(BaseModel):
    """`times` are local, in the company's zone."""

    name: str
    title: str
    enabled: bool
    times: list[str]
    weekdays: list[int]
    last_run: JobRun | None


class JobList(BaseModel):
    time_zone: str
    items: list[JobView]


class PlanBody(BaseModel):
    enabled: bool
    times: list[time] = Field(min_length=1, max_length=24)
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(min_length=1, max_length=7)


@timeline.get("/timeline")
async def read_timeline(
    actor: SignedInActor,
    services: WithServices,
    before: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Timeline:
    """What happened without anybody asking, newest first."""
    found = await services.stores.timeline.entries(actor.tenant_id, before=before, limit=limit)
    unseen = await services.stores.timeline.unseen(actor.tenant_id, actor.user_id)
    return Timeline(items=found, unseen=unseen, next_before=found[-1].at if len(found) == limit else None)


@timeline.post("/timeline/seen", status_code=204)
async def see(body: Seen, actor: SignedInActor, services: WithServices) -> None:
    """Entries up to `at` are no longer new to you."""
    await services.stores.timeline.see(actor.tenant_id, actor.user_id, body.at)


@timeline.get("/jobs")
async def list_jobs(actor: SignedInActor, services: WithServices) -> JobList:
    """What runs by itself and when, with its last run."""
    tenant = await services.stores.people.tenant(actor.tenant_id)
    plans = await plans_of(services, tenant)
    runs = await services.stores.timeline.job_runs(tenant.id, limit=200)
    latest = {run.job: run for run in reversed(runs)}
    views = [_view(name, plan, latest.get(name)) for name, plan in plans.items()]
    return JobList(time_zone=tenant.time_zone, items=views)


@timeline.put("/jobs/{name}")
async def plan_job(name: str, body: PlanBody, actor: SignedInActor, services: WithServices) -> JobView:
    """Sets when a job runs; approvers only. A time that has already passed today runs tomorrow."""
    _approver(actor.role)
    job_named(name)
    plan = JobPlan(
        job=name,
        enabled=body.enabled,
        times=tuple(sorted(set(body.times))),
        weekdays=frozenset(body.weekdays),
        since=services.clock.now(),
    )
    await services.stores.timeline.save_plan(actor.tenant_id, plan)
    return _view(name, plan, None)


@timeline.post("/jobs/{name}/run", status_code=201)
async def run_now(name: str, actor: SignedInActor, services: WithServices) -> JobRun:
    """Runs a job once, now; at most once a minute."""
    if actor.role is Role.VIEWER:
        raise Forbidden("viewers cannot start a run; ask an analyst or above")
    tenant = await services.stores.people.tenant(actor.tenant_id)
    run = await run_job(services, tenant, name, f"{slot_name(services.clock.now())}Z")
    if run is None:
        raise Conflict(f"{JOBS[name].title} has just run; wait a minute")
    return run


def _view(name: str, plan: JobPlan, last: JobRun | None) -> JobView:
    return JobView(
        name=name,
        title=JOBS[name].title,
        enabled=plan.enabled,
        times=[at.strftime("%H:%M") for at in plan.times],
        weekdays=sorted(plan.weekdays),
        last_run=last,
    )


def _approver(role: Role) -> None:
    if not role.may_approve:
        raise Forbidden("only those who may approve changes may change the schedule")
