"""Who may call: services and the signed-in person, as types in a route's signature."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from omnify_core.errors import Forbidden, NotSignedIn
from omnify_core.people import Actor
from omnify_server.services import Services

COOKIE = "omnify_session"
_SAFE = {"GET", "HEAD", "OPTIONS"}


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


WithServices = Annotated[Services, Depends(_services)]


def session_token(request: Request) -> str:
    """From the bearer header (machines) or the cookie (browsers, same origin only).

    Raises NotSignedIn, and Forbidden where another site's page uses the cookie.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise NotSignedIn("sign in first")
    if request.method not in _SAFE:
        _refuse_foreign_origin(request)
    return cookie


def _refuse_foreign_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("this request does not come from OmniFy's own pages; use a bearer token instead")


async def _actor(request: Request, services: WithServices) -> Actor:
    return await services.identity.actor(session_token(request))


SignedInActor = Annotated[Actor, Depends(_actor)]
