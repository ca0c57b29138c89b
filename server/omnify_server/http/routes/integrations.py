"""Connections to platforms: how they are, what they can do, connecting and disconnecting."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from omnify_core.campaigns import Platform
from omnify_core.errors import Forbidden, OmnifyError
from omnify_core.people import Actor, Role
from omnify_platforms import Asking
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.integrations import integration, integrations
from omnify_server.services import Services
from omnify_server.views import IntegrationView

integration_routes = APIRouter(prefix="/api/integrations", tags=["integrations"])


class IntegrationList(BaseModel):
    items: list[IntegrationView]


class Wish(BaseModel):
    """`shop`: Shopify's only, such as 'name.myshopify.com'."""

    shop: str = ""


class Started(BaseModel):
    """Send the person's browser to `url` before `expires_at`."""

    url: str
    expires_at: datetime


class Disconnected(BaseModel):
    """`revoked`: the platform took the tokens back; else remove the app in its own settings, too."""

    revoked: bool
    message: str


@integration_routes.get("")
async def all_of_them(actor: SignedInActor, services: WithServices) -> IntegrationList:
    """All eight platforms: connected or not, healthy or not, what each can do, how fresh its import is."""
    return IntegrationList(items=await integrations(services, actor.tenant_id))


@integration_routes.get("/{platform}")
async def one(platform: Platform, actor: SignedInActor, services: WithServices) -> IntegrationView:
    """One of them."""
    return await integration(services, actor.tenant_id, platform)


@integration_routes.post("/sync", status_code=202)
async def sync_now(actor: SignedInActor, services: WithServices) -> None:
    """Imports everything anew; progress shows in /api/integrations and /api/campaigns."""
    if actor.role is Role.VIEWER:
        raise Forbidden("viewers cannot start an import; ask an analyst or above")
    services.sync_wanted.set()


@integration_routes.post("/{platform}/connect")
async def connect(
    platform: Platform, wish: Wish, request: Request, actor: SignedInActor, services: WithServices
) -> Started:
    """The address at which a person lets us in; its answer counts once, for this person and company."""
    root = _root(request, services)
    redirect_uri = f"{root}/api/integrations/{platform.value}/callback"
    begun = await services.connecting.begin(
        _asking(actor, platform), redirect_uri=redirect_uri, shop=wish.shop
    )
    url = begun.url
    if services.sandbox is not None:  # browsers reach it through our own port
        url = url.replace(services.sandbox.url, f"{root}/sandbox", 1)
    return Started(url=url, expires_at=begun.expires_at)


@integration_routes.get("/{platform}/callback", include_in_schema=False)
async def callback(
    platform: Platform, request: Request, actor: SignedInActor, services: WithServices
) -> RedirectResponse:
    """Where the platform sends the person back to; shows them the outcome on the connections page."""
    try:
        await services.connecting.finish(_asking(actor, platform), dict(request.query_params))
    except OmnifyError as error:
        return _to_page(failed=platform.value, reason=str(error))
    services.sync_wanted.set()
    return _to_page(connected=platform.value)


@integration_routes.delete("/{platform}")
async def disconnect(platform: Platform, actor: SignedInActor, services: WithServices) -> Disconnected:
    """Forgets the tokens, and gives them back where the platform takes them."""
    revoked = await services.connecting.disconnect(_asking(actor, platform))
    rest = "" if revoked else f"; remove OmniFy in {platform.label}'s own settings, too"
    return Disconnected(revoked=revoked, message=f"{platform.label} is disconnected{rest}")


def _asking(actor: Actor, platform: Platform) -> Asking:
    if actor.role not in {Role.OWNER, Role.ADMIN}:
        raise Forbidden("only an owner or admin may connect or disconnect a platform")
    return Asking(actor.tenant_id, actor.user_id, platform)


def _root(request: Request, services: Services) -> str:
    return (services.settings.public_url or str(request.base_url)).rstrip("/")


def _to_page(**outcome: str) -> RedirectResponse:
    return RedirectResponse(f"/connections?{urlencode(outcome)}", status_code=303)
