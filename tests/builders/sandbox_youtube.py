"""A client that speaks to the sandbox as YouTube's clients do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from omnify_core.campaigns import Platform
from omnify_sandbox.advertisers.techflow_more import YOUTUBE_CUSTOMERS
from omnify_sandbox.stage import Stage
from tests.builders.sandbox_wire import SandboxWire, open_wire, pristine_market

(CUSTOMER,) = YOUTUBE_CUSTOMERS


class YouTubeWire:
    def __init__(self, sandbox: SandboxWire) -> None:
        self.sandbox = sandbox
        self.own = sandbox.credentials["youtube"]
        self._bearer = ""

    @property
    def stage(self) -> Stage:
        return self.sandbox.market.on(Platform.YOUTUBE)

    async def token(self, **changes: str) -> httpx.Response:
        form = {name: self.own[name] for name in ("client_id", "client_secret", "refresh_token")}
        return await self.sandbox.http.post(
            "/youtube-ads/token", data={"grant_type": "refresh_token", **form, **changes}
        )

    async def headers(self) -> dict[str, str]:
        if not self._bearer:
            self._bearer = (await self.token()).json()["access_token"]
        return {
            "Authorization": f"Bearer {self._bearer}",
            "developer-token": self.own["developer_token"],
            "login-customer-id": self.own["login_customer_id"],
        }

    async def ads(self, path: str, body: Any) -> httpx.Response:
        url = f"/youtube-ads/v26/customers/{CUSTOMER}/{path}"
        return await self.sandbox.http.post(url, json=body, headers=await self.headers())

    async def rows(self, query: str) -> list[dict[str, Any]]:
        reply = await self.ads("googleAds:search", {"query": query})
        assert reply.status_code == 200, reply.text
        return list(reply.json().get("results", []))

    async def get(self, path: str, **params: str) -> httpx.Response:
        headers = {"Authorization": (await self.headers())["Authorization"]}
        return await self.sandbox.http.get(f"/youtube-ads/{path}", params=params, headers=headers)


@asynccontextmanager
async def open_youtube() -> AsyncIterator[YouTubeWire]:
    # Played once, and copied with the market from then on.
    pristine_market().on(Platform.YOUTUBE)
    async with open_wire() as opened:
        yield YouTubeWire(opened)
