"""The import over a sandbox market in this process: real adapters, real stores, nobody waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import SecretStr

from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.ids import TenantId
from omnify_core.platform_ports import AdPlatform
from omnify_core.ports import MarketStore, SyncState
from omnify_memory import open_sqlite, stores_on
from omnify_platforms.connected import open_adapter
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from omnify_sandbox.market import Market
from omnify_server.outside import Edit
from omnify_server.sync import Progress, Sync, silent
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_wire import SandboxWire, open_wire

TENANT = TenantId("t_techflow")
_PATHS = {
    Platform.GOOGLE: ("google-ads", "google-ads/token"),
    Platform.META: ("meta-ads", "meta-ads/v26.0/oauth/access_token"),
    Platform.LINKEDIN: ("linkedin-ads", "linkedin-ads/oauth/v2/accessToken"),
    Platform.TIKTOK: ("tiktok-ads", "tiktok-ads/open_api/v1.3/oauth2/access_token/"),
    Platform.YOUTUBE: ("youtube-ads", "youtube-ads/token"),
}


class MarketTime:
    """The market's own time, which the sandbox can be told to advance."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def now(self) -> datetime:
        return self._market.now()


class TheseOnly:
    """Core's `Platforms` for every tenant."""

    def __init__(self, *platforms: AdPlatform) -> None:
        self._platforms = {platform.platform: platform for platform in platforms}

    async def of(self, tenant: TenantId) -> Mapping[Platform, AdPlatform]:
        return self._platforms


class SyncDesk(NamedTuple):
    wire: SandboxWire
    sync: Sync
    market: MarketStore
    pace: FakePace
    edits: list[Edit]

    async def run(self, progress: Progress = silent) -> dict[Platform, SyncState]:
        self.pace.now_s += 300  # what an earlier failure opened has closed
        return {state.platform: state for state in await self.sync.run(TENANT, progress)}

    async def advance(self, days: float) -> None:
        reply = await self.wire.control("POST", "advance", {"days": days})
        assert reply.status_code == 200, reply.text

    async def fault(self, kind: str, **more: Any) -> None:
        reply = await self.wire.control("POST", "faults", {"kind": kind, **more})
        assert reply.status_code == 200, reply.text

    async def heal(self) -> None:
        await self.wire.control("DELETE", "faults")


@asynccontextmanager
async def open_sync(
    *platforms: Platform, history_days: int, wire: SandboxWire | None = None
) -> AsyncIterator[SyncDesk]:
    """Over a market of its own, or over that of `wire`, into empty stores."""
    if wire is None:
        async with open_wire() as own, open_sync(*platforms, history_days=history_days, wire=own) as desk:
            yield desk
        return
    pace, clock = FakePace(), MarketTime(wire.market)
    adapters = [_adapter(platform, wire, pace, clock) for platform in platforms]
    async with open_sqlite(None) as documents:
        market = stores_on(documents).market
        edits: list[Edit] = []

        async def notice(_tenant: TenantId, found: Sequence[Edit]) -> None:
            edits.extend(found)

        sync = Sync(TheseOnly(*adapters), market, clock, history_days=history_days, notice=notice)
        yield SyncDesk(wire, sync, market, pace, edits)


def _adapter(platform: Platform, wire: SandboxWire, pace: FakePace, clock: Clock) -> AdPlatform:
    base, token = _PATHS[platform]
    secrets = {name: SecretStr(text) for name, text in wire.credentials[platform.value].items()}
    connection = Connection(
        tenant_id=TENANT,
        platform=platform,
        base_url=f"http://sandbox/{base}",
        token_url=f"http://sandbox/{token}",
        secrets=secrets,
    )

    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    return open_adapter(connection, Means(wire.http, clock, pace), keep=keep)
