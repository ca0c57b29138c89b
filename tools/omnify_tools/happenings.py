"""What happened without anybody asking, and when it happens next."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from omnify_core.timeline import Severity
from omnify_tools.answers import table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import limited
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@tool(Effect.READ)
async def timeline_events(ctx: Ctx, limit: int = 10) -> Table:
    """List what the scheduled runs found lately (briefings, fatigue watch, pacing), newest first.

    Args:
        limit: How many entries to show, 1 to 50.
    """
    copilot = ctx.context
    zone = ZoneInfo(copilot.tenant.time_zone)
    found = await copilot.timeline.entries(copilot.tenant.id, limit=limited(limit))
    urgent = [entry for entry in found if entry.severity is Severity.ATTENTION]
    first = f" Latest: {quoted(found[0].title)}." if found else ""
    return await table(
        copilot,
        "Timeline",
        f"{counted(len(found), 'entry', 'entries')}, {len(urgent)} that want a look.{first}",
        columns=[
            Column(key="at", label="When"),
            Column(key="source", label="From"),
            Column(key="severity", label="Severity"),
            Column(key="title", label="Title", untrusted=True),
            Column(key="text", label="Text", untrusted=True),
            Column(key="proposals", label="Proposals", unit="count"),
        ],
        rows=[
            {
                "at": f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}",
                "source": entry.source,
                "severity": entry.severity.value,
                "title": entry.title,
                "text": entry.text,
                "proposals": len(entry.change_set_ids),
            }
            for entry in found
        ],
        source=f"The timeline; times in {copilot.tenant.time_zone}",
    )


@tool(Effect.READ)
async def scheduled_runs(ctx: Ctx) -> Table:
    """List which runs are scheduled, when, and how their last ones ended."""
    copilot = ctx.context
    plans = await copilot.timeline.plans(copilot.tenant.id)
    runs = await copilot.timeline.job_runs(copilot.tenant.id)
    rows = []
    for plan in plans:
        last = next((run for run in runs if run.job == plan.job), None)
        rows.append(
            {
                "job": plan.job,
                "times": ", ".join(f"{at:%H:%M}" for at in plan.times),
                "weekdays": ", ".join(_WEEKDAYS[day] for day in sorted(plan.weekdays)),
                "state": "on" if plan.enabled else "off",
                "last": f"{last.slot}, {last.status.value}" if last else "none yet",
            }
        )
    on = sum(row["state"] == "on" for row in rows)
    return await table(
        copilot,
        "Scheduled runs",
        f"{counted(on, 'scheduled run')} on; such a run can only look and propose."
        if rows
        else "Nobody has changed the schedule: the standard times hold, as the settings show them.",
        columns=[
            Column(key="job", label="Run"),
            Column(key="times", label="At"),
            Column(key="weekdays", label="On"),
            Column(key="state", label="State"),
            Column(key="last", label="Last"),
        ],
        rows=rows,
        source=f"The schedule; times in {copilot.tenant.time_zone}",
    )
