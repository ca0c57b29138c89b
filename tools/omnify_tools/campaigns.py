"""Which campaigns there are, and which do best or worst."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from omnify_core.campaigns import Campaign
from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_tools.answers import (
    CAMPAIGN,
    CAMPAIGN_ID,
    DAILY_BUDGET,
    PLATFORM,
    STATUS,
    campaign_cells,
    metric_cells,
    metric_columns,
    source_named,
    table,
)
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import METRICS, Metric, Totals, metric_named, size
from omnify_tools.market import by_entity, campaigns_of, figures_of, limited, platform_named, status_named
from omnify_tools.periods import Period, period_named
from omnify_tools.tables import Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, figure, listed

LISTED = ("spend", "conversions", "cpa", "roas", "ctr")
ENOUGH_CONVERSIONS = 10
ENOUGH_CLICKS = 100
_PER_CONVERSION = {"cpa", "roas", "cvr"}
_PER_CLICK = {"ctr", "cpc"}


class Standing(NamedTuple):
    """A campaign with its figures of the period."""

    campaign: Campaign
    totals: Totals

    def too_few(self, metric: Metric) -> bool:
        """Whether the ratio rests on so little that its place in a ranking would be chance."""
        if metric.key in _PER_CONVERSION:
            return self.totals.conversions < ENOUGH_CONVERSIONS
        return metric.key in _PER_CLICK and self.totals.clicks < ENOUGH_CLICKS


async def standings(
    copilot: Copilot, window: Period, *, platform: str = "", status: str = ""
) -> list[Standing]:
    chosen = platform_named(platform)
    campaigns = await campaigns_of(copilot, chosen, status_named(status))
    rows = by_entity(await figures_of(copilot, window, platform=chosen))
    return [
        Standing(campaign, Totals.of(rows.get(campaign.id, ()), campaign.currency))
        for campaign in campaigns.values()
    ]


@tool(Effect.READ)
async def list_campaigns(
    ctx: Ctx, platform: str = "", status: str = "", sort_by: str = "spend", limit: int = 20
) -> Table:
    """List campaigns with status, daily budget and the figures of the last 30 days.

    Args:
        platform: google, meta or another platform; empty for all of them.
        status: enabled, paused or removed; empty for all.
        sort_by: spend, impressions, clicks, conversions, revenue, ctr, cvr, cpc, cpa, roas or name.
        limit: How many rows to show, 1 to 50.
    """
    window = period_named("last_30_days", ctx.context.clock, ctx.context.tenant.time_zone)
    found = await standings(ctx.context, window, platform=platform, status=status)
    shown = _sorted(found, sort_by)[: limited(limit)]
    running = sum(standing.campaign.status.value == "enabled" for standing in found)
    headline = (
        f"{counted(len(found), 'campaign')}, {running} enabled; the first {len(shown)} by {sort_by} shown."
    )
    return await table(
        ctx.context,
        "Campaigns",
        headline if found else "No campaign fits; nothing may have been imported yet.",
        columns=[CAMPAIGN_ID, CAMPAIGN, PLATFORM, STATUS, DAILY_BUDGET, *metric_columns(LISTED)],
        rows=[_cells(standing, LISTED) for standing in shown],
        period=window,
        source=source_named(platform_named(platform)),
        warnings=_shared(found),
        total_rows=len(found),
    )


@tool(Effect.READ)
async def rank_campaigns(
    ctx: Ctx,
    metric: str = "roas",
    order: str = "best",
    platform: str = "",
    period: str = "last_30_days",
    limit: int = 5,
    status: str = "enabled",
    min_daily_budget: str = "",
) -> Table:
    """Rank campaigns from best or worst by one metric; those with too few events are left out and counted.

    Args:
        metric: spend, impressions, clicks, conversions, revenue, ctr, cvr, cpc, cpa or roas.
        order: best or worst (for cpa and cpc the lowest is best).
        platform: google, meta or another platform; empty for all of them.
        period: As in performance_summary, e.g. last_30_days.
        limit: How many rows to show, 1 to 50.
        status: enabled, paused or removed; empty for all.
        min_daily_budget: Only campaigns with more than this a day in their own currency, e.g. "100.00"
            to find one that can give 100 a day; empty for all.
    """
    chosen, best = metric_named(metric), _is_best(order)
    window = period_named(period, ctx.context.clock, ctx.context.tenant.time_zone)
    found = await standings(ctx.context, window, platform=platform, status=status)
    found = _with_budget_above(found, min_daily_budget)
    ranked, warnings = ranking(found, chosen, best=best)
    shown = ranked[: limited(limit)]
    keys = list(dict.fromkeys([chosen.key, *LISTED]))
    return await table(
        ctx.context,
        f"{'Best' if best else 'Worst'} campaigns by {chosen.label}, {window.label}",
        _headline(shown, chosen, best=best, among=len(ranked), window=window),
        columns=[CAMPAIGN_ID, CAMPAIGN, PLATFORM, STATUS, DAILY_BUDGET, *metric_columns(keys)],
        rows=[_cells(standing, keys) for standing in shown],
        period=window,
        source=source_named(platform_named(platform)),
        warnings=warnings,
        total_rows=len(ranked),
    )


def _with_budget_above(found: list[Standing], amount: str) -> list[Standing]:
    if not amount.strip():
        return found
    return [
        one
        for one in found
        if one.campaign.daily_budget is not None
        and one.campaign.daily_budget > Money.parse(amount.replace(",", ""), one.campaign.currency)
    ]


def ranking(found: Sequence[Standing], metric: Metric, *, best: bool) -> tuple[list[Standing], list[str]]:
    """The campaigns that can be ranked, in order, and what is said about the others."""
    measured = [standing for standing in found if metric.read(standing.totals) is not None]
    firm = [standing for standing in measured if not standing.too_few(metric)]
    ranked = firm or measured
    warnings = _left_out(found, ranked, metric)
    if metric.unit == "money" and len({standing.campaign.currency for standing in ranked}) > 1:
        warnings.append("Campaigns use several currencies: amounts are ranked by number, not converted.")
    descending = best != metric.lower_is_better
    return sorted(ranked, key=lambda standing: _value(standing, metric), reverse=descending), warnings


def _left_out(found: Sequence[Standing], ranked: Sequence[Standing], metric: Metric) -> list[str]:
    kept = {standing.campaign.id for standing in ranked}
    out = [standing for standing in found if standing.campaign.id not in kept and standing.totals.impressions]
    if ranked and all(standing.too_few(metric) for standing in ranked):
        return [
            f"Every campaign here has too few events for a firm {metric.label}: read the order as a hint."
        ]
    if not out:
        return []
    needed = (
        f"{ENOUGH_CONVERSIONS} conversions" if metric.key in _PER_CONVERSION else f"{ENOUGH_CLICKS} clicks"
    )
    names = listed([quoted(standing.campaign.name, length=60) for standing in out], most=3)
    return [f"Not ranked, fewer than {needed} in the period: {counted(len(out), 'campaign')} ({names})."]


def _value(standing: Standing, metric: Metric) -> float:
    value = metric.read(standing.totals)
    assert value is not None, "only measured campaigns are ranked"
    return float(size(value))


def _sorted(found: list[Standing], sort_by: str) -> list[Standing]:
    key = sort_by.strip().lower()
    if key == "name":
        return sorted(found, key=lambda standing: standing.campaign.name.casefold())
    metric = metric_named(key)
    return sorted(found, key=lambda standing: _or_last(metric.read(standing.totals), metric))


def _or_last(value: float | Money | None, metric: Metric) -> tuple[bool, float]:
    if value is None:
        return True, 0.0
    number = float(size(value))
    return False, number if metric.lower_is_better else -number


def _is_best(order: str) -> bool:
    key = order.strip().lower()
    if key not in {"best", "worst"}:
        raise BadInput(f"order must be best or worst, not {order!r}")
    return key == "best"


def _cells(standing: Standing, keys: Sequence[str]) -> dict[str, object]:
    return {**campaign_cells(standing.campaign), **metric_cells(standing.totals, keys)}


def _headline(shown: Sequence[Standing], metric: Metric, *, best: bool, among: int, window: Period) -> str:
    if not shown:
        return f"No campaign has a {metric.label} for {window.label}."
    first = shown[0]
    named = f"{quoted(first.campaign.name)} ({first.campaign.id})"
    said = (
        f"{'Best' if best else 'Worst'} by {metric.label} among {among} campaigns, {window.label}: {named} "
    )
    said += f"with {figure(metric, metric.read(first.totals))}, spend {first.totals.spend}"
    if metric.key not in {"spend", "conversions"}:
        said += f", {figure(METRICS['conversions'], first.totals.conversions)} conversions"
    return said + "."


def _shared(found: Sequence[Standing]) -> list[str]:
    keys = [s.campaign.budget_key for s in found if s.campaign.budget_key and s.campaign.daily_budget]
    shared = sum(1 for key in set(keys) if keys.count(key) > 1)
    return (
        [f"{shared} budgets are shared by several campaigns; each is shown at every one."] if shared else []
    )
