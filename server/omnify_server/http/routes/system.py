"""Health, what answers, the audit chain and the kill switch."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from omnify_core.errors import Forbidden, NotFound
from omnify_core.people import Actor, Role
from omnify_guardrails import ChainReport, verify_chain
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.services import Services
from omnify_server.version import VERSION
from omnify_server.views import EngineView, StatusView

system = APIRouter(tags=["system"])


class Ready(BaseModel):
    ready: bool
    checks: dict[str, str]


@system.get("/health")
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@system.get("/ready")
async def ready(request: Request, response: Response) -> Ready:
    """The stores answer; 503 until they do."""
    services: Services | None = getattr(request.app.state, "services", None)
    if services is None:
        response.status_code = 503
        return Ready(ready=False, checks={"services": "starting"})
    await services.stores.people.tenants()
    return Ready(ready=True, checks={"documents": "ok"})


@system.get("/api/status")
async def status(services: WithServices) -> StatusView:
    """Version, which engine answers, and whether applying is stopped."""
    engine = EngineView(
        name=services.chosen.name,
        is_language_model=services.chosen.is_language_model,
        note=services.chosen.note,
    )
    tenants = await services.stores.people.tenants()
    stopped = [await services.stores.switches.is_stopped(tenant.id) for tenant in tenants]
    return StatusView(
        version=VERSION,
        engine=engine,
        sandbox=services.sandbox is not None,
        applying_stopped=bool(stopped) and all(stopped),
        now=services.clock.now(),
    )


@system.get("/api/audit/verify")
async def verify(actor: SignedInActor, services: WithServices) -> ChainReport:
    """Recomputes the whole audit chain of your company and names the first bad row."""
    return await verify_chain(services.stores.audit, actor.tenant_id)


class KillSwitch(BaseModel):
    stopped: bool


@system.get("/api/kill-switch")
async def read_switch(actor: SignedInActor, services: WithServices) -> KillSwitch:
    """Whether applying is stopped for your company."""
    return KillSwitch(stopped=await services.stores.switches.is_stopped(actor.tenant_id))


@system.post("/api/kill-switch")
async def turn_switch(body: KillSwitch, actor: SignedInActor, services: WithServices) -> KillSwitch:
    """Stops (anybody who may approve) or resumes (owners and admins) all applying."""
    await services.turn_switch(actor, stopped=body.stopped)
    return KillSwitch(stopped=await services.stores.switches.is_stopped(actor.tenant_id))


class SandboxAccess(BaseModel):
    base_url: str
    control_token: str


@system.get("/api/dev/sandbox", include_in_schema=False)
async def sandbox_access(actor: SignedInActor, services: WithServices) -> SandboxAccess:
    """How to steer the simulated market; there is none in production."""
    _owner(actor)
    if services.sandbox is None:
        raise NotFound("there is no sandbox market here")
    return SandboxAccess(base_url="/sandbox", control_token=services.sandbox.control_token)


def _owner(actor: Actor) -> None:
    if actor.role is not Role.OWNER:
        raise Forbidden("only an owner may do this")
