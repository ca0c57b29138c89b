"""Business records with as little as a test needs to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from omnify_core.business import customer_id, person_of
from omnify_core.campaigns import Platform
from omnify_core.crm import Contact
from omnify_core.money import Money
from omnify_core.payments import Charge
from omnify_core.shop import Order

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DANA = person_of("Dana@Example.com ")


def _common(platform: Platform, native_id: str, minutes: float, **changes: Any) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minutes)
    told = {"platform": platform, "account_id": "a1", "native_id": native_id}
    return told | {"at": at, "updated_at": at, "read_at": NOON} | changes


def contact(native_id: str = "c1", *, minutes: float = 0, **changes: Any) -> Contact:
    own = {"customer_id": customer_id(Platform.GOHIGHLEVEL, native_id), "person": DANA}
    return Contact(**_common(Platform.GOHIGHLEVEL, native_id, minutes, **(own | changes)))


def order(native_id: str = "1001", amount: str = "120.50", *, minutes: float = 0, **changes: Any) -> Order:
    """`minutes` after noon, of a customer whose address is Dana's."""
    total = Money.parse(amount, changes.pop("currency", "USD"))
    none = Money.zero(total.currency)
    own = {
        "name": f"#{native_id}",
        "financial_status": "PAID",
        "total": total,
        "refunded": none,
        "discounts": none,
        "customer_id": customer_id(Platform.SHOPIFY, "191"),
        "person": DANA,
    }
    return Order(**_common(Platform.SHOPIFY, native_id, minutes, **(own | changes)))


def charge(native_id: str = "ch_1", amount: str = "20.00", *, minutes: float = 0, **changes: Any) -> Charge:
    """Of a customer whose address the charge does not say."""
    own = {
        "status": "succeeded",
        "charged": Money.parse(amount, "USD"),
        "refunded": Money.zero("USD"),
        "customer_id": customer_id(Platform.STRIPE, "cus_1"),
    }
    return Charge(**_common(Platform.STRIPE, native_id, minutes, **(own | changes)))
