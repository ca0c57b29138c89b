"""The whole house on a free port: real HTTP, real stores, the sandbox market, no browser."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import uvicorn

from omnify_server.http.app import create_app
from omnify_server.seeding import OWNER_EMAIL, ensure_demo
from omnify_server.services import Services
from omnify_server.settings import Settings

HISTORY_DAYS = 45


class House(NamedTuple):
    """`api` is signed in as the owner by bearer token; `anyone` is nobody."""

    url: str
    services: Services
    api: httpx.AsyncClient
    anyone: httpx.AsyncClient

    async def ask(self, text: str, thread: str = "") -> dict[str, Any]:
        """The finished run's view."""
        thread = thread or (await self.api.post("/api/chat/threads", json={})).json()["id"]
        started = await self.api.post(f"/api/chat/threads/{thread}/runs", json={"text": text})
        assert started.status_code == 202, started.text
        run_id = started.json()["run_id"]
        await events_of(self.api, run_id)
        return dict((await self.api.get(f"/api/chat/runs/{run_id}")).json())

    async def decided(self, change_set_id: str, until: set[str]) -> dict[str, Any]:
        """The change set once its status is one of `until`."""
        async with asyncio.timeout(20):
            while True:
                found = (await self.api.get(f"/api/approvals/{change_set_id}")).json()
                if found["status"] in until:
                    return dict(found)
                await asyncio.sleep(0.05)

    async def shows(self, budgets: dict[str, str]) -> None:
        """Returns once the list of campaigns has these daily budgets: it is read anew after each change."""
        seen: dict[str, str] = {}
        async with asyncio.timeout(20):
            while seen != budgets:
                rows = (await self.api.get("/api/campaigns?limit=1000")).json()["items"]
                money = {row["id"]: row["daily_budget"] for row in rows if row["id"] in budgets}
                seen = {id_: f"{one['amount']} {one['currency']}" for id_, one in money.items()}
                await asyncio.sleep(0.05)

    async def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Steers the market as nobody in the product can."""
        assert self.services.sandbox is not None
        reply = await self.anyone.request(
            method,
            f"{self.services.sandbox.url}/_control/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.services.sandbox.control_token}"},
        )
        assert reply.status_code < 300, reply.text
        return reply.json()


async def events_of(api: httpx.AsyncClient, run_id: str, after: int = 0) -> list[tuple[int, dict[str, Any]]]:
    """All events from `after` to the end of the run, with their sequence numbers."""
    found: list[tuple[int, dict[str, Any]]] = []
    headers = {"Last-Event-ID": str(after)} if after else {}
    async with api.stream("GET", f"/api/chat/runs/{run_id}/events", headers=headers) as reply:
        number = 0
        async for line in reply.aiter_lines():
            if line.startswith("id:"):
                number = int(line[3:])
            elif line.startswith("data:"):
                found.append((number, json.loads(line[5:])))
    return found


@asynccontextmanager
async def open_house(data_dir: Path, **overrides: Any) -> AsyncIterator[House]:
    settings = Settings(data_dir=data_dir, history_days=HISTORY_DAYS, **overrides)
    opened: list[Services] = []

    async def on_ready(services: Services) -> None:
        await ensure_demo(services)
        opened.append(services)

    server = uvicorn.Server(uvicorn.Config(create_app(settings, on_ready), log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            await _started(server, task)
            token = await _token(url, opened[0])
            async with httpx.AsyncClient(base_url=url, timeout=30) as anyone:
                bearer = {"Authorization": f"Bearer {token}"}
                async with httpx.AsyncClient(base_url=url, timeout=30, headers=bearer) as api:
                    yield House(url, opened[0], api, anyone)
        finally:
            server.should_exit = True
            await task


async def _started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.02)


async def _token(url: str, services: Services) -> str:
    body = {"email": OWNER_EMAIL, "password": services.keys.demo_password}
    async with httpx.AsyncClient(base_url=url, timeout=30) as once:  # keeps the cookie to itself
        reply = await once.post("/api/auth/login", json=body)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["access_token"])
