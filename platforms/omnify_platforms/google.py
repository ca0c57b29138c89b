"""Google Ads v26 over REST: GAQL reads, mutates by update mask, money in micros."""

from __future__ import annotations

import logging
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
    Status,
)
from omnify_core.clock import Clock
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformError, PlatformNotFound, Unsupported
from omnify_core.legs import AnyLeg, BudgetLeg, FieldLeg, StatusLeg
from omnify_core.ports import Action, Capabilities, Health, Look
from omnify_core.reads import PlainReads
from omnify_platforms import google_rows as gaql
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.google_errors import google_refusal
from omnify_platforms.health import health_of
from omnify_platforms.legs import not_offered, spending
from omnify_platforms.refusals import UNSETTLED
from omnify_platforms.rows import Row, digits, same_currency
from omnify_platforms.transport import Call, Transport, Wire
from omnify_platforms.units import micros

GOOGLE = Platform.GOOGLE
_log = logging.getLogger(__name__)
_COLLECTIONS = {Level.CAMPAIGN: "campaigns", Level.AD_GROUP: "adGroups", Level.AD: "adGroupAds"}


class GoogleAds(PlainReads):
    """One tenant's Google Ads accounts. Budgets are objects of their own, which campaigns may share."""

    platform = GOOGLE
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN,),
        can_dry_run=True,
        has_reach=False,
        overdelivery="2",
        refused={Action.REMOVE: "removing cannot be undone on Google Ads; pause it instead"},
        reports="GAQL search, page by page",
        renewal="a refresh token renews the hourly access token",
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._manager = connection.secret("login_customer_id") if connection.has("login_customer_id") else ""
        self._managers: dict[str, str] = {}  # account -> the manager that reaches it
        self._currencies: dict[str, str] = {}
        self._youtube: GoogleAds | None = None
        self._youtube_reach: frozenset[str] | None = None

    def leave_to(self, youtube: GoogleAds) -> None:
        """YouTube's campaigns are listed and changed by that connection, in all accounts that it reaches."""
        if youtube is not self._youtube:
            self._youtube, self._youtube_reach = youtube, None

    async def accounts(self) -> list[AdAccount]:
        found: dict[str, AdAccount] = {}
        for root in [self._manager] if self._manager else await self._reachable():
            async for row in self._rows(root, gaql.ACCOUNTS, manager=root):
                account = gaql.account_of(row)
                if account:
                    self._managers[account.account_id] = root
                    found[account.account_id] = account
        self._currencies |= {account.account_id: account.currency for account in found.values()}
        return list(found.values())

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._rows(account.account_id, gaql.CAMPAIGNS):
            yield gaql.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for row in self._rows(account.account_id, gaql.AD_GROUPS):
            yield gaql.ad_group_of(row, account, self._clock.now())

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        async for row in self._rows(account.account_id, gaql.ADS):
            yield gaql.creative_of(row, account, self._clock.now())

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        async for row in self._rows(account.account_id, gaql.figures_query(level, since, until)):
            metrics = gaql.metrics_of(row, level, account.currency)
            if metrics.impressions or metrics.spend.minor or metrics.conversions:
                yield metrics

    async def read(self, ref: EntityRef) -> EntityState:
        return gaql.state_of(await self._entity(ref), ref, self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        raise not_offered(self.platform, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        await self._transport.read(await self._mutate(leg, validate_only=True))
        change = f"{leg.before} → {leg.after}"
        return f"{self.platform.label} validated {change} (validateOnly); nothing was carried out"

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        del key  # there are no idempotency keys
        call = await self._mutate(leg, validate_only=False)
        reply = Row(self.platform, await self._transport.write(call))
        written = [result.text("resourceName") for result in reply.rows("results")]
        if written != [call.body["operations"][0]["update"]["resourceName"]]:
            raise OutcomeUnknown(
                f"Google Ads answered without confirming. {UNSETTLED}", platform=self.platform.value
            )

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _reachable(self) -> list[str]:
        reply = await self._transport.read(Call(method="GET", path="/customers:listAccessibleCustomers"))
        names = Row(self.platform, reply).raw("resourceNames") or []
        return [digits(str(name).removeprefix("customers/"), "customer id") for name in names]

    async def _rows(self, account_id: str, query: str, *, manager: str = "") -> AsyncIterator[Row]:
        """Page by page; no page is held once its rows are used."""
        if self._youtube and account_id in await self._reach_of(self._youtube):
            query = gaql.of_youtube(query, without=True)
        call = await self._customer_call(account_id, "googleAds:search", manager=manager)
        page_token = ""
        while True:
            body = {"query": query} | ({"pageToken": page_token} if page_token else {})
            page = Row(self.platform, await self._transport.read(replace(call, body=body)))
            for row in page.rows("results"):
                yield row
            following = str(page.raw("nextPageToken") or "")
            if not following or following == page_token:
                return
            page_token = following

    async def _reach_of(self, youtube: GoogleAds) -> frozenset[str]:
        """None while it cannot say: counting a campaign twice keeps below the caps, missing it does not."""
        if self._youtube_reach is None:
            try:
                self._youtube_reach = frozenset(one.account_id for one in await youtube.accounts())
            except PlatformError as error:
                _log.warning("whether Google's campaigns are YouTube's, too, is not known: %s", error)
        return self._youtube_reach or frozenset()

    async def _customer_call(self, account_id: str, method: str, *, manager: str = "") -> Call:
        account = digits(account_id, "Google Ads account id")
        return Call(
            method="POST",
            path=f"/customers/{account}/{method}",
            account=account,
            headers={"login-customer-id": manager or await self._manager_of(account)},
        )

    async def _manager_of(self, account_id: str) -> str:
        if self._manager:
            return self._manager
        if account_id not in self._managers:
            await self.accounts()
        return self._managers.get(account_id, account_id)

    async def _entity(self, ref: EntityRef) -> Row:
        query = gaql.state_query(ref.level, digits(ref.native_id, "Google Ads id"))
        rows = [row async for row in self._rows(ref.account_id, query)]
        if len(rows) != 1:
            raise PlatformNotFound(
                f"Google Ads account {ref.account_id} has no single {ref.level.value} {ref.native_id}; "
                "sync the account and use an id that it lists",
                platform=self.platform.value,
            )
        return rows[0]

    async def _mutate(self, leg: AnyLeg, *, validate_only: bool) -> Call:
        leg = spending(self.platform, leg)
        if isinstance(leg, BudgetLeg):
            collection, update = "campaignBudgets", await self._budget_update(leg)
        else:
            collection, update = _COLLECTIONS[leg.ref.level], await self._status_update(leg)
        call = await self._customer_call(leg.ref.account_id, f"{collection}:mutate")
        operation = {"update": update, "updateMask": ",".join(set(update) - {"resourceName"})}
        return replace(call, body={"operations": [operation], "validateOnly": validate_only})

    async def _budget_update(self, leg: BudgetLeg) -> dict[str, str]:
        if leg.ref.level is not Level.CAMPAIGN:
            raise Unsupported(
                f"Google Ads has no daily budget on an {leg.ref.level.value}; change its campaign's"
            )
        prefix = f"customers/{leg.ref.account_id}/campaignBudgets/"
        if not leg.budget_key.startswith(prefix) or not leg.budget_key.removeprefix(prefix).isdigit():
            raise BadInput(f"budget_key must be '{prefix}…' as the campaign was read, not {leg.budget_key!r}")
        same_currency(leg.after, await self._currency(leg.ref.account_id), account_id=leg.ref.account_id)
        return {"resourceName": leg.budget_key, "amountMicros": str(micros(leg.after))}

    async def _status_update(self, leg: StatusLeg) -> dict[str, str]:
        if leg.after is Status.REMOVED:
            raise Unsupported("Removing cannot be undone on Google Ads and is not offered; pause it instead")
        name = gaql.resource_name_of(await self._entity(leg.ref), leg.ref.level)
        return {"resourceName": name, "status": leg.after.name}

    async def _currency(self, account_id: str) -> str:
        if account_id not in self._currencies:
            async for row in self._rows(account_id, gaql.CURRENCY):
                self._currencies[account_id] = gaql.currency_of(row)
        return self._currencies[account_id]


def _sign(call: Call, connection: Connection) -> Call:
    headers = dict(call.headers) | {"authorization": f"Bearer {connection.secret('access_token')}"}
    if connection.has("developer_token"):  # optional since access levels moved to the cloud project
        headers["developer-token"] = connection.secret("developer_token")
    return replace(call, headers=headers)


def _renewal(connection: Connection) -> Call:
    names = ("client_id", "client_secret", "refresh_token")
    form = {"grant_type": "refresh_token"} | {name: connection.secret(name) for name in names}
    return Call(method="POST", path=connection.token_url, form=form)


WIRE = Wire(
    platform=GOOGLE,
    version="v26",
    refusal=google_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(minutes=2),
)


def _revocation(connection: Connection) -> Call:
    """Giving back the refresh token ends the access tokens, too."""
    root = connection.token_url.removesuffix("/token")
    name = "refresh_token" if connection.has("refresh_token") else "access_token"
    return Call(method="POST", path=f"{root}/revoke", form={"token": connection.secret(name)})


SCOPES = "https://www.googleapis.com/auth"
CONSENT = Consent(
    platform=GOOGLE,
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    base_url="https://googleads.googleapis.com",
    scopes=(f"{SCOPES}/adwords",),
    also=("developer_token", "login_customer_id"),
    # Without a renewed consent Google sends no refresh token to somebody who said yes before.
    asked={"response_type": "code", "access_type": "offline", "prompt": "consent"},
    has_pkce=True,
    revocation=_revocation,
)
