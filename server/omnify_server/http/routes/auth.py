"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from omnify_core.ids import TenantId
from omnify_core.people import User
from omnify_server.http.access import COOKIE, SignedInActor, WithServices, session_token
from omnify_server.identity.sessions import Session
from omnify_server.services import Services
from omnify_server.views import SignedIn, TenantView, UserView

auth = APIRouter(prefix="/api/auth", tags=["auth"])


class LoginBody(BaseModel):
    email: str = Field(max_length=320)
    password: str = Field(max_length=1024)
    code: str = Field("", max_length=32, description="Of the second factor, where one is in use.")


@auth.post("/login")
async def login(body: LoginBody, request: Request, response: Response, services: WithServices) -> SignedIn:
    """Signs in by e-mail and password; sets the browser's cookie and returns a bearer token."""
    address = request.client.host if request.client else "unknown"
    session = await services.identity.sign_in(body.email, body.password, address, body.code)
    _set_cookie(response, request, session, services)
    seconds = int((session.expires_at - services.clock.now()).total_seconds())
    return SignedIn(
        user=await user_view(services, session.user), access_token=session.token, expires_in=seconds
    )


@auth.post("/logout", status_code=204)
async def logout(request: Request, response: Response, services: WithServices) -> None:
    """Ends the session everywhere it is used."""
    await services.identity.sign_out(session_token(request))
    response.delete_cookie(COOKIE)


@auth.get("/link/{secret}", include_in_schema=False)
async def redeem(secret: str, request: Request, services: WithServices) -> RedirectResponse:
    """Follows a one-time sign-in link into the application."""
    session = await services.identity.redeem_link(secret)
    reply = RedirectResponse("/", status_code=303)
    _set_cookie(reply, request, session, services)
    return reply


@auth.get("/me")
async def me(actor: SignedInActor, services: WithServices) -> UserView:
    """Who is signed in."""
    return await user_view(services, await services.stores.people.user(actor.tenant_id, actor.user_id))


def _set_cookie(response: Response, request: Request, session: Session, services: Services) -> None:
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int((session.expires_at - services.clock.now()).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


async def user_view(services: Services, user: User) -> UserView:
    tenant = await services.stores.people.tenant(TenantId(user.tenant_id))
    return UserView(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        may_approve=user.role.may_approve,
        has_second_factor=user.has_second_factor,
        tenant=TenantView(
            id=tenant.id, name=tenant.name, base_currency=tenant.base_currency, time_zone=tenant.time_zone
        ),
    )
