"""Meta Ads v26.0: Graph reads by field list, form-encoded node writes, budgets in Meta's units."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
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
    Status,
)
from omnify_core.clock import Clock
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformNotFound, Unsupported
from omnify_core.legs import AnyLeg, BudgetLeg, FieldLeg, StatusLeg
from omnify_core.ports import Action, Capabilities, Health, Look
from omnify_core.reads import PlainReads
from omnify_platforms import meta_rows as graph
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.health import health_of
from omnify_platforms.legs import not_offered, spending
from omnify_platforms.meta_errors import meta_refusal, meta_usage
from omnify_platforms.refusals import UNSETTLED
from omnify_platforms.rows import Row, digits, same_currency
from omnify_platforms.transport import Call, Transport, Wire
from omnify_platforms.units import meta_units

META = Platform.META
_PAGE = "200"
_INSIGHTS_PAGE = "500"
# Insights over long ranges are refused or slow; a fortnight and today is what every import re-reads.
_SLICE_DAYS = 15
_WORDS = {Status.ENABLED: "ACTIVE", Status.PAUSED: "PAUSED"}


class MetaAds(PlainReads):
    """One tenant's Meta ad accounts. A budget belongs to a campaign or to an ad set, never to both."""

    platform = META
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN, Level.AD_GROUP),
        can_dry_run=True,
        has_reach=True,
        overdelivery="1.25",
        refused={
            Action.REMOVE: "deleting cannot be undone on Meta Ads; pause it instead",
            Action.KEYWORD: "Meta Ads has no keywords",
            Action.NEGATIVE_KEYWORD: "Meta Ads has no keywords",
        },
        reports="insights, page by page",
        report_days=_SLICE_DAYS,
        renewal="the access token of 60 days is exchanged a week before its end",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._currencies: dict[str, str] = {}

    async def accounts(self) -> list[AdAccount]:
        call = _get("/me/adaccounts", fields=graph.ACCOUNTS, limit=_PAGE)
        found = [graph.account_of(row) async for row in self._rows(call)]
        self._currencies |= {account.account_id: account.currency for account in found}
        return found

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._edge(account, "campaigns", fields=graph.CAMPAIGNS, limit=_PAGE):
            yield graph.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for row in self._edge(account, "adsets", fields=graph.AD_SETS, limit=_PAGE):
            yield graph.ad_group_of(row, account, self._clock.now())

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        async for row in self._edge(account, "ads", fields=graph.ADS, limit=_PAGE):
            yield graph.creative_of(row, account, self._clock.now())

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        for first, last in _slices(since, until):
            frequencies = await self._rolling_frequencies(account, level, first, last)
            span = json.dumps(_span(first, last))
            rows = self._insights(
                account, level, graph.figure_fields(level), time_range=span, time_increment="1"
            )
            async for row in rows:
                yield graph.metrics_of(row, level, account.currency, frequencies)

    async def read(self, ref: EntityRef) -> EntityState:
        node = digits(ref.native_id, "Meta id")
        call = replace(_get(f"/{node}", fields=graph.STATES[ref.level]), account=ref.account_id)
        row = Row(META, await self._transport.read(call))
        if row.id("account_id") != ref.account_id:
            raise PlatformNotFound(
                f"Meta ad account {ref.account_id} has no {ref.level.value} {node}; "
                "sync the account and use an id that it lists",
                platform=META.value,
            )
        return graph.state_of(row, ref, await self._currency(ref.account_id), self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        raise not_offered(META, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        call = await self._update(leg)
        form = dict(call.form or {}) | {"execution_options": json.dumps(["validate_only"])}
        await self._transport.read(replace(call, form=form))
        return f"Meta Ads validated {leg.before} → {leg.after} (validate_only); nothing was carried out"

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        del key  # there are no idempotency keys
        reply = Row(META, await self._transport.write(await self._update(leg)))
        if reply.raw("success") is not True:
            raise OutcomeUnknown(f"Meta Ads answered without confirming. {UNSETTLED}", platform=META.value)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    def _edge(self, account: AdAccount, edge: str, **query: str) -> AsyncIterator[Row]:
        account_id = digits(account.account_id, "Meta ad account id")
        return self._rows(replace(_get(f"/act_{account_id}/{edge}", **query), account=account_id))

    async def _rows(self, call: Call) -> AsyncIterator[Row]:
        """Page by page. The cursor is used, not the `next` URL: that one may name any host."""
        after = ""
        while True:
            query = dict(call.query) | ({"after": after} if after else {})
            page = Row(META, await self._transport.read(replace(call, query=query)))
            for row in page.rows("data"):
                yield row
            following = str(page.raw("paging.cursors.after") or "") if page.raw("paging.next") else ""
            if not following or following == after:
                return
            after = following

    def _insights(self, account: AdAccount, level: Level, fields: str, **query: str) -> AsyncIterator[Row]:
        """Rows of entities with delivery."""
        return self._edge(
            account, "insights", level=graph.LEVELS[level], fields=fields, limit=_INSIGHTS_PAGE, **query
        )

    async def _rolling_frequencies(
        self, account: AdAccount, level: Level, first: date, last: date
    ) -> dict[tuple[str, date], float]:
        """Impressions per person over the seven days up to each day.

        Asked as weeks that overlap, because people of several days do not add up; of ads only, whose
        wear it tells.
        """
        if level is not Level.AD:
            return {}
        days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
        weeks = json.dumps([_span(day - timedelta(days=6), day) for day in days])
        rows = self._insights(account, level, graph.FREQUENCY, time_ranges=weeks)
        return {
            (graph.native_id(row, level), graph.day_of(row, "date_stop")): float(row.decimal("frequency"))
            async for row in rows
        }

    async def _update(self, leg: AnyLeg) -> Call:
        leg = spending(META, leg)
        node = digits(leg.ref.native_id, "Meta id")
        form = await self._budget_form(leg) if isinstance(leg, BudgetLeg) else _status_form(leg)
        return Call(method="POST", path=f"/{node}", account=leg.ref.account_id, form=form)

    async def _budget_form(self, leg: BudgetLeg) -> dict[str, str]:
        if leg.ref.level is Level.AD:
            raise Unsupported("Meta Ads has no daily budget on an ad; change its campaign's or ad set's")
        if leg.budget_key != leg.ref.native_id:
            raise BadInput(
                f"budget_key must be {leg.ref.native_id!r}, as it was read, not {leg.budget_key!r}"
            )
        same_currency(leg.after, await self._currency(leg.ref.account_id), account_id=leg.ref.account_id)
        return {"daily_budget": str(meta_units(leg.after))}

    async def _currency(self, account_id: str) -> str:
        if account_id not in self._currencies:
            call = _get(f"/act_{digits(account_id, 'Meta ad account id')}", fields=graph.ACCOUNTS)
            row = Row(META, await self._transport.read(replace(call, account=account_id)))
            self._currencies[account_id] = graph.account_of(row).currency
        return self._currencies[account_id]


def _get(path: str, **query: str) -> Call:
    return Call(method="GET", path=path, query=query)


def _span(since: date, until: date) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat()}


def _status_form(leg: StatusLeg) -> dict[str, str]:
    if leg.after not in _WORDS:
        raise Unsupported("Deleting cannot be undone on Meta Ads and is not offered; pause it instead")
    return {"status": _WORDS[leg.after]}


def _slices(since: date, until: date) -> Iterator[tuple[date, date]]:
    while since <= until:
        last = min(until, since + timedelta(days=_SLICE_DAYS - 1))
        yield since, last
        since = last + timedelta(days=1)


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
