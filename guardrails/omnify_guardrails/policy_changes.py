"""Changing the money policy: by people who may, one version after the other, each in the audit chain."""

from __future__ import annotations

from typing import Any

from omnify_core.errors import BadInput, Conflict, Forbidden, NotFound
from omnify_core.people import Actor, Role
from omnify_core.policy import MoneyPolicy
from omnify_guardrails.ports import MoneyPorts

_MAY = {Role.OWNER, Role.ADMIN}


async def change_policy(ports: MoneyPorts, actor: Actor, policy: MoneyPolicy) -> MoneyPolicy:
    """The stored role decides, not the token's; plans that wait are judged by it when they are approved."""
    if actor.agent or policy.tenant_id != actor.tenant_id:
        raise Forbidden("only a person of this account may change its money policy")
    try:
        person = await ports.people.user(actor.tenant_id, actor.user_id)
    except NotFound as error:
        raise Forbidden("only a known user of this account may change its money policy") from error
    if person.role not in _MAY:
        raise Forbidden("only an owner or admin may change the money policy")
    former = await ports.policies.get(actor.tenant_id)
    if policy.base_currency != former.base_currency:
        raise BadInput(f"base_currency stays {former.base_currency}: plans and limits in flight are in it")
    if policy.version != former.version + 1:
        raise Conflict(f"the policy is at version {former.version} by now; look at it again, then change it")
    changes = changed(former, policy)
    if not changes:
        raise BadInput("nothing of the policy would change")
    await ports.trail.write(
        actor.tenant_id,
        actor.user_id,
        "policy.changed",
        subject="money",
        facts={"version": policy.version, "changes": changes},
    )
    await ports.policies.replace(policy)
    return policy


def changed(before: MoneyPolicy, after: MoneyPolicy) -> dict[str, Any]:
    """Field by field, [before, after]; without the version itself."""
    old, new = (one.model_dump(mode="json") for one in (before, after))
    return {
        name: [_ordered(old[name]), _ordered(new[name])]
        for name in old
        if name != "version" and _ordered(old[name]) != _ordered(new[name])
    }


def _ordered(value: Any) -> Any:
    """Sets come in any order; two equal ones must read the same."""
    return sorted(value) if isinstance(value, list) else value
