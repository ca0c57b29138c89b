"""What is made on Meta, as its official client would send it: forms, and the calls that make them."""

from __future__ import annotations

import json
from typing import Any

from omnify_sandbox.meta.nodes import PAGE_ID, PIXEL_ID
from tests.builders.sandbox_wire import ACCOUNT, SandboxWire

CAMPAIGN = {
    "name": "Spring",
    "objective": "OUTCOME_SALES",
    "status": "PAUSED",
    "special_ad_categories": "[]",
    "daily_budget": "5000",
}
SPEC: dict[str, Any] = {
    "geo_locations": {"countries": ["GB"]},
    "targeting_automation": {"advantage_audience": 0},
}
AD_SET = {
    "name": "Everybody",
    "status": "PAUSED",
    "billing_event": "IMPRESSIONS",
    "optimization_goal": "OFFSITE_CONVERSIONS",
    "promoted_object": json.dumps({"pixel_id": PIXEL_ID, "custom_event_type": "PURCHASE"}),
    "targeting": json.dumps(SPEC),
}
LINK = {
    "link": "https://techflow.example/spring",
    "name": "Get 11 hours back",
    "message": "Let it run by itself.",
    "call_to_action": {"type": "SIGN_UP", "value": {"link": "https://techflow.example/spring"}},
}
LIST = {"name": "Buyers", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}


def story(**changes: Any) -> str:
    return json.dumps({"page_id": PAGE_ID, "link_data": LINK | changes})


async def made(wire: SandboxWire, edge: str, form: dict[str, str]) -> str:
    reply = await wire.graph_post(f"{ACCOUNT}/{edge}", **form)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


async def whole(wire: SandboxWire, **status: str) -> tuple[str, str, str, str]:
    """Ids of a campaign, its ad set, a creative and the ad that shows it."""
    campaign = await made(wire, "campaigns", CAMPAIGN | status)
    ad_set = await made(wire, "adsets", AD_SET | status | {"campaign_id": campaign})
    creative = await made(wire, "adcreatives", {"name": "C", "object_story_spec": story()})
    shown = json.dumps({"creative_id": creative})
    ad = await made(
        wire, "ads", {"name": "Ad", "adset_id": ad_set, "creative": shown, "status": "PAUSED"} | status
    )
    return campaign, ad_set, creative, ad


async def refusal(wire: SandboxWire, path: str, form: dict[str, str]) -> dict[str, Any]:
    before = await wire.writes()
    reply = await wire.graph_post(path, **form)
    assert reply.status_code == 400, reply.text
    assert await wire.writes() == before
    return dict(reply.json()["error"])
