"""How each platform's connection is, for every door that shows it."""

from __future__ import annotations

import asyncio
from typing import Literal

from omnify_core.campaigns import Platform
from omnify_core.ids import TenantId
from omnify_core.platform_ports import Health
from omnify_core.ports import SyncState
from omnify_platforms.connected import ADAPTERS, BUSINESS, capabilities_of, records_of
from omnify_platforms.consents import CONSENTS
from omnify_server.services import Services
from omnify_server.views import IntegrationView

State = Literal["connected", "reconnect", "trouble", "not_connected"]


async def integrations(services: Services, tenant: TenantId) -> list[IntegrationView]:
    """All platforms, each asked how it is at the same time."""
    return await asyncio.gather(*(integration(services, tenant, platform) for platform in Platform))


async def integration(services: Services, tenant: TenantId, platform: Platform) -> IntegrationView:
    states = {state.platform: state for state in await services.stores.market.sync_states(tenant)}
    health = await _health(services, tenant, platform)
    return _view(services, tenant, platform, health=health, sync=states.get(platform))


async def _health(services: Services, tenant: TenantId, platform: Platform) -> Health | None:
    """None where nothing is connected."""
    ads, business = await services.platforms.of(tenant), await services.platforms.business(tenant)
    adapter = ads.get(platform) or business.get(platform)
    if adapter is not None:
        return await adapter.health()
    if platform not in await services.stores.connections.connected(tenant):
        return None
    return Health(
        platform=platform,
        ok=False,
        message=f"The stored connection to {platform.label} cannot be opened; connect it again",
        checked_at=services.clock.now(),
        needs_person=True,
    )


def _view(
    services: Services,
    tenant: TenantId,
    platform: Platform,
    *,
    health: Health | None,
    sync: SyncState | None,
) -> IntegrationView:
    failed = sync.error if sync and health and health.ok else ""
    state = _state(health, failed)
    return IntegrationView(
        platform=platform,
        label=platform.label,
        state=state,
        can_connect=services.connecting.can_connect(tenant, platform),
        needs_shop=CONSENTS[platform].needs_shop,
        capabilities=capabilities_of(platform) if platform in ADAPTERS else None,
        records=records_of(platform) if platform in BUSINESS else None,
        connected=health is not None,
        ok=state == "connected",
        message=failed or (health.message if health else f"{platform.label} is not connected"),
        synced_at=sync.synced_at if sync else None,
        campaigns=sync.campaigns if sync else 0,
        metric_rows=sync.metric_rows if sync else 0,
    )


def _state(health: Health | None, failed: str) -> State:
    if health is None:
        return "not_connected"
    if health.needs_person:
        return "reconnect"
    return "connected" if health.ok and not failed else "trouble"
