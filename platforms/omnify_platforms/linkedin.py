"""LinkedIn Ads over versioned Rest.li: finders in raw query text, partial updates, decimal money.

LinkedIn's levels are campaign group, campaign, creative. Our campaign is LinkedIn's campaign, which
carries the daily budget; a campaign group has none that it spends by day and is not shown; a new campaign
goes into the oldest active one. Between
campaign and creative LinkedIn has nothing: one ad group per campaign, with the campaign's own id,
stands in for it. It can be read and has the campaign's figures, and is never written to.
LinkedIn has no dry run. A report without the scope r_ads_reporting is empty instead of refused.
"""

from __future__ import annotations

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
from omnify_core.errors import (
    PlatformError,
    ReconnectNeeded,
    Unsupported,
)
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.platform_ports import Action, Capabilities, Health, Look
from omnify_core.reads import PlainReads
from omnify_platforms import linkedin_rows as restli
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.health import health_of
from omnify_platforms.linkedin_calls import LinkedInCalls, find, find_in
from omnify_platforms.linkedin_errors import linkedin_refusal
from omnify_platforms.linkedin_looks import LinkedInLooks
from omnify_platforms.linkedin_writes import LinkedInWrites
from omnify_platforms.rows import Row, digits
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
        actions=(
            Action.DAILY_BUDGET,
            Action.STATUS,
            Action.RENAME,
            Action.REMOVE,
            Action.BID,
            Action.TARGETING,
            Action.CREATE_CAMPAIGN,
            Action.CREATIVE,
        ),
        refused={
            Action.CREATE_AD_GROUP: "LinkedIn Ads has no ad groups; its campaigns hold the ads",
            Action.AUDIENCE: "LinkedIn's lists of people are open to approved partners only; make one in "
            "Campaign Manager",
            Action.KEYWORD: "LinkedIn Ads has no keywords",
            Action.NEGATIVE_KEYWORD: "LinkedIn Ads has no keywords",
        },
        reports="ad analytics, at most 15,000 rows at once",
        report_days=_SLICE_DAYS,
        day_zone="UTC",
        renewal="a refresh token of a year, for approved partners only, renews 60 days of access",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._clock = clock
        self._calls = LinkedInCalls(transport)
        self._looks = LinkedInLooks(self._calls)
        self._writes = LinkedInWrites(self._calls, self._looks, clock)

    async def accounts(self) -> list[AdAccount]:
        found: list[AdAccount] = []
        async for row in self._calls.accounts():
            if row.text("status") == "ACTIVE":
                found.append(restli.account_of(row))
        return found

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        async for row in self._calls.elements(_in(account, "adCampaigns", restli.CAMPAIGNS)):
            yield restli.campaign_of(row, account, self._clock.now())

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        async for campaign in self.campaigns(account):
            yield restli.ad_group_of(campaign)

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        """Those of listed campaigns: the finder itself also shows the ones of archived campaigns."""
        listed = {campaign.id async for campaign in self.campaigns(account)}
        async for row in self._calls.elements(_in(account, "creatives", restli.CREATIVES)):
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
        row = await self._calls.node(ref)
        return restli.state_of(row, ref, self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        return await self._looks.look(leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        raise Unsupported(f"LinkedIn Ads has no dry run; {leg.name!r} is checked by our own rules only")

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        del key  # there are no idempotency keys
        await self._writes.write(leg)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _figures(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[Row]:
        """A report that may have been cut is asked again in halves."""
        account_id = digits(account.account_id, "LinkedIn ad account id")
        query = restli.figures_query(account_id, level, since, until)
        report = await self._calls.read(replace(find("/adAnalytics", query), account=account_id))
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


def _in(account: AdAccount, collection: str, query: str) -> Call:
    return find_in(account.account_id, collection, query)


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
    silent_success=frozenset({201, 204}),
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
