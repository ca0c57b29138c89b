"""Which slot of a plan is due. Slots follow the market's clock in the tenant's zone.

Not a timer but a question asked every few seconds: a moved clock, a restart or a second process then need
no special case, because a slot is claimed once in the store.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from omnify_core.people import Tenant
from omnify_core.timeline import JobPlan, JobRun, JobStatus
from omnify_server.jobs import JOBS
from omnify_server.jobs.running import MOST_SECONDS, run_job
from omnify_server.services import Services

GRACE = timedelta(hours=6)
"""A slot that was missed by more than this is left out: a morning briefing at night helps nobody."""
LOST = timedelta(seconds=MOST_SECONDS + 60)


def due_slot(plan: JobPlan, now: datetime, zone: str) -> str | None:
    """The latest slot that has come and not gone stale, as local time; None where there is none."""
    local = now.astimezone(ZoneInfo(zone))
    days = [local.date() - timedelta(days=back) for back in (0, 1)]
    slots = [
        datetime.combine(day, at, tzinfo=ZoneInfo(zone))
        for day in days
        for at in plan.times
        if day.weekday() in plan.weekdays
    ]
    due = [slot for slot in slots if max(now - GRACE, plan.since) < slot <= now]
    return slot_name(max(due)) if due and plan.enabled else None


def slot_name(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


async def plans_of(services: Services, tenant: Tenant) -> dict[str, JobPlan]:
    """Every job's plan; a tenant that has none yet gets the default ones, beginning now."""
    stored = {plan.job: plan for plan in await services.stores.timeline.plans(tenant.id)}
    for name, job in JOBS.items():
        if name not in stored:
            stored[name] = job.plan(name, services.clock.now())
            await services.stores.timeline.save_plan(tenant.id, stored[name])
    return {name: stored[name] for name in JOBS}


async def run_due(services: Services) -> list[JobRun]:
    """One look at every tenant's plans; what is due runs, one after the other."""
    done = []
    for tenant in await services.stores.people.tenants():
        await _close_lost(services, tenant)
        for name, plan in (await plans_of(services, tenant)).items():
            slot = due_slot(plan, services.clock.now(), tenant.time_zone)
            run = await run_job(services, tenant, name, slot) if slot else None
            if run is not None:
                done.append(run)
    return done


async def _close_lost(services: Services, tenant: Tenant) -> None:
    """Runs whose process died: a slot has one run, so they are not repeated."""
    now = services.clock.now()
    for run in await services.stores.timeline.job_runs(tenant.id):
        if run.status is JobStatus.RUNNING and now - run.started_at > LOST:
            lost = {
                "status": JobStatus.FAILED,
                "ended_at": now,
                "note": "The server stopped during this run.",
            }
            await services.stores.timeline.end(run.model_copy(update=lost))
