"""The imported picture of a tenant's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from omnify_core.campaigns import AdAccount, AdGroup, Campaign, Creative, DailyMetrics, Level, Platform
from omnify_core.ids import EntityId, TenantId
from omnify_core.ports import SyncState
from omnify_memory import collections
from omnify_memory.documents import Documents, Query, Scalar
from omnify_memory.shelf import Key, Shelf


class StoredMarket:
    """A document for each thing, and one for each entity's day of figures: saving needs no reading first."""

    def __init__(self, documents: Documents) -> None:
        self._accounts = Shelf(documents, collections.ACCOUNTS, AdAccount, _account_key, noun="ad account")
        self._campaigns = Shelf(documents, collections.CAMPAIGNS, Campaign, _campaign_key, noun="campaign")
        self._ad_groups = Shelf(documents, collections.AD_GROUPS, AdGroup, _part_key, noun="ad group")
        self._creatives = Shelf(documents, collections.CREATIVES, Creative, _part_key, noun="creative")
        self._metrics = Shelf(
            documents, collections.METRICS, DailyMetrics, _metrics_key, noun="day of figures"
        )
        self._syncs = Shelf(
            documents, collections.SYNCS, SyncState, lambda sync: Key(sync.platform), noun="sync"
        )

    async def save_accounts(self, tenant: TenantId, accounts: Sequence[AdAccount]) -> None:
        await self._accounts.save(tenant, accounts)

    async def save_campaigns(self, tenant: TenantId, campaigns: Sequence[Campaign]) -> None:
        await self._campaigns.save(tenant, campaigns)

    async def save_ad_groups(self, tenant: TenantId, groups: Sequence[AdGroup]) -> None:
        await self._ad_groups.save(tenant, groups)

    async def save_creatives(self, tenant: TenantId, creatives: Sequence[Creative]) -> None:
        await self._creatives.save(tenant, creatives)

    async def save_metrics(self, tenant: TenantId, rows: Sequence[DailyMetrics]) -> None:
        await self._metrics.save(tenant, rows)

    async def save_sync(self, tenant: TenantId, state: SyncState) -> None:
        await self._syncs.save(tenant, [state])

    async def accounts(self, tenant: TenantId) -> list[AdAccount]:
        return await self._accounts.select(Query(tenant=tenant))

    async def campaigns(self, tenant: TenantId, platform: Platform | None = None) -> list[Campaign]:
        equal = {"platform": platform.value} if platform else {}
        return await self._campaigns.select(Query(tenant=tenant, equal=equal))

    async def campaign(self, tenant: TenantId, campaign_id: EntityId) -> Campaign:
        return await self._campaigns.get(tenant, campaign_id)

    async def ad_groups(self, tenant: TenantId, campaign_id: EntityId | None = None) -> list[AdGroup]:
        return await self._ad_groups.select(_parts(tenant, campaign_id))

    async def creatives(self, tenant: TenantId, campaign_id: EntityId | None = None) -> list[Creative]:
        return await self._creatives.select(_parts(tenant, campaign_id))

    async def metrics(
        self,
        tenant: TenantId,
        level: Level,
        since: date,
        until: date,
        *,
        campaign_id: EntityId | None = None,
        entity_id: EntityId | None = None,
    ) -> list[DailyMetrics]:
        equal: dict[str, Scalar] = {"level": level.value}
        if campaign_id is not None:
            equal["campaign_id"] = campaign_id
        if entity_id is not None:
            equal["entity_id"] = entity_id
        query = Query(
            tenant=tenant,
            equal=equal,
            at_least={"day": since.isoformat()},
            at_most={"day": until.isoformat()},
            order=("day", "entity_id"),
        )
        return await self._metrics.select(query)

    async def sync_states(self, tenant: TenantId) -> list[SyncState]:
        return await self._syncs.select(Query(tenant=tenant))


def _account_key(account: AdAccount) -> Key:
    return Key(f"{account.platform.value}:{account.account_id}")


def _campaign_key(campaign: Campaign) -> Key:
    return Key(campaign.id, {"platform": campaign.ref.platform.value})


def _part_key(part: AdGroup | Creative) -> Key:
    return Key(part.id, {"campaign_id": part.campaign_id})


def _metrics_key(row: DailyMetrics) -> Key:
    level, day = row.level.value, row.day.isoformat()
    fields: dict[str, Scalar] = {
        "level": level,
        "day": day,
        "entity_id": row.entity_id,
        "campaign_id": row.campaign_id,
    }
    return Key(f"{level}/{row.entity_id}/{day}", fields)


def _parts(tenant: TenantId, campaign_id: EntityId | None) -> Query:
    return Query(tenant=tenant, equal={"campaign_id": campaign_id} if campaign_id else {})
