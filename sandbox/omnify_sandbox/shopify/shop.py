"""One shop: people who buy and come back, and orders with where they came from."""

from __future__ import annotations

import heapq
from datetime import datetime
from typing import NamedTuple

from omnify_sandbox.business.life import purchases
from omnify_sandbox.business.people import People, Person
from omnify_sandbox.catalog import Campaign
from omnify_sandbox.randomness import named_generator
from omnify_sandbox.shopify.connections import Node, connection
from omnify_sandbox.shopify.shelves import FIRST_ID, Shelves, Tell, bag, gid, money, stamp


class _Buy(NamedTuple):
    at: datetime
    order: int
    person: Person
    cents: int
    product: int
    nth: int


class Shop(Shelves):
    """People come, buy, and come back or do not."""

    def __init__(self, seed: int, domain: str, people: People, opened: datetime, tell: Tell) -> None:
        super().__init__(seed, people, opened, tell)
        self._met = 0
        self._due: list[_Buy] = []
        self.lost_sales = 0
        self.orders: dict[str, Node] = {}
        self.customers: dict[str, Node] = {}
        mail = f"shop@{people.site}"
        self.info = {
            "id": gid("Shop", FIRST_ID),
            "name": f"{people.seller} Store",
            "email": mail,
            "contactEmail": mail,
            "currencyCode": self.currency,
            "ianaTimezone": people.zone.key,
            "myshopifyDomain": domain,
            "createdAt": self.opened,
            "url": f"https://{domain}",
        }

    def catch_up(self, now: datetime) -> None:
        arrived = self._people.until(now)
        for person in arrived[self._met :]:
            for nth, one in enumerate(purchases(self.seed, person, self._people.trade), 1):
                due = _Buy(one.at, person.number * 100 + nth, person, one.cents, one.product, nth)
                heapq.heappush(self._due, due)
        self._met = len(arrived)
        while self._due and self._due[0].at <= now:
            buy = heapq.heappop(self._due)
            self._shelve(buy.at)
            self._sell(buy)
        self._shelve(now)

    def _sell(self, buy: _Buy) -> None:
        variant = list(self.variants.values())[(buy.product * 3 + buy.person.number % 3) % len(self.variants)]
        item = variant["inventoryItem"]
        self._fill_up(item["id"], buy.at)
        if self.stock[item["id"]] <= 0:
            self.lost_sales += 1
            return
        each = variant["_minor"]
        quantity = max(1, min(round(buy.cents / each), 5, self.stock[item["id"]]))
        self.past.note(item["id"], self.stock[item["id"]], buy.at)
        self.stock[item["id"]] -= quantity
        item["updatedAt"] = stamp(buy.at)
        customer = self._customer(buy.person, buy.at)
        order = self._order(buy, variant, quantity, each, customer)
        self.orders[order["id"]] = order
        customer["_orders"].append(order)
        customer["_spent"] += quantity * each
        customer["updatedAt"] = stamp(buy.at)
        self._tell("ORDERS_CREATE", order)

    def _customer(self, person: Person, at: datetime) -> Node:
        id_ = gid("Customer", FIRST_ID + 3 * person.number)
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
            "amountSpent": lambda _info: money(node["_spent"], self.currency),
            "createdAt": stamp(at),
            "updatedAt": stamp(at),
            "tags": [person.source],
            "state": "ENABLED",
            "note": None,
            "orders": connection(lambda: bought),
            "lastOrder": lambda _info: bought[-1] if bought else None,
            "_orders": bought,
            "_spent": 0,
            "_currency": self.currency,
        }
        self.customers[id_] = node
        self._tell("CUSTOMERS_CREATE", node)
        return node

    def _order(self, buy: _Buy, variant: Node, quantity: int, each: int, customer: Node) -> Node:
        place = len(self.orders) + 1
        number, total, at = FIRST_ID + 32_768 * place, quantity * each, stamp(buy.at)
        line = {
            "id": gid("LineItem", number + 1),
            "title": variant["product"]["title"],
            "name": variant["displayName"],
            "sku": variant["sku"],
            "quantity": quantity,
            "currentQuantity": quantity,
            "product": variant["product"],
            "variant": variant,
            "originalUnitPriceSet": bag(each, self.currency),
            "discountedUnitPriceSet": bag(each, self.currency),
            "originalTotalSet": bag(total, self.currency),
            "discountedTotalSet": bag(total, self.currency),
        }
        is_returned = named_generator(self.seed, f"shop/return/{place}").random() < 0.03
        sets, nothing = ("totalPriceSet", "subtotalPriceSet"), bag(0, self.currency)
        left = 0 if is_returned else total
        return {
            "id": gid("Order", number),
            "legacyResourceId": str(number),
            "name": f"#{1000 + place}",
            "number": 1000 + place,
            "email": customer["email"],
            **dict.fromkeys(("createdAt", "processedAt", "updatedAt"), at),
            "cancelledAt": None,
            **dict.fromkeys(("currencyCode", "presentmentCurrencyCode"), self.currency),
            "displayFinancialStatus": "REFUNDED" if is_returned else "PAID",
            "displayFulfillmentStatus": "FULFILLED",
            **{name: bag(total, self.currency) for name in sets},
            **{name: bag(left, self.currency) for name in ("currentTotalPriceSet", "netPaymentSet")},
            **dict.fromkeys(("totalTaxSet", "totalDiscountsSet", "totalShippingPriceSet"), nothing),
            "totalRefundedSet": bag(total - left, self.currency),
            "customer": customer,
            "customerJourneySummary": _journey(buy, number, f"https://{self._people.site}/"),
            "lineItems": connection(lambda: [line]),
            "tags": [],
            "test": False,
            "sourceName": "web",
            "_cents": total,
            "_line": line,
        }


def _journey(buy: _Buy, number: int, page: str) -> Node:
    """First what they met first, then the campaign that brought them; who comes back comes by themselves."""
    person, is_first = buy.person, buy.nth == 1
    joined, at = stamp(person.joined), stamp(buy.at)
    first = _visit(number, person.met or person.campaign, joined, page)
    last = _visit(number + 2, person.campaign if is_first else None, joined if is_first else at, page)
    return {
        "customerOrderIndex": buy.nth - 1,
        "daysToConversion": (buy.at - person.joined).days,
        "firstVisit": first,
        "lastVisit": first if is_first and not person.met else last,
        "ready": True,
    }


def _visit(number: int, campaign: Campaign | None, at: str, page: str) -> Node:
    source = campaign.platform.value if campaign else "direct"
    named = campaign and {
        "source": source,
        "medium": "cpc",
        "campaign": campaign.name,
        "content": None,
        "term": None,
    }
    return {
        "id": gid("CustomerVisit", number),
        "landingPage": page,
        "occurredAt": at,
        "referrerUrl": None,
        "source": source,
        "sourceDescription": None,
        "sourceType": "AD" if campaign else None,
        "utmParameters": named,
    }
