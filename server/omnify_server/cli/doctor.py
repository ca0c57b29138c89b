"""`omnify doctor`: does everything that is configured answer?"""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from omnify_core.platform_ports import Capabilities
from omnify_guardrails import verify_chain
from omnify_server.cli.entry import (
    acting,
    as_option,
    data_dir_option,
    out,
    ready_services,
    run,
    settings_with,
)
from omnify_server.integrations import integrations
from omnify_server.services import Services

Check = tuple[str, bool, str]


@click.command("doctor")
@as_option
@data_dir_option
def command(email: str, data_dir: Path | None) -> int:
    """Check settings, stores, model and connections. Exit status 1 where something is wrong."""
    return run(_doctor(email, data_dir))


async def _doctor(email: str, data_dir: Path | None) -> int:
    settings = settings_with(data_dir=data_dir)
    async with ready_services(settings) as services:
        checks = await _checks(services, email)
    table = Table("", "Check", "Finding", box=None)
    for name, ok, finding in checks:
        table.add_row("[green]✓[/green]" if ok else "[red]✗[/red]", name, finding)
    out.print(table)
    return 0 if all(ok for _, ok, _ in checks) else 1


async def _checks(services: Services, email: str) -> list[Check]:
    settings = services.settings
    actor = await acting(services, email)
    documents = "MongoDB" if settings.mongo_url else f"SQLite in {settings.data_dir}"
    events = "Redis" if settings.redis_url else "in process"
    checks: list[Check] = [
        ("documents", True, documents),
        ("events", True, events),
        ("engine", True, f"{services.chosen.name}: {services.chosen.note}"),
    ]
    for view in await integrations(services, actor.tenant_id):
        can = f" · {_can(view.capabilities)}" if view.capabilities and view.connected else ""
        checks.append((view.label, view.ok or not view.connected, f"{view.message}{can}"))
    for state in await services.stores.market.sync_states(actor.tenant_id):
        synced = f"{state.synced_at:%Y-%m-%d %H:%M} UTC" if state.synced_at else "never"
        finding = state.error or f"{state.campaigns} campaigns, imported {synced}"
        checks.append((f"import {state.platform.label}", not state.error, finding))
    report = await verify_chain(services.stores.audit, actor.tenant_id)
    audit = f"{report.rows} rows intact" if report.ok else report.why
    stopped = await services.stores.switches.is_stopped(actor.tenant_id)
    checks.append(("audit chain", report.ok, audit))
    checks.append(("kill switch", True, "applying is stopped" if stopped else "applying is allowed"))
    return checks


def _can(capabilities: Capabilities) -> str:
    """What it carries out through us, in a few words."""
    changes = ", ".join(action.value.replace("_", " ") for action in capabilities.actions)
    rehearsal = "with" if capabilities.can_dry_run else "without"
    return f"changes {changes}, {rehearsal} dry run; days in the {capabilities.day_zone} zone"
