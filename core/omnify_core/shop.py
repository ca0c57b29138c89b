"""What a shop holds: products with their stock, orders with where they came from, customers."""

from __future__ import annotations

from typing import Literal

from omnify_core.business import Kind, Record, Utm
from omnify_core.campaigns import Frozen
from omnify_core.money import Money


class InventoryLevel(Frozen):
    """`available` pieces at one place; below 0 where more was sold than was there."""

    item_id: str
    location_id: str
    available: int


class Variant(Frozen):
    id: str
    title: str
    sku: str = ""
    price: Money
    levels: tuple[InventoryLevel, ...] = ()


class Product(Record):
    kind: Literal[Kind.PRODUCT] = Kind.PRODUCT
    title: str
    status: str
    variants: tuple[Variant, ...] = ()

    @property
    def available(self) -> int:
        return sum(level.available for variant in self.variants for level in variant.levels)


class LineItem(Frozen):
    """`total` is of the whole line, after its discounts."""

    product_id: str = ""
    variant_id: str = ""
    title: str
    quantity: int
    total: Money


class Order(Record):
    """Money is the shop's own. `total` is what was ordered, `refunded` what went back.

    `first_visit` and `last_visit` are of the customer's journey to this order.
    """

    kind: Literal[Kind.ORDER] = Kind.ORDER
    name: str
    financial_status: str
    total: Money
    refunded: Money
    discounts: Money
    is_test: bool = False
    is_cancelled: bool = False
    channel: str = ""
    first_visit: Utm = Utm()
    last_visit: Utm = Utm()
    days_to_conversion: int | None = None
    order_number_of_customer: int | None = None
    lines: tuple[LineItem, ...] = ()

    @property
    def amount(self) -> Money | None:
        """Net of refunds; None for test orders, which nobody paid."""
        return None if self.is_test else self.total - self.refunded


class ShopCustomer(Record):
    """`consents`: has agreed to marketing by e-mail."""

    kind: Literal[Kind.SHOP_CUSTOMER] = Kind.SHOP_CUSTOMER
    orders: int
    spent: Money
    consents: bool = False
    tags: tuple[str, ...] = ()
