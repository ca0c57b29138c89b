"""The sandbox market of an installation: one per data directory, whoever starts first hosts it."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import httpx
import uvicorn

from omnify_core.errors import PlatformUnavailable, StoreBusy
from omnify_sandbox import SandboxConfig, create_sandbox, credentials
from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.advertisers import seed_for
from omnify_sandbox.credentials import credentials_of
from omnify_server.settings import Settings

_WAIT_S = 60.0


class Sandbox(NamedTuple):
    """`url` is the root over all platforms; `credentials` as the sandbox prints them for its `seed`."""

    url: str
    credentials: dict[str, Any]
    seed: int = 0

    @property
    def control_token(self) -> str:
        return str(self.credentials["control_token"])

    def of(self, advertiser: Advertiser) -> Sandbox:
        """The same for another of its advertisers."""
        own = credentials_of(seed_for(self.seed, advertiser), advertiser)
        return Sandbox(f"{self.url}/{advertiser.slug}".rstrip("/"), own, self.seed)


@asynccontextmanager
async def open_sandbox(settings: Settings, *, lasting: bool) -> AsyncIterator[Sandbox]:
    """The market at `sandbox_url`, or the one of the data directory.

    `lasting`: we are a server, whose market others may share while we run; a passing command that
    finds another passing command hosting waits for its turn instead.
    """
    config = SandboxConfig(
        seed=settings.sandbox_seed, today=datetime.now(UTC).date(), path=settings.data_dir / "sandbox.jsonl"
    )
    if settings.sandbox_url:
        yield Sandbox(settings.sandbox_url.rstrip("/"), credentials(config), config.seed)
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    note = settings.data_dir / "sandbox.json"
    with (settings.data_dir / "sandbox.lock").open("a") as lock:
        shared = await _acquire_or_share(lock, note)
        if shared is not None:
            yield Sandbox(shared, credentials(config), config.seed)
            return
        async with _hosted(config) as url:
            note.write_text(json.dumps({"url": url, "lasting": lasting, "pid": os.getpid()}))
            try:
                yield Sandbox(url, credentials(config), config.seed)
            finally:
                note.unlink(missing_ok=True)


async def _acquire_or_share(lock: IO[str], note: Path) -> str | None:
    """None once the lock is ours, else the address of a server's market."""
    deadline = asyncio.get_running_loop().time() + _WAIT_S
    while asyncio.get_running_loop().time() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            address = _lasting_address(note)
            if address and await _answers(address):
                return address
            await asyncio.sleep(0.2)
        else:
            return None
    raise StoreBusy(f"another process has held the sandbox of {note.parent} for {_WAIT_S:.0f} s; stop it")


def _lasting_address(note: Path) -> str:
    try:
        written = json.loads(note.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return ""
    return str(written["url"]) if written["lasting"] else ""


async def _answers(address: str) -> bool:
    async with httpx.AsyncClient(timeout=2.0) as http:
        try:
            await http.get(f"{address}/_control/clock")
        except httpx.HTTPError:
            return False
    return True


@asynccontextmanager
async def _hosted(config: SandboxConfig) -> AsyncIterator[str]:
    """Serves the market from a thread of its own, so that its arithmetic never stalls our loop."""
    app = await asyncio.to_thread(create_sandbox, config)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", access_log=False)
    )
    thread = threading.Thread(target=server.run, name="sandbox", daemon=True)
    thread.start()
    try:
        yield await _address_of(server, thread)
    finally:
        server.should_exit = True
        await asyncio.to_thread(thread.join, 5.0)


async def _address_of(server: uvicorn.Server, thread: threading.Thread) -> str:
    while not server.started:
        if not thread.is_alive():
            raise PlatformUnavailable("the sandbox market did not start; see the log above")
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}"
