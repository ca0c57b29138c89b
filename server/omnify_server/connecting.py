"""Our OAuth apps: from the settings, or the sandbox's own."""

from __future__ import annotations

import json
from collections.abc import Iterable

import httpx

from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import BadInput
from omnify_core.ids import TenantId
from omnify_guardrails.audit import AuditTrail
from omnify_memory import Stores
from omnify_platforms import Asking, ConnectedPlatforms, Connecting
from omnify_platforms.connecting import Realm
from omnify_sandbox.advertisers import ADVERTISERS
from omnify_server.sandbox_host import Sandbox
from omnify_server.settings import Settings

_SHAPE = 'write {"google": {"client_id": "…", "client_secret": "…"}}'
Apps = dict[Platform, dict[str, str]]


def open_connecting(
    settings: Settings,
    platforms: ConnectedPlatforms,
    stores: Stores,
    http: httpx.AsyncClient,
    clock: Clock,
    sandbox: Sandbox | None,
) -> Connecting:
    """Raises BadInput for OMNIFY_OAUTH_APPS that cannot be read."""

    trail = AuditTrail(stores.audit, clock)

    async def note(asking: Asking, action: str) -> None:
        await trail.write(asking.tenant, asking.user, action, subject=asking.platform.value)

    if sandbox is None:
        text = settings.oauth_apps.get_secret_value() if settings.oauth_apps else "{}"
        return Connecting(platforms, stores.tokens, http, clock, apps=apps_of(text), note=note)
    others = {
        TenantId(advertiser.slug): _realm(sandbox.of(advertiser), advertiser.platforms)
        for advertiser in ADVERTISERS
        if advertiser.slug
    }
    apps, url = _realm(sandbox, Platform)
    return Connecting(platforms, stores.tokens, http, clock, apps=apps, note=note, sandbox=url, others=others)


def _realm(sandbox: Sandbox, platforms: Iterable[Platform]) -> Realm:
    """One advertiser's part of the sandbox: the tenant of its name connects there and nowhere else."""
    return Realm({platform: sandbox.credentials[platform.value] for platform in platforms}, sandbox.url)


def apps_of(text: str) -> Apps:
    """Never echoes the text, which holds secrets. Raises BadInput."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError:
        raise BadInput(f"OMNIFY_OAUTH_APPS is not JSON; {_SHAPE}") from None
    if not isinstance(raw, dict):
        raise BadInput(f"OMNIFY_OAUTH_APPS must be an object; {_SHAPE}")
    strange = sorted(set(raw) - {platform.value for platform in Platform})
    if strange:
        raise BadInput(f"OMNIFY_OAUTH_APPS names {strange[0]!r}; the platforms are {', '.join(Platform)}")
    return {Platform(name): _app(name, app) for name, app in raw.items()}


def _app(name: str, app: object) -> dict[str, str]:
    if not isinstance(app, dict) or not all(isinstance(value, str) for value in app.values()):
        raise BadInput(f"OMNIFY_OAUTH_APPS.{name} must be an object of texts; {_SHAPE}")
    return app
