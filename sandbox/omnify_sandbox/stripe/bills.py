"""What a payment leaves behind: invoice and its lines, payment, charge, refund, balance transaction."""

from __future__ import annotations

from typing import Any, NamedTuple

from omnify_sandbox.stripe.shapes import Period, listed

Object = dict[str, Any]
_AVAILABLE_AFTER_S = 2 * 86_400


class Line(NamedTuple):
    """`item`: the subscription item that it is for."""

    id: str
    amount: int
    description: str
    period: Period
    item: str
    is_proration: bool


class Bill(NamedTuple):
    """`status`: draft, open, paid, void or uncollectible; `number` counts the customer's invoices."""

    id: str
    at: int
    subscription: Object
    customer: Object
    lines: list[Line]
    status: str
    reason: str
    number: int
    period: Period
    seller: str

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


def invoice(bill: Bill) -> Object:
    due = max(bill.total, 0)
    paid = due if bill.status == "paid" else 0
    currency, customer = bill.subscription["currency"], bill.customer
    done = None if bill.status == "draft" else bill.at
    return {
        "id": bill.id,
        "object": "invoice",
        "account_country": "US",
        "account_name": bill.seller,
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": paid,
        "amount_remaining": due - paid,
        "amount_shipping": 0,
        "attempt_count": int(bill.status in ("paid", "open")),
        "attempted": bill.status in ("paid", "open"),
        "auto_advance": False,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None, "status": None},
        "billing_reason": bill.reason,
        "collection_method": "charge_automatically",
        "created": bill.at,
        "currency": currency,
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": done,
        "ending_balance": 0,
        "hosted_invoice_url": None,
        "issuer": {"type": "self"},
        "lines": listed([_line(bill, one) for one in bill.lines], f"/v1/invoices/{bill.id}/lines"),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": f"{customer['invoice_prefix']}-{bill.number:04d}",
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": bill.subscription["id"]},
            "type": "subscription_details",
        },
        "payment_settings": {"default_mandate": None, "payment_method_options": None},
        "period_end": bill.period.end,
        "period_start": bill.period.start,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": bill.status,
        "status_transitions": {
            "finalized_at": done,
            "marked_uncollectible_at": bill.at if bill.status == "uncollectible" else None,
            "paid_at": bill.at if bill.status == "paid" else None,
            "voided_at": bill.at if bill.status == "void" else None,
        },
        "subtotal": bill.total,
        "total": bill.total,
    }


def _line(bill: Bill, line: Line) -> Object:
    details = {
        "invoice_item": None,
        "proration": line.is_proration,
        "proration_details": {"credited_items": None},
        "subscription": bill.subscription["id"],
        "subscription_item": line.item,
    }
    return {
        "id": line.id,
        "object": "line_item",
        "amount": line.amount,
        "currency": bill.subscription["currency"],
        "description": line.description,
        "discount_amounts": [],
        "discountable": not line.is_proration,
        "discounts": [],
        "invoice": bill.id,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        },
        "period": {"start": line.period.start, "end": line.period.end},
        "quantity": 1,
        "subtotal": line.amount,
    }


def charge(id_: str, at: int, *, intent: str, customer: Object, amount: int, currency: str) -> Object:
    blank = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "id": id_,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": blank,
            "email": customer["email"],
            "name": customer["name"],
            "phone": None,
            "tax_id": None,
        },
        "captured": True,
        "created": at,
        "currency": currency,
        "customer": customer["id"],
        "description": "Subscription update",
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "outcome": None,
        "paid": True,
        "payment_intent": intent,
        "receipt_email": None,
        "refunded": False,
        "status": "succeeded",
    }


def declined(charge_: Object) -> Object:
    """The same charge, refused by the bank."""
    return charge_ | {
        "amount_captured": 0,
        "captured": False,
        "failure_code": "card_declined",
        "failure_message": "Your card has insufficient funds.",
        "paid": False,
        "status": "failed",
    }


def invoice_payment(id_: str, at: int, invoice_id: str, intent: str, amount: int, currency: str) -> Object:
    return {
        "id": id_,
        "object": "invoice_payment",
        "amount_paid": amount,
        "amount_requested": amount,
        "created": at,
        "currency": currency,
        "invoice": invoice_id,
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": at},
    }


def balance_transaction(id_: str, at: int, source: Object, amount: int, fee: int) -> Object:
    """`amount` below 0 leaves the balance."""
    details = {"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}
    return {
        "id": id_,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at + _AVAILABLE_AFTER_S,
        "balance_type": "payments",
        "created": at,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [details | {"description": "Stripe processing fees"}] if fee else [],
        "net": amount - fee,
        "reporting_category": source["object"],
        "source": source["id"],
        "status": "pending",
        "type": source["object"],
    }


def refund(id_: str, at: int, charge_: Object, amount: int, given: Object) -> Object:
    return {
        "id": id_,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge_["id"],
        "created": at,
        "currency": charge_["currency"],
        "customer": charge_["customer"],
        "metadata": given.get("metadata") or {},
        "payment_intent": charge_["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
