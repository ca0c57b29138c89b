"""LinkedIn's side of a scripted wire."""

from __future__ import annotations

from typing import Any

import httpx
from pydantic import SecretStr

from omnify_core.campaigns import Level, Platform
from omnify_core.legs import AdLeg, BidLeg, CampaignLeg, NameLeg, TargetingLeg
from omnify_core.money import Money
from omnify_core.specs import AdSpec, CampaignSpec, Objective, Targeting
from omnify_platforms.connections import Connection
from tests.builders.platform_wire import TENANT, Reply, Rig, json_reply, ref, rig

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


PAGE, POST = "urn:li:organization:77", "urn:li:share:7012"
POST_URL = f"https://www.linkedin.com/feed/update/{POST}"


def accounts_reply(currency: str = "USD", status: str = "ACTIVE") -> httpx.Response:
    row = {"id": 501, "name": "TechFlow", "currency": currency, "status": status, "reference": PAGE}
    return elements(row)


def groups_reply(*ids: int) -> httpx.Response:
    return elements(*({"id": id_, "name": f"Group {id_}"} for id_ in ids or (9,)))


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


def written(status: int = 204) -> httpx.Response:
    """204 of a change, 201 of a creation; neither has a body."""
    return httpx.Response(status, headers={"x-restli-id": "1500"} if status == 201 else {})


def name_leg(after: str = "Better name", level: Level = Level.CAMPAIGN) -> NameLeg:
    return NameLeg(ref=ref(LINKEDIN, level), name="Founders", before="Founders", after=after)


def bid_leg(after: str = "6.25", currency: str = "USD") -> BidLeg:
    return BidLeg(ref=ref(LINKEDIN), name="Founders", after=Money.parse(after, currency))


def targeting_leg(**wanted: Any) -> TargetingLeg:
    after = Targeting(**({"countries": ("US",)} | wanted))
    return TargetingLeg(ref=ref(LINKEDIN), name="Founders", after=after)


def campaign_spec(**changes: Any) -> CampaignSpec:
    fields = {
        "name": "New (one), two",
        "objective": Objective.TRAFFIC,
        "daily_budget": Money(8_000, "USD"),
        "targeting": Targeting(countries=("DE", "US"), languages=("de",)),
    }
    return CampaignSpec(**fields | changes)


def campaign_leg(spec: CampaignSpec | None = None) -> CampaignLeg:
    spec = spec or campaign_spec()
    return CampaignLeg(ref=ref(LINKEDIN, Level.ACCOUNT, "501"), name=spec.name, after=spec)


def post_spec(**changes: Any) -> AdSpec:
    return AdSpec(**{"name": "Ad", "headlines": ("Ad",), "url": POST_URL, "image": POST} | changes)


def ad_leg(spec: AdSpec | None = None, level: Level = Level.CAMPAIGN) -> AdLeg:
    spec = spec or post_spec()
    return AdLeg(ref=ref(LINKEDIN, level), name=spec.name, after=spec)


def raw(request: httpx.Request) -> str:
    """Path and query as they went over the wire."""
    return request.url.raw_path.decode()
