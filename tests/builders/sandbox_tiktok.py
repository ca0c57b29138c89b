"""A client that speaks to the sandbox as TikTok's clients do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from omnify_core.campaigns import Platform
from omnify_sandbox.advertisers.techflow_more import TIKTOK_ADVERTISERS
from tests.builders.sandbox_wire import SandboxWire, open_wire, pristine_market

US, UK = TIKTOK_ADVERTISERS


class TikTokWire:
    """Paths are below the version."""

    def __init__(self, sandbox: SandboxWire) -> None:
        self.sandbox = sandbox
        self.own = sandbox.credentials["tiktok"]

    def headers(self) -> dict[str, str]:
        return {"Access-Token": self.own["access_token"]}

    async def get(self, path: str, *, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        sent = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
        }
        return await self.sandbox.http.get(
            f"/tiktok-ads/open_api/v1.3/{path}", params=sent, headers=headers or self.headers()
        )

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.sandbox.http.post(
            f"/tiktok-ads/open_api/v1.3/{path}", json=body, headers=self.headers()
        )

    async def data(self, path: str, **params: Any) -> dict[str, Any]:
        reply = await self.get(path, **{"advertiser_id": US, **params})
        assert reply.status_code == 200
        assert reply.json()["code"] == 0, reply.text
        found: dict[str, Any] = reply.json()["data"]
        return found

    async def campaign(self) -> dict[str, Any]:
        found = await self.data("campaign/get/", page_size=1)
        first: dict[str, Any] = found["list"][0]
        return first


@asynccontextmanager
async def open_tiktok() -> AsyncIterator[TikTokWire]:
    # Played once, and copied with the market from then on.
    pristine_market().on(Platform.TIKTOK)
    async with open_wire() as opened:
        yield TikTokWire(opened)


def outcome(reply: httpx.Response) -> tuple[int, str]:
    """Code and message; HTTP says nothing."""
    assert reply.status_code == 200
    return reply.json()["code"], reply.json()["message"]
