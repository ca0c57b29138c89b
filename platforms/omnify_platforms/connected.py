"""The connections of each tenant, opened from the vault."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol, TypeVar, cast

import httpx

from omnify_core.business_ports import BusinessCapabilities, BusinessPlatform
from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import ReconnectNeeded
from omnify_core.ids import TenantId
from omnify_core.platform_ports import Action, AdPlatform, Capabilities
from omnify_core.ports import ConnectionStore
from omnify_platforms import google, highlevel, linkedin, meta, shopify, stripe, tiktok, youtube
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.pace import Pace, SystemPace
from omnify_platforms.tokens import Keep
from omnify_platforms.transport import Means, Transport, Wire
from omnify_platforms.vault import KeyRing, rewrap, seal, unseal

_log = logging.getLogger(__name__)


class Build(Protocol):
    """An adapter's class."""

    capabilities: Capabilities

    def __call__(self, transport: Transport, connection: Connection, clock: Clock, /) -> AdPlatform: ...


class Plug(NamedTuple):
    """What a platform's file gives: how to speak with it, what speaks, and how a person lets us in."""

    wire: Wire
    build: Build
    consent: Consent


# A new platform is its own file and one line here.
ADAPTERS: dict[Platform, Plug] = {
    Platform.GOOGLE: Plug(google.WIRE, google.GoogleAds, google.CONSENT),
    Platform.META: Plug(meta.WIRE, meta.MetaAds, meta.CONSENT),
    Platform.LINKEDIN: Plug(linkedin.WIRE, linkedin.LinkedInAds, linkedin.CONSENT),
    Platform.TIKTOK: Plug(tiktok.WIRE, tiktok.TikTokAds, tiktok.CONSENT),
    Platform.YOUTUBE: Plug(youtube.WIRE, youtube.YouTubeAds, youtube.CONSENT),
}


class BuildBusiness(Protocol):
    capabilities: BusinessCapabilities

    def __call__(self, transport: Transport, connection: Connection, clock: Clock, /) -> BusinessPlatform: ...


BUSINESS: dict[Platform, tuple[Wire, BuildBusiness]] = {
    Platform.GOHIGHLEVEL: (highlevel.WIRE, highlevel.HighLevel),
    Platform.SHOPIFY: (shopify.WIRE, shopify.Shopify),
    Platform.STRIPE: (stripe.WIRE, stripe.Stripe),
}


def capabilities_of(platform: Platform) -> Capabilities:
    """Of an ad platform, connected or not; changes that we do not offer are refused with a reason."""
    known = ADAPTERS[platform].build.capabilities
    rest = set(Action) - set(known.actions) - set(known.refused)
    reason = f"not offered through OmniFy yet; make it in {platform.label} itself"
    return known.model_copy(update={"refused": known.refused | dict.fromkeys(sorted(rest), reason)})


def records_of(platform: Platform) -> BusinessCapabilities:
    """What a CRM, shop or payment service lets us read and change, connected or not."""
    return BUSINESS[platform][1].capabilities


def open_adapter(connection: Connection, means: Means, *, keep: Keep) -> AdPlatform:
    """The adapter of one connection. Raises ReconnectNeeded where we have none for its platform."""
    if connection.platform not in ADAPTERS:
        raise ReconnectNeeded(f"There is no adapter for {connection.platform.label} yet; disconnect it")
    plug = ADAPTERS[connection.platform]
    return plug.build(Transport(plug.wire, connection, means, keep=keep), connection, means.clock)


def open_business(connection: Connection, means: Means, *, keep: Keep) -> BusinessPlatform:
    wire, build = BUSINESS[connection.platform]
    return build(Transport(wire, connection, means, keep=keep), connection, means.clock)


Adapter = TypeVar("Adapter", AdPlatform, BusinessPlatform)
Opening = Callable[..., Adapter]


@dataclass(slots=True)
class _Open:
    """An adapter and the sealed record that it stands on."""

    sealed: str
    adapter: object = None


