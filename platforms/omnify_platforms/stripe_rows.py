"""Stripe's objects as our nouns: minor units as Stripe counts them, times in Unix seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from omnify_core.business import Kind, customer_id, person_of
from omnify_core.business_ports import AnyRecord
from omnify_core.campaigns import Platform
from omnify_core.money import Money
from omnify_core.payments import (
    BalanceTransaction,
    Charge,
    Invoice,
    PaymentCustomer,
    PaymentEvent,
    Subscription,
    SubscriptionItem,
)
from omnify_platforms.rows import Row
from omnify_platforms.units import from_stripe_units

STRIPE = Platform.STRIPE
Interval = Literal["", "day", "week", "month", "year"]
_INTERVALS: dict[str, Interval] = {"day": "day", "week": "week", "month": "month", "year": "year"}


def bracketed(params: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested values as Stripe's forms and queries want them: `items[0][price]=…`."""
    flat: dict[str, str] = {}
    for name, value in params.items():
        key = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, Mapping):
            flat |= bracketed(value, key)
        elif isinstance(value, list | tuple):
            flat |= bracketed({str(index): one for index, one in enumerate(value)}, key)
        else:
            flat[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return flat


def moment(row: Row, path: str) -> datetime | None:
    return datetime.fromtimestamp(row.count(path), UTC) if row.raw(path) is not None else None


def happened(row: Row, path: str) -> datetime:
    found = moment(row, path)
    if found is None:
        raise row.broken(path)
    return found


def customer_of(row: Row, account: str, now: datetime) -> PaymentCustomer:
    own = {"customer_id": customer_id(STRIPE, row.required("id")), "person": person_of(row.text("email"))}
    return PaymentCustomer(
        **_common(row, account, now) | own,
        currency=row.text("currency").upper(),
        is_delinquent=row.raw("delinquent") is True,
    )


def subscription_of(row: Row, account: str, now: datetime) -> Subscription:
    return Subscription(
        **_common(row, account, now),
        status=row.required("status"),
        currency=row.required("currency").upper(),
        items=tuple(_item_of(item) for item in row.rows("items.data")),
        ends_with_period=row.raw("cancel_at_period_end") is True,
        started_at=happened(row, "start_date"),
        ended_at=moment(row, "ended_at"),
        trial_ends_at=moment(row, "trial_end"),
    )


def invoice_of(row: Row, account: str, now: datetime) -> Invoice:
    common = _common(row, account, now) | {"person": person_of(row.text("customer_email"))}
    return Invoice(
        **common,
        status=row.text("status"),
        total=money(row, "total"),
        paid=money(row, "amount_paid"),
        subscription_id=row.text("parent.subscription_details.subscription"),
        paid_at=moment(row, "status_transitions.paid_at"),
    )


def charge_of(row: Row, account: str, now: datetime) -> Charge:
    email = row.text("billing_details.email") or row.text("receipt_email")
    return Charge(
        **_common(row, account, now) | {"person": person_of(email)},
        status=row.required("status"),
        charged=money(row, "amount"),
        refunded=money(row, "amount_refunded"),
        is_disputed=row.raw("disputed") is True,
        balance_transaction_id=row.text("balance_transaction"),
    )


def balance_transaction_of(row: Row, account: str, now: datetime) -> BalanceTransaction:
    return BalanceTransaction(
        **_common(row, account, now),
        gross=money(row, "amount"),
        fee=money(row, "fee"),
        net=money(row, "net"),
        category=row.text("reporting_category"),
        source_id=row.text("source"),
        available_on=happened(row, "available_on"),
    )


def event_of(row: Row, account: str, now: datetime) -> PaymentEvent:
    thing = Row(STRIPE, row.raw("data.object"))
    common = _common(row, account, now) | {"customer_id": customer_id(STRIPE, thing.text("customer"))}
    return PaymentEvent(**common, event=row.required("type"), object_id=thing.text("id"))


BUILD: dict[Kind, Callable[[Row, str, datetime], AnyRecord]] = {
    Kind.PAYMENT_CUSTOMER: customer_of,
    Kind.SUBSCRIPTION: subscription_of,
    Kind.INVOICE: invoice_of,
    Kind.CHARGE: charge_of,
    Kind.BALANCE_TRANSACTION: balance_transaction_of,
    Kind.PAYMENT_EVENT: event_of,
}


def money(row: Row, path: str, currency: str = "currency") -> Money:
    if row.raw(path) is None:
        raise row.broken(path)
    return row.exact(path, from_stripe_units, row.required(currency).upper())


def _item_of(row: Row) -> SubscriptionItem:
    has_price = row.raw("price.unit_amount") is not None
    return SubscriptionItem(
        id=row.required("id"),
        price_id=row.required("price.id"),
        product_id=row.text("price.product"),
        quantity=row.count("quantity"),
        unit_price=money(row, "price.unit_amount", "price.currency") if has_price else None,
        interval=_INTERVALS.get(row.text("price.recurring.interval"), ""),
        interval_count=row.count("price.recurring.interval_count") or 1,
        period_start=happened(row, "current_period_start"),
        period_end=happened(row, "current_period_end"),
    )


def _common(row: Row, account: str, now: datetime) -> dict[str, Any]:
    created = happened(row, "created")
    return {
        "platform": STRIPE,
        "account_id": account,
        "native_id": row.required("id"),
        "at": created,
        # Stripe does not say when an object last changed; its events do.
        "updated_at": created,
        "read_at": now,
        "customer_id": customer_id(STRIPE, row.text("customer")),
    }
