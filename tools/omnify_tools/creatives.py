"""Ads: which there are and how they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from omnify_core.campaigns import Creative, Level, Platform
from omnify_core.errors import BadInput
from omnify_tools.answers import (
    CAMPAIGN_ID,
    PLATFORM,
    STATUS,
    metric_cells,
    metric_columns,
    source_named,
    table,
)
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.fatigue import CREATIVE, CREATIVE_ID
from omnify_tools.figures import Metric, Totals, metric_named, size
from omnify_tools.market import by_entity, figures_of, find_campaign, limited, platform_named
from omnify_tools.periods import Period, period_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, figure

SHOWN = ("impressions", "clicks", "ctr", "spend", "conversions", "cvr", "cpa", "roas")
ENOUGH_IMPRESSIONS = 1_000


class Ad(NamedTuple):
    """A creative with its figures of the period."""

    creative: Creative
    totals: Totals

    def is_firm(self, metric: Metric) -> bool:
        """Whether there is enough delivery to give the metric a place in an order."""
        return self.totals.impressions >= ENOUGH_IMPRESSIONS and metric.read(self.totals) is not None

    def cells(self) -> dict[str, Any]:
        return {**creative_cells(self.creative), **metric_cells(self.totals, SHOWN)}


def creative_cells(creative: Creative) -> dict[str, Any]:
    return {
        "creative_id": creative.id,
        "creative": creative.name,
        "campaign_id": creative.campaign_id,
        "platform": creative.ref.platform.label,
        "status": creative.status.value,
        "headline": creative.headline,
        "body": creative.body,
        "created_on": creative.created_on,
    }


@tool(Effect.READ)
async def list_creatives(ctx: Ctx, platform: str = "", campaign_id: str = "", limit: int = 20) -> Table:
    """List ads with their headline and text.

    Args:
        platform: google, meta or another platform; empty for all of them.
        campaign_id: Only the ads of this campaign (id or unambiguous name); empty for all.
        limit: How many rows to show, 1 to 50.
    """
    chosen = platform_named(platform)
    campaign = (await find_campaign(ctx.context, campaign_id)).id if campaign_id.strip() else None
    found = [
        creative
        for creative in await ctx.context.market.creatives(ctx.context.tenant.id, campaign)
        if chosen in {None, creative.ref.platform}
    ]
    shown = found[: limited(limit)]
    running = sum(creative.status.value == "enabled" for creative in found)
    texts = [
        Column(key="headline", label="Headline", untrusted=True),
        Column(key="body", label="Text", untrusted=True),
        Column(key="created_on", label="Created", unit="date"),
    ]
    return await table(
        ctx.context,
        "Creatives",
        f"{counted(len(found), 'creative')}, {running} of them enabled; {len(shown)} shown.",
        columns=[CREATIVE_ID, CREATIVE, CAMPAIGN_ID, PLATFORM, STATUS, *texts],
        rows=[creative_cells(creative) for creative in shown],
        source=source_named(chosen, "ads"),
        total_rows=len(found),
    )


@tool(Effect.READ)
async def creative_performance(
    ctx: Ctx,
    period: str = "last_30_days",
    sort_by: str = "ctr",
    order: str = "desc",
    platform: str = "",
    limit: int = 10,
) -> Table:
    """Show ads with their figures, sorted; ads with too few impressions are left out and counted.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        sort_by: ctr, cvr, cpa, cpc, roas, spend, conversions, clicks, impressions or revenue.
        order: desc (highest first) or asc (lowest first).
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    chosen, metric = platform_named(platform), metric_named(sort_by)
    if order not in {"asc", "desc"}:
        raise BadInput(f"order must be asc or desc, not {order!r}")
    window = period_named(period, ctx.context.clock, ctx.context.tenant.time_zone)
    ads = await _ads(ctx.context, window, chosen)
    firm = sorted(
        (ad for ad in ads if ad.is_firm(metric)), key=lambda ad: _size(ad, metric), reverse=order == "desc"
    )
    return await table(
        ctx.context,
        f"Creatives by {metric.label}, {window.label}",
        _headline(firm, metric, window, order),
        columns=[CREATIVE_ID, CREATIVE, CAMPAIGN_ID, PLATFORM, STATUS, *metric_columns(SHOWN)],
        rows=[ad.cells() for ad in firm[: limited(limit)]],
        period=window,
        source=source_named(chosen, "daily figures per ad"),
        warnings=_left_out(len(ads) - len(firm), metric),
        total_rows=len(firm),
    )


async def _ads(copilot: Copilot, window: Period, platform: Platform | None) -> list[Ad]:
    creatives = await copilot.market.creatives(copilot.tenant.id)
    rows = by_entity(await figures_of(copilot, window, level=Level.AD, platform=platform))
    return [
        Ad(creative, Totals.of(rows[creative.id], rows[creative.id][0].spend.currency))
        for creative in creatives
        if creative.id in rows
    ]


def _size(ad: Ad, metric: Metric) -> float:
    value = metric.read(ad.totals)
    assert value is not None, "ads without the metric were left out"
    return float(size(value))


def _left_out(number: int, metric: Metric) -> list[str]:
    if not number:
        return []
    return [f"{number} creatives left out: under {ENOUGH_IMPRESSIONS:,} impressions or no {metric.label}."]


def _headline(firm: Sequence[Ad], metric: Metric, window: Period, order: str) -> str:
    if not firm:
        return f"No creative has enough delivery for a {metric.label} in {window.label}."
    first = firm[0]
    extreme = "Highest" if order == "desc" else "Lowest"
    value = figure(metric, metric.read(first.totals))
    return (
        f"{extreme} {metric.label} of {len(firm)} creatives, {window.label}: {quoted(first.creative.name)} "
        f"({first.creative.id}) with {value} on {first.totals.impressions:,} impressions."
    )
