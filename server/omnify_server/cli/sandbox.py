"""`omnify sandbox`: the simulated market by itself, for any client whose base URL can be set."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from omnify_core.campaigns import Platform


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

    from omnify_sandbox import SandboxConfig, create_sandbox, credentials

    config = SandboxConfig(seed=seed, today=datetime.now(UTC).date(), path=path)
    with socket.create_server((host, port)) as listener:
        url = f"http://{host}:{listener.getsockname()[1]}"
        _announce(url, credentials(config), as_json)
        server = uvicorn.Server(uvicorn.Config(create_sandbox(config), log_level="warning", lifespan="off"))
        server.run(sockets=[listener])


def _announce(url: str, secrets: dict[str, Any], as_json: bool) -> None:
    control = {
        "writes": f"{url}/_control/writes",
        "clock": f"{url}/_control/clock",
        "advance": f"{url}/_control/advance",
        "faults": f"{url}/_control/faults",
    }
    platforms = [one for one in Platform if one.value in secrets]
    urls = {one.value: f"{url}/{one.slug}" for one in platforms}
    if as_json:
        click.echo(json.dumps({"base_urls": urls, "control": control, "credentials": secrets}))
        return
    click.echo(f"sandbox market on {url}")
    for name, address in {**urls, **control}.items():
        click.echo(f"  {name:8} {address}")
    click.echo(json.dumps(secrets, indent=2))
