"""GoHighLevel, Shopify and Stripe: what is asked of them, and what becomes of their answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.business import Kind, person_of
from omnify_core.crm import Contact, Opportunity
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformError, PlatformRejected, Unsupported
from omnify_core.money import Money, exponent
from omnify_core.payments import BalanceTransaction, Charge, Invoice, Subscription
from omnify_core.shop import Order, Product
from omnify_platforms.stripe_rows import bracketed
from omnify_platforms.units import from_stripe_units, stripe_units
from tests.builders.business_wire import (
    HIGHLEVEL,
    INVENTORY,
    SHOPIFY,
    STAGE,
    STRIPE,
    SUBSCRIPTION,
    TAGS,
    WORKFLOW,
    contact,
    desk,
    graphql,
    listed,
    opportunity,
    read_all,
    stripe_customer,
    stripe_subscription,
    written,
)
from tests.builders.platform_wire import NOON, json_reply

DANA = person_of("dana@example.com")


async def test_a_contact_keeps_no_name_and_no_address() -> None:
    row = contact(firstName="Dana", name="Dana Deo", phone="+1 555", ssn="123-45-6789")
    row["attributions"] = [
        {"utmSource": "google", "utmCampaign": "spring", "gclid": "g1", "isFirst": True},
        {"utmSource": "news", "isLast": True},
    ]
    found = (await read_all(desk(HIGHLEVEL, json_reply({"contacts": [row], "total": 1})), Kind.CONTACT))[0]
    assert isinstance(found, Contact)
    assert (found.person, found.tags, found.gclid) == (DANA, ("lead", "vip"), "g1")
    assert (found.first_touch.campaign, found.last_touch.source) == ("spring", "news")
    stored = found.model_dump_json().lower()
    assert not [word for word in ("example.com", "deo", "555", "6789") if word in stored]


async def test_contacts_go_on_from_the_last_ones_mark() -> None:
    page = [contact(f"c{n}", searchAfter=[1000 + n, f"c{n}"]) for n in range(500)]
    at = desk(HIGHLEVEL, json_reply({"contacts": page}), json_reply({"contacts": [contact("last")]}))
    found = await read_all(at, Kind.CONTACT, NOON)
    assert [one.native_id for one in found][-2:] == ["c499", "last"]
    first, second = at.script.body(0), at.script.body(1)
    assert not {"page", "searchAfter"} & set(first)
    assert second["searchAfter"] == [1499, "c499"]
    assert first["filters"][0]["value"] == {"gte": "2026-11-20T12:00:00Z"}


@pytest.mark.parametrize(("generation", "name"), [("v3", "locationId"), ("2021-07-28", "location_id")])
async def test_opportunities_page_by_the_names_of_the_generation(generation: str, name: str) -> None:
    meta = {"total": 101, "startAfter": 1625203104328, "startAfterId": "o99"}
    pages = [{"opportunities": [opportunity(f"o{n}") for n in range(100)], "meta": meta}]
    pages.append({"opportunities": [opportunity("o100")], "meta": {"total": 101}})
    at = desk(HIGHLEVEL, *(json_reply(page) for page in pages), generation=generation)
    found = await read_all(at, Kind.OPPORTUNITY)
    assert len(found) == 101
    assert isinstance(found[0], Opportunity)
    assert (found[0].value, found[0].person) == (Decimal("500.5"), DANA)
    asked = dict(at.script.asked[1].url.params)
    assert asked == {name: "loc1", "limit": "100", "startAfter": "1625203104328", "startAfterId": "o99"}


async def test_highlevel_changes_go_where_the_contract_says() -> None:
    at = desk(HIGHLEVEL, *(written(HIGHLEVEL) for _ in range(3)))
    for leg in (TAGS, STAGE, WORKFLOW):
        await at.business.write(leg, key="k")
    assert [(one.method, one.url.path) for one in at.script.asked] == [
        ("PUT", "/contacts/c1"),
        ("PUT", "/opportunities/o1"),
        ("POST", "/contacts/c1/workflow/w1"),
    ]
    assert at.script.body(0) == {"tags": ["lead", "vip"]}
    assert at.script.body(1) == {"pipelineId": "p1", "pipelineStageId": "s2"}


async def test_a_workflow_without_confirmation_is_not_known() -> None:
    at = desk(HIGHLEVEL, json_reply({"succeeded": False}))
    with pytest.raises(OutcomeUnknown):
        await at.business.write(WORKFLOW, key="k")
    assert not (
        await desk(
            HIGHLEVEL,
            json_reply({"contact": contact()}),
            json_reply(
                {"workflows": [{"id": "w1", "name": "Welcome", "status": "published", "locationId": "loc1"}]}
            ),
        ).business.look(WORKFLOW)
    ).can_tell


async def test_highlevel_checks_a_stage_by_reading() -> None:
    pipelines = {"pipelines": [{"id": "p1", "name": "Sales", "stages": [{"id": "s2", "name": "Won"}]}]}

    def at(stage: str) -> Any:
        return desk(
            HIGHLEVEL, json_reply({"opportunity": opportunity(pipelineStageId=stage)}), json_reply(pipelines)
        ).business

    assert "stage" in await at("s1").dry_run(STAGE)
    with pytest.raises(PlatformRejected, match="changed since"):
        await at("s9").dry_run(STAGE)
    with pytest.raises(BadInput, match="no stage"):
        await at("s1").dry_run(STAGE.model_copy(update={"after": "s7"}))
    assert (await at("s2").look(STAGE)).value == STAGE.after


def order_node(**more: Any) -> dict[str, Any]:
    def bag(amount: str, currency: str = "JPY") -> dict[str, Any]:
        return {"shopMoney": {"amount": amount, "currencyCode": currency}}

    visit = {"utmParameters": {"source": "google", "medium": "cpc", "campaign": "spring"}}
    node = {
        "id": "gid://shopify/Order/1001",
        "name": "#1001",
        "createdAt": "2026-11-01T08:00:00Z",
        "updatedAt": "2026-11-02T08:00:00Z",
        "cancelledAt": None,
        "test": False,
        "sourceName": "web",
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "customer": {
            "id": "gid://shopify/Customer/191",
            "defaultEmailAddress": {"emailAddress": "dana@example.com"},
        },
        "totalPriceSet": bag("12050.0"),
        "totalRefundedSet": bag("50"),
        "totalDiscountsSet": None,
        "customerJourneySummary": {
            "customerOrderIndex": 0,
            "daysToConversion": 3,
            "firstVisit": visit,
            "lastVisit": None,
        },
        "lineItems": {"nodes": [line("1")], "pageInfo": {"hasNextPage": False, "endCursor": "x"}},
    }
    return node | more


def line(product: str) -> dict[str, Any]:
    total = {"shopMoney": {"amount": "6000", "currencyCode": "JPY"}}
    ids = {"product": {"id": f"gid://shopify/Product/{product}"}, "variant": None}
    return {"title": "Mug", "quantity": 2, "discountedTotalSet": total} | ids


def page(plural: str, *nodes: Any, cursor: str = "") -> dict[str, Any]:
    info = {"hasNextPage": bool(cursor), "endCursor": cursor or None}
    return {plural: {"nodes": list(nodes), "pageInfo": info}}


async def test_an_order_brings_its_attribution_and_money_without_minor_units() -> None:
    at = desk(SHOPIFY, graphql(page("orders", order_node(), cursor="c1")), graphql(page("orders")))
    (order,) = await read_all(at, Kind.ORDER, NOON)
    assert isinstance(order, Order)
    assert order.amount == Money(12_000, "JPY")
    assert (order.first_visit.campaign, order.last_visit.campaign) == ("spring", "")
    assert (order.customer_id, order.person, order.native_id) == ("shopify:191", DANA, "1001")
    assert at.script.body(0)["variables"]["filter"] == "updated_at:>='2026-11-20T12:00:00Z'"
    assert at.script.body(1)["variables"]["after"] == "c1"
    assert at.script.asked[0].url.path == "/admin/api/2026-10/graphql.json"


async def test_an_order_with_many_lines_is_read_to_its_end() -> None:
    long = order_node(lineItems={"nodes": [line("1")], "pageInfo": {"hasNextPage": True, "endCursor": "l1"}})
    rest = {"order": {"lineItems": {"nodes": [line("2")], "pageInfo": {"hasNextPage": False}}}}
    few = graphql({"ordersCount": {"count": 1}})
    at = desk(SHOPIFY, few, graphql(page("orders", long)), graphql(rest))
    (order,) = await read_all(at, Kind.ORDER)
    assert isinstance(order, Order)
    assert [one.product_id for one in order.lines] == ["1", "2"]
    assert at.script.body(2)["variables"] == {"id": "gid://shopify/Order/1001", "after": "l1"}


async def test_stock_finer_than_its_page_is_read_again() -> None:
    def variant(places: list[str], more: bool) -> dict[str, Any]:
        levels = [
            {"location": {"id": f"gid://shopify/Location/{one}"}, "quantities": [{"quantity": 4}]}
            for one in places
        ]
        held = {"nodes": levels, "pageInfo": {"hasNextPage": more}}
        item = {"id": "gid://shopify/InventoryItem/30", "inventoryLevels": held}
        own = {"id": "gid://shopify/ProductVariant/8", "title": "Blue", "sku": "B", "price": "9.990"}
        return own | {"inventoryItem": item}

    node = {
        "id": "gid://shopify/Product/7",
        "title": "Mug",
        "status": "ACTIVE",
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-02T00:00:00Z",
        "variants": page("v", variant(["40"], more=True))["v"],
    }
    shop = {"shop": {"name": "S", "currencyCode": "KWD", "ianaTimezone": "Asia/Kuwait"}}
    whole = {"product": {"variants": page("v", variant(["40", "41"], more=False))["v"]}}
    at = desk(SHOPIFY, graphql(page("products", node)), graphql(shop), graphql(whole))
    (product,) = await read_all(at, Kind.PRODUCT)
    assert isinstance(product, Product)
    assert (product.available, product.variants[0].price) == (8, Money(9_990, "KWD"))


async def test_inventory_is_set_from_what_was_read_under_a_stable_key() -> None:
    keys = []
    for key in ("cs_1/1/0", "cs_1/1/0", "cs_1/1/1"):
        at = desk(SHOPIFY, written(SHOPIFY))
        await at.business.write(INVENTORY, key=key)
        body = at.script.body()
        assert "@idempotent(key: $key)" in body["query"]
        keys.append(body["variables"]["key"])
    assert body["variables"]["input"]["quantities"] == [
        {
            "inventoryItemId": "gid://shopify/InventoryItem/30",
            "locationId": "gid://shopify/Location/40",
            "quantity": 9,
            "changeFromQuantity": 5,
        }
    ]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(("quantity", "happened"), [(9, True), (5, False)])
async def test_inventory_is_read_back(quantity: int, happened: bool) -> None:
    level = {"inventoryItem": {"inventoryLevel": {"quantities": [{"quantity": quantity}]}}}
    seen = await desk(SHOPIFY, graphql(level)).business.look(INVENTORY)
    assert (seen.value == INVENTORY.after) is happened


async def test_stripe_lists_to_the_end_by_the_last_id() -> None:
    at = desk(STRIPE, listed(stripe_customer("cus_2"), more=True), listed(stripe_customer("cus_1")))
    found = await read_all(at, Kind.PAYMENT_CUSTOMER)
    assert [(one.native_id, one.person) for one in found] == [("cus_2", DANA), ("cus_1", DANA)]
    assert dict(at.script.asked[1].url.params) == {"limit": "100", "starting_after": "cus_2"}
    assert at.script.asked[0].headers["stripe-version"] == "2026-10-28.endive"


async def test_what_changed_at_stripe_is_read_anew_once_each() -> None:
    def event(native_id: str, thing: dict[str, Any]) -> dict[str, Any]:
        return {"id": native_id, "type": "charge.refunded", "data": {"object": thing}}

    stale = {"id": "ch_1", "object": "charge", "amount": 1}
    dispute = {"id": "dp_1", "object": "dispute"}
    gone = json_reply({"error": {"code": "resource_missing"}}, 404)
    row = charge_row()
    events = listed(
        event("evt_3", stale),
        event("evt_2", stale),
        event("evt_1", dispute),
        event("evt_0", {"id": "ch_0", "object": "charge"}),
    )
    at = desk(STRIPE, events, json_reply(row), gone)
    (charge,) = await read_all(at, Kind.CHARGE, NOON - timedelta(days=1))
    assert isinstance(charge, Charge)
    assert charge.amount == Money.parse("15.00", "USD")
    assert at.script.paths == ["/v1/events", "/v1/charges/ch_1", "/v1/charges/ch_0"]
    assert at.script.asked[0].url.params["types[3]"] == "charge.refunded"


def charge_row(**more: Any) -> dict[str, Any]:
    row = {"id": "ch_1", "object": "charge", "created": 1767225600, "amount": 2000, "amount_refunded": 500}
    own = {"currency": "usd", "status": "succeeded", "customer": "cus_1", "disputed": False}
    return row | own | {"balance_transaction": "txn_1", "billing_details": {"email": None}} | more


async def test_after_a_month_stripe_is_read_whole_because_its_events_are_gone() -> None:
    at = desk(STRIPE, listed(charge_row()))
    await read_all(at, Kind.CHARGE, NOON - timedelta(days=40))
    assert at.script.paths == ["/v1/charges"]


async def test_stripes_objects_have_the_shape_of_the_pinned_version() -> None:
    parent = {"subscription_details": {"subscription": "sub_1"}}
    invoice = {"id": "in_1", "created": 1767225600, "currency": "kwd", "status": "paid", "parent": parent}
    invoice |= {"total": 12340, "amount_paid": 12340, "status_transitions": {"paid_at": 1767225601}}
    (found,) = await read_all(desk(STRIPE, listed(invoice)), Kind.INVOICE)
    assert isinstance(found, Invoice)
    assert (found.paid, found.subscription_id) == (Money(12_340, "KWD"), "sub_1")
    (held,) = await read_all(desk(STRIPE, listed(stripe_subscription())), Kind.SUBSCRIPTION)
    assert isinstance(held, Subscription)
    assert held.items[0].period_end == datetime(2026, 2, 1, tzinfo=UTC)
    moved = {"id": "txn_1", "created": 1767225600, "currency": "jpy", "amount": 500, "fee": 18, "net": 482}
    moved |= {"available_on": 1767225600, "reporting_category": "charge", "source": "ch_1"}
    (balance,) = await read_all(desk(STRIPE, listed(moved)), Kind.BALANCE_TRANSACTION, NOON)
    assert isinstance(balance, BalanceTransaction)
    assert balance.net == balance.gross - balance.fee == Money(482, "JPY")


async def test_a_subscription_is_changed_under_its_key_and_only_where_it_differs() -> None:
    at = desk(STRIPE, written(STRIPE), written(STRIPE))
    await at.business.write(SUBSCRIPTION, key="cs_1/1/0")
    assert at.script.asked[0].headers["idempotency-key"] == "cs_1/1/0"
    assert at.script.form(0) == {
        "items[0][id]": "si_1",
        "items[0][price]": "price_2",
        "items[0][quantity]": "3",
        "proration_behavior": "create_prorations",
        "payment_behavior": "error_if_incomplete",
    }
    ends = SUBSCRIPTION.before.model_copy(update={"ends_with_period": True})
    await at.business.write(SUBSCRIPTION.model_copy(update={"after": ends}), key="k")
    assert at.script.form(1) == {"cancel_at_period_end": "true"}


async def test_stripe_previews_the_invoice_without_making_it() -> None:
    preview = json_reply({"id": "upcoming", "currency": "usd", "total": 6000})
    at = desk(STRIPE, json_reply(stripe_subscription()), preview)
    assert "60.00 USD" in await at.business.dry_run(SUBSCRIPTION)
    form = dict(parse_qsl(at.script.asked[1].content.decode()))
    assert at.script.paths[1] == "/v1/invoices/create_preview"
    assert form["subscription_details[items][0][price]"] == "price_2"
    assert "subscription_details[payment_behavior]" not in form
    drifted = desk(STRIPE, json_reply(stripe_subscription(quantity=2)))
    with pytest.raises(PlatformRejected, match="changed since"):
        await drifted.business.dry_run(SUBSCRIPTION)


async def test_a_subscription_is_read_back() -> None:
    assert (await desk(STRIPE, written(STRIPE)).business.look(SUBSCRIPTION)).value == SUBSCRIPTION.after
    before = desk(STRIPE, json_reply(stripe_subscription()))
    assert (await before.business.look(SUBSCRIPTION)).value == SUBSCRIPTION.before


async def test_a_change_for_another_platform_and_an_unknown_kind_are_refused_unsent() -> None:
    for platform, leg in ((HIGHLEVEL, INVENTORY), (SHOPIFY, SUBSCRIPTION), (STRIPE, TAGS)):
        at = desk(platform)
        with pytest.raises(Unsupported):
            await at.business.write(leg, key="k")
        with pytest.raises(Unsupported):
            await at.business.record(Kind.CHARGE if platform is not STRIPE else Kind.ORDER, "1")


async def test_an_id_cannot_climb_out_of_its_path() -> None:
    for platform, kind in ((HIGHLEVEL, Kind.CONTACT), (STRIPE, Kind.CHARGE), (SHOPIFY, Kind.ORDER)):
        with pytest.raises(BadInput):
            await desk(platform).business.record(kind, "../contacts/c2")


def test_nested_values_are_bracketed() -> None:
    given_ = {"expand": ["a", "b"], "metadata": {"k": "v"}, "created": {"gte": 5}, "on": True}
    assert bracketed(given_) == {
        "expand[0]": "a",
        "expand[1]": "b",
        "metadata[k]": "v",
        "created[gte]": "5",
        "on": "true",
    }


@given(
    st.integers(0, 10**12),
    st.sampled_from(["USD", "EUR", "JPY", "KRW", "VND", "MGA", "ISK", "UGX", "KWD", "TND"]),
)
def test_stripes_units_come_back_as_they_went(units: int, currency: str) -> None:
    money = Money.exactly(Decimal(units * 10), currency)
    assert from_stripe_units(stripe_units(money), currency) == money


def test_stripe_counts_its_own_way_in_some_currencies() -> None:
    assert stripe_units(Money(1050, "USD")) == 1050
    assert stripe_units(Money(1050, "JPY")) == 1050
    assert stripe_units(Money(5, "ISK")) == 500
    assert stripe_units(Money(5, "UGX")) == 500
    assert (exponent("MGA"), stripe_units(Money(500, "MGA"))) == (2, 5)
    assert stripe_units(Money(12_340, "KWD")) == 12_340
    for too_fine in (Money(12_345, "KWD"), Money(50, "MGA")):
        with pytest.raises(BadInput):
            stripe_units(too_fine)
    with pytest.raises(BadInput):
        from_stripe_units(550, "ISK")


async def test_a_figure_that_the_contract_does_not_allow_is_named() -> None:
    with pytest.raises(PlatformError, match="amount"):
        await read_all(desk(STRIPE, listed(charge_row(amount=None))), Kind.CHARGE)


async def test_a_location_is_described_where_its_generation_can() -> None:
    newer = desk(HIGHLEVEL, json_reply({"pipelines": []}))
    assert (await newer.business.health()).ok
    assert newer.script.paths == ["/opportunities/pipelines"]
    place = {"location": {"id": "loc1", "name": "Mark Shoes", "timezone": "America/New_York"}}
    dated = desk(HIGHLEVEL, json_reply(place), generation="2021-07-28")
    (account,) = await dated.business.accounts()
    assert (account.name, account.time_zone) == ("Mark Shoes", "America/New_York")
    assert dated.script.paths == ["/locations/loc1"]
