"""Building a table: what every answer carries, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from omnify_core.campaigns import Campaign, Platform
from omnify_core.money import Money
from omnify_tools.context import Copilot
from omnify_tools.figures import METRICS, Totals
from omnify_tools.market import freshness_of
from omnify_tools.periods import Period
from omnify_tools.tables import Column, Table
from omnify_tools.words import cell

CAMPAIGN = Column(key="campaign", label="Campaign", unit="text", untrusted=True)
CAMPAIGN_ID = Column(key="campaign_id", label="Campaign id", unit="id")
PLATFORM = Column(key="platform", label="Platform")
STATUS = Column(key="status", label="Status")
DAILY_BUDGET = Column(key="daily_budget", label="Daily budget", unit="money")


def metric_columns(keys: Iterable[str]) -> list[Column]:
    return [Column(key=key, label=METRICS[key].label, unit=METRICS[key].unit) for key in keys]


def metric_cells(totals: Totals, keys: Iterable[str]) -> dict[str, float | Money | None]:
    return {key: METRICS[key].read(totals) for key in keys}


def campaign_cells(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": campaign.id,
        "campaign": campaign.name,
        "platform": campaign.ref.platform.label,
        "status": campaign.status.value,
        "daily_budget": campaign.daily_budget,
    }


async def table(
    copilot: Copilot,
    title: str,
    headline: str,
    *,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    period: Period | None = None,
    source: str = "",
    warnings: Sequence[str] = (),
    total_rows: int | None = None,
) -> Table:
    """The answer with its window, source and freshness; only the named columns are kept, in order."""
    freshness, stale = await freshness_of(copilot)
    timely = period.warnings() if period else []
    return Table(
        title=title,
        headline=headline,
        columns=list(columns),
        rows=[{column.key: cell(row.get(column.key)) for column in columns} for row in rows],
        window=period.window if period else "",
        source=source,
        freshness=freshness,
        warnings=[*stale, *timely, *warnings],
        total_rows=len(rows) if total_rows is None else total_rows,
    )


def source_named(platform: Platform | None, what: str = "campaign figures") -> str:
    return f"{platform.label if platform else 'All connected platforms'}: {what} as last imported"
