"""A change set on the terminal: what a person needs before a decision."""

from __future__ import annotations

import json

from rich.panel import Panel
from rich.table import Table

from omnify_core.change_sets import Band, ChangeSet, Effect, LegRecord
from omnify_guardrails import name_marks, visible
from omnify_guardrails.replaying import Replay
from omnify_server.change_set_views import daily_change, leg_value
from omnify_server.cli.entry import out


def print_card(change_set: ChangeSet) -> None:
    """The card, rendered from the canonical plan only."""
    out.print(Panel(_legs(change_set), title=visible(change_set.title), subtitle=change_set.status.value))
    total = ", ".join(f"{money.amount} {money.currency}" for money in daily_change(change_set))
    out.print(f"change of daily budgets: {total}", highlight=False)
    if change_set.effect:
        _print_effect(change_set.effect)
    for finding in change_set.verdict.denials:
        out.print(f"[red]✗ {finding.rule}[/red]: {finding.message} {finding.cure}", highlight=False)
    if change_set.verdict.needs_second_person:
        out.print("[yellow]needs a second person: whoever asked cannot approve it[/yellow]")
    out.print(f"why: {visible(change_set.reason)}", highlight=False)
    if change_set.outcome:
        out.print(f"[bold]{change_set.outcome}[/bold]", highlight=False)
    out.print(
        f"[dim]id {change_set.id}\nhash {change_set.plan_hash}\n"
        f"expires {change_set.expires_at:%Y-%m-%d %H:%M} UTC[/dim]",
        highlight=False,
    )


def print_replay(found: Replay, *, as_json: bool) -> int:
    """The exit code: 0 where the effect came out again bit for bit."""
    if as_json:
        told = {"same": found.same, "same_code": found.same_code, "differences": found.differences}
        out.print_json(json.dumps(told | {"effect": found.effect.model_dump(mode="json")}))
        return 0 if found.same else 1
    _print_effect(found.effect)
    code = "the code of then" if found.same_code else "other code than then"
    if found.same:
        out.print(f"[green]computed again from the stored inputs with {code}: the same, bit for bit[/green]")
        return 0
    out.print(f"[red]computed again with {code}, and not the same[/red]")
    for line in found.differences:
        out.print(line, highlight=False)
    return 1


def _legs(change_set: ChangeSet) -> Table:
    table = Table("Platform", "What", "Field", "Now", "Proposed", "State", box=None, expand=True)
    records = change_set.records or (LegRecord(),) * len(change_set.plan.legs)
    for leg, record in zip(change_set.plan.legs, records, strict=True):
        marks = name_marks(leg.name)
        name = f"{visible(leg.name)} ({leg.ref.id})" + (f" [red]⚠ {', '.join(marks)}[/red]" if marks else "")
        before, after = leg_value(leg, before=True), leg_value(leg, before=False)
        state = f"{record.status.value} {record.note}".strip()
        table.add_row(leg.ref.platform.label, name, leg.kind, before, after, state)
    return table


def _print_effect(effect: Effect) -> None:
    for label, band in (
        ("spend", effect.spend),
        ("conversions", effect.conversions),
        ("value", effect.value),
    ):
        if band is not None:
            out.print(f"expected {label} over {effect.horizon_days} days: {_band(band)}", highlight=False)
    worst = effect.worst_case
    out.print(f"worst case in one day: {worst.amount} {worst.currency} more", highlight=False)
    if cost := effect.learning_cost:
        out.print(f"learning phase: {cost.amount} {cost.currency} expected", highlight=False)
    for line in (effect.method, *effect.readings, *effect.notes, *effect.dry_runs):
        out.print(f"[dim]{line}[/dim]", highlight=False)


def _band(band: Band) -> str:
    return f"{band.p50} {band.unit} (80 % between {band.p10} and {band.p90})"
