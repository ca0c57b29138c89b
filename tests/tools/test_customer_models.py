"""What customers and leads are worth: said from the tenant's own orders and contacts, or not said."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from omnify_core.business import Utm
from omnify_core.campaigns import Platform
from omnify_core.crm import Contact, Opportunity, OpportunityStatus
from omnify_core.ids import TenantId
from omnify_core.money import Money
from omnify_core.shop import Order
from omnify_tools.customer_models import customer_segments, customers_at_risk, forecast_customer_value
from omnify_tools.lead_scores import score_leads
from tests.builders.copilot import NOON, OURS, Client, a_client, usd

THEIRS = TenantId("t_other")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


def _seen(number: Any, platform: Platform, days_ago: float) -> dict[str, Any]:
    at = NOON - timedelta(days=days_ago)
    when = {"at": at, "updated_at": at, "read_at": NOON}
    return {"platform": platform, "account_id": "a", "native_id": str(number), **when}


def orders(*, customers: int = 500, currency: str = "USD") -> list[Order]:
    """Half come by a campaign whose buyers return often, half by one whose buyers rarely do."""
    rng = np.random.default_rng(8)
    found = []
    for number in range(customers):
        returns = number % 2
        campaign = "Loyal" if returns else "Once"
        at, leave = float(rng.uniform(100, 300)), 0.15 if returns else 0.6
        while at > 1:
            amount = round(float(rng.gamma(8, 5.0)), 2)
            found.append(
                Order(
                    **_seen(len(found), Platform.SHOPIFY, at),
                    customer_id=f"shopify:c{number}",
                    name=f"#{len(found)}",
                    financial_status="paid",
                    total=usd(f"{amount:.2f}"),
                    refunded=usd("0"),
                    discounts=usd("0"),
                    first_visit=Utm(source="meta", medium="cpc", campaign=campaign),
                )
            )
            if rng.random() < leave:
                break
            at -= float(rng.exponential(30))
    return found


async def test_customers_of_the_better_campaign_are_worth_more_with_a_range(client: Client) -> None:
    await client.stores.business.save(OURS, orders())
    table = await client.call(forecast_customer_value, days=90)
    best, other = table["rows"]
    assert (best["cohort"], other["cohort"]) == ("loyal", "once")
    low, middle, high = (_units(best[f"value_p{part}"]) for part in (10, 50, 90))
    assert low < middle < high
    assert _units(best["per_customer"]) > 2 * _units(other["per_customer"])
    assert "Most with a name: «loyal»" in table["headline"]
    assert any("still to be won are not in it" in warning for warning in table["warnings"])


async def test_value_and_risk_are_not_said_from_a_handful_of_orders(client: Client) -> None:
    assert "insufficient data" in (await client.call(forecast_customer_value))["headline"]
    await client.stores.business.save(OURS, orders(customers=20))
    for tool in (forecast_customer_value, customers_at_risk, customer_segments):
        table = await client.call(tool)
        assert "insufficient data" in table["headline"], tool.name
        assert table["rows"] == []


async def test_another_tenants_orders_and_leads_teach_nothing(client: Client) -> None:
    await client.stores.business.save(THEIRS, [*orders(), *contacts(), *deals()])
    assert "0 repeat buyers" in (await client.call(forecast_customer_value))["headline"]
    assert "0 customers" in (await client.call(customers_at_risk))["headline"]
    assert "0 leads" in (await client.call(score_leads))["headline"]


async def test_whoever_was_silent_for_long_is_at_risk(client: Client) -> None:
    await client.stores.business.save(OURS, orders())
    table = await client.call(customers_at_risk, limit=50)
    assert table["total_rows"] == 500
    assert "will rather not order within 90 days" in table["headline"]
    rows = table["rows"]
    assert rows == sorted(rows, key=lambda row: -row["risk"] * _units(row["value"]))
    assert all(0 <= row["risk"] <= 1 and row["orders"] >= 1 for row in rows)


async def test_segments_are_named_by_what_sets_them_apart(client: Client) -> None:
    await client.stores.business.save(OURS, orders())
    table = await client.call(customer_segments)
    assert sum(row["customers"] for row in table["rows"]) == 500
    assert "last seen" in table["rows"][0]["words"]


async def test_orders_in_a_second_currency_are_left_out_and_said(client: Client) -> None:
    other = [
        one.model_copy(
            update={
                "native_id": f"e{one.native_id}",
                "total": Money(one.total.minor, "EUR"),
                "refunded": Money(0, "EUR"),
            }
        )
        for one in orders(customers=30)
    ]
    await client.stores.business.save(OURS, [*orders(), *other])
    table = await client.call(forecast_customer_value)
    assert any(f"{len(other)} orders in other currencies than USD" in one for one in table["warnings"])


def contacts(number: int = 600) -> list[Contact]:
    """Referred ones convert three times as often as those from social; see `deals`."""
    return [
        Contact(
            **_seen(n, Platform.GOHIGHLEVEL, _age(n)),
            customer_id=f"gohighlevel:{n}",
            first_touch=Utm(source=_channel(n), medium="web", campaign="Spring"),
        )
        for n in range(number)
    ]


def _age(number: int) -> float:
    return 1 + 170 * random.Random(f"age{number}").random()


def _channel(number: int) -> str:
    return random.Random(f"channel{number}").choice(["referral", "social"])


def deals(number: int = 600) -> list[Opportunity]:
    """Won within thirty days or never; a few are given up."""
    found = []
    for n in range(number):
        chance = random.Random(f"won{n}")
        wins = chance.random() < (0.45 if _channel(n) == "referral" else 0.15)
        delay = chance.uniform(0, 30)
        status = OpportunityStatus.WON if wins and delay < _age(n) else OpportunityStatus.OPEN
        status = OpportunityStatus.LOST if n % 10 == 0 and not wins else status
        deal = Opportunity(
            **_seen(f"o{n}", Platform.GOHIGHLEVEL, _age(n)),
            customer_id=f"gohighlevel:{n}",
            name="Deal",
            pipeline_id="p",
            stage_id="s",
            status=status,
        )
        moved = NOON - timedelta(days=max(_age(n) - delay, 0))
        found.append(deal.model_copy(update={"updated_at": moved}))
    return found


async def test_open_leads_are_ordered_by_source_and_age(client: Client) -> None:
    await client.stores.business.save(OURS, [*contacts(), *deals()])
    table = await client.call(score_leads, limit=50)
    rows = table["rows"]
    settled = {
        f"gohighlevel:contact:{deal.customer_id.partition(':')[2]}"
        for deal in deals()
        if deal.status is not OpportunityStatus.OPEN
    }
    assert not {row["contact_id"] for row in rows} & settled
    assert table["total_rows"] == 600 - len(settled)
    # Conversions come within a month: the most promising are young and mostly referred.
    assert rows[0]["age"] < 20
    assert sum(row["channel"].startswith("referral") for row in rows[:20]) >= 15
    assert [row["chance"] for row in rows] == sorted((row["chance"] for row in rows), reverse=True)


def _units(amount: str) -> float:
    return float(amount.split()[0])
