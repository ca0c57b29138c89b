"""TikTok's side of a scripted wire: everything comes under HTTP 200."""

from __future__ import annotations

import json
from typing import Any

import httpx
from pydantic import SecretStr

from omnify_core.campaigns import Level, Platform
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
    NameLeg,
    TargetingLeg,
)
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Objective, Targeting
from omnify_platforms.connections import Connection
from tests.builders.platform_wire import TENANT, Reply, Rig, json_reply, ref, rig

TIKTOK = Platform.TIKTOK
ACCESS_TOKEN = "canary-tiktok-access-token"
APP_SECRET = "canary0tiktok0secret"


def connection(**changes: Any) -> Connection:
    secrets = {"app_id": "7001", "secret": APP_SECRET, "access_token": ACCESS_TOKEN}
    fields = {
        "base_url": "https://tiktok.test/open_api/v1.3",
        "token_url": "https://tiktok.test/open_api/v1.3/oauth2/access_token/",
        "secrets": {name: SecretStr(value) for name, value in secrets.items()},
    }
    return Connection(tenant_id=TENANT, platform=TIKTOK, **fields | changes)


def desk(*replies: Reply, using: Connection | None = None) -> Rig:
    return rig(TIKTOK, *replies, using=using or connection())


def ok(data: Any = None) -> httpx.Response:
    return json_reply({"code": 0, "message": "OK", "request_id": "TT-1", "data": data or {}})


def page(*items: dict[str, Any], number: int = 1, of: int = 1) -> httpx.Response:
    info = {"page": number, "page_size": 1000, "total_number": len(items), "total_page": of}
    return ok({"list": list(items), "page_info": info})


def refused(code: int, message: str = "") -> httpx.Response:
    body = {"code": code, "message": message or f"TikTok says {code}.", "request_id": "TT-1", "data": {}}
    return json_reply(body)


def described(currency: str = "USD", native_id: str = "501", **more: Any) -> httpx.Response:
    fields = {"advertiser_id": native_id, "name": "TechFlow", "currency": currency}
    zones = {"timezone": "Etc/GMT+5", "display_timezone": "America/New_York"}
    return ok({"list": [fields | zones | more]})


def campaign(native_id: str = "1201", budget: Any = 100, **more: Any) -> dict[str, Any]:
    fields = {
        "campaign_id": native_id,
        "campaign_name": "Spark | Founders",
        "operation_status": "ENABLE",
        "objective_type": "LEAD_GENERATION",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": budget,
        "create_time": "2026-03-01 02:00:00",
    }
    return fields | more


def group(native_id: str = "1201", **more: Any) -> dict[str, Any]:
    fields = {
        "adgroup_id": native_id,
        "campaign_id": "7",
        "adgroup_name": "Group",
        "operation_status": "ENABLE",
        "budget_mode": "BUDGET_MODE_INFINITE",
        "budget": 0,
        "billing_event": "CPC",
        "bid_type": "BID_TYPE_CUSTOM",
        "bid_price": 0.5,
        "location_ids": ["6252001"],
        "languages": [],
        "age_groups": [],
        "gender": "GENDER_UNLIMITED",
        "audience_ids": [],
        "excluded_audience_ids": [],
        "interest_category_ids": [],
    }
    return fields | more


def ad(native_id: str = "1201", **more: Any) -> dict[str, Any]:
    fields = {"ad_id": native_id, "adgroup_id": "8", "campaign_id": "7", "ad_name": "Ad"}
    return fields | {"operation_status": "ENABLE", "ad_text": "Hours back"} | more


REGIONS = {"US": "6252001", "DE": "2921044", "GB": "2635167"}
PICTURE, VIDEO = "ad-site-i18n-sg/1", "v10033g5000012345678"
TRAFFIC = {"objective_type": "TRAFFIC", "budget_optimize_on": True}


def regions() -> httpx.Response:
    rows = [{"region_code": c, "location_id": n, "level": "COUNTRY"} for c, n in REGIONS.items()]
    town = {"region_code": "US", "location_id": "5128581", "level": "PROVINCE"}
    return ok({"region_info": [*rows, town], "region_list": list(REGIONS)})


def identities(*ids: str) -> httpx.Response:
    rows = [{"identity_id": id_, "identity_type": "CUSTOMIZED_USER"} for id_ in ids or ("55",)]
    return ok({"identity_list": rows, "page_info": {"page": 1, "total_page": 1}})


def name_leg(level: Level = Level.CAMPAIGN) -> NameLeg:
    return NameLeg(ref=ref(TIKTOK, level), name="x", before="x", after="Better name")


def bid_leg(after: Money | None = None, level: Level = Level.AD_GROUP) -> BidLeg:
    return BidLeg(ref=ref(TIKTOK, level), name="x", after=after or Money(60, "USD"))


def targeting_leg(**wanted: Any) -> TargetingLeg:
    return TargetingLeg(ref=ref(TIKTOK, Level.AD_GROUP), name="x", after=Targeting(**wanted))


def campaign_spec(**changes: Any) -> CampaignSpec:
    fields = {"name": "New", "objective": Objective.TRAFFIC, "daily_budget": Money(8_050, "USD")}
    return CampaignSpec(**fields | changes)


def campaign_leg(spec: CampaignSpec | None = None) -> CampaignLeg:
    return CampaignLeg(ref=ref(TIKTOK, Level.ACCOUNT, "501"), name="New", after=spec or campaign_spec())


def group_leg(**changes: Any) -> AdGroupLeg:
    spec = AdGroupSpec(**{"name": "New group", "targeting": Targeting(countries=("US",))} | changes)
    return AdGroupLeg(ref=ref(TIKTOK), name=spec.name, after=spec)


def ad_spec(**changes: Any) -> AdSpec:
    fields = {"name": "Ad", "headlines": ("Hours back",), "url": "https://a.example/", "image": PICTURE}
    return AdSpec(**fields | changes)


def ad_leg(spec: AdSpec | None = None, level: Level = Level.AD_GROUP) -> AdLeg:
    return AdLeg(ref=ref(TIKTOK, level), name="Ad", after=spec or ad_spec())


def audience_leg(**changes: Any) -> AudienceLeg:
    spec = AudienceSpec(**{"name": "Customers", "members": ("a" * 64, "b" * 64)} | changes)
    return AudienceLeg(ref=ref(TIKTOK, Level.ACCOUNT, "501"), name=spec.name, after=spec)


async def written(leg: FieldLeg, *replies: Reply) -> Rig:
    """What was asked and sent for a leg that TikTok carries out."""
    at = desk(*replies, ok())
    await at.ads.write(leg, key="plan-1-0")
    return at


def asked(request: httpx.Request) -> dict[str, Any]:
    """A query as TikTok reads it: lists and objects are JSON text."""
    params = dict(request.url.params)
    return {n: json.loads(v) if v[:1] in ("[", "{") else v for n, v in params.items()}
