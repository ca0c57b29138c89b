"""Shop, CRM and payments: who counted which revenue, channels, worth, stock, funnel, recurring revenue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from omnify_core.business import Utm
from omnify_core.campaigns import Platform
from omnify_core.crm import Contact, Opportunity, OpportunityStatus, Pipeline, Stage
from omnify_core.payments import Charge, Subscription, SubscriptionItem
from omnify_core.shop import InventoryLevel, LineItem, Order, Product, Variant
from omnify_tools.customers import (
    lead_sources,
    ltv_by_channel,
    product_stock,
    revenue_by_channel,
    sales_funnel,
)
from omnify_tools.reconciliation import reconcile_revenue
from omnify_tools.subscriptions import payment_health, subscription_report
from tests.builders.copilot import NOON, OURS, Client, a_client, days, usd


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


def _common(number: Any, platform: Platform, at: datetime) -> dict[str, Any]:
    seen = {"at": at, "updated_at": at, "read_at": NOON}
    return {"platform": platform, "account_id": "a", "native_id": str(number), **seen}


def _order(number: int, days_ago: int, total: str, *, source: str = "", **changes: Any) -> Order:
    parts: dict[str, Any] = {
        **_common(number, Platform.SHOPIFY, NOON - timedelta(days=days_ago)),
        "name": f"#{number}",
        "financial_status": "paid",
        "total": usd(total),
        "refunded": usd("0"),
        "discounts": usd("0"),
        "first_visit": Utm(source=source),
        "last_visit": Utm(source=source),
    }
    return Order(**{**parts, **changes})


def _charge(number: int, amount: str, status: str = "succeeded", refunded: str = "0") -> Charge:
    at = NOON - timedelta(days=3)
    money = {"charged": usd(amount), "refunded": usd(refunded)}
    return Charge(**_common(number, Platform.STRIPE, at), status=status, **money)


async def test_ads_claim_more_than_the_shop_sold(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 10))  # claims 3,000.00 on 1,000.00 spent
    orders = [_order(n, 2, "400.00") for n in range(5)] + [_order(9, 2, "9999.00", is_test=True)]
    await client.stores.business.save(OURS, [*orders, _charge(1, "1500.00", refunded="100.00")])
    table = await client.call(reconcile_revenue)
    rows = {row["source"]: row for row in table["rows"]}
    shop, paid = rows["Shop orders, net of refunds"], rows["Payments, net of refunds"]
    assert (shop["revenue"], shop["claimed"], shop["blended_roas"]) == ("2000.00 USD", 1.5, 2.0)
    assert paid["revenue"] == "1400.00 USD"
    assert "ads claim 150.0% of shop orders" in table["headline"]


async def test_revenue_stands_by_the_channel_of_the_visit(client: Client) -> None:
    await client.stores.business.save(
        OURS,
        [
            _order(1, 2, "100.00", source="Google", order_number_of_customer=1),
            _order(2, 3, "300.00", source="google", refunded=usd("50"), order_number_of_customer=2),
            _order(3, 3, "80.00"),
            _order(4, 3, "70.00", source="google", is_cancelled=True),
        ],
    )
    table = await client.call(revenue_by_channel)
    rows = {row["channel"]: row for row in table["rows"]}
    assert (rows["google"]["orders"], rows["google"]["revenue"]) == (2, "350.00 USD")
    assert rows["google"]["new_share"] == 0.5
    assert rows["direct or unknown"]["revenue"] == "80.00 USD"


async def test_worth_counts_only_customers_who_are_old_enough(client: Client) -> None:
    def buys(number: int, customer: str, days_ago: int, total: str, nth: int) -> Order:
        mine = {"customer_id": customer, "order_number_of_customer": nth}
        return _order(number, days_ago, total, source="newsletter", **mine)

    await client.stores.business.save(
        OURS,
        [
            buys(1, "c1", 150, "100.00", 1),
            buys(2, "c1", 100, "50.00", 2),  # 50 days later: counts
            buys(3, "c1", 20, "500.00", 3),  # 130 days later: does not
            buys(4, "c2", 140, "60.00", 1),
            buys(5, "c3", 10, "900.00", 1),  # too young
        ],
    )
    (row,) = (await client.call(ltv_by_channel, days=90))["rows"]
    assert (row["customers"], row["worth"], row["again"]) == (2, "105.00 USD", 0.5)
    assert "may be chance" in row["note"]


async def test_stock_lasts_as_long_as_the_pace_lets_it(client: Client) -> None:
    levels = (InventoryLevel(item_id="i", location_id="l", available=10),)
    variant = Variant(id="v", title="One", price=usd("20"), levels=levels)
    product = Product(**_common(7, Platform.SHOPIFY, NOON), title="Mug", status="active", variants=(variant,))
    line = LineItem(product_id="7", title="Mug", quantity=30, total=usd("600"))
    await client.stores.business.save(OURS, [product, _order(1, 5, "600.00", lines=(line,))])
    table = await client.call(product_stock)
    (row,) = table["rows"]
    assert (row["sold"], row["stock"], row["lasts"]) == (30, 10, 10)
    assert "1 will be sold out within 14 days" in table["headline"]


async def test_leads_and_the_funnel(client: Client) -> None:
    at = NOON - timedelta(days=4)
    contacts = [
        Contact(
            **_common(n, Platform.GOHIGHLEVEL, at),
            first_touch=Utm(source="google", medium="cpc"),
            gclid="g" if n else "",
            may_be_contacted=bool(n),
        )
        for n in range(3)
    ]
    pipeline = Pipeline(
        **_common("p", Platform.GOHIGHLEVEL, at),
        name="Sales",
        stages=(Stage(id="s", name="New", position=0),),
    )
    deals = [
        Opportunity(
            **_common(f"o{n}", Platform.GOHIGHLEVEL, at),
            name="Deal",
            pipeline_id="p",
            stage_id="s",
            status=status,
            value=Decimal(100),
        )
        for n, status in enumerate((OpportunityStatus.OPEN, OpportunityStatus.WON, OpportunityStatus.LOST))
    ]
    await client.stores.business.save(OURS, [*contacts, pipeline, *deals])
    (lead,) = (await client.call(lead_sources))["rows"]
    assert (lead["channel"], lead["contacts"], lead["reachable"], lead["from_ads"]) == (
        "google / cpc",
        3,
        2,
        2,
    )
    funnel = await client.call(sales_funnel)
    assert funnel["rows"][0]["value"] == "100.00"
    assert "50.0% of the decided ones were won" in funnel["headline"]


def _subscription(number: int, price: str, interval: str, status: str, **changes: Any) -> Subscription:
    item = SubscriptionItem(
        id="si",
        price_id="p",
        unit_price=usd(price),
        interval=interval,  # type: ignore[arg-type]
        period_start=NOON,
        period_end=NOON,
    )
    started = NOON - timedelta(days=100)
    parts = {"status": status, "currency": "USD", "items": (item,), "started_at": started, **changes}
    return Subscription(**_common(number, Platform.STRIPE, started), **parts)


async def test_a_yearly_plan_counts_a_twelfth_a_month(client: Client) -> None:
    gone = NOON - timedelta(days=5)
    await client.stores.business.save(
        OURS,
        [
            _subscription(1, "1200", "year", "active"),
            _subscription(2, "50", "month", "past_due"),
            _subscription(3, "70", "month", "canceled", ended_at=gone),
            _subscription(4, "90", "month", "trialing"),
        ],
    )
    (row,) = (await client.call(subscription_report))["rows"]
    assert (row["mrr"], row["active"], row["past_due"], row["trialing"]) == ("150.00 USD", 2, 1, 1)
    assert (row["ended"], row["churn"]) == (1, 0.25)


async def test_payments_tell_what_went_wrong(client: Client) -> None:
    charges = [_charge(1, "100.00", refunded="25.00"), _charge(2, "100.00"), _charge(3, "40.00", "failed")]
    await client.stores.business.save(OURS, charges)
    (row,) = (await client.call(payment_health))["rows"]
    assert (row["taken"], row["failed_share"], row["refunded_share"]) == ("200.00 USD", 0.333333, 0.125)


async def test_what_was_not_imported_is_said(client: Client) -> None:
    for tool in (revenue_by_channel, ltv_by_channel, product_stock, lead_sources, sales_funnel):
        table = await client.call(tool)
        assert any("imported yet" in warning for warning in table["warnings"]), tool.name
