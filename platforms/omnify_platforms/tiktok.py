"""TikTok Ads v1.3: an envelope under HTTP 200, JSON text in queries, budgets as plain numbers.

TikTok has no dry run. Figures come from the synchronous report in slices of 30 days: its
asynchronous reports are open to accounts on TikTok's allow list only.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import httpx

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
from omnify_core.errors import ReconnectNeeded, Unsupported
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.platform_ports import Action, Capabilities, Health, Look
from omnify_core.reads import AudienceRow, PlainReads
from omnify_platforms import tiktok_rows as rows
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent, Grant
from omnify_platforms.health import health_of
from omnify_platforms.rows import Row
from omnify_platforms.slices import slices
from omnify_platforms.tiktok_calls import ADVERTISERS, TikTokCalls, missing
from omnify_platforms.tiktok_errors import tiktok_refusal
from omnify_platforms.tiktok_looks import TikTokLooks
from omnify_platforms.tiktok_writes import TikTokWrites
from omnify_platforms.transport import Call, Transport, Wire

TIKTOK = Platform.TIKTOK
_SLICE_DAYS = 30
_FREQUENCY_DAYS = 30


class TikTokAds(PlainReads):
    """One tenant's TikTok ad accounts. A budget belongs to a campaign or to an ad group."""

    platform = TIKTOK
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN, Level.AD_GROUP),
        can_dry_run=False,
        targeting_level=Level.AD_GROUP,
        has_reach=True,
        overdelivery="1.25",
        actions=tuple(action for action in Action if "keyword" not in action.value),
        refused={
            Action.KEYWORD: "TikTok Ads has no keywords here",
            Action.NEGATIVE_KEYWORD: "TikTok Ads has no keywords here",
        },
        reads=("audiences",),
        reports="the synchronous report; asynchronous ones are for accounts on TikTok's allow list",
        report_days=_SLICE_DAYS,
        renewal="the token lasts until it is revoked; nothing renews it, a person connects again",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._clock = clock
        self._calls = TikTokCalls(transport)
        self._looks = TikTokLooks(self._calls)
        self._writes = TikTokWrites(self._calls, self._looks, clock)

    async def accounts(self) -> list[AdAccount]:
        return await self._calls.accounts()

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._calls.listed(account.account_id, Level.CAMPAIGN):
            yield rows.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for row in self._calls.listed(account.account_id, Level.AD_GROUP):
            yield rows.ad_group_of(row, account, self._clock.now())

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        async for row in self._calls.listed(account.account_id, Level.AD):
            yield rows.creative_of(row, account, self._clock.now())

    async def audiences(self, account: AdAccount) -> AsyncIterator[AudienceRow]:
        async for row in self._calls.audiences(account.account_id):
            yield rows.audience_of(row, account, self._clock.now())

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        frequencies = await self._rolling_frequencies(account, level, since, until)
        for first, last in slices(since, until, days=_SLICE_DAYS):
            async for row in self._report(account, rows.figures_query(level, first, last)):
                metrics = rows.metrics_of(row, level, account.currency, frequencies)
                if metrics.impressions or metrics.spend.minor or metrics.conversions:
                    yield metrics

    async def read(self, ref: EntityRef) -> EntityState:
        row = await self._calls.seek(ref)
        if row is None and await self._calls.seek(ref, deleted=True):
            return rows.removed_state(ref, self._clock.now())
        if row is None:
            raise missing(ref)
        return rows.state_of(row, ref, await self._calls.currency(ref.account_id), self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        return await self._looks.look(leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        raise Unsupported(f"TikTok Ads has no dry run; {leg.name!r} is checked by our own rules only")

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        """`key` becomes TikTok's request_id where it takes one: campaigns and ad groups that are created."""
        await self._writes.write(leg, key)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    def _report(self, account: AdAccount, query: dict[str, str]) -> AsyncIterator[Row]:
        return self._calls.pages(account.account_id, "/report/integrated/get/", query)

    async def _rolling_frequencies(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> dict[tuple[str, date], float]:
        """Impressions per person over the seven days up to each day, of ads in the last month of the range.

        Each day is a report of its own and calls are few; older days tell little about wear.
        """
        found: dict[tuple[str, date], float] = {}
        day = max(since, until - timedelta(days=_FREQUENCY_DAYS - 1))
        while level is Level.AD and day <= until:
            query = rows.frequency_query(level, day - timedelta(days=6), day)
            async for row in self._report(account, query):
                found[rows.reported_id(row, level), day] = rows.frequency_of(row)
            day += timedelta(days=1)
        return found


def _sign(call: Call, connection: Connection) -> Call:
    query = dict(call.query)
    if call.path == ADVERTISERS:  # the one call that TikTok wants the app's secret in
        query |= {"app_id": connection.secret("app_id"), "secret": connection.secret("secret")}
    headers = dict(call.headers) | {"access-token": connection.secret("access_token")}
    return replace(call, query=query, headers=headers)


def _renewal(_connection: Connection) -> Call:
    raise ReconnectNeeded(
        "TikTok's access tokens last long but cannot be renewed; a person must connect TikTok Ads again "
        "under Integrations",
        platform=TIKTOK.value,
    )


class _WithoutSecret(logging.Filter):
    """httpx logs the URLs that it calls; TikTok's may hold the app's secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_shown(arg) for arg in record.args)
        return True


def _shown(arg: object) -> object:
    secret = isinstance(arg, httpx.URL) and "secret" in arg.params
    return arg.copy_set_param("secret", "***") if isinstance(arg, httpx.URL) and secret else arg


logging.getLogger("httpx").addFilter(_WithoutSecret())

WIRE = Wire(
    platform=TIKTOK,
    version="open_api/v1.3",
    refusal=tiktok_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(0),
    # What TikTok allows an app at its basic level.
    rate_per_s=10.0,
)


def _grant_of(reply: Grant) -> Grant:
    """TikTok wraps everything in its envelope."""
    data = reply.get("data")
    return data if isinstance(data, dict) else {}


CONSENT = Consent(
    platform=TIKTOK,
    authorize_url="https://business-api.tiktok.com/portal/auth",
    token_url="https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",  # noqa: S106
    base_url="https://business-api.tiktok.com",
    id_name="app_id",
    secret_name="secret",  # noqa: S106 - a name
    asks_as="app_id",
    code_name="auth_code",
    exchanged={},
    sends_redirect=False,
    is_json=True,
    grant_of=_grant_of,
)
