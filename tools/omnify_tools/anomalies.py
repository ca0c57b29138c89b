"""Days that do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omnify_core.campaigns import Campaign
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_ml.anomaly import Anomaly
from omnify_ml.anomaly import find_anomalies as find_each
from omnify_tools.answers import CAMPAIGN, CAMPAIGN_ID, PLATFORM, campaign_cells, source_named, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.history import campaign_frame, computed, history_of, money
from omnify_tools.market import MOST_ROWS, campaigns_of, platform_named
from omnify_tools.periods import Period
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, signed

_MONEY = {"spend", "cpc", "cpm"}
COLUMNS = [
    CAMPAIGN_ID,
    CAMPAIGN,
    PLATFORM,
    Column(key="day", label="Day", unit="date"),
    Column(key="metric", label="Metric"),
    Column(key="value", label="Value"),
    Column(key="expected", label="Expected"),
    Column(key="change", label="Against expected", unit="share"),
    Column(key="severity", label="Severity", unit="share"),
    Column(key="cause", label="Possible cause"),
]


@tool(Effect.READ)
async def find_anomalies(ctx: Ctx, days: int = 14, platform: str = "") -> Table:
    """Find days on which a campaign's spend, CTR, CVR, CPC or CPM was not what was to be expected.

    Args:
        days: How many of the last complete days to look at, 1 to 60.
        platform: google, meta or another platform; empty for all of them.
    """
    if not 1 <= days <= 60:
        raise BadInput(f"days must be between 1 and 60, not {days}")
    found, campaigns, window = await anomalies_of(ctx.context, days, platform)
    return await table(
        ctx.context,
        f"Anomalies, last {days} days",
        _headline(found, campaigns, days),
        columns=COLUMNS,
        rows=[_cells(one, campaigns[EntityId(one.entity)]) for one in found[:MOST_ROWS]],
        period=window,
        source=source_named(platform_named(platform), "daily campaign figures against their own history"),
        warnings=["A possible cause is a guess from which figures moved together, not a finding."]
        if found
        else [],
        total_rows=len(found),
    )


async def anomalies_of(
    copilot: Copilot, days: int, platform: str = ""
) -> tuple[list[Anomaly], dict[EntityId, Campaign], Period]:
    """The anomalies of known campaigns, worst first."""
    chosen = platform_named(platform)
    campaigns = await campaigns_of(copilot, chosen)
    rows, window = await history_of(copilot, platform=chosen)
    found = await computed(find_each, campaign_frame(rows), as_of=window.until, days=days) if rows else []
    return [one for one in found if EntityId(one.entity) in campaigns], campaigns, window


def _cells(one: Anomaly, campaign: Campaign) -> dict[str, Any]:
    expected = one.expected.p50
    return {
        **campaign_cells(campaign),
        "day": one.date,
        "metric": one.metric.upper(),
        "value": _shown(one.metric, one.value, campaign.currency),
        "expected": _shown(one.metric, expected, campaign.currency),
        "change": round(one.value / expected - 1, 4) if expected else None,
        "severity": round(one.severity, 4),
        "cause": one.cause,
    }


def _shown(metric: str, value: float, currency: str) -> Money | float:
    units = value * 1000 if metric == "cpm" else value
    return money(units, currency) if metric in _MONEY else round(value, 6)


def _headline(found: Sequence[Anomaly], campaigns: Mapping[EntityId, Campaign], days: int) -> str:
    if not found:
        return f"Nothing unusual in the last {days} complete days."
    worst = found[0]
    campaign = campaigns[EntityId(worst.entity)]
    change = signed(worst.value / worst.expected.p50 - 1) if worst.expected.p50 else "unexpected"
    touched = len({one.entity for one in found})
    return (
        f"{counted(len(found), 'unusual figure')} at {counted(touched, 'campaign')} in the last {days} days. "
        f"The most severe: "
        f"{worst.metric.upper()} of {quoted(campaign.name)} ({campaign.id}) on {worst.date}, {change} "
        f"against what was expected; possible cause: {worst.cause}."
    )
