"""What was changed, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import BadInput
from omnify_core.ids import ChangeSetId
from omnify_tools.answers import table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import METRICS, Totals, change
from omnify_tools.market import figures_of, find_campaign, limited
from omnify_tools.periods import LAG_DAYS, Period, period_named
from omnify_tools.proposals import leg_row
from omnify_tools.sheets import FACTS
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import cell, counted, figure, signed

_MOST = 500
_DAY = timedelta(days=1)
COLUMNS = [
    Column(key="change_set_id", label="Id", unit="id"),
    Column(key="title", label="Change", untrusted=True),
    Column(key="status", label="Status"),
    Column(key="proposed", label="Proposed"),
    Column(key="decided", label="Decided"),
    Column(key="decided_by", label="By", untrusted=True),
    Column(key="outcome", label="Outcome", untrusted=True),
]


@tool(Effect.READ)
async def change_history(
    ctx: Ctx, period: str = "last_7_days", campaign_id: str = "", status: str = "", limit: int = 20
) -> Table:
    """List changes that were proposed, approved, applied or refused, newest first; "what changed yesterday".

    Args:
        period: As in performance_summary, e.g. yesterday or last_7_days; today counts in the last_ ones.
        campaign_id: Only changes of this campaign (id or unambiguous name); empty for all.
        status: done, proposed, denied, rejected, failed, expired, approved, applying or needs_person;
            empty for all.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    if period.strip().lower().startswith("last_") and window.until == window.today - _DAY:
        window = window._replace(until=window.today)
    campaign = (await find_campaign(copilot, campaign_id)).id if campaign_id.strip() else None
    wanted = [_status(status)] if status.strip() else []
    found = [
        one
        for one in await copilot.change_sets.of_tenant(copilot.tenant.id, wanted, limit=_MOST)
        if window.since <= _local(one.updated_at, window) <= window.until
        and (campaign is None or any(leg.ref.id == campaign for leg in one.plan.legs))
    ]
    applied = sum(one.status is ChangeSetStatus.DONE for one in found)
    first = f" Latest: {quoted(found[0].title)} ({found[0].id}), {found[0].status.value}." if found else ""
    return await table(
        copilot,
        f"Changes, {window.label}",
        f"{counted(len(found), 'change')}, {applied} applied, {window.since} to {window.until}.{first}",
        columns=COLUMNS,
        rows=[_row(one, window) for one in found[: limited(limit)]],
        source=f"The change sets; times in {window.zone}",
        total_rows=len(found),
    )


@tool(Effect.READ)
async def change_details(ctx: Ctx, change_set_id: str) -> Table:
    """Show one change whole: each step before and after, the policy's findings, expected effect, outcome.

    Args:
        change_set_id: As change_history prints it, e.g. "cs_5f0c…".
    """
    one = await ctx.context.change_sets.get(ctx.context.tenant.id, ChangeSetId(change_set_id.strip()))
    facts: list[tuple[str, Any]] = [("Status", one.status.value), ("Reason given", quoted(one.reason))]
    for number, leg in enumerate(one.plan.legs):
        shown = leg_row(leg)
        record = one.records[number] if number < len(one.records) else None
        state = f" ({record.status.value}{': ' + record.note if record.note else ''})" if record else ""
        facts.append(
            (
                f"Step {number + 1}",
                (
                    f"{quoted(shown.name)} ({shown.entity_id}) {shown.field}: "
                    f"{shown.before} to {shown.after}{state}"
                ),
            )
        )
    facts += [(f"Policy: {finding.rule}", finding.message) for finding in one.verdict.denials]
    facts += _effect(one)
    if one.approval:
        facts.append(
            (one.approval.decision.capitalize(), f"{quoted(one.approval.by_name)}, {cell(one.approval.at)}")
        )
    facts += [("Outcome", one.outcome)] if one.outcome else []
    return await table(
        ctx.context,
        f"Change {one.id}",
        f"{quoted(one.title)} ({one.id}) is {one.status.value}; {counted(len(one.plan.legs), 'step')}."
        + (f" {one.outcome}" if one.outcome else ""),
        columns=FACTS,
        rows=[{"fact": fact, "value": value} for fact, value in facts],
        source="The change set",
    )


@tool(Effect.READ)
async def change_results(ctx: Ctx, change_set_id: str = "", days: int = 7) -> Table:
    """Compare the campaigns of applied changes before and after, day of the change left out.

    Args:
        change_set_id: One change as change_history prints it; empty for all that were applied lately.
        days: How many complete days before and after, 1 to 28.
    """
    if not 1 <= days <= 28:
        raise BadInput(f"days must be between 1 and 28, not {days}")
    copilot = ctx.context
    now = period_named("today", copilot.clock, copilot.tenant.time_zone)
    applied = await _applied(copilot, change_set_id)
    rows = [row for one in applied[:20] for row in await _results(copilot, one, now, days)]
    first = rows[0] if rows else None
    return await table(
        copilot,
        f"Results of applied changes, {days} days before and after",
        f"{counted(len(rows), 'campaign')} of {counted(len(applied), 'applied change')}. {first['sentence']}"
        if first
        else "No applied change is old enough to compare yet.",
        columns=[
            Column(key="change_set_id", label="Change", unit="id"),
            Column(key="entity_id", label="Campaign id", unit="id"),
            Column(key="changed_on", label="Changed on", unit="date"),
            Column(key="days_after", label="Complete days after", unit="days"),
            *(
                Column(
                    key=f"{key}_{when}",
                    label=f"{METRICS[key].label} a day {when}" if key != "cpa" else f"CPA {when}",
                )
                for key in ("spend", "conversions", "cpa")
                for when in ("before", "after")
            ),
            Column(key="verdict", label="Reading"),
        ],
        rows=rows,
        source="Daily campaign figures as last imported",
        warnings=[
            "Before and after is no proof: season, other changes and chance move figures too.",
            f"Conversions of the last {LAG_DAYS} days are still arriving.",
        ]
        if rows
        else [],
    )


