"""`omnify ask`: one question, or one fresh conversation per line of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.markdown import Markdown

from omnify_core.errors import BadInput
from omnify_server.cli.asking import ask
from omnify_server.cli.entry import (
    as_option,
    asking,
    data_dir_option,
    err,
    json_option,
    out,
    ready_services,
    run,
    settings_with,
)


@click.command("ask")
@click.argument("text", required=False)
@click.option(
    "--jsonl", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Lines {utterance}."
)
@json_option
@as_option
@data_dir_option
def command(text: str | None, file: Path | None, as_json: bool, email: str, data_dir: Path | None) -> int:
    """Ask TEXT, or each line's `utterance` of --jsonl FILE in a conversation of its own."""
    if (text is None) == (file is None):
        raise BadInput("give either a TEXT or --jsonl FILE")
    utterances = [text] if text is not None else _utterances(file)
    return run(_ask_all([one for one in utterances if one], as_json, email, data_dir))


async def _ask_all(utterances: list[str], as_json: bool, email: str, data_dir: Path | None) -> int:
    failed = 0
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await asking(services, email)
        for utterance in utterances:
            with err.status("thinking…"):
                found = await ask(services, actor, utterance)
            failed += found["outcome"] == "failed"
            _print(found, as_json)
    return 1 if failed else 0


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    out.print(f"[dim]{' → '.join(found['route'])} · {found['outcome']} · {found['ms']} ms[/dim]")
    out.print(Markdown(found["reply"]))
    for change_set in found["change_sets"]:
        out.print(
            f"[dim]omnify approvals show {change_set['id']}[/dim]  ({change_set['status']})", highlight=False
        )


def _utterances(file: Path | None) -> list[str]:
    assert file is not None, "checked by the command"
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(str(json.loads(line)["utterance"]))
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise BadInput(f'{file}, line {number}: needs an object with "utterance"') from error
    return found
