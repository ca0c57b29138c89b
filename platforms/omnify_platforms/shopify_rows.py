"""Shopify's nodes as our nouns. Ids travel as `gid://shopify/Order/1`; we keep the number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from omnify_core.business import Utm, customer_id, person_of
from omnify_core.campaigns import Platform
from omnify_core.money import Money
from omnify_core.shop import InventoryLevel, LineItem, Order, Product, ShopCustomer, Variant
from omnify_platforms.rows import Row, digits

SHOPIFY = Platform.SHOPIFY


def gid(noun: str, native_id: str) -> str:
    return f"gid://shopify/{noun}/{digits(native_id, f'Shopify {noun} id')}"


def number(row: Row, path: str) -> str:
    """The number of a global id; raises where it is none."""
    native_id = row.text(path).rpartition("/")[2]
    if not (native_id.isascii() and native_id.isdigit()):
        raise row.broken(path)
    return native_id


def order_of(row: Row, shop: str, now: datetime, lines: Sequence[Row]) -> Order:
    buyer = number(row, "customer.id") if row.raw("customer") else ""
    journey = "customerJourneySummary"
    own = {
        "customer_id": customer_id(SHOPIFY, buyer),
        "person": person_of(row.text("customer.defaultEmailAddress.emailAddress")),
    }
    return Order(
        **_common(row, shop, now) | own,
        name=row.text("name"),
        financial_status=row.text("displayFinancialStatus"),
        total=_bag(row, "totalPriceSet"),
        refunded=_bag(row, "totalRefundedSet"),
        discounts=_bag(row, "totalDiscountsSet", instead="totalPriceSet"),
        is_test=row.raw("test") is True,
        is_cancelled=row.raw("cancelledAt") is not None,
        channel=row.text("sourceName"),
        first_visit=_utm(row, f"{journey}.firstVisit"),
        last_visit=_utm(row, f"{journey}.lastVisit"),
        days_to_conversion=_optional(row, f"{journey}.daysToConversion"),
        order_number_of_customer=_optional(row, f"{journey}.customerOrderIndex"),
        lines=tuple(_line_of(line) for line in lines),
    )


def customer_of(row: Row, shop: str, now: datetime) -> ShopCustomer:
    own = {
        "customer_id": customer_id(SHOPIFY, number(row, "id")),
        "person": person_of(row.text("defaultEmailAddress.emailAddress")),
    }
    return ShopCustomer(
        **_common(row, shop, now) | own,
        orders=row.count("numberOfOrders"),
        spent=_money(row, "amountSpent"),
        consents=row.text("defaultEmailAddress.marketingState") == "SUBSCRIBED",
        tags=tuple(tag for tag in row.raw("tags") or [] if isinstance(tag, str)),
    )


def product_of(row: Row, shop: str, now: datetime, variants: Sequence[Row], currency: str) -> Product:
    return Product(
        **_common(row, shop, now),
        title=row.text("title"),
        status=row.required("status").lower(),
        variants=tuple(_variant_of(variant, currency) for variant in variants),
    )


def _variant_of(row: Row, currency: str) -> Variant:
    item = number(row, "inventoryItem.id")
    levels = [
        InventoryLevel(
            item_id=item,
            location_id=number(level, "location.id"),
            available=sum(one.count("quantity") for one in level.rows("quantities")),
        )
        for level in row.rows("inventoryItem.inventoryLevels.nodes")
    ]
    return Variant(
        id=number(row, "id"),
        title=row.text("title"),
        sku=row.text("sku"),
        price=row.money("price", currency),
        levels=tuple(levels),
    )


def _line_of(row: Row) -> LineItem:
    return LineItem(
        product_id=number(row, "product.id") if row.raw("product") else "",
        variant_id=number(row, "variant.id") if row.raw("variant") else "",
        title=row.text("title"),
        quantity=row.count("quantity"),
        total=_bag(row, "discountedTotalSet"),
    )


def _common(row: Row, shop: str, now: datetime) -> dict[str, Any]:
    created = row.moment("createdAt")
    if created is None:
        raise row.broken("createdAt")
    return {
        "platform": SHOPIFY,
        "account_id": shop,
        "native_id": number(row, "id"),
        "at": created,
        "updated_at": row.moment("updatedAt") or created,
        "read_at": now,
    }


def _bag(row: Row, path: str, *, instead: str = "") -> Money:
    """In the shop's own currency; where it may be absent, nothing in the currency of `instead`."""
    if row.raw(path) is None and instead:
        return Money.zero(row.required(f"{instead}.shopMoney.currencyCode"))
    return _money(row, f"{path}.shopMoney")


def _money(row: Row, path: str) -> Money:
    if row.raw(f"{path}.amount") is None:
        raise row.broken(f"{path}.amount")
    return row.money(f"{path}.amount", row.required(f"{path}.currencyCode"))


def _utm(row: Row, path: str) -> Utm:
    names = ("source", "medium", "campaign", "content", "term")
    return Utm(**{name: row.text(f"{path}.utmParameters.{name}") for name in names})


def _optional(row: Row, path: str) -> int | None:
    return None if row.raw(path) is None else row.count(path)
