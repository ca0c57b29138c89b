"""What a subscription is sold as: its price, quantity and end, changed or only tried out."""

from __future__ import annotations

from itertools import count
from typing import Any

from omnify_sandbox.stripe import bills, shapes
from omnify_sandbox.stripe.billing import Billing, month_later, prorations
from omnify_sandbox.stripe.errors import StripeProblem, invalid
from omnify_sandbox.stripe.forms import Values
from omnify_sandbox.stripe.shapes import Object
from omnify_sandbox.stripe.store import Store

_TRIED = {"items", "proration_behavior", "cancel_at_period_end"}


class Terms:
    def __init__(self, store: Store, billing: Billing) -> None:
        self._store = store
        self._billing = billing

    def changed(self, sub: Object, given: Values, at: int) -> Object:
        """The subscription's new fields; its prorations wait for the next invoice."""
        if sub["status"] == "canceled" and set(given) - {"metadata", "cancellation_details"}:
            raise invalid(
                "A canceled subscription can only update its cancellation_details and metadata.", "status"
            )
        fields = _described(sub, given)
        if "cancel_at_period_end" in given:
            ends = given["cancel_at_period_end"]
            end = sub["items"]["data"][0]["current_period_end"]
            fields |= {
                "cancel_at_period_end": ends,
                "cancel_at": end if ends else None,
                "canceled_at": at if ends else None,
            }
        if "items" in given:
            before, after = self._items(sub, given, at)
            if _prorates(sub, given):
                self._billing.prorate(sub, before, after, at)
            self._store.objects["subscription_item"][after["id"]] = after
            fields["items"] = {**sub["items"], "data": [after]}
        return fields

    def preview(self, given: Values, at: int) -> Object:
        """The invoice that would follow; nothing is kept."""
        if "subscription" not in given:
            raise invalid("The sandbox market previews by subscription.", "subscription", "parameter_missing")
        details = given.get("subscription_details", {})
        for name in set(details) - _TRIED:
            where = f"subscription_details[{name}]"
            raise invalid(f"The sandbox market does not carry out {where} here.", where)
        sub = self._store.get("subscription", given["subscription"], "subscription")
        before = after = sub["items"]["data"][0]
        extra: list[bills.Line] = []
        if "items" in details:
            before, after = self._items(sub, details, at)
            numbers = count(1)
            extra = prorations(before, after, at, lambda: f"il_upcoming_{next(numbers)}")
        ends = details.get("cancel_at_period_end", sub["cancel_at_period_end"])
        extra = extra if _prorates(sub, details) else []
        bill = self._billing.upcoming(sub, after, extra, at, ends=ends)
        if bill is None:
            message = f"No upcoming invoices for customer: {sub['customer']}"
            raise StripeProblem(404, "invalid_request_error", message, code="invoice_upcoming_none")
        return bills.invoice(bill)

    def recurring(self, id_: str) -> Object:
        price = self._store.get("price", id_, "items[0][price]")
        if price["type"] != "recurring" or not price["active"]:
            raise invalid(
                "The price specified is inactive or not recurring. This field only accepts active recurring "
                "prices.",
                "items[0][price]",
            )
        return price

    def _items(self, sub: Object, given: Values, at: int) -> tuple[Object, Object]:
        """The one item as it is and as it would be."""
        before: Object = sub["items"]["data"][0]
        wanted = only_item(given["items"])
        if wanted.get("id") != before["id"]:
            raise invalid("The sandbox market keeps one item per subscription; name its id.", "items[0][id]")
        price = self.recurring(wanted["price"]) if "price" in wanted else before["price"]
        if price["currency"] != sub["currency"]:
            raise invalid("The price's currency must match the subscription's currency.", "items[0][price]")
        quantity: int = wanted["quantity"] if "quantity" in wanted else before["quantity"]
        if quantity < 1:
            raise invalid("Invalid quantity: must be 1 or more", "items[0][quantity]")
        after = shapes.with_price(before, price, quantity)
        if price["recurring"]["interval"] != before["price"]["recurring"]["interval"]:
            after |= {"current_period_start": at, "current_period_end": month_later(at, price)}
        return before, after


def _prorates(sub: Object, given: Values) -> bool:
    behaviour = given.get("proration_behavior", "create_prorations")
    return behaviour != "none" and bool(sub["status"] == "active")


def _described(sub: Object, given: Values) -> Object:
    fields: Object = {}
    if "metadata" in given:
        fields["metadata"] = merged(sub["metadata"], given["metadata"])
    if "description" in given:
        fields["description"] = given["description"] or None
    if "cancellation_details" in given:
        fields["cancellation_details"] = sub["cancellation_details"] | given["cancellation_details"]
    if "pause_collection" in given:
        paused = given["pause_collection"] and {"resumes_at": None, **given["pause_collection"]}
        fields["pause_collection"] = paused or None
    return fields


def only_item(items: list[Values]) -> Values:
    if len(items) != 1:
        raise invalid("The sandbox market keeps one item per subscription.", "items")
    return items[0]


def merged(before: Object, given: Any) -> Object:
    """Keys set to nothing go; the rest stays."""
    if given == "":
        return {}
    return {name: value for name, value in {**before, **given}.items() if value != ""}
