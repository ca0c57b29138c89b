"""Whether the counting can be trusted: conversions that stop, double, or lose their value."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, lgamma, log
from typing import Any, NamedTuple

from omnify_core.campaigns import Campaign, DailyMetrics
from omnify_core.errors import BadInput
from omnify_tools.answers import CAMPAIGN, CAMPAIGN_ID, PLATFORM, campaign_cells, source_named, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import Totals
from omnify_tools.market import by_entity, campaigns_of, figures_of, platform_named, within
from omnify_tools.periods import last_days
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted

_HISTORY = 42
_SURE = 1e-3
_DOUBLED = 1.6
_LAG_DISCOUNT = 0.6
# Campaigns differ from day to day by more than chance alone; counts are thinned by this factor.
_OVERDISPERSION = 2.0


class Sign(NamedTuple):
    kind: str
    evidence: str
    p: float


@tool(Effect.READ)
async def tracking_check(ctx: Ctx, days: int = 3, platform: str = "") -> Table:
    """Check if conversion tracking broke: conversions that stopped, doubled or lost their value.

    Args:
        days: How many of the last complete days to check, 1 to 14.
        platform: google, meta or another platform; empty for all of them.
    """
    if not 1 <= days <= 14:
        raise BadInput(f"days must be between 1 and 14, not {days}")
    copilot, chosen = ctx.context, platform_named(platform)
    window = last_days(days + _HISTORY, copilot.clock, copilot.tenant.time_zone)
    recent = last_days(days, copilot.clock, copilot.tenant.time_zone)
    rows = by_entity(await figures_of(copilot, window, platform=chosen))
    campaigns = await campaigns_of(copilot, chosen)
    lines = []
    for id_ in sorted(rows.keys() & campaigns.keys()):
        now = within(rows[id_], recent.since, recent.until)
        before = [row for row in rows[id_] if row.day < recent.since]
        if found := _sign(_totals(now, campaigns[id_]), _totals(before, campaigns[id_])):
            lines.append({**campaign_cells(campaigns[id_]), **found._asdict()})
    lines.sort(key=lambda line: line["p"])
    return await table(
        copilot,
        f"Tracking, last {days} complete days",
        _headline(lines, days),
        columns=[
            CAMPAIGN_ID,
            CAMPAIGN,
            PLATFORM,
            Column(key="kind", label="Sign"),
            Column(key="evidence", label="Evidence"),
        ],
        rows=lines,
        period=recent,
        source=source_named(chosen, f"daily campaign figures against the {_HISTORY} days before"),
        warnings=["While tracking is in doubt, do not judge CPA or ROAS, and do not move budget by them."]
        if lines
        else [],
    )


def _totals(rows: Sequence[DailyMetrics], campaign: Campaign) -> Totals:
    return Totals.of(rows, campaign.currency)


def _sign(now: Totals, before: Totals) -> Sign | None:
    if now.conversions > now.clicks > 0:
        return Sign("more conversions than clicks", f"{now.conversions:g} of {now.clicks} clicks", 0.0)
    if not before.conversions or not before.clicks:
        return None
    expected = now.clicks * before.conversions / before.clicks
    said = f"{now.conversions:g} conversions from {now.clicks:,} clicks, {expected:.1f} usual at that many"
    # Part of the latest days' conversions arrives later: only what is beyond that is strange.
    low = expected * _LAG_DISCOUNT / _OVERDISPERSION
    few = poisson_at_most(now.conversions / _OVERDISPERSION, low)
    if few < _SURE and now.conversions < expected / 3:
        return Sign("conversions stopped", said, few)
    many = 1 - poisson_at_most(now.conversions / _OVERDISPERSION - 1, expected / _OVERDISPERSION)
    if many < _SURE and now.conversions > expected * _DOUBLED:
        return Sign("conversions counted twice?", said, many)
    if before.revenue.minor and now.conversions >= 5 and not now.revenue.minor:
        return Sign("conversions lost their value", f"{now.conversions:g} conversions with no revenue", 0.0)
    return None


def poisson_at_most(count: float, mean: float) -> float:
    """P(N <= count) of a Poisson count."""
    if count < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    return min(fsum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(int(count) + 1)), 1.0)


def _headline(lines: Sequence[dict[str, Any]], days: int) -> str:
    if not lines:
        return f"Nothing points to broken tracking in the last {days} complete days."
    first = lines[0]
    return (
        f"{counted(len(lines), 'campaign')} with signs of broken tracking. Strongest: "
        f"{quoted(first['campaign'], length=60)} ({first['campaign_id']}), {first['kind']}: "
        f"{first['evidence']}."
    )
