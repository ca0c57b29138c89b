"""One campaign with all that is known of it, and the ad groups below campaigns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from omnify_core.campaigns import AdGroup, Campaign, Level, Status
from omnify_core.change_sets import ChangeSet
from omnify_tools.answers import (
    CAMPAIGN_ID,
    DAILY_BUDGET,
    PLATFORM,
    STATUS,
    metric_cells,
    metric_columns,
    source_named,
    table,
)
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import METRICS, Totals, change, share
from omnify_tools.market import find_campaign, limited
from omnify_tools.periods import last_days, period_named
from omnify_tools.scopes import Scope, rows_of, scope_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import cell, count, counted, figure, percent, signed

FACTS = [Column(key="fact", label="Fact"), Column(key="value", label="Value")]
_GROUP_METRICS = ("spend", "impressions", "clicks", "ctr", "conversions", "cpa", "roas")
_RECENT = timedelta(days=30)


@tool(Effect.READ)
async def campaign_details(ctx: Ctx, campaign_id: str) -> Table:
    """Show one campaign whole: status, budget and how much of it is used, figures, ads, recent changes.

    Args:
        campaign_id: As list_campaigns prints it, e.g. "meta:1201", or a name that fits only one campaign.
    """
    copilot = ctx.context
    campaign = await find_campaign(copilot, campaign_id)
    week = last_days(7, copilot.clock, copilot.tenant.time_zone)
    scope = Scope(campaign.ref.platform, campaign)
    now = Totals.of(await rows_of(copilot, scope, week), campaign.currency)
    before = Totals.of(await rows_of(copilot, scope, week.before()), campaign.currency)
    facts = [*_settings(campaign), *_use(campaign, now), *_figures(now, before)]
    facts += await _below(copilot, campaign)
    facts += await _changes(copilot, campaign)
    used = dict(facts).get("Budget used, 7 days", "–")
    return await table(
        copilot,
        f"Campaign {campaign.id}",
        f"{quoted(campaign.name)} ({campaign.id}, {campaign.ref.platform.label}) is {campaign.status.value}, "
        f"daily budget {_budget(campaign)}, {used} of it used. Last 7 days: spend {now.spend}, "
        f"{count(now.conversions)} conversions, CPA {figure(METRICS['cpa'], now.cpa)}, "
        f"ROAS {figure(METRICS['roas'], now.roas)}.",
        columns=FACTS,
        rows=[{"fact": fact, "value": value} for fact, value in facts],
        period=week,
        source=source_named(campaign.ref.platform),
    )


@tool(Effect.READ)
async def list_ad_groups(
    ctx: Ctx, period: str = "last_30_days", platform: str = "", campaign_id: str = "", limit: int = 20
) -> Table:
    """List ad groups (ad sets) with status, budget and the figures of their ads, most spend first.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
        campaign_id: Only the groups of this campaign (id or unambiguous name); empty for all.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    scope = await scope_named(copilot, platform, campaign_id)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    campaign = scope.campaign.id if scope.campaign else None
    groups = [
        group
        for group in await copilot.market.ad_groups(copilot.tenant.id, campaign)
        if scope.platform in {None, group.ref.platform}
    ]
    parents = {ad.id: ad.ad_group_id for ad in await copilot.market.creatives(copilot.tenant.id, campaign)}
    rows = await rows_of(copilot, scope, window, level=Level.AD)
    lines = []
    for group in groups:
        mine = [row for row in rows if parents.get(row.entity_id) == group.id]
        totals = Totals.of(mine, mine[0].spend.currency) if mine else None
        cells = metric_cells(totals, _GROUP_METRICS) if totals else {}
        lines.append({**_group_cells(group), **cells})
    lines.sort(key=lambda line: -(line["spend"].minor if line.get("spend") else 0))
    running = sum(group.status is Status.ENABLED for group in groups)
    first = f" Most spend: {quoted(lines[0]['group'], length=60)} ({lines[0]['group_id']})." if lines else ""
    return await table(
        copilot,
        f"Ad groups of {scope.label}",
        f"{counted(len(groups), 'ad group')}, {running} enabled; "
        f"{min(len(lines), limited(limit))} shown.{first}",
        columns=[
            Column(key="group_id", label="Ad group id", unit="id"),
            Column(key="group", label="Ad group", untrusted=True),
            CAMPAIGN_ID,
            PLATFORM,
            STATUS,
            DAILY_BUDGET,
            *metric_columns(_GROUP_METRICS),
        ],
        rows=lines[: limited(limit)],
        period=window,
        source=source_named(scope.platform, "sums of daily figures per ad"),
        total_rows=len(lines),
    )


def _budget(campaign: Campaign) -> str:
    return str(campaign.daily_budget) if campaign.daily_budget else "none of its own"


def _group_cells(group: AdGroup) -> dict[str, Any]:
    return {
        "group_id": group.id,
        "group": group.name,
        "campaign_id": group.campaign_id,
        "platform": group.ref.platform.label,
        "status": group.status.value,
        "daily_budget": group.daily_budget,
    }


def _settings(campaign: Campaign) -> list[tuple[str, Any]]:
    return [
        ("Status", campaign.status.value),
        ("Objective", campaign.objective or "not given"),
        ("Daily budget", _budget(campaign)),
        ("Currency", campaign.currency),
        ("Created", cell(campaign.created_on) or "not given"),
    ]


def _use(campaign: Campaign, week: Totals) -> list[tuple[str, Any]]:
    if campaign.daily_budget is None:
        return []
    return [("Budget used, 7 days", percent(share(week.spend.minor, campaign.daily_budget.minor * 7)))]


def _figures(now: Totals, before: Totals) -> list[tuple[str, Any]]:
    facts = []
    for metric in METRICS.values():
        here, there = metric.read(now), metric.read(before)
        facts.append((f"{metric.label}, 7 days", f"{figure(metric, here)} ({signed(change(here, there))})"))
    return facts


async def _below(copilot: Copilot, campaign: Campaign) -> list[tuple[str, Any]]:
    groups = await copilot.market.ad_groups(copilot.tenant.id, campaign.id)
    ads = await copilot.market.creatives(copilot.tenant.id, campaign.id)
    return [
        ("Ad groups", f"{len(groups)}, {sum(g.status is Status.ENABLED for g in groups)} enabled"),
        ("Ads", f"{len(ads)}, {sum(ad.status is Status.ENABLED for ad in ads)} enabled"),
    ]


async def _changes(copilot: Copilot, campaign: Campaign) -> list[tuple[str, Any]]:
    since = copilot.clock.now() - _RECENT
    mine = [one for one in await copilot.change_sets.of_tenant(copilot.tenant.id) if _touches(one, campaign)]
    recent = [one for one in mine if one.created_at >= since]
    return [(f"Change {one.id}", f"{one.status.value}, {one.created_at:%Y-%m-%d}") for one in recent[:5]]


def _touches(change_set: ChangeSet, campaign: Campaign) -> bool:
    return any(leg.ref.id == campaign.id for leg in change_set.plan.legs)
