"""`omnify approvals`: the same rows as in the browser."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.ids import ChangeSetId
from omnify_guardrails import visible
from omnify_guardrails.replaying import replay
from omnify_server.change_set_views import daily_change
from omnify_server.cli.asking import change_set_json
from omnify_server.cli.cards import print_card, print_replay
from omnify_server.cli.deciding import decide_and_apply
from omnify_server.cli.entry import (
    acting,
    as_option,
    data_dir_option,
    json_option,
    out,
    ready_services,
    run,
    settings_with,
)


@click.group("approvals")
def command() -> None:
    """List, show, approve, reject and undo change sets."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Decided and ended ones too.")
@json_option
@as_option
@data_dir_option
def list_(everything: bool, as_json: bool, email: str, data_dir: Path | None) -> None:
    """What waits for a decision."""
    run(_list(everything, as_json, email, data_dir))


async def _list(everything: bool, as_json: bool, email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        await services.money.expire_due()
        statuses = [] if everything else [ChangeSetStatus.PROPOSED, ChangeSetStatus.NEEDS_PERSON]
        found = await services.stores.change_sets.of_tenant(actor.tenant_id, statuses)
    if as_json:
        click.echo(json.dumps([change_set_json(one) for one in found]))
        return
    if not found:
        out.print("Nothing waits for a decision." if not everything else "No change sets yet.")
        return
    out.print(_table(found))


def _table(found: list[ChangeSet]) -> Table:
    table = Table("Id", "What", "Per day", "Status", "Asked", "Expires (UTC)", box=None)
    for one in found:
        per_day = ", ".join(f"{money.amount} {money.currency}" for money in daily_change(one))
        table.add_row(
            one.id,
            visible(one.title),
            per_day,
            one.status.value,
            f"{one.created_at:%m-%d %H:%M}",
            f"{one.expires_at:%m-%d %H:%M}",
        )
    return table


@command.command("show")
@click.argument("change_set_id")
@click.option("--replay", "again", is_flag=True, help="Compute its effect again from what was stored.")
@json_option
@as_option
@data_dir_option
def show(change_set_id: str, again: bool, as_json: bool, email: str, data_dir: Path | None) -> int:
    """One change set with everything a decision needs."""
    return run(_show(change_set_id, again, as_json, email, data_dir))


async def _show(change_set_id: str, again: bool, as_json: bool, email: str, data_dir: Path | None) -> int:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        found = await services.stores.change_sets.get(actor.tenant_id, ChangeSetId(change_set_id))
        replayed = await replay(services.stores.snapshots, found) if again else None
    if replayed is not None:
        return print_replay(replayed, as_json=as_json)
    if as_json:
        click.echo(found.model_dump_json())
    else:
        print_card(found)
    return 0


@command.command("approve")
@click.argument("change_set_id")
@click.option("--hash", "plan_hash", default="", help="The hash you read; refused if the plan has another.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@as_option
@data_dir_option
def approve(change_set_id: str, plan_hash: str, yes: bool, email: str, data_dir: Path | None) -> int:
    """Approve it; it is applied, read back and audited."""
    return run(_decide(change_set_id, plan_hash, yes, email, data_dir, approve=True, reason=""))


@command.command("reject")
@click.argument("change_set_id")
@click.option("--reason", default="", help="Why, for those who asked.")
@as_option
@data_dir_option
def reject(change_set_id: str, reason: str, email: str, data_dir: Path | None) -> int:
    """Reject it."""
    return run(_decide(change_set_id, "", True, email, data_dir, approve=False, reason=reason))


async def _decide(
    change_set_id: str,
    plan_hash: str,
    yes: bool,
    email: str,
    data_dir: Path | None,
    *,
    approve: bool,
    reason: str,
) -> int:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        found = await services.stores.change_sets.get(actor.tenant_id, ChangeSetId(change_set_id))
        if plan_hash:
            found = found.model_copy(update={"plan_hash": plan_hash})
        if approve and not yes:
            print_card(found)
            click.confirm("Approve exactly this?", abort=True)
        ended = await decide_and_apply(services, actor, found, approve=approve, reason=reason)
    return 0 if ended.status in {ChangeSetStatus.DONE, ChangeSetStatus.REJECTED} else 1


@command.command("undo")
@click.argument("change_set_id")
@as_option
@data_dir_option
def undo(change_set_id: str, email: str, data_dir: Path | None) -> None:
    """Propose the inverse of what was applied."""
    run(_undo(change_set_id, email, data_dir))


async def _undo(change_set_id: str, email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        print_card(await services.money.undo(actor, ChangeSetId(change_set_id)))


@command.command("settle")
@click.argument("change_set_id")
@click.option(
    "--happened/--not-happened",
    default=None,
    help="What you found on the platform, where no read of ours can tell.",
)
@as_option
@data_dir_option
def settle(change_set_id: str, happened: bool | None, email: str, data_dir: Path | None) -> None:
    """Close a plan that needed a person, by what the platforms show now."""
    run(_settle(change_set_id, happened, email, data_dir))


async def _settle(change_set_id: str, happened: bool | None, email: str, data_dir: Path | None) -> None:
    async with ready_services(settings_with(data_dir=data_dir)) as services:
        actor = await acting(services, email)
        print_card(await services.money.settle(actor, ChangeSetId(change_set_id), happened=happened))
