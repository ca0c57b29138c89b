"""`omnify serve`: the server as configured."""

from __future__ import annotations

import click
import uvicorn

from omnify_server.cli.entry import settings_with
from omnify_server.http.app import create_app


@click.command("serve")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
def command(host: str | None, port: int | None) -> None:
    """Start the server as configured by the environment."""
    settings = settings_with(host=host, port=port)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="info")
