"""What a question is about: a platform or a campaign over a period, against the period before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from omnify_core.campaigns import Campaign, DailyMetrics, Level, Platform
from omnify_core.errors import BadInput
from omnify_tools.context import Copilot
from omnify_tools.figures import Totals
from omnify_tools.market import figures_of, find_campaign, platform_named
from omnify_tools.periods import Period, period_named
from omnify_tools.untrusted import quoted


class Scope(NamedTuple):
    """`label` says in words what the figures are of."""

    platform: Platform | None
    campaign: Campaign | None

    @property
    def label(self) -> str:
        if self.campaign is not None:
            return f"{quoted(self.campaign.name, length=60)} ({self.campaign.id})"
        return self.platform.label if self.platform else "All platforms"


class Two(NamedTuple):
    """One currency's sums, now and before."""

    now: Totals
    before: Totals


async def scope_named(copilot: Copilot, platform: str, campaign_id: str) -> Scope:
    """Raises BadInput where the names fit nothing or contradict each other."""
    chosen = platform_named(platform)
    if not campaign_id.strip():
        return Scope(chosen, None)
    campaign = await find_campaign(copilot, campaign_id)
    if chosen not in {None, campaign.ref.platform}:
        raise BadInput(f"{campaign.id} is on {campaign.ref.platform.label}; leave platform empty")
    return Scope(campaign.ref.platform, campaign)


async def rows_of(
    copilot: Copilot, scope: Scope, period: Period, *, level: Level = Level.CAMPAIGN
) -> list[DailyMetrics]:
    rows = await figures_of(copilot, period, level=level, platform=scope.platform)
    return rows if scope.campaign is None else [row for row in rows if row.campaign_id == scope.campaign.id]


def other_period(copilot: Copilot, period: Period, against: str) -> Period:
    """The period before of equal length, or one that is named."""
    if not against.strip():
        return period.before()
    return period_named(against, copilot.clock, copilot.tenant.time_zone)


def currencies(*groups: Iterable[DailyMetrics]) -> list[str]:
    return sorted({row.spend.currency for rows in groups for row in rows})


def one_currency(*groups: Iterable[DailyMetrics]) -> str:
    """Raises BadInput where sums would mix currencies or there is nothing to sum."""
    found = currencies(*groups)
    if not found:
        raise BadInput("nothing was delivered in these periods; choose others, or see data_freshness")
    if len(found) > 1:
        raise BadInput(
            f"the figures are in {', '.join(found)}, which are not added up; name one platform or campaign"
        )
    return found[0]


def two(now: Sequence[DailyMetrics], before: Sequence[DailyMetrics], currency: str) -> Two:
    def of(rows: Sequence[DailyMetrics]) -> Totals:
        return Totals.of((row for row in rows if row.spend.currency == currency), currency)

    return Two(of(now), of(before))


def uneven(now: Period, before: Period) -> list[str]:
    """What a comparison of unlike windows must say."""
    if now.days == before.days and now.partial_day is None:
        return []
    if now.partial_day is not None:
        return ["The running day is compared with whole ones: sums look too low."]
    return [f"{now.days} days are compared with {before.days}: compare ratios, not sums."]
