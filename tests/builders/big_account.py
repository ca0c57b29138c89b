"""An ad platform with one account of any size, whose rows are made as they are asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

from omnify_core.campaigns import (
    AdAccount,
    AdGroup,
    Campaign,
    Creative,
    DailyMetrics,
    EntityRef,
    EntityState,
    Level,
    Platform,
    Status,
)
from omnify_core.ids import EntityId
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.money import Money
from omnify_core.platform_ports import Capabilities, Health, Look
from omnify_core.reads import PlainReads

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPEND, REVENUE = Money(4_200, "USD"), Money(9_900, "USD")


class BigAccount(PlainReads):
    """`asked` holds the windows of figures that were read, by account."""

    platform = Platform.GOOGLE
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN,), can_dry_run=False, has_reach=False, overdelivery="2"
    )

    def __init__(self, campaigns: int, account_ids: tuple[str, ...] = ("501",)) -> None:
        self.count = campaigns
        self.account_ids = account_ids
        self.asked: dict[str, tuple[date, date]] = {}

    async def accounts(self) -> list[AdAccount]:
        return [
            AdAccount(platform=self.platform, account_id=one, name=one, currency="USD", time_zone="UTC")
            for one in self.account_ids
        ]

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        for number in range(self.count):
            yield Campaign(
                ref=self._ref(account, Level.CAMPAIGN, number),
                name=f"Campaign {number}",
                status=Status.ENABLED,
                daily_budget=Money(10_000, "USD"),
                budget_key=str(number),
                currency="USD",
                read_at=NOON,
            )

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        for number in range(self.count):
            ref = self._ref(account, Level.AD_GROUP, number)
            campaign = EntityId(f"google:{number}")
            yield AdGroup(ref=ref, campaign_id=campaign, name="", status=Status.ENABLED, read_at=NOON)

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        for number in range(self.count):
            yield Creative(
                ref=self._ref(account, Level.AD, number),
                campaign_id=EntityId(f"google:{number}"),
                ad_group_id=EntityId(f"google:{number}"),
                name=f"Ad {number}",
                status=Status.ENABLED,
                read_at=NOON,
            )

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        self.asked[account.account_id] = since, until
        for offset in range((until - since).days + 1):
            for number in range(self.count):
                yield DailyMetrics(
                    entity_id=EntityId(f"google:{number}"),
                    campaign_id=EntityId(f"google:{number}"),
                    platform=self.platform,
                    level=level,
                    day=since + timedelta(days=offset),
                    impressions=1000 + number,
                    clicks=50,
                    spend=SPEND,
                    conversions=2.0,
                    revenue=REVENUE,
                )

    async def read(self, ref: EntityRef) -> EntityState:
        raise NotImplementedError("nothing is changed here")

    async def look(self, leg: FieldLeg) -> Look:
        raise NotImplementedError("nothing is changed here")

    async def dry_run(self, leg: AnyLeg) -> str:
        raise NotImplementedError("nothing is changed here")

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        raise NotImplementedError("nothing is changed here")

    async def health(self) -> Health:
        return Health(platform=self.platform, ok=True, message="", checked_at=NOON)

    def _ref(self, account: AdAccount, level: Level, number: int) -> EntityRef:
        return EntityRef(
            platform=self.platform, account_id=account.account_id, level=level, native_id=str(number)
        )
