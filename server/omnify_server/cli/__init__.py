"""The command line. Each command's module is imported when the command is called, not before."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

# name -> (module, one line of help): listing commands must not import what they need.
COMMANDS = {
    "demo": ("demo", "Start everything embedded on one port: sandbox market, demo tenant, browser UI."),
    "serve": ("serve", "Start the server as configured by the environment."),
    "ask": ("ask", "Ask one question (or many, --jsonl) and print the answer."),
    "chat": ("chat", "Talk in the terminal; proposals are decided at the prompt."),
    "approvals": ("approvals", "List, show, approve, reject and undo change sets."),
    "audit": ("audit", "Verify or export the audit chain."),
    "kill-switch": ("kill_switch", "Stop or resume all applying: on, off, status."),
    "sandbox": ("sandbox", "Serve the sandbox market by itself."),
    "run": ("run", "Run a scheduled job once, now: briefing, fatigue-watch, pacing, budget-review."),
    "sync": ("sync", "Import the connected accounts now."),
    "backtest": ("backtest", "Run a model on data it has never seen, beside its baselines."),
    "allocate": ("allocate", "Split a budget over campaigns from their history or curves."),
    "doctor": ("doctor", "Check settings, stores, model and connections."),
}


# Rooms above the server add commands of their own by an entry point of this group: `name = "module:command"`.
PLUGGED = "omnify.commands"


class LazyCommands(click.Group):
    """Knows every command by name and loads one on demand."""

    def list_commands(self, _: click.Context) -> list[str]:
        return [*COMMANDS, *_plugged()]

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command
        if cmd_name in COMMANDS:
            command = importlib.import_module(f"omnify_server.cli.{COMMANDS[cmd_name][0]}").command
            return command
        if plugged := _plugged().get(cmd_name):
            command = plugged.load()
            return command
        return None

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            own = [(name, text) for name, (_, text) in COMMANDS.items()]
            formatter.write_dl([*own, *((name, _line(one)) for name, one in _plugged().items())])


def _plugged() -> dict[str, EntryPoint]:
    return {one.name: one for one in entry_points(group=PLUGGED) if one.name not in COMMANDS}


def _line(plugged: EntryPoint) -> str:
    command: click.Command = plugged.load()
    return command.get_short_help_str(100)


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="omnify-cloud-connect", prog_name="omnify")
def omnify() -> None:
    """OmniFy Cloud Connect: a marketing copilot that acts exactly, safely and verifiably.

    Agents propose; people approve; a worker applies once, reads back and audits.
    """


def main() -> None:
    """Runs the command line; our own errors become one clear line and exit status 1."""
    from omnify_core.errors import OmnifyError

    try:
        result: Any = omnify.main(standalone_mode=False)
    except OmnifyError as error:
        click.echo(f"omnify: {error}", err=True)
        sys.exit(1)
    except click.exceptions.Abort:
        click.echo("omnify: stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    sys.exit(result if isinstance(result, int) else 0)
