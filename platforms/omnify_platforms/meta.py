"""Meta Ads v26.0: Graph reads by field list, form-encoded node writes, budgets in Meta's units."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

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
)
from omnify_core.clock import Clock
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.platform_ports import Action, Capabilities, Health, Look
from omnify_core.reads import AudienceRow, PlainReads
from omnify_platforms import meta_rows as graph
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.health import health_of
from omnify_platforms.meta_errors import meta_refusal, meta_usage
from omnify_platforms.meta_graph import ACCOUNTS, MetaGraph, get
from omnify_platforms.meta_looks import MetaLooks
from omnify_platforms.meta_reports import REPORT_DAYS, MetaReports
from omnify_platforms.meta_writes import MetaWrites
from omnify_platforms.transport import Call, Transport, Wire

META = Platform.META


class MetaAds(PlainReads):
    """One tenant's Meta ad accounts. A budget belongs to a campaign or to an ad set, never to both."""

    platform = META
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN, Level.AD_GROUP),
        can_dry_run=True,
        has_reach=True,
        overdelivery="1.25",
        actions=(
            Action.DAILY_BUDGET,
            Action.STATUS,
            Action.RENAME,
            Action.REMOVE,
            Action.CREATE_CAMPAIGN,
            Action.CREATE_AD_GROUP,
            Action.BID,
            Action.CREATIVE,
            Action.AUDIENCE,
            Action.TARGETING,
        ),
        refused={
            Action.KEYWORD: "Meta Ads has no keywords",
            Action.NEGATIVE_KEYWORD: "Meta Ads has no keywords",
        },
        targeting_level=Level.AD_GROUP,
        reads=("audiences",),
        reports="insights, page by page; for more than a fortnight as a report that is waited for",
        report_days=REPORT_DAYS,
        renewal="the access token of 60 days is exchanged a week before its end",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._clock = clock
        self._graph = MetaGraph(transport)
        self._looks = MetaLooks(self._graph)
        self._writes = MetaWrites(self._graph, self._looks)
        self._reports = MetaReports(self._graph)

    async def accounts(self) -> list[AdAccount]:
        call = get("/me/adaccounts", fields=ACCOUNTS, limit="200")
        found = [graph.account_of(row) async for row in self._graph.rows(call)]
        for account in found:
            self._graph.learn(account.account_id, account.currency)
        return found

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._graph.edge(account.account_id, "campaigns", fields=graph.CAMPAIGNS):
            yield graph.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for row in self._graph.edge(account.account_id, "adsets", fields=graph.AD_SETS):
            yield graph.ad_group_of(row, account, self._clock.now())

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        async for row in self._graph.edge(account.account_id, "ads", fields=graph.ADS):
            yield graph.creative_of(row, account, self._clock.now())

    async def audiences(self, account: AdAccount) -> AsyncIterator[AudienceRow]:
        async for row in self._graph.edge(account.account_id, "customaudiences", fields=graph.AUDIENCES):
            yield graph.audience_of(row, self._clock.now())

    def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        return self._reports.daily(account, level, since, until)

    async def read(self, ref: EntityRef) -> EntityState:
        row = await self._graph.node(ref, graph.STATES[ref.level])
        return graph.state_of(row, ref, await self._graph.currency(ref.account_id), self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        return await self._looks.look(leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        return await self._writes.dry_run(leg)

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        del key  # there are no idempotency keys
        await self._writes.write(leg)

    async def health(self) -> Health:
        return await health_of(self, self._clock)


def _sign(call: Call, connection: Connection) -> Call:
    """The token goes in a header and never in a URL, which gets logged."""
    token = connection.secret("access_token")
    headers = dict(call.headers) | {"authorization": f"Bearer {token}"}
    if not connection.has("app_secret"):
        return replace(call, headers=headers)
    key = connection.secret("app_secret").encode()
    proof = {"appsecret_proof": hmac.new(key, token.encode(), hashlib.sha256).hexdigest()}
    if call.form is None:
        return replace(call, headers=headers, query=dict(call.query) | proof)
    return replace(call, headers=headers, form=dict(call.form) | proof)


def _renewal(connection: Connection) -> Call:
    """Meta has no refresh token: the access token itself is exchanged for one that lasts 60 days."""
    form = {
        "grant_type": "fb_exchange_token",
        "client_id": connection.secret("app_id"),
        "client_secret": connection.secret("app_secret"),
        "fb_exchange_token": connection.secret("access_token"),
    }
    return Call(method="POST", path=connection.token_url, form=form)


WIRE = Wire(
    platform=META,
    version="v26.0",
    refusal=meta_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(days=7),
    usage=meta_usage,
    # Meta limits by load, not by calls, and its usage headers say when to slow down.
    rate_per_s=40.0,
    burst=40,
)


def _revocation(connection: Connection) -> Call:
    bearer = {"authorization": f"Bearer {connection.secret('access_token')}"}
    root = connection.token_url.removesuffix("/oauth/access_token")
    return Call(method="DELETE", path=f"{root}/me/permissions", headers=bearer)


CONSENT = Consent(
    platform=META,
    authorize_url="https://www.facebook.com/v26.0/dialog/oauth",
    token_url="https://graph.facebook.com/v26.0/oauth/access_token",  # noqa: S106 - an address
    base_url="https://graph.facebook.com",
    scopes=("ads_management", "ads_read", "business_management", "pages_show_list"),
    separator=",",
    id_name="app_id",
    secret_name="app_secret",  # noqa: S106 - a name
    asked={"response_type": "code"},
    sent_as={"app_id": "client_id", "app_secret": "client_secret"},
    exchanged={},
    # A sign-in gives an hour or two; exchanged, it becomes sixty days.
    lengthen=_renewal,
    revocation=_revocation,
)
