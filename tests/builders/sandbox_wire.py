"""A sandbox market in this process, and a client that speaks to it as the platforms' clients do."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from omnify_core.clock import FixedClock
from omnify_sandbox import SandboxConfig
from omnify_sandbox.advertisers.techflow import GOOGLE_CUSTOMERS, META_ACCOUNTS
from omnify_sandbox.app import app_of
from omnify_sandbox.business.webhooks import Outbox
from omnify_sandbox.credentials import credentials_of
from omnify_sandbox.market import Market

SEED = 7
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
"""Noon in the accounts' zone."""
US_CUSTOMER, EU_CUSTOMER = GOOGLE_CUSTOMERS
ACCOUNT = f"act_{next(iter(META_ACCOUNTS))}"


def sandbox_config(seed: int = SEED, path: Path | None = None, **more: Any) -> SandboxConfig:
    return SandboxConfig(seed, TODAY, path, FixedClock(NOON), **more)


@cache
def _pristine(seed: int) -> Market:
    return Market(sandbox_config(seed))


def pristine_market(seed: int = SEED) -> Market:
    """A market that nobody has touched; for reading only."""
    return _pristine(seed)


def fresh_market(seed: int = SEED) -> Market:
    """A market of its own, cheaper than building one anew."""
    return copy.deepcopy(_pristine(seed))


class SandboxWire:
    """Requests over an ASGI transport, signed as the sandbox's credentials allow."""

    def __init__(self, app: Starlette, http: httpx.AsyncClient) -> None:
        self.market: Market = app.state.market
        self.outbox: Outbox = app.state.outbox
        self.credentials = credentials_of(self.market.seed)
        self.http = http
        self._bearer = ""

    async def google_headers(self) -> dict[str, str]:
        if not self._bearer:
            self._bearer = (await self.refresh()).json()["access_token"]
        own = self.credentials["google"]
        return {
            "Authorization": f"Bearer {self._bearer}",
            "developer-token": own["developer_token"],
            "login-customer-id": own["login_customer_id"],
        }

    def advance(self, days: float) -> None:
        """The market's days pass, and with them the hour of the access token."""
        self.market.advance(days)
        self._bearer = ""

    async def refresh(self, **changes: str) -> httpx.Response:
        own = self.credentials["google"]
        form = {name: own[name] for name in ("client_id", "client_secret", "refresh_token")}
        return await self.http.post(
            "/google-ads/token", data={"grant_type": "refresh_token", **form, **changes}
        )

    async def google(
        self, path: str, body: Any, *, customer: str = US_CUSTOMER, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        sent = {**await self.google_headers(), **(headers or {})}
        return await self.http.post(f"/google-ads/v26/customers/{customer}/{path}", json=body, headers=sent)

    async def rows(self, query: str, customer: str = US_CUSTOMER) -> list[dict[str, Any]]:
        reply = await self.google("googleAds:search", {"query": query}, customer=customer)
        assert reply.status_code == 200, reply.text
        return list(reply.json().get("results", []))

    async def graph(self, path: str, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        token = {"access_token": self.credentials["meta"]["access_token"]}
        return await self.http.get(f"/meta-ads/v26.0/{path}", params={**token, **params}, headers=headers)

    async def graph_post(
        self, path: str, headers: dict[str, str] | None = None, **form: Any
    ) -> httpx.Response:
        token = {"access_token": self.credentials["meta"]["access_token"]}
        return await self.http.post(f"/meta-ads/v26.0/{path}", data={**token, **form}, headers=headers)

    async def control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.credentials['control_token']}"}
        return await self.http.request(method, f"/_control/{path}", json=body, headers=bearer)

    async def writes(self) -> list[dict[str, Any]]:
        return list((await self.control("GET", "writes")).json()["items"])


@asynccontextmanager
async def open_wire(market: Market | None = None, page_rows: int = 10_000) -> AsyncIterator[SandboxWire]:
    app = app_of(market or fresh_market(), page_rows=page_rows)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://sandbox.test", timeout=5
    ) as http:
        yield SandboxWire(app, http)


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()
