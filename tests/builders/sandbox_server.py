"""The sandbox market served over real HTTP on a free port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr

from omnify_core.campaigns import Platform
from omnify_core.ids import TenantId
from omnify_platforms.connections import Connection
from omnify_sandbox.app import create_sandbox
from omnify_sandbox.config import SandboxConfig
from omnify_sandbox.credentials import credentials

TODAY = date(2026, 11, 20)
PATHS = {
    Platform.GOOGLE: ("google-ads/v26", "google-ads/token"),
    Platform.META: ("meta-ads/v26.0", "meta-ads/v26.0/oauth/access_token"),
    Platform.LINKEDIN: ("linkedin-ads/rest", "linkedin-ads/oauth/v2/accessToken"),
    Platform.TIKTOK: ("tiktok-ads/open_api/v1.3", "tiktok-ads/open_api/v1.3/oauth2/access_token/"),
    Platform.YOUTUBE: ("youtube-ads/v26", "youtube-ads/token"),
    Platform.GOHIGHLEVEL: ("gohighlevel", "gohighlevel/oauth/token"),
    Platform.SHOPIFY: ("shopify", "shopify/admin/oauth/access_token"),
    Platform.STRIPE: ("stripe", "stripe/oauth/token"),
}


@dataclass(frozen=True)
class SandboxServer:
    """A running sandbox: its address, its credentials, and its control door."""

    url: str
    credentials: dict[str, Any]
    http: httpx.Client

    def connection(self, platform: Platform, tenant: str = "t_techflow") -> Connection:
        base, token = PATHS[platform]
        secrets = {name: SecretStr(value) for name, value in self.credentials[platform.value].items()}
        return Connection(
            tenant_id=TenantId(tenant),
            platform=platform,
            base_url=f"{self.url}/{base}",
            token_url=f"{self.url}/{token}",
            secrets=secrets,
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {self.credentials['control_token']}"}
        reply = self.http.request(method, f"{self.url}/_control/{path}", json=body, headers=headers)
        reply.raise_for_status()
        return reply.json()

    def writes(self, after: int = 0) -> list[dict[str, Any]]:
        """Every effective write, as the sandbox itself logged it."""
        found: list[dict[str, Any]] = self.control("GET", f"writes?after={after}")["items"]
        return found

    def fault(self, kind: str, **more: Any) -> None:
        self.control("POST", "faults", {"kind": kind} | more)

    def heal(self) -> None:
        self.control("DELETE", "faults")


@contextmanager
def sandbox_server(*, seed: int = 7, today: date = TODAY, page_rows: int = 10_000) -> Iterator[SandboxServer]:
    config = SandboxConfig(seed=seed, today=today, page_rows=page_rows)
    settings = uvicorn.Config(create_sandbox(config), log_level="warning", lifespan="off", ws="none")
    settings.timeout_graceful_shutdown = 1
    server, listener = uvicorn.Server(settings), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the sandbox did not start"
            time.sleep(0.01)
        # Nothing is encrypted on this machine; loading certificates would take most of the time.
        with httpx.Client(verify=False, trust_env=False, timeout=30) as http:
            yield SandboxServer(f"http://127.0.0.1:{listener.getsockname()[1]}", credentials(config), http)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
