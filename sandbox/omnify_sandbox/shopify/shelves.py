"""What a shop has to sell: products, their sizes, and how many of each are left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from omnify_core.money import Money
from omnify_sandbox.business.past import Past
from omnify_sandbox.business.people import People
from omnify_sandbox.randomness import named_generator
from omnify_sandbox.shopify.connections import Node, connection

FIRST_ID = 8_100_000_000_000
_SIZES = (("Small", 0), ("Standard", 25), ("Large", 60))
"""With how much dearer they are, in percent."""
_REFILL = 60


class _Truck(NamedTuple):
    """Comes on a Monday, by chance, for what there is less of than `below`."""

    below: int
    chance: float
    pieces: int


_SELDOM, _WEEKLY = _Truck(15, 0.6, _REFILL), _Truck(70, 0.9, 4 * _REFILL)
Tell = Callable[[str, Node], None]


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def money(minor: int, currency: str) -> Node:
    return {"amount": Money(minor, currency).amount, "currencyCode": currency}


def bag(minor: int, currency: str) -> Node:
    return {"shopMoney": money(minor, currency), "presentmentMoney": money(minor, currency)}


class Shelves:
    """Stock falls with each order and is filled up again now and then; what is gone cannot be sold."""

    def __init__(self, seed: int, people: People, opened: datetime, tell: Tell) -> None:
        self.seed = seed
        self._people = people
        self._tell = tell
        self.currency = people.trade.currency
        self.opened = stamp(opened)
        self.location = self._node("Location", 1, name="Main warehouse", isActive=True)
        self.products: dict[str, Node] = {}
        self.variants: dict[str, Node] = {}
        self.items: dict[str, Node] = {}
        self.stock: dict[str, int] = {}
        self.past = Past()
        self._best: list[str] = []
        self._is_emptied = False
        for place, (title, price) in enumerate(people.trade.goods):
            self._stock_product(place, title, price)

    def set_stock(self, item_id: str, quantity: int, at: datetime) -> None:
        self.past.note(item_id, self.stock[item_id], at)
        self.stock[item_id] = quantity
        item = self.items[item_id]
        item["updatedAt"] = stamp(at)
        self._tell("INVENTORY_LEVELS_UPDATE", {"inventory_item": item, "available": quantity})

    def _node(self, kind: str, place: int, **fields: Any) -> Node:
        number = FIRST_ID + 32_768 * place
        return {
            "id": gid(kind, number),
            "legacyResourceId": str(number),
            "createdAt": self.opened,
            "updatedAt": self.opened,
            **fields,
        }

    def _stock_product(self, place: int, title: str, base: int) -> None:
        rng = named_generator(self.seed, f"shop/product/{place}")
        seller, count = self._people.seller, len(self._people.trade.goods)
        product = self._node(
            "Product",
            place + 1,
            title=title,
            handle=title.lower().replace(" ", "-"),
            status="DRAFT" if place == count - 1 else "ACTIVE",
            vendor=seller,
            productType=self._people.trade.line,
            tags=[self._people.trade.line.lower()],
            description=f"{title} by {seller}.",
            publishedAt=self.opened,
            tracksInventory=True,
            totalVariants=len(_SIZES),
        )
        own = [
            self._variant(product, place * 3 + n, size, base * (100 + dearer) // 100)
            for n, (size, dearer) in enumerate(_SIZES)
        ]
        item_ids = [one["inventoryItem"]["id"] for one in own]
        for id_ in item_ids:
            self.stock[id_] = int(rng.integers(20, 90))
        if place == 0:
            self._best = item_ids
        product |= {
            "variants": connection(lambda: own),
            "totalInventory": lambda _info: sum(self.stock[id_] for id_ in item_ids),
            "hasOutOfStockVariants": lambda _info: any(self.stock[id_] <= 0 for id_ in item_ids),
            "priceRangeV2": {
                "minVariantPrice": money(base, self.currency),
                "maxVariantPrice": money(base * (100 + _SIZES[-1][1]) // 100, self.currency),
            },
        }
        self.products[product["id"]] = product

    def _variant(self, product: Node, place: int, size: str, cents: int) -> Node:
        sku = f"{_initials(self._people.seller)}-{place:03d}"
        item = self._node(
            "InventoryItem", place + 1, sku=sku, tracked=True, unitCost=money(cents * 4 // 10, self.currency)
        )
        level = self._node("InventoryLevel", place + 1, item=item, location=self.location, isActive=True)
        level["id"] += f"?inventory_item_id={item['legacyResourceId']}"
        level["quantities"] = self._quantities(item)
        item |= {
            "inventoryLevels": connection(lambda: [level]),
            "inventoryLevel": lambda _info, **args: (
                level if args["locationId"] == self.location["id"] else None
            ),
        }
        variant = self._node(
            "ProductVariant",
            place + 1,
            title=size,
            displayName=f"{product['title']} - {size}",
            sku=sku,
            price=money(cents, self.currency)["amount"],
            _minor=cents,
            position=place % 3 + 1,
            product=product,
            inventoryItem=item,
            inventoryQuantity=lambda _info: self.stock[item["id"]],
            availableForSale=lambda _info: self.stock[item["id"]] > 0,
        )
        item["variant"] = variant
        self.items[item["id"]], self.variants[variant["id"]] = item, variant
        return variant

    def _quantities(self, item: Node) -> Callable[..., list[Node]]:
        def resolve(_info: Any, **args: Any) -> list[Node]:
            held = self.stock[item["id"]]
            known = {"available": held, "on_hand": held, "committed": 0, "incoming": 0}
            return [
                {
                    "id": f"gid://shopify/InventoryQuantity/{item['legacyResourceId']}?name={name}",
                    "name": name,
                    "quantity": known[name],
                    "updatedAt": item["updatedAt"],
                }
                for name in args["names"]
                if name in known
            ]

        return resolve

    def _shelve(self, at: datetime) -> None:
        """The best goods are gone while the world says so, and all back on the day after."""
        is_out = self._people.is_out_of_stock(at)
        if is_out == self._is_emptied:
            return
        self._is_emptied = is_out
        for id_ in self._best:
            self.set_stock(id_, 0 if is_out else _REFILL, at)

    def _fill_up(self, item_id: str, at: datetime) -> None:
        """A truck comes on some Mondays; popular goods are gone before the next."""
        if self._is_emptied and item_id in self._best:
            return
        week, truck = at.isocalendar(), _WEEKLY if self._people.trade.is_shop else _SELDOM
        key = f"shop/truck/{item_id}/{week.year}/{week.week}"
        is_due = self.stock[item_id] < truck.below and at.weekday() == 0
        if is_due and named_generator(self.seed, key).random() < truck.chance:
            self.stock[item_id] += truck.pieces


def _initials(name: str) -> str:
    capitals = "".join(letter for letter in name if letter.isupper())
    return capitals[:3]
