"""`omnify sync`: import now."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from omnify_server.cli.entry import (
    acting,
    as_option,
    data_dir_option,
    import_progress,
    out,
    ready_services,
    run,
    settings_with,
)


@click.command("sync")
@as_option
@data_dir_option
def command(email: str, data_dir: Path | None) -> int:
    """Import the connected accounts now."""
    return run(_sync(email, data_dir))


async def _sync(email: str, data_dir: Path | None) -> int:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        with import_progress() as progress:
            states = await services.sync.run(actor.tenant_id, progress)
    table = Table("Platform", "Campaigns", "Rows", "Error", box=None)
    for state in states:
        table.add_row(state.platform.label, str(state.campaigns), str(state.metric_rows), state.error)
    out.print(table)
    return 1 if any(state.error for state in states) else 0
