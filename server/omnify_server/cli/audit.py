"""`omnify audit`: verify the chain, or export it."""

from __future__ import annotations

from pathlib import Path

import click

from omnify_guardrails import verify_chain
from omnify_server.audit_heads import exported_head, signed_export
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


@click.group("audit")
def command() -> None:
    """Verify or export the audit chain."""


@command.command("verify")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier export: its signed head shows whether rows were cut off or rewritten since.",
)
@json_option
@as_option
@data_dir_option
def verify(against: Path | None, as_json: bool, email: str, data_dir: Path | None) -> int:
    """Recompute every hash; names the first bad row. Exit status 1 where the chain is broken."""
    return run(_verify(against.read_text() if against else "", as_json, email, data_dir))


async def _verify(against: str, as_json: bool, email: str, data_dir: Path | None) -> int:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        tenant = (await acting(services, email)).tenant_id
        head = exported_head(against, tenant, services.keys) if against else None
        report = await verify_chain(services.stores.audit, tenant, exported=head)
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
    """Print the chain as JSON lines; the last one is its head, signed."""
    run(_export(email, data_dir))


async def _export(email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        async for line in signed_export(services.stores.audit, actor.tenant_id, services.keys):
            click.echo(line)
