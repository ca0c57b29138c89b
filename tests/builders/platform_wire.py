"""Adapters over a scripted wire: what the platform answers is a list, what it was asked is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import SecretStr

from omnify_core.campaigns import AdAccount, EntityRef, Level, Platform, Status
from omnify_core.clock import FixedClock
from omnify_core.ids import TenantId
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.platform_ports import AdPlatform
from omnify_platforms.connected import open_adapter
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means

TENANT = TenantId("t_techflow")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GOOGLE_TOKEN = "ya29.canary-access-token"
META_TOKEN = "EAAS-canary-access-token"
SECRETS = {
    Platform.GOOGLE: {
        "client_id": "123-sandbox.apps.googleusercontent.com",
        "client_secret": "GOCSPX-canary-client-secret",
        "refresh_token": "1//0canary-refresh-token",
        "developer_token": "canary-developer-token",
        "login_customer_id": "9000000001",
        "access_token": GOOGLE_TOKEN,
    },
    Platform.META: {
        "app_id": "123456789012345",
        "app_secret": "canary0app0secret",
        "access_token": META_TOKEN,
    },
}
BASES = {
    Platform.GOOGLE: ("https://google.test", "https://google.test/token"),
    Platform.META: ("https://graph.test/v26.0", "https://graph.test/v26.0/oauth/access_token"),
}

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class FakePace:
    """Sleeping moves the time; nobody waits."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept: list[float] = []

    def elapsed_s(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


@dataclass
class Script:
    """The platform's answers in order; the last one stays. Asking beyond it fails the test."""

    replies: list[Reply]
    asked: list[httpx.Request] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        assert self.replies, f"not scripted: {request.method} {request.url}"
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def body(self, index: int = -1) -> Any:
        return json.loads(self.asked[index].content)

    def form(self, index: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.asked[index].content.decode(), strict_parsing=True))


def connection(platform: Platform, *, without: Sequence[str] = (), **changes: Any) -> Connection:
    base_url, token_url = BASES[platform]
    secrets = {k: SecretStr(v) for k, v in SECRETS[platform].items() if k not in without}
    fields = {"base_url": base_url, "token_url": token_url, "secrets": secrets} | changes
    return Connection(tenant_id=TENANT, platform=platform, **fields)


@dataclass
class Rig:
    """An adapter, its script, and the time that both live in."""

    ads: AdPlatform
    script: Script
    pace: FakePace
    clock: FixedClock
    kept: list[Connection]


def rig(platform: Platform, *replies: Reply, using: Connection | None = None) -> Rig:
    script, pace, clock, kept = Script(list(replies)), FakePace(), FixedClock(NOON), []

    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        kept.append(renewed)
        return renewed

    means = Means(httpx.AsyncClient(transport=httpx.MockTransport(script), trust_env=False), clock, pace)
    ads = open_adapter(using or connection(platform), means, keep=keep)
    return Rig(ads, script, pace, clock, kept)


def json_reply(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=names)


def google_error(family: str, code: str, *, status: int = 400, **more: Any) -> httpx.Response:
    """An error as Google's fixtures have it; `more` goes into its single GoogleAdsError."""
    error = {"errorCode": {family: code}, "message": f"Google says {code}."} | more
    failure = {
        "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
        "errors": [error],
        "requestId": "RID-1",
    }
    return json_reply(
        {"error": {"code": status, "message": "no", "status": "X", "details": [failure]}}, status
    )


def meta_error(
    code: int, subcode: int = 0, *, status: int = 400, headers: Any = None, **more: Any
) -> httpx.Response:
    error = {"message": f"Meta says {code}.", "type": "OAuthException", "code": code, "fbtrace_id": "FBT-1"}
    if subcode:
        error["error_subcode"] = subcode
    return httpx.Response(status, json={"error": error | more}, headers=headers)


def fresh_token(token: str = "fresh-canary-token", expires_in: int = 3599) -> httpx.Response:
    return json_reply({"access_token": token, "expires_in": expires_in, "token_type": "Bearer"})


def account(platform: Platform, currency: str = "USD") -> AdAccount:
    return AdAccount(
        platform=platform, account_id="501", name="TechFlow", currency=currency, time_zone="America/New_York"
    )


def ref(platform: Platform, level: Level = Level.CAMPAIGN, native_id: str = "1201") -> EntityRef:
    return EntityRef(platform=platform, account_id="501", level=level, native_id=native_id)


def budget_leg(platform: Platform, after: str = "120.50", currency: str = "USD") -> BudgetLeg:
    key = "customers/501/campaignBudgets/77" if platform is Platform.GOOGLE else "1201"
    return BudgetLeg(
        ref=ref(platform),
        name="Search | Brand",
        budget_key=key,
        before=Money.parse("100", currency),
        after=Money.parse(after, currency),
    )


def status_leg(platform: Platform, after: Status = Status.PAUSED, level: Level = Level.CAMPAIGN) -> StatusLeg:
    return StatusLeg(
        ref=ref(platform, level),
        name="Search | Brand",
        budget_key="",
        before=Status.ENABLED,
        after=after,
        daily_budget=Money.parse("100", "USD"),
    )


def later(clock: FixedClock, **delta: float) -> None:
    clock.move_to(clock.now() + timedelta(**delta))


def currency_reply(platform: Platform, currency: str = "USD") -> httpx.Response:
    """What the adapter asks first, so that no write is in a foreign currency."""
    if platform is Platform.GOOGLE:
        return json_reply({"results": [{"customer": {"currencyCode": currency}}]})
    zone = {"timezone_name": "America/New_York", "name": "TechFlow"}
    return json_reply({"id": "act_501", "account_id": "501", "currency": currency} | zone)


def state_reply(platform: Platform) -> httpx.Response:
    """A campaign as `read` finds it: 100.00 a day, running."""
    if platform is Platform.META:
        return json_reply({"id": "1201", "account_id": "501", "status": "ACTIVE", "daily_budget": "10000"})
    key = "customers/501/campaignBudgets/77"
    row = {
        "campaign": {
            "resourceName": "customers/501/campaigns/1201",
            "status": "ENABLED",
            "campaignBudget": key,
        },
        "campaignBudget": {"resourceName": key, "amountMicros": "100000000"},
        "customer": {"currencyCode": "USD"},
    }
    return json_reply({"results": [row]})


def written_reply(platform: Platform) -> httpx.Response:
    if platform is Platform.META:
        return json_reply({"success": True})
    return json_reply({"results": [{"resourceName": "customers/501/campaignBudgets/77"}]})


class ConnectionsInMemory:
    """A ConnectionStore; `saved` counts writes."""

    def __init__(self) -> None:
        self.records: dict[tuple[TenantId, Platform], str] = {}
        self.saved = 0

    async def save(self, tenant: TenantId, platform: Platform, sealed: str) -> None:
        self.records[tenant, platform] = sealed
        self.saved += 1

    async def get(self, tenant: TenantId, platform: Platform) -> str | None:
        return self.records.get((tenant, platform))

    async def connected(self, tenant: TenantId) -> list[Platform]:
        return [platform for owner, platform in self.records if owner == tenant]

    async def drop(self, tenant: TenantId, platform: Platform) -> None:
        self.records.pop((tenant, platform), None)


async def unnoted(*_: object) -> None:
    """For a connection whose row in the audit chain is no part of a test."""
