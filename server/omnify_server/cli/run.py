"""`omnify run`: one scheduled run, now."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.markdown import Markdown

from omnify_core.errors import Conflict
from omnify_core.ids import TenantId
from omnify_core.timeline import JobStatus
from omnify_server.cli.entry import data_dir_option, err, json_option, out, ready_services, run, settings_with


@click.command("run")
@click.argument("job")
@click.option("--tenant", default="demo", show_default=True, help="Whose accounts.")
@json_option
@data_dir_option
def command(job: str, tenant: str, as_json: bool, data_dir: Path | None) -> int:
    """Run JOB (briefing, fatigue-watch, pacing, budget-review) once: it reads and may propose, never more."""
    return run(_run(job, tenant, as_json, data_dir))


async def _run(job: str, tenant_id: str, as_json: bool, data_dir: Path | None) -> int:
    from omnify_server.jobs.running import run_job
    from omnify_server.jobs.schedule import slot_name

    async with ready_services(settings_with(data_dir=data_dir)) as services:
        tenant = await services.stores.people.tenant(TenantId(tenant_id))
        slot = f"{slot_name(services.clock.now())}Z"
        with err.status(f"{job} runs…"):
            done = await run_job(services, tenant, job, slot)
        if done is None:
            raise Conflict(f"{job} has just run; wait a minute")
        entries = await services.stores.timeline.entries(tenant.id, limit=20)
    entry = next((one for one in entries if one.id == done.entry_id), None)
    if as_json:
        found = {
            "run": done.model_dump(mode="json"),
            "entry": entry.model_dump(mode="json") if entry else None,
        }
        click.echo(json.dumps(found, ensure_ascii=False))
    elif entry is None:
        out.print(f"{done.status.value}: {done.note}")
    else:
        out.print(f"[bold]{entry.title}[/bold]")
        out.print(Markdown(entry.text))
        for change_set in entry.change_set_ids:
            out.print(f"[dim]omnify approvals show {change_set}[/dim]", highlight=False)
    return 1 if done.status is JobStatus.FAILED else 0
