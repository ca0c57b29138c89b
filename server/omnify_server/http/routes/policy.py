"""The money policy: seen by everybody, changed by owners and admins."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError

from omnify_core.errors import BadInput
from omnify_core.policy import MoneyPolicy
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.policy_views import PolicyBody, PolicyView

policy_routes = APIRouter(prefix="/api/policy", tags=["policy"])


class PolicyHistory(BaseModel):
    """Newest first; the one in force stands first."""

    items: list[PolicyView]


@policy_routes.get("")
async def read_policy(actor: SignedInActor, services: WithServices) -> PolicyView:
    """What may be asked, approved and applied, and within which limits."""
    return PolicyView.of(await services.stores.policies.get(actor.tenant_id))


@policy_routes.put("")
async def change_policy(body: PolicyBody, actor: SignedInActor, services: WithServices) -> PolicyView:
    """Puts a new version in force; 409 where somebody changed it since it was looked at."""
    current = await services.stores.policies.get(actor.tenant_id)
    wanted = _checked(body, current)
    return PolicyView.of(await services.money.change_policy(actor, wanted))


@policy_routes.get("/history")
async def policy_history(actor: SignedInActor, services: WithServices) -> PolicyHistory:
    """Every version; who changed what stands in the audit chain."""
    current = await services.stores.policies.get(actor.tenant_id)
    former = await services.stores.policies.history(actor.tenant_id)
    return PolicyHistory(items=[PolicyView.of(one) for one in (current, *former)])


def _checked(body: PolicyBody, current: MoneyPolicy) -> MoneyPolicy:
    try:
        return body.next_policy(current.tenant_id, current.base_currency)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadInput(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error
