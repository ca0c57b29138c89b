"""Business adapters over a scripted wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import httpx
from pydantic import SecretStr

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessPlatform
from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.clock import FixedClock
from omnify_core.legs import (
    ActivityLeg,
    BusinessLeg,
    ContactLeg,
    InventoryLeg,
    StageLeg,
    SubscriptionLeg,
    TagsLeg,
    WorkflowLeg,
)
from omnify_core.specs import ActivitySpec, ContactSpec, SubscriptionTerms
from omnify_platforms.connected import open_business
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.platform_wire import NOON, TENANT, FakePace, Reply, Script, json_reply

HIGHLEVEL, SHOPIFY, STRIPE = Platform.GOHIGHLEVEL, Platform.SHOPIFY, Platform.STRIPE
SECRETS = {
    HIGHLEVEL: {
        "client_id": "hl-client",
        "client_secret": "canary-hl-secret",
        "access_token": "canary-hl-access",
        "refresh_token": "canary-hl-refresh",
        "location_id": "loc1",
    },
    SHOPIFY: {
        "client_id": "shop-client",
        "client_secret": "canary-shop-secret",
        "access_token": "shpat_canary",
        "refresh_token": "shprt_canary",
        "shop": "techflow.myshopify.com",
    },
    STRIPE: {"access_token": "sk_test_canary", "stripe_user_id": "acct_1"},
}
TOKEN_URL = "https://business.test/oauth/token"


def connection(platform: Platform, **more: str) -> Connection:
    secrets = {name: SecretStr(value) for name, value in (SECRETS[platform] | more).items()}
    return Connection(
        tenant_id=TENANT,
        platform=platform,
        base_url="https://business.test",
        token_url=TOKEN_URL,
        secrets=secrets,
    )


@dataclass
class Desk:
    business: BusinessPlatform
    script: Script
    kept: list[Connection]


def desk(platform: Platform, *replies: Reply, **more: str) -> Desk:
    script, kept = Script(list(replies)), []

    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        kept.append(renewed)
        return renewed

    http = httpx.AsyncClient(transport=httpx.MockTransport(script), trust_env=False)
    means = Means(http, FixedClock(NOON), FakePace())
    return Desk(open_business(connection(platform, **more), means, keep=keep), script, kept)


async def all_of(records: AsyncIterator[AnyRecord]) -> list[AnyRecord]:
    return [record async for record in records]


async def read_all(from_desk: Desk, kind: Kind, since: datetime | None = None) -> list[AnyRecord]:
    return await all_of(from_desk.business.records(kind, since))


def _ref(platform: Platform, account_id: str, level: Level, native_id: str) -> EntityRef:
    return EntityRef(platform=platform, account_id=account_id, level=level, native_id=native_id)


TAGS = TagsLeg(
    ref=_ref(HIGHLEVEL, "loc1", Level.CONTACT, "c1"),
    name="A contact",
    before=("lead",),
    after=("lead", "vip"),
)
STAGE = StageLeg(
    ref=_ref(HIGHLEVEL, "loc1", Level.OPPORTUNITY, "o1"),
    name="Deal",
    pipeline_id="p1",
    before="s1",
    after="s2",
)
WORKFLOW = WorkflowLeg(ref=_ref(HIGHLEVEL, "loc1", Level.CONTACT, "c1"), name="Welcome", workflow_id="w1")
INVENTORY = InventoryLeg(
    ref=_ref(SHOPIFY, "techflow.myshopify.com", Level.PRODUCT, "7"),
    name="Mug",
    item_id="30",
    location_id="40",
    before=5,
    after=9,
)
SUBSCRIPTION = SubscriptionLeg(
    ref=_ref(STRIPE, "acct_1", Level.SUBSCRIPTION, "sub_1"),
    name="Team plan",
    item_id="si_1",
    before=SubscriptionTerms(price_id="price_1", quantity=1, ends_with_period=False),
    after=SubscriptionTerms(price_id="price_2", quantity=3, ends_with_period=False),
)
_DANA = ContactSpec(email="dana@example.com", first_name="Dana", tags=("lead",))
CONTACT = ContactLeg(ref=_ref(HIGHLEVEL, "loc1", Level.ACCOUNT, "loc1"), name="A contact", after=_DANA)
NO_CONTACT = CONTACT.model_copy(update={"before": _DANA, "after": None})
WORKFLOW_OUT = WORKFLOW.model_copy(update={"before": True, "after": False})
ACTIVITY = ActivityLeg(
    ref=_ref(SHOPIFY, "techflow.myshopify.com", Level.ACCOUNT, "techflow.myshopify.com"),
    name="Spring",
    after=ActivitySpec(
        name="Spring", channel="search", utm_campaign="spring", utm_source="google", utm_medium="cpc"
    ),
)
NO_ACTIVITY = ACTIVITY.model_copy(update={"before": ACTIVITY.after, "after": None})
ENDING = SUBSCRIPTION.model_copy(
    update={"after": SubscriptionTerms(price_id="price_1", quantity=1, ends_with_period=True)}
)
LEGS: dict[Platform, BusinessLeg] = {HIGHLEVEL: TAGS, SHOPIFY: INVENTORY, STRIPE: SUBSCRIPTION}
KINDS = {HIGHLEVEL: Kind.CONTACT, SHOPIFY: Kind.SHOP_CUSTOMER, STRIPE: Kind.PAYMENT_CUSTOMER}
NATIVE = {HIGHLEVEL: "c1", SHOPIFY: "191", STRIPE: "cus_1"}


def contact(native_id: str = "c1", **more: Any) -> dict[str, Any]:
    row = {"id": native_id, "locationId": "loc1", "email": "Dana@Example.com", "tags": ["vip", "lead"]}
    return row | {"dateAdded": "2026-10-01T09:30:31.255Z", "source": "landing page"} | more


def opportunity(native_id: str = "o1", **more: Any) -> dict[str, Any]:
    row = {"id": native_id, "name": "Deal", "monetaryValue": 500.5, "status": "open", "contactId": "c1"}
    row |= {"pipelineId": "p1", "pipelineStageId": "s1", "createdAt": "2026-10-01T00:00:00.000Z"}
    return row | {"contact": {"id": "c1", "email": "dana@example.com"}} | more


def customer_node(native_id: str = "191") -> dict[str, Any]:
    times = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-02-01T00:00:00Z"}
    mail = {"emailAddress": "dana@example.com", "marketingState": "SUBSCRIBED"}
    spent = {"amount": "120.5", "currencyCode": "USD"}
    node = {"id": f"gid://shopify/Customer/{native_id}", "numberOfOrders": "3", "tags": ["vip"]}
    return node | times | {"amountSpent": spent, "defaultEmailAddress": mail}


def stripe_customer(native_id: str = "cus_1", **more: Any) -> dict[str, Any]:
    row = {"id": native_id, "object": "customer", "created": 1767225600, "email": "dana@example.com"}
    return row | {"currency": "usd", "delinquent": False} | more


def stripe_subscription(price: str = "price_1", quantity: int = 1, **more: Any) -> dict[str, Any]:
    cost = {"id": price, "product": "prod_1", "currency": "usd", "unit_amount": 2000}
    item = {
        "id": "si_1",
        "price": cost | {"recurring": {"interval": "month", "interval_count": 1}},
        "quantity": quantity,
        "current_period_start": 1767225600,
        "current_period_end": 1769904000,
    }
    row = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active"}
    row |= {"currency": "usd", "created": 1767225600, "start_date": 1767225600}
    return row | {"cancel_at_period_end": False, "items": {"data": [item]}} | more


def listed(*items: dict[str, Any], more: bool = False) -> httpx.Response:
    return json_reply({"object": "list", "data": list(items), "has_more": more, "url": "/v1/x"})


def graphql(data: Any, **more: Any) -> httpx.Response:
    return json_reply({"data": data} | more)


def well(platform: Platform) -> httpx.Response:
    """What answers a read of `NATIVE`."""
    if platform is HIGHLEVEL:
        return json_reply({"contact": contact()})
    return graphql({"customer": customer_node()}) if platform is SHOPIFY else json_reply(stripe_customer())


class Sending(NamedTuple):
    """One kind of write: `asks` are the answers to what is read before it is sent."""

    leg: BusinessLeg
    asks: tuple[httpx.Response, ...] = ()


def sendings() -> dict[str, Sending]:
    """Every kind of write that there is; the answers are made anew, because they are used up."""
    nobody, dana = {"contact": None}, {"contact": contact()}
    return {
        "tags": Sending(TAGS),
        "stage": Sending(STAGE),
        "workflow": Sending(WORKFLOW),
        "workflow_out": Sending(WORKFLOW_OUT),
        "contact": Sending(CONTACT, (json_reply(nobody),)),
        "no_contact": Sending(NO_CONTACT, (json_reply(dana),)),
        "inventory": Sending(INVENTORY),
        "activity": Sending(ACTIVITY),
        "no_activity": Sending(NO_ACTIVITY),
        "subscription": Sending(SUBSCRIPTION),
        "ending": Sending(ENDING),
    }


def written(platform: Platform) -> httpx.Response:
    if platform is HIGHLEVEL:
        return json_reply({"succeeded": True, "contact": contact()})
    if platform is SHOPIFY:
        group = {"inventoryAdjustmentGroup": {"id": "gid://shopify/InventoryAdjustmentGroup/1"}}
        activity = {"marketingActivity": {"id": "gid://shopify/MarketingActivity/1"}, "userErrors": []}
        return graphql(
            {
                "inventorySetQuantities": group | {"userErrors": []},
                "marketingActivityUpsertExternal": activity,
            }
        )
    return json_reply(stripe_subscription("price_2", 3))
