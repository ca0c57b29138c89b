"""`@tool`: turns a function and its effect into an SDK tool, with what holds for all of them."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from enum import StrEnum
from functools import partial
from typing import Any

from agents.function_schema import FuncSchema, function_schema
from agents.tool_context import ToolContext
from pydantic import ValidationError

from agents import FunctionTool
from omnify_core.conversations import ToolCall
from omnify_core.errors import BadInput, LimitReached, OmnifyError, Retry
from omnify_guardrails.tool_guardrails import check_may_propose, check_size, check_tenant
from omnify_tools.context import Copilot, RunRecorder
from omnify_tools.tables import Output, ProposalCard, ToolError
from omnify_tools.untrusted import marked_card, marked_table, one_line

Ctx = ToolContext[Copilot]
Check = Callable[[Copilot, "Effect", str], None]
"""A rule before the call: the copilot, the tool's effect, the raw arguments. Raises an OmnifyError."""

_log = logging.getLogger("omnify.tools")
_effects: dict[str, Effect] = {}


class Effect(StrEnum):
    """What a tool can do to the client's ad accounts: nothing, or put a change set before a person."""

    READ = "read"
    PROPOSE = "propose"


def effect_of(name: str) -> Effect:
    """The declared effect of a tool by its name."""
    return _effects[name]


def within_reach(copilot: Copilot, effect: Effect, arguments: str) -> None:
    """The house's rules on tenant, role and size."""
    check_tenant(copilot.actor, copilot.tenant)
    check_size(arguments)
    if effect is Effect.PROPOSE:
        check_may_propose(copilot.actor)


def within_count(copilot: Copilot, _effect: Effect, _arguments: str) -> None:
    limit = copilot.record.max_tool_calls
    if len(copilot.record.tool_calls) >= limit:
        raise LimitReached(f"this run has made its {limit} tool calls; answer with what is known")


ALWAYS: tuple[Check, ...] = (within_reach, within_count)


def tool(
    effect: Effect, *, timeout_s: float = 30.0, guardrails: Sequence[Check] = ()
) -> Callable[[Callable[..., Coroutine[Any, Any, Output]]], FunctionTool]:
    """Declares a function as a tool: its docstring is what the model reads."""

    def declared(function: Callable[..., Coroutine[Any, Any, Output]]) -> FunctionTool:
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
        function: Callable[..., Coroutine[Any, Any, Output]],
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
            return self._keep(ctx, arguments, self._in_words(error), ok=False)
        marked = marked_card(output) if isinstance(output, ProposalCard) else marked_table(output)
        return self._keep(ctx, arguments, marked.model_dump_json(), ok=True)

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
        if self._effect is Effect.READ:
            async with asyncio.timeout(self._timeout_s):
                return await self._function(ctx, *args, **kwargs)
        return await self._to_its_end(ctx.context.record, self._function(ctx, *args, **kwargs))

    async def _to_its_end(self, record: RunRecorder, proposing: Coroutine[Any, Any, Output]) -> Output:
        """A stopped or late run must not tear a proposal: it is stored whole, and known to the run."""
        work = asyncio.create_task(proposing)
        record.under_way.add(work)
        work.add_done_callback(record.under_way.discard)
        work.add_done_callback(partial(_keep_card, record))
        await asyncio.wait({work}, timeout=self._timeout_s)
        if not work.done():
            raise TimeoutError
        return work.result()

    def _keep(self, ctx: Ctx, arguments: str, text: str, *, ok: bool) -> str:
        record = ctx.context.record
        call = ToolCall(name=self._schema.name, arguments=_readable(arguments), effect=self._effect, ok=ok)
        record.tool_calls.append(call)
        record.outputs.append(text)
        return text

    def _in_words(self, error: Exception) -> str:
        name = self._schema.name
        if isinstance(error, OmnifyError):
            known = ToolError(
                code=error.code, message=one_line(str(error), length=600), retry=error.retry.value
            )
        elif isinstance(error, ValidationError):
            known = ToolError(
                code="bad_input", message=_what_is_wrong(name, error), retry=Retry.CHANGED.value
            )
        elif isinstance(error, TimeoutError):
            known = self._late()
        else:
            _log.error("tool %s failed", name, exc_info=error)
            broken = f"{name} failed inside and gave no answer; say so and do not guess"
            known = ToolError(code="internal", message=broken, retry=Retry.NEVER.value)
        return known.model_dump_json()

    def _late(self) -> ToolError:
        late = f"{self._schema.name} took too long"
        if self._effect is Effect.PROPOSE:
            message = f"{late} and may still be stored; look at pending_approvals before proposing again"
            return ToolError(code="timeout", message=message, retry=Retry.AFTER_CHECK.value)
        message = f"{late} and was given up; try a shorter period, or say that it is not available now"
        return ToolError(code="timeout", message=message, retry=Retry.LATER.value)


def _readable(arguments: str) -> dict[str, Any]:
    try:
        given = json.loads(arguments or "{}")
    except ValueError:
        return {"unreadable": arguments[:200]}
    return given if isinstance(given, dict) else {"unreadable": arguments[:200]}


def _keep_card(record: RunRecorder, work: asyncio.Task[Output]) -> None:
    if not work.cancelled() and work.exception() is None and isinstance(card := work.result(), ProposalCard):
        record.cards.append(card)


def _what_is_wrong(name: str, error: ValidationError) -> str:
    parts = [
        f"{'.'.join(str(step) for step in detail['loc']) or 'arguments'}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return one_line(
        f"wrong arguments for {name}: {'; '.join(parts)}; correct them and call again", length=600
    )
