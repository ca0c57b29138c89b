"""TikTok's side of a scripted wire: everything comes under HTTP 200."""

from __future__ import annotations

import json
from typing import Any

import httpx
from pydantic import SecretStr

from omnify_core.campaigns import Platform
from omnify_platforms.connections import Connection
from tests.builders.platform_wire import TENANT, Reply, Rig, json_reply, rig

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


def asked(request: httpx.Request) -> dict[str, Any]:
    """A query as TikTok reads it: lists and objects are JSON text."""
    params = dict(request.url.params)
    return {n: json.loads(v) if v[:1] in ("[", "{") else v for n, v in params.items()}
