"""What customers will bring, who may not come back, which kinds there are: from the shop's orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from omnify_core.business import Kind
from omnify_core.errors import BadInput
from omnify_core.shop import Order
from omnify_ml.ltv import (
    ChurnForecast,
    LtvForecast,
    Segmentation,
    forecast_ltv,
    predict_churn,
    segment_customers,
)
from omnify_tools.answers import table
from omnify_tools.business import DIRECT, business_freshness, channel_of, records_of
from omnify_tools.context import Copilot
from omnify_tools.customers import CHANNEL
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.history import computed, money
from omnify_tools.market import limited
from omnify_tools.periods import last_days
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import clean
from omnify_tools.words import counted, percent

REPEAT_ONLY = "Repeat orders of customers who have bought already; those still to be won are not in it."
NOT_CAUSE = "A channel's customers may be worth more because of who they are, not because of the channel."
COHORTS = ("campaign", "channel", "month")
LIKELY_GONE = 0.8


class Sales:
    """Paid orders of one currency as the models read them, up to the last complete day."""

    def __init__(
        self, orders: Sequence[Order], *, until: date, zone: ZoneInfo, currency: str, cohort: str
    ) -> None:
        self.until = until
        known = [one for one in orders if one.customer_id and not (one.is_test or one.is_cancelled)]
        known = [one for one in known if one.at.astimezone(zone).date() <= self.until]
        currencies = Counter(one.total.currency for one in known)
        self.currency = currencies.most_common(1)[0][0] if currencies else currency
        self.left_out = len(known) - currencies[self.currency]
        kept = sorted((one for one in known if one.total.currency == self.currency), key=lambda one: one.at)
        first: dict[str, Order] = {}
        for order in kept:
            first.setdefault(order.customer_id, order)
        self.frame = pd.DataFrame(
            [
                {
                    "customer": one.customer_id,
                    "date": one.at.astimezone(zone).date(),
                    "value": float((one.total - one.refunded).units),
                    "cohort": _cohort(first[one.customer_id], cohort, zone),
                }
                for one in kept
            ],
            columns=["customer", "date", "value", "cohort"],
        )

    def warnings(self) -> list[str]:
        if not self.left_out:
            return []
        return [f"{counted(self.left_out, 'order')} in other currencies than {self.currency} left out."]


def _cohort(first: Order, by: str, zone: ZoneInfo) -> str:
    """What a customer is counted under, read from the first order."""
    if by == "month":
        return f"{first.at.astimezone(zone):%Y-%m}"
    if by == "channel":
        return channel_of(first.first_visit)
    return clean(first.first_visit.campaign.casefold(), length=60) or DIRECT


@tool(Effect.READ)
async def forecast_customer_value(ctx: Ctx, days: int = 90, by: str = "campaign", limit: int = 10) -> Table:
    """Forecast what the customers won so far will buy in the coming days, by what won them, with ranges.

    Args:
        days: How many days ahead, 14 to 180.
        by: campaign or channel of the customer's first order, or month of it.
        limit: How many rows to show, 1 to 50.
    """
    if not 14 <= days <= 180:
        raise BadInput(f"days must be between 14 and 180, not {days}")
    if by not in COHORTS:
        raise BadInput(f"by must be one of {', '.join(COHORTS)}, not {by!r}")
    sales, fresh, missing = await _sales(ctx.context, by)
    found = await computed(forecast_ltv, sales.frame, as_of=sales.until, horizon_days=days)
    rows = sorted(_value_rows(found, sales.currency), key=lambda row: -row["value_p50"].minor)
    return await table(
        ctx.context,
        f"Customer value of the next {days} days by {by}",
        _value_words(found, sales, days, rows),
        columns=[
            Column(key="cohort", label=f"First order's {by}", untrusted=True),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="value_p10", label=f"Value in {days} days, P10", unit="money"),
            Column(key="value_p50", label="P50", unit="money"),
            Column(key="value_p90", label="P90", unit="money"),
            Column(key="per_customer", label="Per customer", unit="money"),
            Column(key="previous", label=f"The {days} days before", unit="money"),
        ],
        rows=rows[: limited(limit)],
        source=f"Shop orders ({fresh}); buying model of the customers' own histories",
        warnings=[*missing, *sales.warnings(), *([found.note] if found.note else []), REPEAT_ONLY, NOT_CAUSE],
        total_rows=len(rows),
    )


@tool(Effect.READ)
async def customers_at_risk(ctx: Ctx, days: int = 90, limit: int = 10) -> Table:
    """Show which shop customers may not buy again, those worth most first, with the probability.

    Args:
        days: Not within how many days, 30 to 180.
        limit: How many customers to show, 1 to 50.
    """
    if not 30 <= days <= 180:
        raise BadInput(f"days must be between 30 and 180, not {days}")
    sales, fresh, missing = await _sales(ctx.context, "channel")
    found = await computed(predict_churn, sales.frame, as_of=sales.until, horizon_days=days)
    rows = _risk_rows(found, sales)
    return await table(
        ctx.context,
        f"Customers who may not buy within {days} days",
        _risk_words(found, days, rows),
        columns=[
            Column(key="customer_id", label="Customer", unit="id"),
            Column(key="risk", label="P(no order)", unit="share"),
            Column(key="orders", label="Orders so far", unit="count"),
            Column(key="value", label="Bought so far", unit="money"),
            Column(key="silent", label="Last order, days ago", unit="days"),
            CHANNEL,
        ],
        rows=rows[: limited(limit)],
        source=f"Shop orders ({fresh}); learned from who came back one period ago",
        warnings=[*missing, *sales.warnings(), *([found.note] if found.note else [])],
        total_rows=len(rows),
    )


@tool(Effect.READ)
async def customer_segments(ctx: Ctx) -> Table:
    """Show the kinds of shop customers that hold up when the data are drawn anew, best kind first."""
    sales, fresh, missing = await _sales(ctx.context, "channel")
    found = await computed(segment_customers, sales.frame, as_of=sales.until)
    return await table(
        ctx.context,
        "Customer segments",
        _segment_words(found),
        columns=[
            Column(key="segment", label="Segment", unit="id"),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="share", label="Share", unit="share"),
            Column(key="orders", label="Median orders", unit="count"),
            Column(key="value", label="Median order", unit="money"),
            Column(key="silent", label="Median weeks since the last", unit="count"),
            Column(key="words", label="In words"),
        ],
        rows=[
            {
                "segment": f"segment {one.number + 1}",
                "customers": one.customers,
                "share": round(one.customers / len(found.names), 4),
                "orders": round(one.median_repeats + 1),
                "value": money(one.median_value, sales.currency),
                "silent": round(one.median_silence_weeks),
                "words": one.words,
            }
            for one in found.segments
        ],
        source=f"Shop orders ({fresh}); groups by recency, frequency, age and value",
        warnings=[*missing, *sales.warnings()],
    )


async def _sales(copilot: Copilot, cohort: str) -> tuple[Sales, str, list[str]]:
    orders = await records_of(copilot, Kind.ORDER, Order)
    fresh, missing = await business_freshness(copilot, [Kind.ORDER])
    tenant = copilot.tenant
    until = last_days(1, copilot.clock, tenant.time_zone).until
    zone = ZoneInfo(tenant.time_zone)
    return (
        Sales(orders, until=until, zone=zone, currency=tenant.base_currency, cohort=cohort),
        fresh,
        missing,
    )


def _value_rows(found: LtvForecast, currency: str) -> list[dict[str, Any]]:
    return [
        {
            "cohort": one.cohort,
            "customers": one.customers,
            "value_p10": money(one.value.p10, currency),
            "value_p50": money(one.value.p50, currency),
            "value_p90": money(one.value.p90, currency),
            "per_customer": money(one.value.p50 / one.customers, currency),
            "previous": money(one.previous, currency),
        }
        for one in found.cohorts
    ]


def _value_words(found: LtvForecast, sales: Sales, days: int, rows: Sequence[dict[str, Any]]) -> str:
    if found.abstained:
        return f"No forecast: {found.abstained}."
    whole = money(float(found.expected.sum()), sales.currency)
    said = f"{counted(len(found.customers), 'customer')} will bring about {whole} in the next {days} days."
    named = next((row for row in rows if row["cohort"] != DIRECT), None)
    if named is None:
        return said
    return (
        f"{said} Most with a name: «{named['cohort']}», about {named['value_p50']} "
        f"({named['value_p10']} to {named['value_p90']} in four cases of five)."
    )


def _risk_rows(found: ChurnForecast, sales: Sales) -> list[dict[str, Any]]:
    if found.abstained:
        return []
    by = sales.frame.groupby("customer", sort=True)
    seen = by.agg(
        orders=("date", "size"), value=("value", "sum"), last=("date", "max"), at=("cohort", "first")
    )
    seen = seen.reindex(list(found.customers))
    place = np.argsort(-(found.risk * seen["value"].to_numpy()), kind="stable")
    return [
        {
            "customer_id": found.customers[i],
            "risk": round(float(found.risk[i]), 3),
            "orders": int(seen["orders"].iloc[i]),
            "value": money(float(seen["value"].iloc[i]), sales.currency),
            "silent": (sales.until - seen["last"].iloc[i]).days,
            "channel": seen["at"].iloc[i],
        }
        for i in place
    ]


def _risk_words(found: ChurnForecast, days: int, rows: Sequence[dict[str, Any]]) -> str:
    if found.abstained:
        return f"No forecast: {found.abstained}."
    gone = sum(row["risk"] >= LIKELY_GONE for row in rows)
    first = rows[0]
    return (
        f"{gone} of {counted(len(rows), 'customer')} will rather not order within {days} days "
        f"({percent(LIKELY_GONE)} or more). Most is at stake at {first['customer_id']}: "
        f"{percent(first['risk'])} after {counted(first['orders'], 'order')} worth {first['value']}."
    )


def _segment_words(found: Segmentation) -> str:
    if found.abstained:
        return f"No segments: {found.abstained}."
    best = found.segments[0]
    return (
        f"{counted(len(found.names), 'customer')} in {counted(len(found.segments), 'segment')}, which agree "
        f"with themselves to {found.stability:.2f} when redrawn. Best: "
        f"{counted(best.customers, 'customer')}, {best.words}."
    )
