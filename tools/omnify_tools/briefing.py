"""Where things stand: a short briefing, what waits for a person, how fresh the picture is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_tools.anomalies import anomalies_of
from omnify_tools.answers import PLATFORM, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import change, per
from omnify_tools.market import campaigns_of, figures_of, freshness_of
from omnify_tools.periods import period_named
from omnify_tools.reports import ALL, Line, summed
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import count, counted, signed

TOPIC = [Column(key="topic", label="Topic"), Column(key="finding", label="Finding")]


@tool(Effect.READ)
async def briefing(ctx: Ctx) -> Table:
    """Brief on where things stand: yesterday, what is unusual, what waits for approval, freshness."""
    copilot = ctx.context
    yesterday = period_named("yesterday", copilot.clock, copilot.tenant.time_zone)
    usual = period_named("last_7_days", copilot.clock, copilot.tenant.time_zone)._replace(
        until=yesterday.since
    )
    lines = summed(await figures_of(copilot, yesterday), await figures_of(copilot, usual), totals=True)
    whole = [line for line in lines if line.label == ALL] or lines
    waiting = await _waiting(copilot)
    unusual = await _unusual(copilot)
    fresh, _ = await freshness_of(copilot)
    findings = [
        *(("Yesterday", _day(line, usual.days)) for line in whole),
        ("Unusual in 3 days", unusual),
        ("Waiting for approval", waiting),
        ("Campaigns", await _campaigns(copilot)),
        ("Freshness", fresh),
    ]
    rows = [{"topic": topic, "finding": finding} for topic, finding in findings]
    headline = " ".join(f"{topic}: {finding}" for topic, finding in findings[:-2])
    return await table(
        copilot,
        "Briefing",
        headline if lines else f"Nothing was delivered yesterday. Waiting for approval: {waiting}",
        columns=TOPIC,
        rows=rows,
        period=yesterday,
        source="All connected platforms as last imported",
    )


@tool(Effect.READ)
async def pending_approvals(ctx: Ctx) -> Table:
    """List the proposals that wait for a person's approval."""
    found = await ctx.context.change_sets.of_tenant(ctx.context.tenant.id, [ChangeSetStatus.PROPOSED])
    columns = [
        Column(key="change_set_id", label="Id", unit="id"),
        Column(key="title", label="Proposal", untrusted=True),
        Column(key="legs", label="Changes", unit="count"),
        Column(key="proposed_on", label="Proposed", unit="date"),
        Column(key="expires_at", label="Expires"),
    ]
    return await table(
        ctx.context,
        "Waiting for approval",
        _pending(found),
        columns=columns,
        rows=[_row(change_set) for change_set in found],
        source="The approvals inbox",
    )


@tool(Effect.READ)
async def data_freshness(ctx: Ctx) -> Table:
    """Say per platform when it was last imported and whether an import runs or failed."""
    states = await ctx.context.market.sync_states(ctx.context.tenant.id)
    said, _ = await freshness_of(ctx.context)
    columns = [
        PLATFORM,
        Column(key="synced_at", label="Last import"),
        Column(key="campaigns", label="Campaigns", unit="count"),
        Column(key="metric_rows", label="Daily rows", unit="count"),
        Column(key="running", label="Import runs"),
        Column(key="error", label="Error"),
    ]
    rows = [{**state.model_dump(mode="json"), "platform": state.platform.label} for state in states]
    return await table(ctx.context, "Freshness", f"{said}.", columns=columns, rows=rows, source="The imports")


def _day(line: Line, days: int) -> str:
    now, before = line.now, line.before
    usual_spend = per(before.spend, days)
    usual_conversions = before.conversions / days
    return (
        f"spend {now.spend} ({signed(change(now.spend, usual_spend))} against the daily average of the "
        f"{days} days up to then), {count(now.conversions)} conversions "
        f"({signed(change(now.conversions, usual_conversions))})."
    )


async def _waiting(copilot: Copilot) -> str:
    return _pending(await copilot.change_sets.of_tenant(copilot.tenant.id, [ChangeSetStatus.PROPOSED]))


def _pending(found: Sequence[ChangeSet]) -> str:
    if not found:
        return "Nothing waits for approval."
    first = min(found, key=lambda change_set: change_set.expires_at)
    many = "proposal waits" if len(found) == 1 else "proposals wait"
    return (
        f"{len(found)} {many} for approval; the first to expire is {quoted(first.title)} ({first.id}) at "
        f"{first.expires_at:%Y-%m-%d %H:%M} UTC."
    )


async def _unusual(copilot: Copilot) -> str:
    found, campaigns, _ = await anomalies_of(copilot, 3)
    if not found:
        return "nothing."
    worst = found[0]
    named = next(campaign for campaign in campaigns.values() if campaign.id == worst.entity)
    change_share = worst.value / worst.expected.p50 - 1 if worst.expected.p50 else None
    return (
        f"{counted(len(found), 'figure')}; most of all {worst.metric.upper()} of "
        f"{quoted(named.name, length=60)} ({named.id}) on {worst.date}, "
        f"{signed(change_share)} against what was expected."
    )


async def _campaigns(copilot: Copilot) -> str:
    found = await campaigns_of(copilot)
    running = sum(campaign.status.value == "enabled" for campaign in found.values())
    return f"{counted(len(found), 'campaign')}, {running} enabled."


def _row(change_set: ChangeSet) -> dict[str, Any]:
    return {
        "change_set_id": change_set.id,
        "title": change_set.title,
        "legs": len(change_set.plan.legs),
        "proposed_on": change_set.created_at.date(),
        "expires_at": change_set.expires_at.isoformat(),
    }
