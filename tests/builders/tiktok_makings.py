"""Campaigns, ad groups, ads and audiences as TikTok's clients make them in the sandbox."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from tests.builders.sandbox_tiktok import US, TikTokWire

USA = "6252001"
PICTURE, VIDEO = "ad-site-i18n-sg/abc", "v10033g50000123"


def fields(known: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`None` takes a field away."""
    return {name: value for name, value in (known | changes).items() if value is not None}


async def campaign(wire: TikTokWire, **changes: Any) -> httpx.Response:
    known = {
        "advertiser_id": US,
        "campaign_name": "Made by API",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": 80.5,
        "budget_optimize_on": True,
        "operation_status": "DISABLE",
    }
    return await wire.post("campaign/create/", **fields(known, changes))


async def group(wire: TikTokWire, within: str, **changes: Any) -> httpx.Response:
    known = {
        "advertiser_id": US,
        "campaign_id": within,
        "adgroup_name": "Group by API",
        "promotion_type": "WEBSITE",
        "placement_type": "PLACEMENT_TYPE_NORMAL",
        "placements": ["PLACEMENT_TIKTOK"],
        "location_ids": [USA],
        "budget_mode": "BUDGET_MODE_INFINITE",
        "budget": 0,
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": "2026-11-23 17:00:00",
        "optimization_goal": "CLICK",
        "billing_event": "CPC",
        "bid_type": "BID_TYPE_CUSTOM",
        "bid_price": 0.4,
        "pacing": "PACING_MODE_SMOOTH",
        "operation_status": "DISABLE",
    }
    return await wire.post("adgroup/create/", **fields(known, changes))


async def ad(wire: TikTokWire, group_id: str, **changes: Any) -> httpx.Response:
    (own,) = (await wire.data("identity/get/"))["identity_list"]
    known = {
        "ad_name": "Ad by API",
        "ad_text": "Eleven hours back",
        "ad_format": "SINGLE_IMAGE",
        "image_ids": [PICTURE],
        "identity_type": own["identity_type"],
        "identity_id": own["identity_id"],
        "landing_page_url": "https://techflow.example/start",
        "operation_status": "DISABLE",
    }
    creative = fields(known, changes)
    return await wire.post("ad/create/", advertiser_id=US, adgroup_id=group_id, creatives=[creative])


async def made(wire: TikTokWire, **on: Any) -> tuple[str, str, str]:
    """Campaign, ad group and ad."""
    first = (await campaign(wire, **on)).json()["data"]["campaign_id"]
    second = (await group(wire, first, **on)).json()["data"]["adgroup_id"]
    return first, second, (await ad(wire, second, **on)).json()["data"]["ad_ids"][0]


CUSTOMERS = b"\n".join(hashlib.sha256(str(n).encode()).hexdigest().encode() for n in range(50))


async def upload(wire: TikTokWire, content: bytes = CUSTOMERS, **changes: Any) -> httpx.Response:
    signature = hashlib.md5(content, usedforsecurity=False).hexdigest()
    form = {"advertiser_id": US, "calculate_type": "EMAIL_SHA256", "file_signature": signature} | changes
    return await wire.sandbox.http.post(
        "/tiktok-ads/open_api/v1.3/dmp/custom_audience/file/upload/",
        data=fields(form, {}),
        files={"file": ("customers.csv", content)},
        headers=wire.headers(),
    )


async def audience(wire: TikTokWire, **changes: Any) -> httpx.Response:
    path = (await upload(wire)).json()["data"]["file_path"]
    known = {
        "advertiser_id": US,
        "custom_audience_name": "Customers",
        "calculate_type": "EMAIL_SHA256",
        "file_paths": [path],
    }
    return await wire.post("dmp/custom_audience/create/", **fields(known, changes))
