"""`omnify audit`: verify the chain, or export it."""

from __future__ import annotations

from pathlib import Path

import click

from omnify_core.audit import AuditRow
from omnify_core.ids import TenantId
from omnify_guardrails import verify_chain
from omnify_server.cli.entry import (
    acting,
    as_option,
    data_dir_option,
    json_option,
    out,
    ready_services,
    run,
    settings_with,
)
from omnify_server.services import Services


@click.group("audit")
def command() -> None:
    """Verify or export the audit chain."""


@command.command("verify")
@json_option
@as_option
@data_dir_option
def verify(as_json: bool, email: str, data_dir: Path | None) -> int:
    """Recompute every hash; names the first bad row. Exit status 1 where the chain is broken."""
    return run(_verify(as_json, email, data_dir))


async def _verify(as_json: bool, email: str, data_dir: Path | None) -> int:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        report = await verify_chain(services.stores.audit, actor.tenant_id)
    if as_json:
        click.echo(report.model_dump_json())
    elif report.ok:
        out.print(f"[green]intact[/green]: {report.rows} rows, head {report.head}", highlight=False)
    else:
        out.print(f"[red]broken at row {report.first_bad_seq}[/red]: {report.why}", highlight=False)
    return 0 if report.ok else 1


@command.command("export")
@as_option
@data_dir_option
def export(email: str, data_dir: Path | None) -> None:
    """Print the chain as JSON lines."""
    run(_export(email, data_dir))


async def _export(email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        after = 0
        while rows := await _page(services, actor.tenant_id, after):
            for row in rows:
                click.echo(row.model_dump_json())
            after = rows[-1].seq


async def _page(services: Services, tenant: TenantId, after: int) -> list[AuditRow]:
    return await services.stores.audit.rows(tenant, after=after)
