"""`@tool`: turns a function and its effect into an SDK tool, with what holds for all of them."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any

from agents.function_schema import FuncSchema, function_schema
from agents.tool_context import ToolContext
from pydantic import ValidationError

from agents import FunctionTool
from omnify_core.conversations import ToolCall
from omnify_core.errors import BadInput, Forbidden, LimitReached, OmnifyError, Retry
from omnify_core.people import Role
from omnify_tools.context import Copilot
from omnify_tools.tables import Output, ProposalCard, ToolError
from omnify_tools.untrusted import clean, marked_card, marked_table

Ctx = ToolContext[Copilot]
Check = Callable[[Copilot, "Effect", str], None]
"""A rule before the call: the copilot, the tool's effect, the raw arguments. Raises an OmnifyError."""

MAX_ARGUMENTS = 4_000
_log = logging.getLogger("omnify.tools")
_effects: dict[str, Effect] = {}


class Effect(StrEnum):
    """What a tool can do to the client's ad accounts: nothing, or put a change set before a person."""

    READ = "read"
    PROPOSE = "propose"


def effect_of(name: str) -> Effect:
    """The declared effect of a tool by its name."""
    return _effects[name]


def within_tenant(copilot: Copilot, _effect: Effect, _arguments: str) -> None:
    if copilot.actor.tenant_id != copilot.tenant.id:
        raise Forbidden("this run belongs to another client; nothing was read")


def within_role(copilot: Copilot, effect: Effect, _arguments: str) -> None:
    role = copilot.actor.role
    if not role.may_chat or (effect is Effect.PROPOSE and role is Role.VIEWER):
        raise Forbidden(f"the role {role.value!r} may not do this; ask somebody who may propose changes")


def within_size(_copilot: Copilot, _effect: Effect, arguments: str) -> None:
    if len(arguments) > MAX_ARGUMENTS:
        raise BadInput(f"the arguments are longer than {MAX_ARGUMENTS} characters; send only what is asked")


def within_count(copilot: Copilot, _effect: Effect, _arguments: str) -> None:
    limit = copilot.record.max_tool_calls
    if len(copilot.record.tool_calls) >= limit:
        raise LimitReached(f"this run has made its {limit} tool calls; answer with what is known")


ALWAYS: tuple[Check, ...] = (within_tenant, within_role, within_size, within_count)


def tool(
    effect: Effect, *, timeout_s: float = 30.0, guardrails: Sequence[Check] = ()
) -> Callable[[Callable[..., Awaitable[Output]]], FunctionTool]:
    """Declares a function as a tool: its docstring is what the model reads."""

    def declared(function: Callable[..., Awaitable[Output]]) -> FunctionTool:
        assert inspect.iscoroutinefunction(function), "tools are async: a sync one cannot be timed out"
        schema = function_schema(function)
        invocation = _Invocation(function, schema, effect, timeout_s, (*ALWAYS, *guardrails))
        _effects[schema.name] = effect
        return FunctionTool(
            name=schema.name,
            description=schema.description or "",
            params_json_schema=schema.params_json_schema,
            on_invoke_tool=invocation,
            strict_json_schema=schema.strict_json_schema,
        )

    return declared


class _Invocation:
    """One declared tool as the SDK calls it. Answers in text whatever happens, and writes it down."""

    def __init__(
        self,
        function: Callable[..., Awaitable[Output]],
        schema: FuncSchema,
        effect: Effect,
        timeout_s: float,
        checks: tuple[Check, ...],
    ) -> None:
        self._function = function
        self._schema = schema
        self._effect = effect
        self._timeout_s = timeout_s
        self._checks = checks

    async def __call__(self, ctx: Ctx, arguments: str) -> str:
        try:
            for check in self._checks:
                check(ctx.context, self._effect, arguments)
            output = await self._bounded(ctx, self._parsed(arguments))
        except Exception as error:  # noqa: BLE001 - the outermost edge of a tool: the model is told, the run goes on
            return self._keep(ctx, arguments, _in_words(self._schema.name, error), ok=False)
        if isinstance(output, ProposalCard):
            ctx.context.record.cards.append(output)
            return self._keep(ctx, arguments, marked_card(output).model_dump_json(), ok=True)
        return self._keep(ctx, arguments, marked_table(output).model_dump_json(), ok=True)

    def _parsed(self, arguments: str) -> tuple[list[Any], dict[str, Any]]:
        try:
            given = json.loads(arguments or "{}")
        except ValueError as error:
            raise BadInput(f"the arguments of {self._schema.name} are not JSON; send one object") from error
        if not isinstance(given, dict):
            raise BadInput(f"the arguments of {self._schema.name} must be one JSON object")
        return self._schema.to_call_args(self._schema.params_pydantic_model(**given))

    async def _bounded(self, ctx: Ctx, call: tuple[list[Any], dict[str, Any]]) -> Output:
        args, kwargs = call
        async with asyncio.timeout(self._timeout_s):
            if self._effect is Effect.READ:
                return await self._function(ctx, *args, **kwargs)
            # A stopped or late run must not tear a proposal: it is stored whole or not at all.
            return await asyncio.shield(self._function(ctx, *args, **kwargs))

    def _keep(self, ctx: Ctx, arguments: str, text: str, *, ok: bool) -> str:
        record = ctx.context.record
        call = ToolCall(name=self._schema.name, arguments=_readable(arguments), effect=self._effect, ok=ok)
        record.tool_calls.append(call)
        record.outputs.append(text)
        return text


def _readable(arguments: str) -> dict[str, Any]:
    try:
        given = json.loads(arguments or "{}")
    except ValueError:
        return {"unreadable": arguments[:200]}
    return given if isinstance(given, dict) else {"unreadable": arguments[:200]}


def _in_words(name: str, error: Exception) -> str:
    if isinstance(error, OmnifyError):
        known = ToolError(code=error.code, message=clean(str(error), length=600), retry=error.retry.value)
    elif isinstance(error, ValidationError):
        known = ToolError(code="bad_input", message=_what_is_wrong(name, error), retry=Retry.CHANGED.value)
    elif isinstance(error, TimeoutError):
        late = f"{name} took too long and was given up; try a shorter period or say that it is not available"
        known = ToolError(code="timeout", message=late, retry=Retry.LATER.value)
    else:
        _log.error("tool %s failed", name, exc_info=error)
        broken = f"{name} failed inside and gave no figures; say so and do not guess"
        known = ToolError(code="internal", message=broken, retry=Retry.NEVER.value)
    return known.model_dump_json()


def _what_is_wrong(name: str, error: ValidationError) -> str:
    parts = [
        f"{'.'.join(str(step) for step in detail['loc']) or 'arguments'}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return clean(f"wrong arguments for {name}: {'; '.join(parts)}; correct them and call again", length=600)
