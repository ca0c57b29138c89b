"""Carries out calls of Stripe's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from omnify_sandbox.stripe import bills, shapes
from omnify_sandbox.stripe.billing import Billing
from omnify_sandbox.stripe.contract import Method
from omnify_sandbox.stripe.errors import invalid, no_such
from omnify_sandbox.stripe.forms import Values
from omnify_sandbox.stripe.reading import expanded, page
from omnify_sandbox.stripe.shapes import Object
from omnify_sandbox.stripe.store import Cause, Store
from omnify_sandbox.stripe.terms import Terms, merged, only_item

Note = Callable[[str, str, Any, Any], None]
"""Of one effective write: object such as "subscription/sub_1", field, before, after."""
# What Stripe would carry out and this account does not.
_CARRIED_OUT = {
    "subscription.create": {"customer", "items", "metadata", "description", "trial_end", "trial_period_days"},
    "subscription.update": {
        *("cancel_at_period_end", "items", "metadata", "description", "proration_behavior"),
        *("pause_collection", "cancellation_details", "payment_behavior"),
    },
    "invoice.create_preview": {"subscription", "subscription_details", "preview_mode"},
    "subscription.cancel": {"cancellation_details"},
    "price.create": {
        *("currency", "product", "unit_amount", "recurring", "nickname", "metadata", "active", "lookup_key"),
    },
    "refund.create": {"charge", "payment_intent", "amount", "reason", "metadata"},
}


class Call(NamedTuple):
    """`id`: from the path. `seen`: the past moment that a stale read shows, in unix seconds."""

    method: Method
    id: str
    values: Values
    at: int
    cause: Cause
    seen: int | None = None


class StripeService:
    def __init__(self, store: Store, billing: Billing, note: Note) -> None:
        self._store = store
        self._billing = billing
        self._terms = Terms(store, billing)
        self._note = note

    def answer(self, call: Call) -> Object:
        """The reply's body. Raises StripeProblem, and has done nothing then."""
        kind, _, action = call.method.name.partition(".")
        supported = _CARRIED_OUT.get(call.method.name)
        for name in call.values:
            if supported is not None and name not in {*supported, "expand"}:
                raise invalid(f"The sandbox market does not carry out {name} here.", name)
        shown = self._act(kind, action, call)
        return expanded(self._store, shown, call.values.get("expand", []))

    def _act(self, kind: str, action: str, call: Call) -> Object:
        match action:
            case "list":
                url = f"/v1/{kind}s" if kind != "balance" else "/v1/balance"
                shown = page(self._store, kind, url, call.values, call.seen)
                return shown | {"data": [self._settled(obj, call.at) for obj in shown["data"]]}
            case "retrieve" if kind == "balance":
                return self._balance(call.at)
            case "retrieve":
                return self._settled(self._store.get(kind, call.id, seen=call.seen), call.at)
            case "update":
                return self._update(kind, call)
            case "create_preview":
                return self._terms.preview(call.values, call.at)
            case "create":
                return self._create(kind, call)
            case _:
                return self._end(kind, call)

    def _settled(self, obj: Object, at: int) -> Object:
        """Money on its way becomes available with time, without an event."""
        if obj["object"] == "balance_transaction" and obj["available_on"] <= at:
            return obj | {"status": "available"}
        return obj

    def _balance(self, at: int) -> Object:
        sums = {"available": 0, "pending": 0}
        for txn in self._store.all("balance_transaction"):
            sums[self._settled(txn, at)["status"]] += txn["net"]
        currency = self._billing.prices[0]["currency"]
        rows = {
            name: [{"amount": amount, "currency": currency, "source_types": {"card": amount}}]
            for name, amount in sums.items()
        }
        return {"object": "balance", "livemode": False, **rows}

    def _create(self, kind: str, call: Call) -> Object:
        made = {
            "customer": self._create_customer,
            "product": self._create_product,
            "price": self._create_price,
            "subscription": self._create_subscription,
            "refund": self._create_refund,
            "webhook_endpoint": self._create_endpoint,
        }[kind](call)
        self._note(f"{kind}/{made['id']}", "created", "", made["id"])
        return made

    def _create_customer(self, call: Call) -> Object:
        customer = shapes.customer(self._store.new_id("customer"), call.at, call.values)
        return self._store.add(customer, call.at, "customer.created", call.cause)

    def _create_product(self, call: Call) -> Object:
        product = shapes.product(self._store.new_id("product"), call.at, call.values)
        return self._store.add(product, call.at, "product.created", call.cause)

    def _create_price(self, call: Call) -> Object:
        given = call.values
        for name in ("product", "unit_amount"):
            if name not in given:
                raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
        if len(given["currency"]) != 3 or given["unit_amount"] < 0:
            raise invalid("Invalid currency or unit_amount.", "currency")
        self._store.get("product", given["product"], "product")
        price = shapes.price(self._store.new_id("price"), call.at, given)
        return self._store.add(price, call.at, "price.created", call.cause)

    def _create_subscription(self, call: Call) -> Object:
        given = call.values
        if "customer" not in given or not given.get("items"):
            name = "customer" if "customer" not in given else "items"
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
        customer = self._store.get("customer", given["customer"], "customer")
        item = only_item(given["items"])
        price = self._terms.recurring(item.get("price", ""))
        trial_end = given.get("trial_end")
        if given.get("trial_period_days"):
            trial_end = call.at + 86_400 * given["trial_period_days"]
        if isinstance(trial_end, int) and trial_end <= call.at:
            raise invalid("Invalid timestamp: must be an integer Unix timestamp in the future", "trial_end")
        return self._billing.subscribe(
            customer,
            price,
            call.at,
            trial_end=trial_end if isinstance(trial_end, int) else None,
            quantity=item.get("quantity", 1),
            given=given,
            cause=call.cause,
        )

    def _create_refund(self, call: Call) -> Object:
        given = call.values
        charge = self._charge_of(given)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = given.get("amount", left)
        if not charge["captured"] or left <= 0:
            raise invalid(f"Charge {charge['id']} has already been refunded.", "", "charge_already_refunded")
        if not 0 < amount <= left:
            raise invalid(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount"
            )
        refund = bills.refund(self._store.new_id("refund"), call.at, charge, amount, given)
        txn = bills.balance_transaction(
            self._store.new_id("balance_transaction"), call.at, refund, -amount, 0
        )
        self._store.add(txn, call.at)
        refund["balance_transaction"] = txn["id"]
        self._store.add(refund, call.at, "refund.created", call.cause)
        total = charge["amount_refunded"] + amount
        fields = {"amount_refunded": total, "refunded": total == charge["amount_captured"]}
        self._store.change(charge, fields, call.at, "charge.refunded", call.cause)
        return refund

    def _charge_of(self, given: Values) -> Object:
        if "charge" in given:
            return self._store.get("charge", given["charge"], "charge")
        for charge in self._store.all("charge"):
            if charge["payment_intent"] == given.get("payment_intent"):
                return charge
        raise invalid("One of the following params should be provided: payment_intent or charge.", "charge")

    def _create_endpoint(self, call: Call) -> Object:
        id_ = self._store.new_id("webhook_endpoint")
        endpoint = {
            "id": id_,
            "object": "webhook_endpoint",
            "api_version": None,
            "application": None,
            "created": call.at,
            "description": call.values.get("description") or None,
            "enabled_events": call.values["enabled_events"],
            "livemode": False,
            "metadata": call.values.get("metadata") or {},
            "status": "enabled",
            "url": call.values["url"],
        }
        self._store.add(endpoint, call.at)
        # Shown once, at creation.
        return endpoint | {"secret": endpoint_secret(id_)}

    def _update(self, kind: str, call: Call) -> Object:
        obj = self._store.get(kind, call.id)
        given = {name: value for name, value in call.values.items() if name != "expand"}
        if kind == "subscription":
            self._commit(obj, self._terms.changed(obj, given, call.at), "customer.subscription.updated", call)
            if given.get("proration_behavior") == "always_invoice" and "items" in given:
                self._billing.bill_now(obj, call.at, call.cause)
            return obj
        fields = {name: value if value != "" else None for name, value in given.items()}
        for name in fields:
            if name not in obj:
                raise invalid(f"The sandbox market does not carry out {name} here.", name)
        if "metadata" in given:
            fields["metadata"] = merged(obj["metadata"], given["metadata"])
        self._commit(obj, fields, f"{kind}.updated", call)
        return obj

    def _end(self, kind: str, call: Call) -> Object:
        """DELETE: a subscription is canceled, anything else is gone."""
        obj = self._store.get(kind, call.id)
        if kind == "subscription":
            if obj["status"] == "canceled":
                # Stripe does not find what has ended.
                raise no_such("subscription", call.id)
            before = obj["status"]
            self._billing.cancel(obj, call.at, "cancellation_requested", call.cause)
            self._note(f"subscription/{call.id}", "status", before, "canceled")
            return obj
        if kind == "customer":
            for sub in self._store.all("subscription"):
                if sub["customer"] == call.id and sub["status"] != "canceled":
                    self._billing.cancel(sub, call.at, "cancellation_requested", call.cause)
        self._store.remove(obj, call.at, f"{kind}.deleted", call.cause)
        self._note(f"{kind}/{call.id}", "deleted", call.id, "")
        return {"id": call.id, "object": kind, "deleted": True}

    def _commit(self, obj: Object, fields: Object, topic: str, call: Call) -> None:
        for name, value in fields.items():
            if obj.get(name) != value:
                self._note(f"{obj['object']}/{obj['id']}", name, _told(obj.get(name)), _told(value))
        self._store.change(obj, fields, call.at, topic, call.cause)


def endpoint_secret(endpoint_id: str) -> str:
    """The signing secret of a webhook endpoint; a sandbox's secrets follow from their ids."""
    return f"whsec_{endpoint_id[3:].swapcase()}"


def _told(value: Any) -> str:
    if isinstance(value, dict) and value.get("object") == "list":
        return "; ".join(f"{item['price']['id']} x {item['quantity']}" for item in value["data"])
    return str(value)
