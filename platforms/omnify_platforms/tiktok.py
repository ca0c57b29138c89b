"""TikTok Ads v1.3: an envelope under HTTP 200, JSON text in queries, budgets as plain numbers.

TikTok has no dry run. Figures come from the synchronous report in slices of 30 days: its
asynchronous reports are open to accounts on TikTok's allow list only.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

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
from omnify_core.errors import BadInput, PlatformNotFound, ReconnectNeeded, Unsupported
from omnify_core.legs import AnyLeg, BudgetLeg, FieldLeg, StatusLeg
from omnify_core.ports import Action, Capabilities, Health, Look
from omnify_core.reads import PlainReads
from omnify_platforms import tiktok_rows as rows
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent, Grant
from omnify_platforms.health import health_of
from omnify_platforms.legs import not_offered, spending
from omnify_platforms.rows import Row, digits, same_currency
from omnify_platforms.slices import slices
from omnify_platforms.tiktok_errors import tiktok_refusal
from omnify_platforms.transport import Call, Transport, Wire

TIKTOK = Platform.TIKTOK
_PAGE = "1000"
_SLICE_DAYS = 30
_FREQUENCY_DAYS = 30
_ACCOUNTS_AT_ONCE = 100
_ADVERTISERS = "/oauth2/advertiser/get/"


class TikTokAds(PlainReads):
    """One tenant's TikTok ad accounts. A budget belongs to a campaign or to an ad group."""

    platform = TIKTOK
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN, Level.AD_GROUP),
        can_dry_run=False,
        has_reach=True,
        overdelivery="1.25",
        refused={
            Action.REMOVE: "deleting cannot be undone on TikTok Ads; pause it instead",
            Action.KEYWORD: "TikTok Ads has no keywords here",
            Action.NEGATIVE_KEYWORD: "TikTok Ads has no keywords here",
        },
        reports="the synchronous report; asynchronous ones are for accounts on TikTok's allow list",
        report_days=_SLICE_DAYS,
        renewal="the token lasts until it is revoked; nothing renews it, a person connects again",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._currencies: dict[str, str] = {}

    async def accounts(self) -> list[AdAccount]:
        reply = Row(TIKTOK, await self._transport.read(Call(method="GET", path=_ADVERTISERS)))
        ids = [row.id("advertiser_id") for row in reply.rows("data.list")]
        parts = [ids[at : at + _ACCOUNTS_AT_ONCE] for at in range(0, len(ids), _ACCOUNTS_AT_ONCE)]
        return [account for part in parts for account in await self._described(part)]

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._listed(account.account_id, Level.CAMPAIGN):
            yield rows.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for row in self._listed(account.account_id, Level.AD_GROUP):
            yield rows.ad_group_of(row, account, self._clock.now())

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        async for row in self._listed(account.account_id, Level.AD):
            yield rows.creative_of(row, account, self._clock.now())

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
        node = digits(ref.native_id, "TikTok id")
        filtering = rows.as_text({f"{rows.id_name(ref.level)}s": [node]})
        found = [row async for row in self._listed(ref.account_id, ref.level, filtering=filtering)]
        if len(found) != 1:
            raise PlatformNotFound(
                f"TikTok ad account {ref.account_id} has no {ref.level.value} {node}, or it was deleted; "
                "sync the account and use an id that it lists",
                platform=TIKTOK.value,
            )
        return rows.state_of(found[0], ref, await self._currency(ref.account_id), self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        raise not_offered(TIKTOK, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        raise Unsupported(f"TikTok Ads has no dry run; {leg.name!r} is checked by our own rules only")

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        """Confirmed by the envelope's code 0; any other is a refusal."""
        del key  # there are no idempotency keys
        leg = spending(TIKTOK, leg)
        account_id = digits(leg.ref.account_id, "TikTok ad account id")
        node = digits(leg.ref.native_id, "TikTok id")
        name = rows.NAMES[leg.ref.level]
        if isinstance(leg, BudgetLeg):
            path, change = f"/{name}/update/", await self._budget_change(leg, node)
        else:
            path, change = f"/{name}/status/update/", _status_change(leg, node)
        body = {"advertiser_id": account_id} | change
        await self._transport.write(Call(method="POST", path=path, account=account_id, body=body))

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _described(self, account_ids: list[str]) -> list[AdAccount]:
        query = {"advertiser_ids": rows.as_text(account_ids), "fields": rows.as_text(rows.ACCOUNTS)}
        call = Call(method="GET", path="/advertiser/info/", query=query)
        reply = Row(TIKTOK, await self._transport.read(call))
        found = [rows.account_of(row) for row in reply.rows("data.list")]
        self._currencies |= {account.account_id: account.currency for account in found}
        return found

    def _listed(self, account_id: str, level: Level, **query: str) -> AsyncIterator[Row]:
        """Deleted objects are left out by TikTok unless they are asked for."""
        query["fields"] = rows.as_text(rows.FIELDS[level])
        return self._pages(account_id, f"/{rows.NAMES[level]}/get/", query)

    def _report(self, account: AdAccount, query: dict[str, str]) -> AsyncIterator[Row]:
        return self._pages(account.account_id, "/report/integrated/get/", query)

    async def _pages(self, account_id: str, path: str, query: dict[str, str]) -> AsyncIterator[Row]:
        """Page by page; no page is held once its rows are used."""
        account_id = digits(account_id, "TikTok ad account id")
        known = query | {"advertiser_id": account_id, "page_size": _PAGE}
        call = Call(method="GET", path=path, account=account_id)
        page, pages = 1, 1
        while page <= pages:
            asked = replace(call, query=known | {"page": str(page)})
            reply = Row(TIKTOK, await self._transport.read(asked))
            for row in reply.rows("data.list"):
                yield row
            page, pages = page + 1, reply.count("data.page_info.total_page")

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

    async def _budget_change(self, leg: BudgetLeg, node: str) -> dict[str, Any]:
        if leg.ref.level is Level.AD:
            raise Unsupported("TikTok Ads has no daily budget on an ad; change its campaign's or ad group's")
        if leg.budget_key != node:
            raise BadInput(f"budget_key must be {node!r}, as it was read, not {leg.budget_key!r}")
        same_currency(leg.after, await self._currency(leg.ref.account_id), account_id=leg.ref.account_id)
        return {rows.id_name(leg.ref.level): node, "budget": leg.after.units}

    async def _currency(self, account_id: str) -> str:
        if account_id not in self._currencies:
            await self._described([digits(account_id, "TikTok ad account id")])
        if account_id not in self._currencies:
            raise PlatformNotFound(
                f"TikTok Ads shows no account {account_id}; connect a user who has it", platform=TIKTOK.value
            )
        return self._currencies[account_id]


def _status_change(leg: StatusLeg, node: str) -> dict[str, Any]:
    if leg.after not in rows.WORDS:
        raise Unsupported("Deleting cannot be undone on TikTok Ads and is not offered; pause it instead")
    return {f"{rows.id_name(leg.ref.level)}s": [node], "operation_status": rows.WORDS[leg.after]}


def _sign(call: Call, connection: Connection) -> Call:
    query = dict(call.query)
    if call.path == _ADVERTISERS:  # the one call that TikTok wants the app's secret in
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
