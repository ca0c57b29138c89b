"""Our OAuth apps: from the settings, or the sandbox's own."""

from __future__ import annotations

import json

import httpx

from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import BadInput
from omnify_core.ports import TokenStore
from omnify_platforms import ConnectedPlatforms, Connecting
from omnify_server.sandbox_host import Sandbox
from omnify_server.settings import Settings

_SHAPE = 'write {"google": {"client_id": "…", "client_secret": "…"}}'
Apps = dict[Platform, dict[str, str]]


def open_connecting(
    settings: Settings,
    platforms: ConnectedPlatforms,
    states: TokenStore,
    http: httpx.AsyncClient,
    clock: Clock,
    sandbox: Sandbox | None,
) -> Connecting:
    """Raises BadInput for OMNIFY_OAUTH_APPS that cannot be read."""
    if sandbox is None:
        text = settings.oauth_apps.get_secret_value() if settings.oauth_apps else "{}"
        return Connecting(platforms, states, http, clock, apps=apps_of(text))
    held = {name: value for name, value in sandbox.credentials.items() if isinstance(value, dict)}
    apps = {platform: held[platform.value] for platform in Platform if platform.value in held}
    return Connecting(platforms, states, http, clock, apps=apps, sandbox=sandbox.url)


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
