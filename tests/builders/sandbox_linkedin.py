"""A client that speaks to the sandbox as LinkedIn's clients do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from omnify_core.campaigns import Platform
from omnify_sandbox.advertisers.techflow_more import LINKEDIN_ACCOUNTS
from tests.builders.sandbox_wire import SandboxWire, open_wire, pristine_market

NAMER, EMEA = LINKEDIN_ACCOUNTS
VERSION = "202608"
PATCH = {"X-RestLi-Method": "PARTIAL_UPDATE"}
FINDER = {"X-RestLi-Method": "FINDER"}


class LinkedInWire:
    """Paths are below `/rest`; queries are part of them, as Rest.li's must not be encoded anew."""

    def __init__(self, sandbox: SandboxWire) -> None:
        self.sandbox = sandbox
        self._bearer = ""

    async def token(self, **changes: str) -> httpx.Response:
        own = self.sandbox.credentials["linkedin"]
        form = {name: own[name] for name in ("client_id", "client_secret", "refresh_token")}
        return await self.sandbox.http.post(
            "/linkedin-ads/oauth/v2/accessToken", data={"grant_type": "refresh_token", **form, **changes}
        )

    async def headers(self) -> dict[str, str]:
        if not self._bearer:
            self._bearer = (await self.token()).json()["access_token"]
        return {
            "Authorization": f"Bearer {self._bearer}",
            "LinkedIn-Version": VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    async def call(
        self, method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        sent = {**await self.headers(), **(headers or {})}
        more = {} if body is None else {"json": body}
        kept = {name: value for name, value in sent.items() if value}
        return await self.sandbox.http.request(method, f"/linkedin-ads/rest/{path}", headers=kept, **more)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.call("GET", path, headers=headers)

    async def campaigns(self, account: str = NAMER, query: str = "q=search") -> list[dict[str, Any]]:
        reply = await self.get(f"adAccounts/{account}/adCampaigns?{query}")
        assert reply.status_code == 200, reply.text
        return list(reply.json()["elements"])

    async def patch(self, path: str, **wanted: Any) -> httpx.Response:
        return await self.call("POST", path, body={"patch": {"$set": wanted}}, headers=PATCH)


@asynccontextmanager
async def open_linkedin() -> AsyncIterator[LinkedInWire]:
    # Played once, and copied with the market from then on.
    pristine_market().on(Platform.LINKEDIN)
    async with open_wire() as opened:
        yield LinkedInWire(opened)
