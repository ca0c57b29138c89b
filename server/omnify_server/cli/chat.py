"""`omnify chat`: a conversation in the terminal, streaming, with approvals at the prompt."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.live import Live
from rich.markdown import Markdown

from omnify_core.change_sets import ChangeSetStatus
from omnify_core.ids import ChangeSetId, RunId
from omnify_core.people import Actor
from omnify_server.cli.asking import new_thread
from omnify_server.cli.cards import print_card
from omnify_server.cli.deciding import decide_and_apply
from omnify_server.cli.entry import (
    as_option,
    asking,
    data_dir_option,
    out,
    ready_services,
    run,
    settings_with,
)
from omnify_server.services import Services


@click.command("chat")
@as_option
@data_dir_option
def command(email: str, data_dir: Path | None) -> None:
    """Talk with the copilot. Empty line or Ctrl-D ends."""
    run(_chat(email, data_dir))


async def _chat(email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await asking(services, email)
        thread = await new_thread(services, actor)
        out.print(f"[dim]{services.chosen.note} Empty line ends.[/dim]")
        while text := _prompt():
            run_id = await services.copilot.start(actor, thread, text)
            await _stream(services, run_id)
            await _decide(services, actor, run_id)


def _prompt() -> str:
    try:
        return out.input("[bold]you ›[/bold] ").strip()
    except EOFError:
        return ""


async def _stream(services: Services, run_id: RunId) -> None:
    reply = ""
    with Live(Markdown(""), console=out, refresh_per_second=12) as live:
        async for event in services.stores.events.follow(run_id):
            found = json.loads(event.data)
            match found["type"]:
                case "TEXT_MESSAGE_CONTENT":
                    reply += found["delta"]
                    live.update(Markdown(reply))
                case "TOOL_CALL_START":
                    live.console.print(f"[dim]· {found['toolCallName']}[/dim]")
                case "CUSTOM" if found["name"] == "handoff":
                    live.console.print(f"[dim]→ {found['value']['to']}[/dim]")
                case "RUN_ERROR":
                    live.console.print(f"[red]{found['message']}[/red]")


async def _decide(services: Services, actor: Actor, run_id: RunId) -> None:
    record = await services.copilot.wait(run_id)
    for id_ in record.change_set_ids:
        found = await services.stores.change_sets.get(actor.tenant_id, ChangeSetId(id_))
        print_card(found)
        if found.status is not ChangeSetStatus.PROPOSED:
            continue
        answer = out.input("[bold]approve, reject or later?[/bold] [a/r/L] ").strip().lower()[:1]
        if answer in {"a", "r"}:
            await decide_and_apply(services, actor, found, approve=answer == "a", reason="")
