"""What is sent to Shopify: stock, refused there once it has moved, and entries of marketing activities."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any
from urllib.parse import urlencode

from omnify_core.errors import BadInput
from omnify_core.legs import ActivityLeg, AnyLeg, InventoryLeg, natural_key
from omnify_platforms import shopify_queries as queries
from omnify_platforms import shopify_rows as rows
from omnify_platforms.legs import not_offered
from omnify_platforms.shopify_asking import SHOPIFY, Asking

_KEYS = uuid.UUID("6a5a1c1e-5f4c-4c0a-9d0f-8f7c1f0a2b33")  # the namespace of our idempotency keys
CHANNELS = ("display", "email", "referral", "search", "social")


class ShopifyWrites:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        if isinstance(leg, InventoryLeg):
            own = str(uuid.uuid5(_KEYS, key))
            await self._asking.mutate(queries.SET_QUANTITIES, input=_quantities(leg), key=own)
        elif isinstance(leg, ActivityLeg):
            # Under the same remote id nothing is ever listed twice.
            await self._asking.mutate(queries.UPSERT_ACTIVITY, input=activity_input(leg, self._asking.shop))
        else:
            raise not_offered(SHOPIFY, leg)


def remote_id(name: str) -> str:
    """Our id of an activity, by its name alone."""
    return f"omnify-{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def activity_input(leg: ActivityLeg, shop: str) -> dict[str, Any]:
    """Listed as active, or as deleted outside of Shopify. Raises BadInput."""
    spec = leg.after or leg.before
    assert spec is not None, "a creation or removal has one of the two"
    if spec.channel not in CHANNELS:
        raise BadInput(f"channel must be one of {', '.join(CHANNELS)}, not {spec.channel!r}")
    utm = {"campaign": spec.utm_campaign, "source": spec.utm_source, "medium": spec.utm_medium}
    if not all(utm.values()):
        raise BadInput("utm_campaign, utm_source and utm_medium must all be set: orders are named by them")
    landing = urlencode({f"utm_{name}": value for name, value in utm.items()})
    given: dict[str, Any] = {
        "remoteId": remote_id(natural_key(leg)),
        "title": spec.name,
        "status": "ACTIVE" if leg.after is not None else "DELETED_EXTERNALLY",
        "tactic": "AD",
        "marketingChannelType": spec.channel.upper(),
        "remoteUrl": f"https://{shop}/?{landing}",
        "utm": utm,
    }
    if spec.daily_budget is not None:
        money = {"amount": spec.daily_budget.amount, "currencyCode": spec.daily_budget.currency}
        given["budget"] = {"budgetType": "DAILY", "total": money}
    return given


def _quantities(leg: InventoryLeg) -> dict[str, Any]:
    """Refused by Shopify itself where the stock is no longer `before`."""
    quantity = {
        "inventoryItemId": rows.gid("InventoryItem", leg.item_id),
        "locationId": rows.gid("Location", leg.location_id),
        "quantity": leg.after,
        "changeFromQuantity": leg.before,
    }
    return {"name": "available", "reason": "correction", "quantities": [quantity]}
