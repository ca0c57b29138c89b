"""`omnify kill-switch`: stop all applying at once."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from omnify_server.cli.entry import (
    acting,
    as_option,
    data_dir_option,
    out,
    ready_services,
    run,
    settings_with,
)


@click.command("kill-switch")
@click.argument("state", type=click.Choice(["on", "off", "status"]))
@as_option
@data_dir_option
def command(state: Literal["on", "off", "status"], email: str, data_dir: Path | None) -> None:
    """on: nothing is applied any more; off: resume; status: say which."""
    run(_switch(state, email, data_dir))


async def _switch(state: str, email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        if state != "status":
            await services.turn_switch(actor, stopped=state == "on")
        stopped = await services.stores.switches.is_stopped(actor.tenant_id)
    out.print("applying is [red]stopped[/red]" if stopped else "applying is [green]allowed[/green]")
