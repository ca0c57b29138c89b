"""Campaigns as last imported, with their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from omnify_core.campaigns import Level, Platform, Status
from omnify_core.ids import EntityId
from omnify_core.people import Actor
from omnify_server.campaign_views import (
    Figures,
    campaign_row,
    day_view,
    figures_by_campaign,
    freshness,
    window_of,
)
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.services import Services
from omnify_server.views import CampaignList, CampaignRow, Performance, Window

campaigns = APIRouter(prefix="/api/campaigns", tags=["campaigns"])

SortKey = Literal["spend", "name", "conversions", "revenue", "roas", "cpa", "ctr", "clicks", "impressions"]
Days = Annotated[int, Query(ge=1, le=366)]


class Selection:
    """Which campaigns, in which order, which page."""

    def __init__(
        self,
        platform: Platform | None = None,
        status: Status | None = None,
        search: Annotated[str, Query(max_length=200)] = "",
        sort: SortKey = "spend",
        order: Literal["asc", "desc"] = "desc",
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> None:
        self.platform = platform
        self._status = status
        self._search = search.casefold()
        self._sort = sort
        self._descending = order == "desc"
        self._page = slice(offset, offset + limit)

    def keeps(self, row: CampaignRow) -> bool:
        wanted = self._status is None or row.status is self._status
        return wanted and (self._search in row.name.casefold() or self._search in row.id)

    def page(self, rows: list[CampaignRow]) -> list[CampaignRow]:
        """Sorted with missing values last, whichever way."""
        key = _SORT_KEYS[self._sort]
        known = [row for row in rows if key(row) is not None]
        known.sort(key=lambda row: (key(row), row.id), reverse=self._descending)
        return (known + [row for row in rows if key(row) is None])[self._page]


_SORT_KEYS: dict[SortKey, Callable[[CampaignRow], float | str | None]] = {
    "spend": lambda row: float(row.spend.amount),
    "name": lambda row: row.name.casefold(),
    "conversions": lambda row: row.conversions,
    "revenue": lambda row: float(row.revenue.amount),
    "roas": lambda row: row.roas,
    "cpa": lambda row: float(row.cpa.amount) if row.cpa else None,
    "ctr": lambda row: row.ctr,
    "clicks": lambda row: row.clicks,
    "impressions": lambda row: row.impressions,
}


@campaigns.get("")
async def list_campaigns(
    actor: SignedInActor,
    services: WithServices,
    selection: Annotated[Selection, Depends()],
    days: Days = 30,
) -> CampaignList:
    """Campaigns with their figures of the last `days` days."""
    window = await window_of(services, actor.tenant_id, days)
    rows = await _rows(services, actor, window, selection.platform)
    kept = [row for row in rows if selection.keeps(row)]
    return CampaignList(
        items=selection.page(kept),
        total=len(kept),
        window=window,
        freshness=await freshness(services, actor.tenant_id),
    )


@campaigns.get("/{campaign_id}/performance")
async def read_performance(
    campaign_id: str, actor: SignedInActor, services: WithServices, days: Days = 30
) -> Performance:
    """One campaign day by day."""
    campaign = await services.stores.market.campaign(actor.tenant_id, EntityId(campaign_id))
    window = await window_of(services, actor.tenant_id, days)
    rows = await services.stores.market.metrics(
        actor.tenant_id, Level.CAMPAIGN, window.since, window.until, campaign_id=campaign.id
    )
    figures = Figures()
    for row in rows:
        figures.add(row)
    total = campaign_row(campaign, figures, Figures(), window=window, shared=False)
    return Performance(campaign=total, days=[day_view(day) for day in rows], window=window)


async def _rows(
    services: Services, actor: Actor, window: Window, platform: Platform | None
) -> list[CampaignRow]:
    found = await services.stores.market.campaigns(actor.tenant_id, platform)
    length = window.until - window.since + timedelta(days=1)
    now = await figures_by_campaign(services, actor.tenant_id, window.since, window.until)
    before = await figures_by_campaign(
        services, actor.tenant_id, window.since - length, window.since - timedelta(days=1)
    )
    holders = Counter((one.ref.account_id, one.budget_key) for one in found if one.budget_key)
    return [
        campaign_row(
            one,
            now.get(one.id, Figures()),
            before.get(one.id, Figures()),
            window=window,
            shared=holders[(one.ref.account_id, one.budget_key)] > 1,
        )
        for one in found
    ]
