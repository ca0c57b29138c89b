"""Campaign rows with their figures over a window and against the window before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from omnify_core.campaigns import Campaign, DailyMetrics, Level
from omnify_core.clock import today
from omnify_core.ids import EntityId, TenantId
from omnify_core.money import Money
from omnify_server.services import Services
from omnify_server.views import CampaignRow, DayView, Freshness, MoneyView, Window


@dataclass
class Figures:
    """Sums of one campaign over some days; money in minor units of its currency."""

    impressions: int = 0
    clicks: int = 0
    spend: int = 0
    conversions: float = 0.0
    revenue: int = 0
    by_day: dict[date, DailyMetrics] = field(default_factory=dict)

    def add(self, row: DailyMetrics) -> None:
        self.impressions += row.impressions
        self.clicks += row.clicks
        self.spend += row.spend.minor
        self.conversions += row.conversions
        self.revenue += row.revenue.minor
        self.by_day[row.day] = row

    @property
    def cpa_minor(self) -> float | None:
        return ratio(self.spend, self.conversions)


def ratio(part: float, whole: float) -> float | None:
    """None where there is no denominator: missing is not zero."""
    return part / whole if whole else None


def change(now: float | None, before: float | None) -> float | None:
    """As a share: 0.1 is ten percent more."""
    if now is None or before is None or not before:
        return None
    return now / before - 1.0


async def window_of(services: Services, tenant: TenantId, days: int) -> Window:
    """The last `days` days in the tenant's zone, today included as a partial day."""
    zone = (await services.stores.people.tenant(tenant)).time_zone
    until = today(services.clock, zone)
    return Window(since=until - timedelta(days=days - 1), until=until, time_zone=zone, partial_day=until)


async def figures_by_campaign(
    services: Services, tenant: TenantId, since: date, until: date
) -> dict[EntityId, Figures]:
    found: dict[EntityId, Figures] = defaultdict(Figures)
    for row in await services.stores.market.metrics(tenant, Level.CAMPAIGN, since, until):
        found[row.campaign_id].add(row)
    return found


def campaign_row(
    campaign: Campaign, now: Figures, before: Figures, *, window: Window, shared: bool
) -> CampaignRow:
    days = [window.since + timedelta(days=n) for n in range((window.until - window.since).days + 1)]
    money = _Display(campaign.currency)
    return CampaignRow(
        id=campaign.id,
        platform=campaign.ref.platform,
        account_id=campaign.ref.account_id,
        name=campaign.name,
        status=campaign.status,
        objective=campaign.objective,
        daily_budget=MoneyView.of(campaign.daily_budget) if campaign.daily_budget else None,
        shared_budget=shared,
        impressions=now.impressions,
        clicks=now.clicks,
        spend=money.of(now.spend),
        conversions=round(now.conversions, 2),
        revenue=money.of(now.revenue),
        ctr=ratio(now.clicks, now.impressions),
        cpc=money.maybe(ratio(now.spend, now.clicks)),
        cpa=money.maybe(now.cpa_minor),
        roas=ratio(now.revenue, now.spend),
        spend_change=change(now.spend, before.spend),
        conversions_change=change(now.conversions, before.conversions),
        cpa_change=change(now.cpa_minor, before.cpa_minor),
        spark_days=days,
        spark_spend=[float(now.by_day[day].spend.units) if day in now.by_day else 0.0 for day in days],
        spark_conversions=[now.by_day[day].conversions if day in now.by_day else 0.0 for day in days],
    )


class _Display:
    """Measured minor units as money to show."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def of(self, minor: int) -> MoneyView:
        return MoneyView.of(Money(minor, self._currency))

    def maybe(self, minor: float | None) -> MoneyView | None:
        if minor is None:
            return None
        return MoneyView.of(Money(1, self._currency).times(Decimal(repr(minor))))


def day_view(row: DailyMetrics) -> DayView:
    return DayView(
        day=row.day,
        impressions=row.impressions,
        clicks=row.clicks,
        spend=MoneyView.of(row.spend),
        conversions=row.conversions,
        revenue=MoneyView.of(row.revenue),
    )


async def freshness(services: Services, tenant: TenantId) -> list[Freshness]:
    return [
        Freshness(
            platform=state.platform,
            synced_at=state.synced_at,
            running=state.running,
            share=state.share,
            error=state.error,
        )
        for state in await services.stores.market.sync_states(tenant)
    ]
