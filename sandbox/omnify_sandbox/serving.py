"""Serves a sandbox market on its own port."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import uvicorn

from omnify_sandbox.app import create_sandbox
from omnify_sandbox.config import SandboxConfig


class _Server(uvicorn.Server):
    """Says where it listens once it does: with port 0 nobody knows before."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._on_ready(f"http://{host}:{port}")


async def serve(
    config: SandboxConfig,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Runs until it is cancelled or interrupted; port 0 takes a free one, told to `on_ready` as a URL."""
    settings = uvicorn.Config(
        create_sandbox(config),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _Server(settings, on_ready)
    task = asyncio.ensure_future(server.serve())
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        server.should_exit = True
        await task
        raise
