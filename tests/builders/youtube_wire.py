"""YouTube's side of a scripted wire: Google Ads, and the Data and Analytics APIs beside it."""

from __future__ import annotations

from typing import Any

import httpx

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.legs import BudgetLeg
from omnify_platforms.connections import Connection
from tests.builders.platform_wire import (
    SECRETS,
    TENANT,
    Reply,
    Rig,
    budget_leg,
    json_reply,
    ref,
    rig,
)

YOUTUBE = Platform.YOUTUBE
BUDGET = "customers/501/campaignBudgets/77"


def connection(**changes: Any) -> Connection:
    fields = {
        "base_url": "https://youtube.test/v26",
        "token_url": "https://youtube.test/token",
        "secrets": dict(SECRETS[Platform.GOOGLE]),
    }
    return Connection.model_validate({"tenant_id": TENANT, "platform": YOUTUBE} | fields | changes)


def desk(*replies: Reply, using: Connection | None = None) -> Rig:
    return rig(YOUTUBE, *replies, using=using or connection())


def results(*found: dict[str, Any], token: str = "") -> httpx.Response:
    return json_reply({"results": list(found)} | ({"nextPageToken": token} if token else {}))


def kind(channel_type: str = "DEMAND_GEN") -> httpx.Response:
    """What the adapter asks before it changes a campaign or what is below it."""
    return results({"campaign": {"advertisingChannelType": channel_type}})


def currency(code: str = "USD") -> httpx.Response:
    return results({"customer": {"currencyCode": code}})


def campaign(native_id: str = "1201", channel_type: str = "DEMAND_GEN") -> dict[str, Any]:
    fields = {
        "resourceName": f"customers/501/campaigns/{native_id}",
        "id": native_id,
        "name": "Demand Gen | Demo",
        "status": "ENABLED",
        "advertisingChannelType": channel_type,
        "campaignBudget": BUDGET,
    }
    budget = {"resourceName": BUDGET, "amountMicros": "100000000"}
    return {"campaign": fields, "campaignBudget": budget, "customer": {"currencyCode": "USD"}}


def written(name: str = BUDGET) -> httpx.Response:
    return results({"resourceName": name})


def refused(status: int, reason: str, domain: str = "youtube.quota") -> httpx.Response:
    """An error as the Data API has it."""
    errors = [{"message": f"YouTube says {reason}.", "domain": domain, "reason": reason}]
    error = {"code": status, "message": f"YouTube says {reason}.", "errors": errors}
    return json_reply({"error": error}, status)


def leg(after: str = "120.50", code: str = "USD") -> BudgetLeg:
    return budget_leg(YOUTUBE, after, code).model_copy(update={"budget_key": BUDGET})


def at_level(level: Level = Level.CAMPAIGN) -> EntityRef:
    return ref(YOUTUBE, level)
