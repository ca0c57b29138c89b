"""The second factor: set up, confirmed, asked for, taken away."""

from __future__ import annotations

import io

import segno
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from omnify_core.people import User
from omnify_server.http.access import SignedInActor, WithServices, session_token
from omnify_server.services import Services

mfa = APIRouter(prefix="/api/mfa", tags=["mfa"])


class MfaState(BaseModel):
    """`recovery_left`: unused recovery codes."""

    enabled: bool
    recovery_left: int


class SetUp(BaseModel):
    """Shown once: the secret as text and as a QR code (SVG), and the recovery codes."""

    secret: str
    uri: str
    qr_svg: str
    recovery_codes: list[str]


class Code(BaseModel):
    code: str = Field(min_length=6, max_length=32)


@mfa.get("")
async def state(actor: SignedInActor, services: WithServices) -> MfaState:
    """Whether your account has a second factor."""
    return await _state(services, await services.stores.people.user(actor.tenant_id, actor.user_id))


@mfa.post("/setup", status_code=201)
async def set_up(actor: SignedInActor, services: WithServices) -> SetUp:
    """Begins setting up an authenticator app; it is in use once a first code was verified."""
    user = await services.stores.people.user(actor.tenant_id, actor.user_id)
    enrolment = await services.factors.enrol(user)
    picture = io.BytesIO()
    segno.make(enrolment.uri, micro=False).save(picture, kind="svg", scale=5, xmldecl=False, svgns=True)
    return SetUp(
        secret=enrolment.secret,
        uri=enrolment.uri,
        qr_svg=picture.getvalue().decode(),
        recovery_codes=list(enrolment.recovery_codes),
    )


@mfa.post("/verify")
async def verify(body: Code, request: Request, actor: SignedInActor, services: WithServices) -> MfaState:
    """Confirms a set-up, or that it is you: approvals ask for a fresh code."""
    user = await services.stores.people.user(actor.tenant_id, actor.user_id)
    await services.factors.confirm(user, body.code)
    await services.identity.mark_fresh(session_token(request))
    return await _state(services, user)


@mfa.post("/disable")
async def disable(body: Code, actor: SignedInActor, services: WithServices) -> MfaState:
    """Takes the second factor away; needs a code of it."""
    user = await services.stores.people.user(actor.tenant_id, actor.user_id)
    await services.factors.disable(user, body.code)
    return await _state(services, user)


async def _state(services: Services, user: User) -> MfaState:
    factor = await services.stores.factors.get(user.tenant_id, user.id)
    if factor is None or not factor.enabled:
        return MfaState(enabled=False, recovery_left=0)
    return MfaState(enabled=True, recovery_left=len(factor.recovery))
