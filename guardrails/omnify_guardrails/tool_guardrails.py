"""Carries three rules into the SDK: the right tenant, a role that may ask, arguments of sane size.

The only module here that knows the SDK; the rules themselves are plain functions above the hooks.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from agents import ToolGuardrailFunctionOutput, ToolInputGuardrail, ToolInputGuardrailData
from omnify_core.errors import BadInput, Forbidden, OmnifyError
from omnify_core.people import Actor, Role, Tenant

MOST_ARGUMENT_CHARS = 4000
MOST_VALUE_CHARS = 1000


class HasActor(Protocol):
    """What the SDK's context object must offer to these guardrails."""

    @property
    def actor(self) -> Actor: ...

    @property
    def tenant(self) -> Tenant: ...


def check_tenant(actor: Actor, tenant: Tenant) -> None:
    """Raises Forbidden where a run's data and its person belong to different tenants."""
    if actor.tenant_id != tenant.id:
        raise Forbidden("this run belongs to another account; start a new conversation")


def check_may_propose(actor: Actor) -> None:
    if actor.role is Role.VIEWER:
        raise Forbidden("a viewer may look at figures but not propose changes; ask an analyst or manager")


def check_size(arguments: str) -> None:
    """Raises BadInput for arguments that no honest call has."""
    if len(arguments) > MOST_ARGUMENT_CHARS:
        raise BadInput(f"the arguments are {len(arguments)} characters long; at most {MOST_ARGUMENT_CHARS}")
    if any(len(text) > MOST_VALUE_CHARS for text in _texts(_parsed(arguments))):
        raise BadInput(f"one argument is longer than {MOST_VALUE_CHARS} characters; shorten it")


async def _tenant_hook(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    context: HasActor = data.context.context
    return _answer(lambda: check_tenant(context.actor, context.tenant))


async def _role_hook(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    context: HasActor = data.context.context
    return _answer(lambda: check_may_propose(context.actor))


async def _size_hook(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    return _answer(lambda: check_size(data.context.tool_arguments or ""))


within_tenant: ToolInputGuardrail[Any] = ToolInputGuardrail(_tenant_hook, name="within_tenant")
may_propose: ToolInputGuardrail[Any] = ToolInputGuardrail(_role_hook, name="may_propose")
sane_size: ToolInputGuardrail[Any] = ToolInputGuardrail(_size_hook, name="sane_size")


def _answer(check: Any) -> ToolGuardrailFunctionOutput:
    """A rule's refusal becomes text for the model; the tool is not run."""
    try:
        check()
    except OmnifyError as error:
        return ToolGuardrailFunctionOutput.reject_content(str(error))
    return ToolGuardrailFunctionOutput.allow()


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments or "{}")
    except json.JSONDecodeError as error:
        raise BadInput(f"the arguments are not JSON: {error}") from error


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []
