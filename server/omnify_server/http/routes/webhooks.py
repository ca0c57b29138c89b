"""Where platforms deliver what happened, and what an owner must enter there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, SecretStr

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, Forbidden, NotFound
from omnify_core.people import Actor, Role
from omnify_server.http.access import SignedInActor, WithServices

webhook_routes = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

_LARGEST = 1_048_576


class Taken(BaseModel):
    status: str


class WebhookAddress(BaseModel):
    """Enter `path` behind this server's own public address."""

    path: str


class SigningSecret(BaseModel):
    """As Stripe shows it beside the endpoint: `whsec_…`."""

    secret: SecretStr = Field(min_length=8, max_length=255)


@webhook_routes.post("/{platform}/{key}")
async def deliver(platform: Platform, key: str, request: Request, services: WithServices) -> Taken:
    """A delivery, signed by the platform. Answers 200 for one that was taken before, too."""
    raw = await _body(request)
    return Taken(status=await services.webhooks.take(platform, key, raw, request.headers))


@webhook_routes.get("/{platform}")
async def address(platform: Platform, actor: SignedInActor, services: WithServices) -> WebhookAddress:
    """The address that is your company's alone; whoever knows it still needs the platform's signature."""
    _administers(actor)
    return WebhookAddress(path=services.webhooks.address(actor.tenant_id, platform))


@webhook_routes.put("/stripe/secret", status_code=204)
async def set_secret(body: SigningSecret, actor: SignedInActor, services: WithServices) -> None:
    """Keeps Stripe's signing secret with the connection, sealed like its key."""
    _administers(actor)
    connection = await services.platforms.connection(actor.tenant_id, Platform.STRIPE)
    if connection is None:
        raise NotFound("Stripe is not connected; connect it first")
    secrets = connection.secrets | {"webhook_secret": body.secret}
    await services.platforms.connect(connection.model_copy(update={"secrets": secrets}))


async def _body(request: Request) -> bytes:
    """Never more than the limit in memory, whatever length was announced."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _LARGEST:
            raise BadInput(f"a delivery may have {_LARGEST} bytes at most")
    return bytes(raw)


def _administers(actor: Actor) -> None:
    if actor.role not in {Role.OWNER, Role.ADMIN}:
        raise Forbidden("only an owner or admin may see or set this")
