"""A tenant's days as the models read them, up to a training cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from omnify_core.campaigns import DailyMetrics, Level
from omnify_core.change_sets import ChangeSet, LegStatus
from omnify_core.ids import TenantId
from omnify_core.legs import BudgetLeg
from omnify_core.ports import MarketStore
from omnify_server.learning.business import Business
from omnify_tools.history import campaign_frame, creative_frame

HISTORY_DAYS = 120


class Step(NamedTuple):
    """A daily budget before and after a change, in currency units."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class History:
    """Rows of the `HISTORY_DAYS` up to and including `cut`; nothing later is in here.

    `changed`: campaigns whose budget was set on the cut's day.
    """

    cut: date
    campaigns: list[DailyMetrics]
    creatives: list[DailyMetrics]
    changed: Mapping[str, Step] = field(default_factory=dict)
    business: Business = field(default_factory=Business)

    def campaign_frame(self) -> pd.DataFrame:
        return campaign_frame(self.campaigns)

    def creative_frame(self) -> pd.DataFrame:
        return creative_frame(self.creatives)

    @property
    def currencies(self) -> dict[str, str]:
        return {row.entity_id: row.spend.currency for row in self.campaigns}


async def history_until(
    market: MarketStore,
    tenant: TenantId,
    cut: date,
    changed: Mapping[str, Step] | None = None,
    business: Business | None = None,
) -> History:
    since = cut - timedelta(days=HISTORY_DAYS - 1)
    return History(
        cut,
        await market.metrics(tenant, Level.CAMPAIGN, since, cut),
        await market.metrics(tenant, Level.AD, since, cut),
        changed or {},
        business or Business(),
    )


def budgets_set(changes: Sequence[ChangeSet], day: date, zone: str) -> dict[str, Step]:
    """Which campaigns' budgets were written on a day, by id."""
    return {
        leg.ref.id: Step(float(leg.before.units), float(leg.after.units))
        for change in reversed(changes)
        for leg, record in zip(change.plan.legs, change.records, strict=False)
        if isinstance(leg, BudgetLeg)
        and record.status is LegStatus.DONE
        and record.settled_at is not None
        and record.settled_at.astimezone(ZoneInfo(zone)).date() == day
    }
