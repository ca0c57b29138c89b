"""Deciding at the terminal: the same rows, the same rules, and the worker's step run here if none runs."""

from __future__ import annotations

import asyncio

import click

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import FreshCodeNeeded, OutcomeUnknown
from omnify_core.ids import new_id
from omnify_core.people import Actor
from omnify_server.cli.entry import err, out
from omnify_server.services import Services

_WAIT_S = 90.0


async def decide_and_apply(
    services: Services, actor: Actor, change_set: ChangeSet, *, approve: bool, reason: str
) -> ChangeSet:
    """Approves or rejects exactly what was shown; waits until an approved plan has ended."""
    if not approve:
        rejected = await services.money.reject(
            actor, change_set.id, plan_hash=change_set.plan_hash, reason=reason, via="cli"
        )
        out.print(f"{rejected.id}: {rejected.status.value}")
        return rejected
    await _approve(services, actor, change_set)
    with err.status("applying and reading back…"):
        ended = await _until_ended(services, change_set)
    out.print(f"{ended.id}: [bold]{ended.status.value}[/bold] {ended.outcome}", highlight=False)
    return ended


async def _approve(services: Services, actor: Actor, change_set: ChangeSet) -> None:
    """A person with a second factor shows it here too."""
    try:
        await services.money.approve(actor, change_set.id, plan_hash=change_set.plan_hash, via="cli")
    except FreshCodeNeeded:
        user = await services.stores.people.user(actor.tenant_id, actor.user_id)
        await services.factors.check(user, click.prompt("Code of your authenticator app", err=True))
        shown = actor.model_copy(update={"code_at": services.clock.now()})
        await services.money.approve(shown, change_set.id, plan_hash=change_set.plan_hash, via="cli")


async def _until_ended(services: Services, change_set: ChangeSet) -> ChangeSet:
    holder = new_id("cli")
    async with asyncio.timeout(_WAIT_S):
        while True:
            await services.money.apply_due(holder)
            found = await services.stores.change_sets.get(change_set.tenant_id, change_set.id)
            if found.status.is_final or found.status is ChangeSetStatus.NEEDS_PERSON:
                return found
            await asyncio.sleep(0.3)
    raise OutcomeUnknown(f"{change_set.id} has not ended after {_WAIT_S:.0f} s; see `omnify approvals show`")
