"""Stripe's objects as 2026-10-28.endive writes them. Money in minor units, time in unix seconds."""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def customer(id_: str, at: int, given: Object) -> Object:
    blank = dict.fromkeys(("description", "email", "name", "phone", "shipping"))
    return {
        "id": id_,
        "object": "customer",
        "address": given.get("address") and dict.fromkeys(_ADDRESS) | given["address"],
        "balance": given.get("balance", 0),
        "created": at,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        **{name: given.get(name) or None for name in blank},
        "discount": None,
        "invoice_prefix": id_[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "next_invoice_sequence": 1,
        "preferred_locales": given.get("preferred_locales", []),
        "tax_exempt": given.get("tax_exempt") or "none",
        "test_clock": None,
    }


def product(id_: str, at: int, given: Object) -> Object:
    return {
        "id": id_,
        "object": "product",
        "active": given.get("active", True),
        "created": at,
        "default_price": None,
        "description": given.get("description") or None,
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": given.get("metadata") or {},
        "name": given["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": at,
        "url": given.get("url") or None,
    }


def price(id_: str, at: int, given: Object) -> Object:
    every = given.get("recurring")
    recurring = every and {
        "interval": every["interval"],
        "interval_count": every.get("interval_count", 1),
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
    return {
        "id": id_,
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": at,
        "currency": given["currency"].lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": given.get("lookup_key") or None,
        "metadata": given.get("metadata") or {},
        "nickname": given.get("nickname") or None,
        "product": given["product"],
        "recurring": recurring,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": given["unit_amount"],
        "unit_amount_decimal": str(given["unit_amount"]),
    }


class Period(NamedTuple):
    start: int
    end: int


def subscription(id_: str, at: int, *, customer_id: str, status: str, item: Object, given: Object) -> Object:
    trial = Period(at, item["current_period_end"]) if status == "trialing" else None
    return {
        "id": id_,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": item["current_period_end"] if trial else at,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"flexible": None, "type": "classic"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": at,
        "currency": item["price"]["currency"],
        "customer": customer_id,
        "days_until_due": None,
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": given.get("description") or None,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": listed([item], f"/v1/subscription_items?subscription={id_}"),
        "latest_invoice": None,
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": at,
        "status": status,
        "test_clock": None,
        "transfer_data": None,
        "trial_end": trial and trial.end,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": trial and trial.start,
    }


def subscription_item(id_: str, at: int, sub: str, price_: Object, quantity: int, period: Period) -> Object:
    return {
        "id": id_,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": at,
        "current_period_end": period.end,
        "current_period_start": period.start,
        "discounts": [],
        "metadata": {},
        "plan": _plan(price_),
        "price": price_,
        "quantity": quantity,
        "subscription": sub,
        "tax_rates": [],
    }


def _plan(price_: Object) -> Object:
    every = price_["recurring"] or {"interval": "month", "interval_count": 1}
    return {
        "id": price_["id"],
        "object": "plan",
        "active": price_["active"],
        "amount": price_["unit_amount"],
        "amount_decimal": price_["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price_["created"],
        "currency": price_["currency"],
        "interval": every["interval"],
        "interval_count": every["interval_count"],
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": price_["nickname"],
        "product": price_["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def with_price(item: Object, price_: Object, quantity: int) -> Object:
    return item | {"price": price_, "plan": _plan(price_), "quantity": quantity}


def listed(data: list[Object], url: str, *, has_more: bool = False) -> Object:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
