"""Google Ads v26 over REST: GAQL reads, writes in one atomic request each, money in micros."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import date

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
from omnify_core.clock import Clock
from omnify_core.errors import BadInput, PlatformError, PlatformNotFound, Unsupported
from omnify_core.legs import AnyLeg, AudienceLeg, BudgetLeg, FieldLeg, SpendLeg, StatusLeg
from omnify_core.platform_ports import Action, Capabilities, Health, Look
from omnify_core.reads import AudienceRow, KeywordRow, PlainReads, SearchTermRow, ShareRow
from omnify_platforms import google_details as details
from omnify_platforms import google_rows as gaql
from omnify_platforms.connections import Connection
from omnify_platforms.google_consent import CONSENT, SCOPES, WIRE
from omnify_platforms.google_customers import GoogleCustomers, Operation
from omnify_platforms.google_kinds import SEARCH
from omnify_platforms.google_looks import GoogleLooks
from omnify_platforms.google_targeting import GoogleTargeting
from omnify_platforms.google_uploads import make_list
from omnify_platforms.google_writes import GoogleWrites
from omnify_platforms.health import health_of
from omnify_platforms.rows import Row, digits, same_currency
from omnify_platforms.transport import Transport
from omnify_platforms.units import micros

__all__ = ["CONSENT", "SCOPES", "WIRE", "GoogleAds"]
GOOGLE = Platform.GOOGLE
_log = logging.getLogger(__name__)
_COLLECTIONS = {Level.CAMPAIGN: "campaigns", Level.AD_GROUP: "adGroups", Level.AD: "adGroupAds"}


class GoogleAds(PlainReads):
    """One tenant's Google Ads accounts. Budgets are objects of their own, which campaigns may share."""

    platform = GOOGLE
    kind = SEARCH
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN,),
        can_dry_run=True,
        has_reach=False,
        overdelivery="2",
        actions=tuple(Action),
        reads=("keywords", "search_terms", "audiences", "impression_shares"),
        reports="GAQL search, page by page",
        renewal="a refresh token renews the hourly access token",
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._customers = GoogleCustomers(self.platform, transport, connection, self._scoped)
        targeting = GoogleTargeting(self._customers)
        self._looks = GoogleLooks(self._customers, targeting, self.kind)
        self._writes = GoogleWrites(self._customers, self._looks, targeting, self.kind)
        self._youtube: GoogleAds | None = None
        self._youtube_reach: frozenset[str] | None = None

    def leave_to(self, youtube: GoogleAds) -> None:
        """YouTube's campaigns are listed and changed by that connection, in all accounts that it reaches."""
        if youtube is not self._youtube:
            self._youtube, self._youtube_reach = youtube, None

    async def accounts(self) -> list[AdAccount]:
        return await self._customers.accounts()

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._customers.rows(account.account_id, gaql.CAMPAIGNS):
            yield gaql.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for row in self._customers.rows(account.account_id, gaql.AD_GROUPS):
            yield gaql.ad_group_of(row, account, self._clock.now())

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        async for row in self._customers.rows(account.account_id, gaql.ADS):
            yield gaql.creative_of(row, account, self._clock.now())

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        async for row in self._customers.rows(account.account_id, gaql.figures_query(level, since, until)):
            metrics = gaql.metrics_of(row, level, account.currency)
            if metrics.impressions or metrics.spend.minor or metrics.conversions:
                yield metrics

    async def keywords(self, account: AdAccount) -> AsyncIterator[KeywordRow]:
        for level in (Level.AD_GROUP, Level.CAMPAIGN):
            async for row in self._customers.rows(account.account_id, details.keywords_query(level)):
                yield details.keyword_row(row, level, account, self._clock.now())

    async def search_terms(
        self, account: AdAccount, since: date, until: date
    ) -> AsyncIterator[SearchTermRow]:
        async for row in self._customers.rows(account.account_id, details.terms_query(since, until)):
            yield details.term_row(row, account.currency)

    async def audiences(self, account: AdAccount) -> AsyncIterator[AudienceRow]:
        async for row in self._customers.rows(account.account_id, details.USER_LISTS):
            yield details.audience_row(row, account, self._clock.now())

    async def impression_shares(
        self, account: AdAccount, since: date, until: date
    ) -> AsyncIterator[ShareRow]:
        async for row in self._customers.rows(account.account_id, details.shares_query(since, until)):
            yield details.share_row(row)

    async def read(self, ref: EntityRef) -> EntityState:
        return gaql.state_of(await self._entity(ref), ref, self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        await self._check(leg)
        return await self._looks.look(leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        await self._check(leg)
        if isinstance(leg, BudgetLeg | StatusLeg):
            change = f"{leg.before} → {leg.after}"
            await self._rehearse_spending(leg)
        else:
            change = f"{leg.kind.replace('_', ' ')} {leg.name!r}"
            operations = await self._writes.operations(self._ads_only(leg))
            if operations:
                await self._customers.rehearse(leg.ref.account_id, operations)
        return f"{self.platform.label} validated {change} (validateOnly); nothing was carried out"

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        del key  # there are no idempotency keys
        await self._check(leg)
        account = leg.ref.account_id
        if isinstance(leg, StatusLeg) and leg.after is Status.REMOVED:
            await self._customers.mutate(account, [await self._removal(leg)])
        elif isinstance(leg, BudgetLeg | StatusLeg):
            await self._spend(leg)
        elif isinstance(leg, AudienceLeg) and leg.after is not None:
            await make_list(self._customers, leg)
        else:
            operations = await self._writes.operations(self._ads_only(leg))
            if operations:
                await self._customers.mutate(account, operations)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _check(self, leg: AnyLeg) -> None:
        """A chance to refuse in words, before anything is sent."""

    async def _scoped(self, account_id: str, query: str) -> str:
        """The query of what is left to this connection."""
        if self._youtube and account_id in await self._reach_of(self._youtube):
            return gaql.of_youtube(query, without=True)
        return query

    async def _reach_of(self, youtube: GoogleAds) -> frozenset[str]:
        """None while it cannot say: counting a campaign twice keeps below the caps, missing it does not."""
        if self._youtube_reach is None:
            try:
                self._youtube_reach = frozenset(one.account_id for one in await youtube.accounts())
            except PlatformError as error:
                _log.warning("whether Google's campaigns are YouTube's, too, is not known: %s", error)
        return self._youtube_reach or frozenset()

    async def _entity(self, ref: EntityRef) -> Row:
        query = gaql.state_query(ref.level, digits(ref.native_id, "Google Ads id"))
        rows = [row async for row in self._customers.rows(ref.account_id, query)]
        if len(rows) != 1:
            raise PlatformNotFound(
                f"Google Ads account {ref.account_id} has no single {ref.level.value} {ref.native_id}; "
                "sync the account and use an id that it lists",
                platform=self.platform.value,
            )
        return rows[0]

    def _ads_only(self, leg: AnyLeg) -> FieldLeg:
        assert not isinstance(leg, BudgetLeg | StatusLeg), "those are written by themselves"
        return leg

    async def _removal(self, leg: StatusLeg) -> Operation:
        return self._writes.removal_of(leg, await self._resource_name(leg.ref))

    async def _resource_name(self, ref: EntityRef) -> str:
        return gaql.resource_name_of(await self._entity(ref), ref.level)

    async def _rehearse_spending(self, leg: SpendLeg) -> None:
        if isinstance(leg, StatusLeg) and leg.after is Status.REMOVED:
            await self._customers.rehearse(leg.ref.account_id, [await self._removal(leg)])
            return
        collection, operation = await self._spending(leg)
        body = {"operations": [operation], "validateOnly": True}
        await self._customers.send(leg.ref.account_id, f"{collection}:mutate", body, rehearse=True)

    async def _spend(self, leg: SpendLeg) -> None:
        collection, operation = await self._spending(leg)
        body = {"operations": [operation], "validateOnly": False}
        reply = await self._customers.send(leg.ref.account_id, f"{collection}:mutate", body)
        written = [result.text("resourceName") for result in reply.rows("results")]
        if written != [operation["update"]["resourceName"]]:
            raise self._customers.unconfirmed()

    async def _spending(self, leg: SpendLeg) -> tuple[str, Operation]:
        """Collection and operation of a new budget or status."""
        if isinstance(leg, BudgetLeg):
            collection, update = "campaignBudgets", await self._budget_update(leg)
        else:
            name = await self._resource_name(leg.ref)
            collection = _COLLECTIONS[leg.ref.level]
            update = {"resourceName": name, "status": leg.after.name}
        return collection, {"update": update, "updateMask": ",".join(set(update) - {"resourceName"})}

    async def _budget_update(self, leg: BudgetLeg) -> dict[str, str]:
        if leg.ref.level is not Level.CAMPAIGN:
            raise Unsupported(
                f"Google Ads has no daily budget on an {leg.ref.level.value}; change its campaign's"
            )
        account = leg.ref.account_id
        prefix = f"customers/{account}/campaignBudgets/"
        if not leg.budget_key.startswith(prefix) or not leg.budget_key.removeprefix(prefix).isdigit():
            raise BadInput(f"budget_key must be '{prefix}…' as the campaign was read, not {leg.budget_key!r}")
        same_currency(leg.after, await self._customers.currency(account), account_id=account)
        return {"resourceName": leg.budget_key, "amountMicros": str(micros(leg.after))}
