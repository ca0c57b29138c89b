"""One shop: products with stock, people who buy and come back, orders with where they came from."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from omnify_sandbox.business.life import purchases
from omnify_sandbox.business.people import People, Person
from omnify_sandbox.randomness import named_generator
from omnify_sandbox.shopify.connections import Node, connection

_GOODS = (
    *("Desk pad", "Planner", "Focus timer", "Notebook set", "Pen roll", "Cable kit"),
    *("Laptop stand", "Mug", "Tote", "Poster", "Sticker pack", "Hoodie"),
)
_SIZES = ("Small", "Standard", "Large")
_FIRST_ID = 8_100_000_000_000
Tell = Callable[[str, Node], None]


class _Buy(NamedTuple):
    at: datetime
    order: int
    person: Person
    cents: int
    product: int
    nth: int


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def money(cents: int, currency: str = "USD") -> Node:
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currencyCode": currency}


def bag(cents: int) -> Node:
    return {"shopMoney": money(cents), "presentmentMoney": money(cents)}


class Shop:
    """Stock falls with each order and is filled up again now and then; what is gone cannot be sold."""

    def __init__(self, seed: int, domain: str, people: People, opened: datetime, tell: Tell) -> None:
        self.seed = seed
        self._people = people
        self._tell = tell
        self._met = 0
        self._due: list[_Buy] = []
        self.lost_sales = 0
        self.opened = stamp(opened)
        self.location = self._node("Location", 1, name="Main warehouse", isActive=True)
        self.products: dict[str, Node] = {}
        self.variants: dict[str, Node] = {}
        self.items: dict[str, Node] = {}
        self.orders: dict[str, Node] = {}
        self.customers: dict[str, Node] = {}
        self.stock: dict[str, int] = {}
        self.info = {
            "id": gid("Shop", _FIRST_ID),
            "name": "TechFlow Store",
            "email": "shop@techflow.example",
            "contactEmail": "shop@techflow.example",
            "currencyCode": "USD",
            "ianaTimezone": "America/New_York",
            "myshopifyDomain": domain,
            "createdAt": self.opened,
            "url": f"https://{domain}",
        }
        for place, title in enumerate(_GOODS):
            self._stock_product(place, title)

    def catch_up(self, now: datetime) -> None:
        arrived = self._people.until(now)
        for person in arrived[self._met :]:
            for nth, buy in enumerate(purchases(self.seed, person), 1):
                due = _Buy(buy.at, person.number * 100 + nth, person, buy.cents, buy.product, nth)
                heapq.heappush(self._due, due)
        self._met = len(arrived)
        while self._due and self._due[0].at <= now:
            self._sell(heapq.heappop(self._due))

    def set_stock(self, item_id: str, quantity: int, at: datetime) -> None:
        self.stock[item_id] = quantity
        item = self.items[item_id]
        item["updatedAt"] = stamp(at)
        self._tell("INVENTORY_LEVELS_UPDATE", {"inventory_item": item, "available": quantity})

    def _node(self, kind: str, place: int, **fields: Any) -> Node:
        number = _FIRST_ID + 32_768 * place
        return {
            "id": gid(kind, number),
            "legacyResourceId": str(number),
            "createdAt": self.opened,
            "updatedAt": self.opened,
            **fields,
        }

    def _stock_product(self, place: int, title: str) -> None:
        rng = named_generator(self.seed, f"shop/product/{place}")
        base = int(rng.integers(9, 60)) * 100 + 90
        product = self._node(
            "Product",
            place + 1,
            title=title,
            handle=title.lower().replace(" ", "-"),
            status="DRAFT" if place == len(_GOODS) - 1 else "ACTIVE",
            vendor="TechFlow",
            productType="Workspace",
            tags=["workspace"],
            description=f"{title} for a tidy desk.",
            publishedAt=self.opened,
            tracksInventory=True,
            totalVariants=len(_SIZES),
        )
        own = [self._variant(product, place * 3 + n, size, base + 700 * n) for n, size in enumerate(_SIZES)]
        item_ids = [one["inventoryItem"]["id"] for one in own]
        for id_ in item_ids:
            self.stock[id_] = int(rng.integers(20, 90))
        product |= {
            "variants": connection(lambda: own),
            "totalInventory": lambda _info: sum(self.stock[id_] for id_ in item_ids),
            "hasOutOfStockVariants": lambda _info: any(self.stock[id_] <= 0 for id_ in item_ids),
            "priceRangeV2": {"minVariantPrice": money(base), "maxVariantPrice": money(base + 1400)},
        }
        self.products[product["id"]] = product

    def _variant(self, product: Node, place: int, size: str, cents: int) -> Node:
        sku = f"TF-{place:03d}"
        item = self._node("InventoryItem", place + 1, sku=sku, tracked=True, unitCost=money(cents * 4 // 10))
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
            price=money(cents)["amount"],
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

    def _sell(self, buy: _Buy) -> None:
        variant = list(self.variants.values())[(buy.product * 3 + buy.person.number % 3) % len(self.variants)]
        item = variant["inventoryItem"]
        self._fill_up(item["id"], buy.at)
        if self.stock[item["id"]] <= 0:
            self.lost_sales += 1
            return
        each = int(variant["price"].replace(".", ""))
        quantity = max(1, min(round(buy.cents / each), 5, self.stock[item["id"]]))
        self.stock[item["id"]] -= quantity
        item["updatedAt"] = stamp(buy.at)
        customer = self._customer(buy.person, buy.at)
        order = self._order(buy, variant, quantity, each, customer)
        self.orders[order["id"]] = order
        customer["_orders"].append(order)
        customer["_spent"] += quantity * each
        customer["updatedAt"] = stamp(buy.at)
        self._tell("ORDERS_CREATE", order)

    def _fill_up(self, item_id: str, at: datetime) -> None:
        """A truck comes on some Mondays; popular goods are gone before the next."""
        week = at.isocalendar()
        key = f"shop/truck/{item_id}/{week.year}/{week.week}"
        if self.stock[item_id] < 15 and at.weekday() == 0 and named_generator(self.seed, key).random() < 0.6:
            self.stock[item_id] += 60

    def _customer(self, person: Person, at: datetime) -> Node:
        id_ = gid("Customer", _FIRST_ID + 3 * person.number)
        if id_ in self.customers:
            return self.customers[id_]
        bought: list[Node] = []
        node: Node = {
            "id": id_,
            "legacyResourceId": id_.rpartition("/")[2],
            "firstName": person.first,
            "lastName": person.last,
            "displayName": person.name,
            "email": person.email,
            "defaultEmailAddress": {
                "emailAddress": person.email,
                "marketingState": "SUBSCRIBED" if person.number % 3 else "NOT_SUBSCRIBED",
            },
            "defaultPhoneNumber": None,
            "numberOfOrders": lambda _info: str(len(bought)),
            "amountSpent": lambda _info: money(node["_spent"]),
            "createdAt": stamp(at),
            "updatedAt": stamp(at),
            "tags": [person.source],
            "state": "ENABLED",
            "note": None,
            "orders": connection(lambda: bought),
            "lastOrder": lambda _info: bought[-1] if bought else None,
            "_orders": bought,
            "_spent": 0,
        }
        self.customers[id_] = node
        self._tell("CUSTOMERS_CREATE", node)
        return node

    def _order(self, buy: _Buy, variant: Node, quantity: int, each: int, customer: Node) -> Node:
        place = len(self.orders) + 1
        number, total, at = _FIRST_ID + 32_768 * place, quantity * each, stamp(buy.at)
        line = {
            "id": gid("LineItem", number + 1),
            "title": variant["product"]["title"],
            "name": variant["displayName"],
            "sku": variant["sku"],
            "quantity": quantity,
            "currentQuantity": quantity,
            "product": variant["product"],
            "variant": variant,
            "originalUnitPriceSet": bag(each),
            "discountedUnitPriceSet": bag(each),
            "originalTotalSet": bag(total),
            "discountedTotalSet": bag(total),
        }
        is_returned = named_generator(self.seed, f"shop/return/{place}").random() < 0.03
        sets = ("totalPriceSet", "subtotalPriceSet")
        left = 0 if is_returned else total
        return {
            "id": gid("Order", number),
            "legacyResourceId": str(number),
            "name": f"#{1000 + place}",
            "number": 1000 + place,
            "email": customer["email"],
            **dict.fromkeys(("createdAt", "processedAt", "updatedAt"), at),
            "cancelledAt": None,
            **dict.fromkeys(("currencyCode", "presentmentCurrencyCode"), "USD"),
            "displayFinancialStatus": "REFUNDED" if is_returned else "PAID",
            "displayFulfillmentStatus": "FULFILLED",
            **{name: bag(total) for name in sets},
            **{name: bag(left) for name in ("currentTotalPriceSet", "netPaymentSet")},
            **{name: bag(0) for name in ("totalTaxSet", "totalDiscountsSet", "totalShippingPriceSet")},
            "totalRefundedSet": bag(total - left),
            "customer": customer,
            "customerJourneySummary": _journey(buy, number),
            "lineItems": connection(lambda: [line]),
            "tags": [],
            "test": False,
            "sourceName": "web",
            "_cents": total,
            "_line": line,
        }


def _journey(buy: _Buy, number: int) -> Node:
    """The campaign that brought the person is the first visit; who comes back comes by themselves."""
    campaign, is_first = buy.person.campaign, buy.nth == 1
    came = {
        "id": gid("CustomerVisit", number),
        "landingPage": "https://techflow.example/",
        "occurredAt": stamp(buy.person.joined),
        "referrerUrl": None,
        "source": buy.person.source,
        "sourceDescription": None,
        "sourceType": "AD" if campaign else None,
        "utmParameters": campaign
        and {
            "source": buy.person.source,
            "medium": "cpc",
            "campaign": campaign.name,
            "content": None,
            "term": None,
        },
    }
    again = came | {
        "id": gid("CustomerVisit", number + 2),
        "occurredAt": stamp(buy.at),
        "source": "direct",
        "sourceType": None,
        "utmParameters": None,
    }
    return {
        "customerOrderIndex": buy.nth - 1,
        "daysToConversion": (buy.at - buy.person.joined).days,
        "firstVisit": came,
        "lastVisit": came if is_first else again,
        "ready": True,
    }
