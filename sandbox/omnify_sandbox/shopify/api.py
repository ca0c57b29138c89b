"""Queries and mutations of the Admin API as GraphQL's executor calls them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLResolveInfo, StringValueNode, VariableNode

from omnify_sandbox.shopify.bulk import BulkOperations
from omnify_sandbox.shopify.connections import Node, connection, count
from omnify_sandbox.shopify.errors import error, user_error
from omnify_sandbox.shopify.marketing import Marketing
from omnify_sandbox.shopify.shelves import gid, stamp
from omnify_sandbox.shopify.shop import Shop

Note = Callable[[str, str, Any, Any], None]
_MOST_PIECES = 1_000_000_000
_REASONS = (
    *("correction", "cycle_count_available", "damaged", "movement_created", "movement_updated"),
    *("movement_received", "movement_canceled", "other", "promotion", "quality_control", "received"),
    *(
        "reservation_created",
        "reservation_deleted",
        "reservation_updated",
        "restock",
        "safety_stock",
        "shrinkage",
    ),
)


class Api:
    """`root` is what the executor starts from. `now` is the moment of the call."""

    def __init__(self, shop: Shop, bulk: BulkOperations) -> None:
        self._shop = shop
        self._bulk = bulk
        self._marketing = Marketing(shop.currency)
        self._hooks: dict[str, Node] = {}
        self._kept: dict[str, tuple[str, Node]] = {}
        self._count = 0
        self._tags_past: list[tuple[datetime, Node, list[str]]] = []

    @property
    def hooks(self) -> list[Node]:
        return list(self._hooks.values())

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Whatever is written meanwhile is forgotten."""
        held = [*self._shop.customers.values(), *self._shop.orders.values(), *self._shop.products.values()]
        tags = [(node, node["tags"]) for node in held]
        kept = (
            dict(self._shop.stock),
            dict(self._marketing.held),
            dict(self._hooks),
            dict(self._kept),
            self._count,
        )
        try:
            yield
        finally:
            self._shop.stock, self._marketing.held, self._hooks, self._kept, self._count = kept
            for node, before in tags:
                node["tags"] = before

    @contextmanager
    def seen(self, at: datetime) -> Iterator[None]:
        """While it lasts, stock and tags are those of that moment, and later orders are not there yet."""
        shop, moment = self._shop, stamp(at)
        orders = shop.orders
        with self.trial():
            shop.stock = shop.past.seen(shop.stock, at)
            shop.orders = {id_: one for id_, one in orders.items() if one["createdAt"] <= moment}
            for changed, node, before in reversed(self._tags_past):
                if changed > at:
                    node["tags"] = before
            try:
                yield
            finally:
                shop.orders = orders

    def queries(self) -> Node:
        shop = self._shop
        kinds = {
            "product": ("products", shop.products),
            "productVariant": ("productVariants", shop.variants),
            "order": ("orders", shop.orders),
            "customer": ("customers", shop.customers),
            "inventoryItem": ("inventoryItems", shop.items),
            "location": ("locations", {shop.location["id"]: shop.location}),
        }
        root: Node = {"shop": shop.info}
        for single, (plural, held) in kinds.items():
            root[plural] = connection(lambda held=held: list(held.values()))  # type: ignore[misc]
            root[single] = lambda _info, id=None, held=held: held.get(id)  # noqa: A006
            root[f"{plural}Count"] = count(lambda held=held: list(held.values()))  # type: ignore[misc]
        return root | {
            "inventoryLevel": self._level,
            "bulkOperation": lambda _info, id: self._bulk.get(id),  # noqa: A006
            "currentBulkOperation": lambda _info, **_args: self._bulk.latest(),
            "marketingActivities": self._marketing.listed,
            "marketingActivity": lambda _info, id: self._marketing.get(id),  # noqa: A006
            "webhookSubscriptions": connection(lambda: self.hooks),
            "currentAppInstallation": {
                "id": gid("AppInstallation", 1),
                "accessScopes": [{"handle": one, "description": one.replace("_", " ")} for one in SCOPES],
            },
        }

    def mutations(self, now: datetime, note: Note) -> Node:
        return {
            "inventorySetQuantities": lambda info, **a: self._once(info, a, lambda: self._set(a, now, note)),
            "inventoryAdjustQuantities": lambda info, **a: self._once(
                info, a, lambda: self._adjust(a, now, note)
            ),
            "bulkOperationRunQuery": lambda _info, **a: self._bulk.start(a["query"], now),
            "bulkOperationCancel": lambda _info, **a: self._bulk.cancel(a["id"], now),
            "marketingActivityUpsertExternal": lambda _info, **a: self._marketing.upsert(
                a["input"], now, note
            ),
            "marketingEngagementCreate": lambda _info, **a: self._marketing.engagement(a, note),
            "tagsAdd": lambda _info, **a: self._tags(a, now, note, adds=True),
            "tagsRemove": lambda _info, **a: self._tags(a, now, note, adds=False),
            "webhookSubscriptionCreate": lambda _info, **a: self._hook(a, now, note),
            "webhookSubscriptionDelete": lambda _info, **a: self._unhook(a["id"], note),
        }

    def _level(self, _info: Any, **args: Any) -> Node | None:
        for item in self._shop.items.values():
            level: Node = item["inventoryLevel"](None, locationId=self._shop.location["id"])
            if level["id"] == args["id"]:
                return level
        return None

    def _once(self, info: GraphQLResolveInfo[Any], args: Node, carry_out: Callable[[], Node]) -> Node:
        """With its key a call is carried out once; since 2026-04 there is none without."""
        key = _idempotency_key(info)
        if not key:
            raise GraphQLError(
                "The @idempotent directive is required for this mutation but was not provided.",
                extensions=error("", "BAD_REQUEST")["extensions"],
            )
        print_ = hashlib.sha256(
            orjson.dumps([info.field_name, args], option=orjson.OPT_SORT_KEYS)
        ).hexdigest()
        if key in self._kept:
            before, payload = self._kept[key]
            if before == print_:
                return payload
            message = "The idempotency key was used with other parameters."
            return user_error(
                "inventoryAdjustmentGroup", ["input"], message, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
            )
        payload = carry_out()
        if not payload["userErrors"]:
            self._kept[key] = (print_, payload)
        return payload

    def _set(self, args: Node, now: datetime, note: Note) -> Node:
        given = args["input"]
        if given["name"] not in ("available", "on_hand"):
            return user_error(
                "inventoryAdjustmentGroup",
                ["input", "name"],
                "The quantity name must be either 'available' or 'on_hand'.",
                "INVALID_NAME",
            )
        wanted = {n: one["quantity"] for n, one in enumerate(given["quantities"])}
        return self._write_stock(given, "quantities", wanted, now, note)

    def _adjust(self, args: Node, now: datetime, note: Note) -> Node:
        given = args["input"]
        if given["name"] != "available":
            message = "The quantity name must be 'available'."
            return user_error("inventoryAdjustmentGroup", ["input", "name"], message, "INVALID_QUANTITY_NAME")
        held = self._shop.stock
        wanted = {
            n: held.get(one["inventoryItemId"], 0) + one["delta"] for n, one in enumerate(given["changes"])
        }
        return self._write_stock(given, "changes", wanted, now, note)

    def _write_stock(
        self, given: Node, list_name: str, wanted: dict[int, int], now: datetime, note: Note
    ) -> Node:
        """All or nothing."""
        wrong = [] if given["reason"] in _REASONS else [(["input", "reason"], "INVALID_REASON")]
        for place, quantity in wanted.items():
            code = self._fault(given[list_name][place], quantity)
            if code:
                field, name = code
                wrong.append((["input", list_name, str(place), field], name))
        if wrong:
            errors = [{"field": f, "message": _MESSAGES[code], "code": code} for f, code in wrong]
            return {"inventoryAdjustmentGroup": None, "userErrors": errors}
        changes = []
        for place, quantity in wanted.items():
            item_id = given[list_name][place]["inventoryItemId"]
            before = self._shop.stock[item_id]
            self._shop.set_stock(item_id, quantity, now)
            note(f"inventory_item/{item_id.rpartition('/')[2]}", "available", before, quantity)
            changes.append(
                {
                    "name": "available",
                    "delta": quantity - before,
                    "quantityAfterChange": quantity,
                    "item": self._shop.items[item_id],
                    "location": self._shop.location,
                }
            )
        self._count += 1
        group = {
            "id": gid("InventoryAdjustmentGroup", self._count),
            "createdAt": stamp(now),
            "reason": given["reason"],
            "referenceDocumentUri": given.get("referenceDocumentUri"),
            "changes": changes,
        }
        return {"inventoryAdjustmentGroup": group, "userErrors": []}

    def _fault(self, change: Node, quantity: int) -> tuple[str, str] | None:
        if change["inventoryItemId"] not in self._shop.items:
            return "inventoryItemId", "INVALID_INVENTORY_ITEM"
        if change["locationId"] != self._shop.location["id"]:
            return "locationId", "INVALID_LOCATION"
        expected = change.get("changeFromQuantity")
        if expected is not None and expected != self._shop.stock[change["inventoryItemId"]]:
            return "changeFromQuantity", "CHANGE_FROM_QUANTITY_STALE"
        if not -_MOST_PIECES <= quantity <= _MOST_PIECES:
            return "quantity", "INVALID_QUANTITY_TOO_HIGH" if quantity > 0 else "INVALID_QUANTITY_TOO_LOW"
        return None

    def _tags(self, args: Node, now: datetime, note: Note, *, adds: bool) -> Node:
        held = {**self._shop.customers, **self._shop.orders, **self._shop.products}
        node = held.get(args["id"])
        if node is None:
            return {"userErrors": [{"field": ["id"], "message": "Resource does not exist"}]}
        before: list[str] = node["tags"]
        asked = [tag for tag in args["tags"] if (tag not in before) == adds]
        after = [*before, *asked] if adds else [tag for tag in before if tag not in asked]
        if after != before:
            self._tags_past.append((now, node, before))
            node["tags"] = after
            note(
                args["id"].removeprefix("gid://shopify/").lower(), "tags", ", ".join(before), ", ".join(after)
            )
        return {"userErrors": []}

    def _hook(self, args: Node, now: datetime, note: Note) -> Node:
        given = args["webhookSubscription"]
        address = given.get("uri") or given.get("callbackUrl") or ""
        if not address.startswith(("https://", "http://localhost", "http://127.0.0.1")):
            message = "Address protocol must be https"
            errors = [{"field": ["webhookSubscription", "callbackUrl"], "message": message}]
            return {"webhookSubscription": None, "userErrors": errors}
        self._count += 1
        hook = {
            "id": gid("WebhookSubscription", self._count),
            "topic": args["topic"],
            "callbackUrl": address,
            "uri": address,
            "createdAt": stamp(now),
            "updatedAt": stamp(now),
            "format": given.get("format") or "JSON",
            "includeFields": given.get("includeFields") or [],
        }
        self._hooks[hook["id"]] = hook
        note(f"webhook_subscription/{self._count}", "created", "", args["topic"])
        return {"webhookSubscription": hook, "userErrors": []}

    def _unhook(self, id_: str, note: Note) -> Node:
        if self._hooks.pop(id_, None) is None:
            errors = [{"field": ["id"], "message": "Webhook subscription does not exist"}]
            return {"deletedWebhookSubscriptionId": None, "userErrors": errors}
        note(f"webhook_subscription/{id_.rpartition('/')[2]}", "deleted", id_, "")
        return {"deletedWebhookSubscriptionId": id_, "userErrors": []}


SCOPES = (
    *("read_products", "read_orders", "read_customers", "read_inventory", "write_inventory"),
    *("read_marketing_events", "write_marketing_events"),
)
_MESSAGES = {
    "INVALID_REASON": "The specified reason is invalid.",
    "INVALID_INVENTORY_ITEM": "The specified inventory item could not be found.",
    "INVALID_LOCATION": "The specified location could not be found.",
    "CHANGE_FROM_QUANTITY_STALE": "The changeFromQuantity argument no longer matches the persisted quantity.",
    "INVALID_QUANTITY_TOO_HIGH": "The quantity can't be higher than 1,000,000,000.",
    "INVALID_QUANTITY_TOO_LOW": "The quantity can't be lower than -1,000,000,000.",
}


def _idempotency_key(info: GraphQLResolveInfo[Any]) -> str:
    for directive in info.field_nodes[0].directives or ():
        for argument in (directive.arguments or ()) if directive.name.value == "idempotent" else ():
            if isinstance(argument.value, StringValueNode):
                return argument.value.value
            if isinstance(argument.value, VariableNode):
                return str(info.variable_values.coerced.get(argument.value.name.value) or "")
    return ""
