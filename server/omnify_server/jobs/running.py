"""One run of one job: claimed once per slot, bounded in time, its result on the timeline."""

from __future__ import annotations

import asyncio
import logging

from omnify_core.errors import OmnifyError
from omnify_core.ids import new_id
from omnify_core.people import Tenant
from omnify_core.timeline import JobReport, JobRun, JobStatus, Severity, TimelineEntry
from omnify_server.jobs import job_named
from omnify_server.services import Services

MOST_SECONDS = 300.0
_log = logging.getLogger("omnify.jobs")


async def run_job(services: Services, tenant: Tenant, name: str, slot: str) -> JobRun | None:
    """The run, or None where this slot has had one. Raises BadInput for a job that does not exist."""
    job = job_named(name)
    claimed = JobRun(tenant_id=tenant.id, job=name, slot=slot, started_at=services.clock.now())
    if not await services.stores.timeline.claim(claimed):
        return None
    if await services.stores.switches.is_stopped(tenant.id):
        return await _ended(services, claimed, JobStatus.SKIPPED, note="The kill switch is on.")
    try:
        async with asyncio.timeout(MOST_SECONDS):
            report = await job.load()(services, tenant)
    except TimeoutError:
        return await _failed(services, claimed, job.title, f"It took more than {MOST_SECONDS:.0f} seconds.")
    except OmnifyError as error:
        return await _failed(services, claimed, job.title, str(error))
    except Exception:  # noqa: BLE001 - the outermost edge of a scheduled run: the next slot must come
        _log.exception("job %s of %s failed", claimed.id, tenant.id)
        return await _failed(
            services, claimed, job.title, "Something failed inside; the server's log says what."
        )
    entry_id = await post(services, tenant, source=name, report=report)
    return await _ended(services, claimed, JobStatus.DONE, entry_id=entry_id)


async def post(services: Services, tenant: Tenant, *, source: str, report: JobReport) -> str:
    """Puts it on the tenant's timeline; returns the entry's id."""
    entry = TimelineEntry(
        id=new_id("tl"),
        tenant_id=tenant.id,
        at=services.clock.now(),
        source=source,
        title=report.title,
        text=report.text,
        severity=report.severity,
        change_set_ids=report.change_set_ids,
        run_id=report.run_id,
    )
    await services.stores.timeline.add(entry)
    return entry.id


async def _failed(services: Services, run: JobRun, title: str, why: str) -> JobRun:
    tenant = await services.stores.people.tenant(run.tenant_id)
    report = JobReport(
        title=f"{title}: failed", text=f"{why} Nothing was changed.", severity=Severity.ATTENTION
    )
    entry_id = await post(services, tenant, source=run.job, report=report)
    return await _ended(services, run, JobStatus.FAILED, entry_id=entry_id, note=why)


async def _ended(
    services: Services, run: JobRun, status: JobStatus, *, entry_id: str = "", note: str = ""
) -> JobRun:
    ended = run.model_copy(
        update={"status": status, "ended_at": services.clock.now(), "entry_id": entry_id, "note": note}
    )
    await services.stores.timeline.end(ended)
    return ended
