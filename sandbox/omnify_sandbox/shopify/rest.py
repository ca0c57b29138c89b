"""Webhook bodies, which are shaped as the REST API was: snake_case, numeric ids, decimal texts."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.shopify.connections import Node

TOPICS = {
    "ORDERS_CREATE": "orders/create",
    "CUSTOMERS_CREATE": "customers/create",
    "INVENTORY_LEVELS_UPDATE": "inventory_levels/update",
}


def body_of(topic: str, node: Node) -> Node:
    match topic:
        case "ORDERS_CREATE":
            return _order(node)
        case "CUSTOMERS_CREATE":
            return _customer(node)
        case _:
            item = node["inventory_item"]
            return {
                "inventory_item_id": int(item["legacyResourceId"]),
                "location_id": _number(item["inventoryLevels"](None, first=1)["nodes"][0]["location"]["id"]),
                "available": node["available"],
                "updated_at": item["updatedAt"],
            }


def _order(node: Node) -> Node:
    line, total = node["_line"], node["totalPriceSet"]["shopMoney"]["amount"]
    return {
        "id": int(node["legacyResourceId"]),
        "admin_graphql_api_id": node["id"],
        "name": node["name"],
        "number": node["number"] - 1000,
        "order_number": node["number"],
        "email": node["email"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "processed_at": node["processedAt"],
        "cancelled_at": None,
        "currency": node["currencyCode"],
        "presentment_currency": node["presentmentCurrencyCode"],
        "financial_status": node["displayFinancialStatus"].lower(),
        "fulfillment_status": "fulfilled",
        "total_price": total,
        "subtotal_price": total,
        "total_tax": "0.00",
        "total_discounts": "0.00",
        "test": False,
        "customer": _customer(node["customer"]),
        "line_items": [
            {
                "id": _number(line["id"]),
                "admin_graphql_api_id": line["id"],
                "title": line["title"],
                "name": line["name"],
                "sku": line["sku"],
                "quantity": line["quantity"],
                "price": line["originalUnitPriceSet"]["shopMoney"]["amount"],
                "product_id": int(line["product"]["legacyResourceId"]),
                "variant_id": int(line["variant"]["legacyResourceId"]),
            }
        ],
    }


def _customer(node: Node) -> Node:
    return {
        "id": int(node["legacyResourceId"]),
        "admin_graphql_api_id": node["id"],
        "email": node["email"],
        "first_name": node["firstName"],
        "last_name": node["lastName"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "tags": ", ".join(node["tags"]),
        "state": node["state"].lower(),
        "note": node["note"],
        "currency": node["_currency"],
    }


def _number(id_: Any) -> int:
    return int(str(id_).rpartition("/")[2])
