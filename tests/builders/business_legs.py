"""Changes of CRM, shop and payments on a running sandbox, from what stands there now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessPlatform
from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.crm import Contact, Opportunity, Pipeline, Workflow
from omnify_core.legs import (
    ActivityLeg,
    AnyLeg,
    BusinessLeg,
    ContactLeg,
    InventoryLeg,
    StageLeg,
    SubscriptionLeg,
    TagsLeg,
    WorkflowLeg,
)
from omnify_core.money import Money
from omnify_core.payments import Subscription
from omnify_core.shop import Product
from omnify_core.specs import ActivitySpec, ContactSpec, SubscriptionTerms

HIGHLEVEL, SHOPIFY, STRIPE = Platform.GOHIGHLEVEL, Platform.SHOPIFY, Platform.STRIPE
DANA = ContactSpec(
    email="dana@new.example",
    first_name="Dana",
    last_name="Deo",
    phone="+15550100200",
    source="webinar",
    tags=("lead", "webinar"),
)
SPRING = ActivitySpec(
    name="Spring sale",
    channel="search",
    utm_campaign="spring-sale",
    utm_source="google",
    utm_medium="cpc",
    daily_budget=Money.parse("120.00", "USD"),
)
Make = Callable[[BusinessPlatform], Awaitable[BusinessLeg]]


class Case(NamedTuple):
    """A leg as it would be proposed, with `before` still unread. `asks`: calls that a loss may hit."""

    platform: Platform
    make: Make
    writes: int = 1


async def first(business: BusinessPlatform, kind: Kind, **fields: Any) -> AnyRecord:
    async for record in business.records(kind, None):
        if all(getattr(record, name) == value for name, value in fields.items()):
            return record
    raise AssertionError(f"the sandbox has no {kind.value} with {fields}")


def account_ref(platform: Platform, account_id: str) -> EntityRef:
    return EntityRef(platform=platform, account_id=account_id, level=Level.ACCOUNT, native_id=account_id)


def ref_of(record: AnyRecord, level: Level) -> EntityRef:
    return EntityRef(
        platform=record.platform, account_id=record.account_id, level=level, native_id=record.native_id
    )


async def new_contact(business: BusinessPlatform) -> ContactLeg:
    (account,) = await business.accounts()
    return ContactLeg(ref=account_ref(HIGHLEVEL, account.account_id), name="A new contact", after=DANA)


async def tags(business: BusinessPlatform) -> TagsLeg:
    contact = await first(business, Kind.CONTACT)
    assert isinstance(contact, Contact)
    after = tuple(sorted({*contact.tags, "vip"}))
    return TagsLeg(ref=ref_of(contact, Level.CONTACT), name="A contact", after=after)


async def stage(business: BusinessPlatform) -> StageLeg:
    deal = await first(business, Kind.OPPORTUNITY)
    assert isinstance(deal, Opportunity)
    pipeline = await business.record(Kind.PIPELINE, deal.pipeline_id)
    assert isinstance(pipeline, Pipeline)
    other = next(one.id for one in pipeline.stages if one.id != deal.stage_id)
    ref = ref_of(deal, Level.OPPORTUNITY)
    return StageLeg(ref=ref, name="Deal", pipeline_id=deal.pipeline_id, before=deal.stage_id, after=other)


async def workflow(business: BusinessPlatform) -> WorkflowLeg:
    contact = await first(business, Kind.CONTACT)
    into = await first(business, Kind.WORKFLOW, is_published=True)
    assert isinstance(into, Workflow)
    return WorkflowLeg(ref=ref_of(contact, Level.CONTACT), name=into.name, workflow_id=into.native_id)


async def inventory(business: BusinessPlatform) -> InventoryLeg:
    product = await first(business, Kind.PRODUCT)
    assert isinstance(product, Product)
    level = product.variants[0].levels[0]
    return InventoryLeg(
        ref=ref_of(product, Level.PRODUCT),
        name=product.title,
        item_id=level.item_id,
        location_id=level.location_id,
        after=level.available + 7,
    )


async def activity(business: BusinessPlatform) -> ActivityLeg:
    (account,) = await business.accounts()
    return ActivityLeg(ref=account_ref(SHOPIFY, account.account_id), name=SPRING.name, after=SPRING)


async def more_seats(business: BusinessPlatform) -> SubscriptionLeg:
    return await _terms(business, quantity=2)


async def other_price(business: BusinessPlatform) -> SubscriptionLeg:
    prices = set()
    async for one in business.records(Kind.SUBSCRIPTION, None):
        assert isinstance(one, Subscription)
        prices.add(one.items[0].price_id)
    running = await _running(business)
    other = next(price for price in sorted(prices) if price != running.items[0].price_id)
    return await _terms(business, price_id=other)


async def ending(business: BusinessPlatform) -> SubscriptionLeg:
    return await _terms(business, ends_with_period=True)


async def _running(business: BusinessPlatform) -> Subscription:
    found = await first(business, Kind.SUBSCRIPTION, status="active", ends_with_period=False)
    assert isinstance(found, Subscription)
    return found


async def _terms(business: BusinessPlatform, **changes: Any) -> SubscriptionLeg:
    found = await _running(business)
    item = found.items[0]
    held = SubscriptionTerms(price_id=item.price_id, quantity=item.quantity, ends_with_period=False)
    after = held.model_copy(update=changes)
    return SubscriptionLeg(ref=ref_of(found, Level.SUBSCRIPTION), name="Plan", item_id=item.id, after=after)


CASES = {
    "contact": Case(HIGHLEVEL, new_contact),
    "tags": Case(HIGHLEVEL, tags),
    "stage": Case(HIGHLEVEL, stage, writes=1),
    "inventory": Case(SHOPIFY, inventory),
    "activity": Case(SHOPIFY, activity),
    "seats": Case(STRIPE, more_seats),
    "price": Case(STRIPE, other_price),
    "end": Case(STRIPE, ending, writes=3),
}


def read_from(leg: AnyLeg, value: Any) -> Any:
    """The leg as it is proposed: with what stands there."""
    return type(leg).model_validate(leg.model_dump() | {"before": value})


def back(leg: AnyLeg) -> Any:
    """The leg that takes it back."""
    return type(leg).model_validate(leg.model_dump() | {"before": leg.after, "after": leg.before})