def _status(text: str) -> ChangeSetStatus:
    key = {"applied": "done", "pending": "proposed", "waiting": "proposed"}.get(text.strip().lower(), text)
    try:
        return ChangeSetStatus(key.strip().lower())
    except ValueError as error:
        known = ", ".join(status.value for status in ChangeSetStatus)
        raise BadInput(f"status {text!r} is not known; use one of {known}") from error


def _local(at: datetime, window: Period) -> Any:
    return at.astimezone(ZoneInfo(window.zone)).date()


def _row(one: ChangeSet, window: Period) -> dict[str, Any]:
    zone = ZoneInfo(window.zone)
    approval = one.approval
    return {
        "change_set_id": one.id,
        "title": one.title,
        "status": one.status.value,
        "proposed": f"{one.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "decided": f"{approval.at.astimezone(zone):%Y-%m-%d %H:%M}" if approval else None,
        "decided_by": approval.by_name if approval else None,
        "outcome": one.outcome or "; ".join(finding.message for finding in one.verdict.denials) or None,
    }


def _effect(one: ChangeSet) -> list[tuple[str, Any]]:
    if one.effect is None:
        return []
    bands = [
        ("Spend", one.effect.spend),
        ("Conversions", one.effect.conversions),
        ("Value", one.effect.value),
    ]
    said = [
        (
            f"Expected {name.lower()}, {one.effect.horizon_days} days",
            f"{band.p50} {band.unit} ({band.p10} to {band.p90})",
        )
        for name, band in bands
        if band is not None
    ]
    return [*said, ("Worst case on one day", cell(one.effect.worst_case))]


async def _applied(copilot: Copilot, change_set_id: str) -> list[ChangeSet]:
    if change_set_id.strip():
        one = await copilot.change_sets.get(copilot.tenant.id, ChangeSetId(change_set_id.strip()))
        if one.status is not ChangeSetStatus.DONE:
            raise BadInput(f"{one.id} is {one.status.value}, not applied; there are no results to compare")
        return [one]
    return await copilot.change_sets.of_tenant(copilot.tenant.id, [ChangeSetStatus.DONE], limit=_MOST)


async def _results(copilot: Copilot, one: ChangeSet, now: Period, days: int) -> list[dict[str, Any]]:
    day = _local(one.updated_at, now)
    after = now._replace(since=day + _DAY, until=min(day + timedelta(days=days), now.today - _DAY))
    if after.days < 1:
        return []
    before = now._replace(since=day - timedelta(days=days), until=day - _DAY)
    found = []
    for id_, currency in _touched(one).items():
        sums = []
        for window in (before, after):
            mine = [row for row in await figures_of(copilot, window) if row.entity_id == id_]
            sums.append(Totals.of(mine, currency or (mine[0].spend.currency if mine else "USD")))
        cells = {"change_set_id": one.id, "entity_id": id_, "changed_on": day, "days_after": after.days}
        found.append({**cells, **_before_after(id_, sums, before.days, after.days)})
    return found


def _touched(one: ChangeSet) -> dict[str, str]:
    return {leg.ref.id: leg.after.currency if leg.kind == "daily_budget" else "" for leg in one.plan.legs}


def _before_after(id_: str, sums: Sequence[Totals], before: int, after: int) -> dict[str, Any]:
    was, is_ = sums
    cells: dict[str, Any] = {}
    for when, totals, days in (("before", was, before), ("after", is_, after)):
        cells[f"spend_{when}"] = cell(type(totals.spend)(totals.spend.minor // days, totals.spend.currency))
        cells[f"conversions_{when}"] = round(totals.conversions / days, 2)
        cells[f"cpa_{when}"] = cell(totals.cpa)
    moved = signed(change(is_.cpa, was.cpa))
    few = min(was.conversions, is_.conversions) < 10
    cells["verdict"] = "too few conversions to read" if few else f"CPA {moved}"
    cells["sentence"] = (
        f"{id_}: {cells['spend_before']} a day before, {cells['spend_after']} after; conversions a day "
        f"{cells['conversions_before']} before, {cells['conversions_after']} after; CPA "
        f"{figure(METRICS['cpa'], was.cpa)} before, {figure(METRICS['cpa'], is_.cpa)} after."
    )
    return cells
