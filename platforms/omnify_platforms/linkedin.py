"""LinkedIn Ads over versioned Rest.li: finders in raw query text, partial updates, decimal money.

LinkedIn's levels are campaign group, campaign, creative. Our campaign is LinkedIn's campaign, which
carries the daily budget; a campaign group has none that it spends by day and is not shown. Between
campaign and creative LinkedIn has nothing: one ad group per campaign, with the campaign's own id,
stands in for it. It can be read and has the campaign's figures, and is never written to.
LinkedIn has no dry run. A report without the scope r_ads_reporting is empty instead of refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

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
from omnify_core.errors import (
    BadInput,
    OutcomeUnknown,
    PlatformError,
    PlatformNotFound,
    ReconnectNeeded,
    Unsupported,
)
from omnify_core.legs import AnyLeg, BudgetLeg, FieldLeg, StatusLeg
from omnify_core.ports import Action, Capabilities, Health, Look
from omnify_core.reads import PlainReads
from omnify_platforms import linkedin_rows as restli
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.health import health_of
from omnify_platforms.legs import not_offered, spending
from omnify_platforms.linkedin_errors import linkedin_refusal
from omnify_platforms.refusals import UNSETTLED
from omnify_platforms.rows import Row, digits, same_currency
from omnify_platforms.slices import slices
from omnify_platforms.transport import Call, Transport, Wire

LINKEDIN = Platform.LINKEDIN
API_VERSION = "202607"
_MOST_ROWS = 15_000  # a report is cut there without a word, and has no pages
_SLICE_DAYS = 30


class LinkedInAds(PlainReads):
    """One tenant's LinkedIn ad accounts."""

    platform = LINKEDIN
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN,),
        can_dry_run=False,
        has_reach=False,
        overdelivery="1.5",
        levels=(Level.CAMPAIGN, Level.AD),
        status_levels=(Level.CAMPAIGN, Level.AD),
        refused={
            Action.REMOVE: "only drafts can be deleted on LinkedIn Ads; pause it instead",
            Action.KEYWORD: "LinkedIn Ads has no keywords",
            Action.NEGATIVE_KEYWORD: "LinkedIn Ads has no keywords",
        },
        reports="ad analytics, at most 15,000 rows at once",
        report_days=_SLICE_DAYS,
        day_zone="UTC",
        renewal="a refresh token of a year, for approved partners only, renews 60 days of access",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._currencies: dict[str, str] = {}

    async def accounts(self) -> list[AdAccount]:
        found: list[AdAccount] = []
        async for row in self._elements(_find("/adAccounts", restli.ACCOUNTS)):
            account = restli.account_of(row)
            self._currencies[account.account_id] = account.currency
            if row.text("status") == "ACTIVE":
                found.append(account)
        return found

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._elements(_of_account(account, "adCampaigns", restli.CAMPAIGNS)):
            yield restli.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for campaign in self.campaigns(account):
            yield restli.ad_group_of(campaign)

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        """Those of listed campaigns: the finder itself also shows the ones of archived campaigns."""
        listed = {campaign.id async for campaign in self.campaigns(account)}
        async for row in self._elements(_of_account(account, "creatives", restli.CREATIVES)):
            creative = restli.creative_of(row, account, self._clock.now())
            if creative.campaign_id in listed and creative.status is not Status.REMOVED:
                yield creative

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        for first, last in slices(since, until, days=_SLICE_DAYS):
            async for row in self._figures(account, level, first, last):
                metrics = restli.metrics_of(row, level, account.currency)
                if metrics.impressions or metrics.spend.minor or metrics.conversions:
                    yield metrics

    async def read(self, ref: EntityRef) -> EntityState:
        row = Row(LINKEDIN, await self._transport.read(_node(ref, "GET", method="GET")))
        return restli.state_of(row, ref, self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        raise not_offered(LINKEDIN, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        raise Unsupported(f"LinkedIn Ads has no dry run; {leg.name!r} is checked by our own rules only")

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        del key  # there are no idempotency keys
        leg = spending(LINKEDIN, leg)
        if leg.ref.level is Level.AD_GROUP:
            raise Unsupported("LinkedIn Ads has no ad groups; change the campaign, which holds the same ads")
        change = await self._budget_change(leg) if isinstance(leg, BudgetLeg) else _status_change(leg)
        call = replace(_node(leg.ref, "PARTIAL_UPDATE", method="POST"), body={"patch": {"$set": change}})
        if await self._transport.write(call) is not None:  # 204 confirms, and has no body
            raise OutcomeUnknown(
                f"LinkedIn Ads answered without confirming. {UNSETTLED}", platform=LINKEDIN.value
            )

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _elements(self, call: Call) -> AsyncIterator[Row]:
        """Page by page; no page is held once its rows are used."""
        token = ""
        while True:
            path = f"{call.path}&pageToken={restli.encoded(token)}" if token else call.path
            page = Row(LINKEDIN, await self._transport.read(replace(call, path=path)))
            for row in page.rows("elements"):
                yield row
            following = page.text("metadata.nextPageToken")
            if not following or following == token:
                return
            token = following

    async def _figures(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[Row]:
        """A report that may have been cut is asked again in halves."""
        account_id = digits(account.account_id, "LinkedIn ad account id")
        query = restli.figures_query(account_id, level, since, until)
        report = Row(
            LINKEDIN, await self._transport.read(replace(_find("/adAnalytics", query), account=account_id))
        )
        rows = report.rows("elements")
        if len(rows) < _MOST_ROWS:
            for row in rows:
                yield row
            return
        if since == until:
            raise PlatformError(
                f"LinkedIn Ads reports at most {_MOST_ROWS} rows at once, and {since} has as many; "
                "its figures were not used. Split the ad account",
                platform=LINKEDIN.value,
            )
        middle = since + (until - since) // 2
        for first, last in ((since, middle), (middle + timedelta(days=1), until)):
            async for row in self._figures(account, level, first, last):
                yield row

    async def _budget_change(self, leg: BudgetLeg) -> dict[str, Any]:
        if leg.ref.level is not Level.CAMPAIGN:
            raise Unsupported(
                f"LinkedIn Ads has no daily budget on an {leg.ref.level.value}; change its campaign's"
            )
        if leg.budget_key != leg.ref.native_id:
            raise BadInput(
                f"budget_key must be {leg.ref.native_id!r}, as it was read, not {leg.budget_key!r}"
            )
        currency = await self._currency(leg.ref.account_id)
        same_currency(leg.after, currency, account_id=leg.ref.account_id)
        return {"dailyBudget": {"amount": leg.after.amount, "currencyCode": currency}}

    async def _currency(self, account_id: str) -> str:
        if account_id not in self._currencies:
            await self.accounts()
        if account_id not in self._currencies:
            raise PlatformNotFound(
                f"LinkedIn Ads shows no account {account_id}; connect a user who has it",
                platform=LINKEDIN.value,
            )
        return self._currencies[account_id]


def _find(path: str, query: str) -> Call:
    """The query stays in the path: encoded as parameters, Rest.li's brackets would not be understood."""
    return Call(method="GET", path=f"{path}?{query}", headers={"x-restli-method": "FINDER"})


def _of_account(account: AdAccount, collection: str, query: str) -> Call:
    account_id = digits(account.account_id, "LinkedIn ad account id")
    return replace(_find(f"/adAccounts/{account_id}/{collection}", query), account=account_id)


def _node(ref: EntityRef, restli_method: str, *, method: str) -> Call:
    account_id = digits(ref.account_id, "LinkedIn ad account id")
    node = digits(ref.native_id, "LinkedIn id")
    tail = f"creatives/{restli.encoded(restli.CREATIVE_URN + node)}"
    if ref.level is not Level.AD:
        tail = f"adCampaigns/{node}"
    return Call(
        method=method,
        path=f"/adAccounts/{account_id}/{tail}",
        account=account_id,
        headers={"x-restli-method": restli_method},
    )


def _status_change(leg: StatusLeg) -> dict[str, Any]:
    if leg.after not in restli.WORDS:
        raise Unsupported("Deleting cannot be undone on LinkedIn Ads and is not offered; pause it instead")
    return {"intendedStatus" if leg.ref.level is Level.AD else "status": restli.WORDS[leg.after]}


def _sign(call: Call, connection: Connection) -> Call:
    headers = {
        "authorization": f"Bearer {connection.secret('access_token')}",
        "linkedin-version": API_VERSION,
        "x-restli-protocol-version": "2.0.0",
    }
    return replace(call, headers=dict(call.headers) | headers)


def _renewal(connection: Connection) -> Call:
    """Renews the access token only: a refresh token ends a year after the sign-in, however used."""
    if not connection.has("refresh_token"):
        raise ReconnectNeeded(
            "LinkedIn Ads gave this app no refresh token (approved partners get one), so its access ends "
            "after 60 days; a person must connect it again under Integrations",
            platform=LINKEDIN.value,
        )
    names = ("client_id", "client_secret", "refresh_token")
    form = {"grant_type": "refresh_token"} | {name: connection.secret(name) for name in names}
    return Call(method="POST", path=connection.token_url, form=form)


WIRE = Wire(
    platform=LINKEDIN,
    version="rest",
    refusal=linkedin_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(days=7),
    silent_success=frozenset({204}),
    # A brand-new token is refused as revoked until all of LinkedIn knows it.
    settling_s=5.0,
)
CONSENT = Consent(
    platform=LINKEDIN,
    authorize_url="https://www.linkedin.com/oauth/v2/authorization",
    token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106 - an address
    base_url="https://api.linkedin.com",
    scopes=("r_ads", "rw_ads", "r_ads_reporting"),
    asked={"response_type": "code"},
)