class ConnectedPlatforms:
    """Core's `Platforms`: one adapter per tenant and platform, rebuilt when its record changes."""

    def __init__(
        self,
        store: ConnectionStore,
        keyring: KeyRing,
        http: httpx.AsyncClient,
        clock: Clock,
        *,
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._means = Means(http, clock, pace or SystemPace())
        self._open: dict[tuple[TenantId, Platform], _Open] = {}

    async def of(self, tenant: TenantId) -> Mapping[Platform, AdPlatform]:
        ours = [one for one in await self._store.connected(tenant) if one not in BUSINESS]
        adapters = await self._opened(tenant, ours, open_adapter)
        ads, video = adapters.get(Platform.GOOGLE), adapters.get(Platform.YOUTUBE)
        if isinstance(ads, google.GoogleAds) and isinstance(video, google.GoogleAds):
            ads.leave_to(video)
        return adapters

    async def business(self, tenant: TenantId) -> Mapping[Platform, BusinessPlatform]:
        """CRM, shop and payments."""
        ours = [one for one in await self._store.connected(tenant) if one in BUSINESS]
        return await self._opened(tenant, ours, open_business)

    async def connect(self, connection: Connection) -> None:
        """Stores it sealed, in place of an earlier one."""
        await self._store.save(connection.tenant_id, connection.platform, seal(connection, self._keyring))

    async def connection(self, tenant: TenantId, platform: Platform) -> Connection | None:
        """As stored; None where there is none or it cannot be opened any more."""
        sealed = await self._store.get(tenant, platform)
        try:
            return unseal(sealed, self._keyring, tenant=tenant, platform=platform) if sealed else None
        except ReconnectNeeded:
            return None

    async def disconnect(self, tenant: TenantId, platform: Platform) -> None:
        self._open.pop((tenant, platform), None)
        await self._store.drop(tenant, platform)

    async def rotate(self, tenant: TenantId) -> int:
        """Wraps the tenant's records with the ring's current key; returns how many were not."""
        changed = 0
        for platform in await self._store.connected(tenant):
            sealed = await self._store.get(tenant, platform)
            fresh = rewrap(sealed, self._keyring, tenant=tenant, platform=platform) if sealed else sealed
            if fresh is not None and fresh != sealed:
                await self._store.save(tenant, platform, fresh)
                changed += 1
        return changed

    async def _opened(
        self, tenant: TenantId, platforms: list[Platform], opening: Opening[Adapter]
    ) -> dict[Platform, Adapter]:
        adapters: dict[Platform, Adapter] = {}
        for platform in platforms:
            sealed = await self._store.get(tenant, platform)
            try:
                if sealed is not None:
                    adapters[platform] = self._adapter(tenant, platform, sealed, opening)
            except ReconnectNeeded as error:
                # One damaged record must not take the tenant's other platforms away.
                _log.warning("%s of %s is left out: %s", platform.label, tenant, error)
        return adapters

    def _adapter(
        self, tenant: TenantId, platform: Platform, sealed: str, opening: Opening[Adapter]
    ) -> Adapter:
        held = self._open.get((tenant, platform))
        if held is None or held.sealed != sealed:
            connection = unseal(sealed, self._keyring, tenant=tenant, platform=platform)
            held = self._open[tenant, platform] = _Open(sealed)
            held.adapter = opening(connection, self._means, keep=partial(self._keep, held))
        return cast("Adapter", held.adapter)

    async def _keep(self, held: _Open, rejected: Connection, renewed: Connection) -> Connection:
        """Stores renewed tokens, unless somebody else has stored others since: then theirs count."""
        tenant, platform = rejected.tenant_id, rejected.platform
        sealed = await self._store.get(tenant, platform)
        if sealed is None:
            raise ReconnectNeeded(
                f"{platform.label} was disconnected meanwhile; connect it again under Integrations",
                platform=platform.value,
            )
        stored = unseal(sealed, self._keyring, tenant=tenant, platform=platform)
        if stored.secrets != rejected.secrets:
            return stored
        held.sealed = seal(renewed, self._keyring)
        await self._store.save(tenant, platform, held.sealed)
        return renewed
