"""What a payment platform holds: customers, subscriptions, invoices, charges and the balance."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from omnify_core.business import Kind, Record
from omnify_core.campaigns import Frozen
from omnify_core.money import Money


class PaymentCustomer(Record):
    kind: Literal[Kind.PAYMENT_CUSTOMER] = Kind.PAYMENT_CUSTOMER
    currency: str = ""
    is_delinquent: bool = False


class SubscriptionItem(Frozen):
    """`unit_price` is None where the price has tiers. The billing period is the item's own."""

    id: str
    price_id: str
    product_id: str = ""
    quantity: int = 1
    unit_price: Money | None = None
    interval: Literal["", "day", "week", "month", "year"] = ""
    interval_count: int = 1
    period_start: datetime
    period_end: datetime


class Subscription(Record):
    """`status` is the platform's word: active, trialing, past_due, canceled, unpaid, paused, incomplete."""

    kind: Literal[Kind.SUBSCRIPTION] = Kind.SUBSCRIPTION
    status: str
    currency: str
    items: tuple[SubscriptionItem, ...]
    ends_with_period: bool = False
    started_at: datetime
    ended_at: datetime | None = None
    trial_ends_at: datetime | None = None


class Invoice(Record):
    kind: Literal[Kind.INVOICE] = Kind.INVOICE
    status: str
    total: Money
    paid: Money
    subscription_id: str = ""
    paid_at: datetime | None = None

    @property
    def amount(self) -> Money | None:
        return self.paid


class Charge(Record):
    kind: Literal[Kind.CHARGE] = Kind.CHARGE
    status: str
    charged: Money
    refunded: Money
    is_disputed: bool = False
    balance_transaction_id: str = ""

    @property
    def amount(self) -> Money | None:
        """Net of refunds; None where nothing was taken."""
        return self.charged - self.refunded if self.status == "succeeded" else None


class BalanceTransaction(Record):
    """A movement of the balance. `net` = `gross` - `fee`; refunds and payouts are negative."""

    kind: Literal[Kind.BALANCE_TRANSACTION] = Kind.BALANCE_TRANSACTION
    gross: Money
    fee: Money
    net: Money
    category: str
    source_id: str = ""
    available_on: datetime

    @property
    def amount(self) -> Money | None:
        return self.net


class PaymentEvent(Record):
    """Something that happened to `object_id`; what it became is read, not taken from here."""

    kind: Literal[Kind.PAYMENT_EVENT] = Kind.PAYMENT_EVENT
    event: str
    object_id: str
