"""`omnify sandbox`: the simulated market by itself, for any client whose base URL can be set."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # listing commands must not import what they need
    from omnify_sandbox import SandboxConfig

_CONTROL = ("writes", "clock", "advance", "faults")


@click.group("sandbox")
def command() -> None:
    """Serve the sandbox market by itself."""


@command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8100, show_default=True, help="0 takes a free port.")
@click.option("--seed", default=7, show_default=True)
@click.option(
    "--log", "path", type=click.Path(dir_okay=False, path_type=Path), help="Keep writes here over restarts."
)
@click.option("--json", "as_json", is_flag=True, help="Print base URLs and credentials as JSON.")
def serve(host: str, port: int, seed: int, path: Path | None, as_json: bool) -> None:
    """Serve every platform under its own prefix; prints base URLs and working credentials."""
    import socket

    import uvicorn

    from omnify_sandbox import SandboxConfig, create_sandbox

    config = SandboxConfig(seed=seed, today=datetime.now(UTC).date(), path=path)
    with socket.create_server((host, port)) as listener:
        url = f"http://{host}:{listener.getsockname()[1]}"
        _announce(url, config, as_json)
        server = uvicorn.Server(uvicorn.Config(create_sandbox(config), log_level="warning", lifespan="off"))
        server.run(sockets=[listener])


def _announce(url: str, config: SandboxConfig, as_json: bool) -> None:
    """The first advertiser as before, and all of them under `advertisers`."""
    from omnify_sandbox.advertisers import ADVERTISERS, seed_for
    from omnify_sandbox.credentials import credentials_of

    shown = {}
    for one in ADVERTISERS:
        root = f"{url}/{one.slug}".rstrip("/")
        shown[one.name] = {
            "base_urls": {platform.value: f"{root}/{platform.slug}" for platform in one.platforms},
            "control": {name: f"{root}/_control/{name}" for name in _CONTROL},
            "credentials": credentials_of(seed_for(config.seed, one), one),
        }
    first = next(iter(shown.values()))
    if as_json:
        click.echo(json.dumps({**first, "advertisers": shown}))
        return
    click.echo(f"sandbox market on {url}")
    for name, held in shown.items():
        click.echo(name)
        for what, address in {**held["base_urls"], **held["control"]}.items():
            click.echo(f"  {what:11} {address}")
    click.echo("credentials, the first advertiser's (--json prints all):")
    click.echo(json.dumps(first["credentials"], indent=2))
