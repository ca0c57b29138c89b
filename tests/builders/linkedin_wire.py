"""LinkedIn's side of a scripted wire."""

from __future__ import annotations

from typing import Any

import httpx
from pydantic import SecretStr

from omnify_core.campaigns import Platform
from omnify_platforms.connections import Connection
from tests.builders.platform_wire import TENANT, Reply, Rig, json_reply, rig

LINKEDIN = Platform.LINKEDIN
ACCESS_TOKEN = "AQX-canary-access-token"
SECRETS = {
    "client_id": "86canary",
    "client_secret": "WPL_AP1.canary-client-secret",
    "refresh_token": "AQW-canary-refresh-token",
    "access_token": ACCESS_TOKEN,
}


def connection(*, without: str = "", **changes: Any) -> Connection:
    secrets = {name: SecretStr(value) for name, value in SECRETS.items() if name != without}
    fields = {
        "base_url": "https://linkedin.test/rest",
        "token_url": "https://linkedin.test/oauth/v2/accessToken",
        "secrets": secrets,
    }
    return Connection(tenant_id=TENANT, platform=LINKEDIN, **fields | changes)


def desk(*replies: Reply, using: Connection | None = None) -> Rig:
    return rig(LINKEDIN, *replies, using=using or connection())


def elements(*items: dict[str, Any], token: str = "") -> httpx.Response:
    return json_reply({"elements": list(items), "metadata": {"nextPageToken": token} if token else {}})


def accounts_reply(currency: str = "USD", status: str = "ACTIVE") -> httpx.Response:
    return elements({"id": 501, "name": "TechFlow", "currency": currency, "status": status})


def campaign(
    native_id: int = 1201, amount: str = "100", currency: str = "USD", **more: Any
) -> dict[str, Any]:
    fields = {
        "id": native_id,
        "name": "Founders | Leads",
        "account": "urn:li:sponsoredAccount:501",
        "campaignGroup": "urn:li:sponsoredCampaignGroup:9",
        "status": "ACTIVE",
        "objectiveType": "LEAD_GENERATION",
        "dailyBudget": {"amount": amount, "currencyCode": currency},
        "changeAuditStamps": {"created": {"time": 1772330400000}},
    }
    return fields | more


def creative(native_id: int = 4, campaign_id: int = 1201, **more: Any) -> dict[str, Any]:
    fields = {
        "id": f"urn:li:sponsoredCreative:{native_id}",
        "campaign": f"urn:li:sponsoredCampaign:{campaign_id}",
        "name": "Demo video",
        "intendedStatus": "ACTIVE",
        "content": {"reference": "urn:li:share:77"},
    }
    return fields | more


def error(status: int, **body: Any) -> httpx.Response:
    fields = {"status": status, "message": f"LinkedIn says {status}."} | body
    return httpx.Response(status, json=fields, headers={"x-li-uuid": "LI-1"})


def written() -> httpx.Response:
    return httpx.Response(204)


def raw(request: httpx.Request) -> str:
    """Path and query as they went over the wire."""
    return request.url.raw_path.decode()
