"""Recurring revenue and what is wrong with payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from omnify_core.business import Kind
from omnify_core.money import Money, total
from omnify_core.payments import Charge, Subscription, SubscriptionItem
from omnify_tools.answers import table
from omnify_tools.business import bounds, business_freshness, records_of
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import share
from omnify_tools.periods import period_named
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, percent

_LIVE = {"active", "past_due"}
_MONTHS = {"day": Decimal(365) / 12, "week": Decimal(365) / 84, "month": Decimal(1), "year": Decimal(1) / 12}


@tool(Effect.READ)
async def subscription_report(ctx: Ctx, period: str = "last_30_days") -> Table:
    """Show recurring revenue a month (MRR), active and trialing subscriptions, and churn of a period.

    Args:
        period: For started and ended subscriptions, as in performance_summary, e.g. last_30_days.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    since, until = bounds(window)
    found = await records_of(copilot, Kind.SUBSCRIPTION, Subscription)
    parts: dict[str, list[Subscription]] = defaultdict(list)
    for one in found:
        parts[one.currency].append(one)
    rows = [_row(code, kept, since, until) for code, kept in sorted(parts.items())]
    fresh, missing = await business_freshness(copilot, [Kind.SUBSCRIPTION])
    tiered = any(item.unit_price is None for one in found for item in one.items)
    return await table(
        copilot,
        f"Subscriptions, {window.label}",
        " ".join(_words(row) for row in rows) or "No subscription was imported.",
        columns=[
            Column(key="currency", label="Currency"),
            Column(key="mrr", label="MRR", unit="money"),
            Column(key="active", label="Active", unit="count"),
            Column(key="past_due", label="Of them past due", unit="count"),
            Column(key="trialing", label="Trialing", unit="count"),
            Column(key="ending", label="Will end with their period", unit="count"),
            Column(key="started", label="Started", unit="count"),
            Column(key="ended", label="Ended", unit="count"),
            Column(key="churn", label="Ended of those at the start", unit="share"),
        ],
        rows=rows,
        period=window,
        source=f"Payments ({fresh}); MRR without discounts and taxes",
        warnings=[*missing, *(["Prices in tiers are not in the MRR."] if tiered else [])],
    )


@tool(Effect.READ)
async def payment_health(ctx: Ctx, period: str = "last_30_days") -> Table:
    """Show charges that succeeded, failed, were refunded or disputed, with their shares.

    Args:
        period: As in performance_summary, e.g. last_30_days.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    since, until = bounds(window)
    charges = await records_of(copilot, Kind.CHARGE, Charge, since=since, until=until)
    parts: dict[str, list[Charge]] = defaultdict(list)
    for one in charges:
        parts[one.charged.currency].append(one)
    rows = [_charges(code, kept) for code, kept in sorted(parts.items())]
    fresh, missing = await business_freshness(copilot, [Kind.CHARGE])
    said = [
        f"{row['taken']} taken in {row['succeeded']} charges; {percent(row['failed_share'])} failed, "
        f"{percent(row['refunded_share'])} of the money was refunded, {row['disputed']} disputed."
        for row in rows
    ]
    return await table(
        copilot,
        f"Payments, {window.label}",
        " ".join(said) or "No charge was imported for this period.",
        columns=[
            Column(key="currency", label="Currency"),
            Column(key="taken", label="Taken", unit="money"),
            Column(key="succeeded", label="Succeeded", unit="count"),
            Column(key="failed", label="Failed", unit="count"),
            Column(key="failed_share", label="Failed", unit="share"),
            Column(key="refunded", label="Refunded", unit="money"),
            Column(key="refunded_share", label="Refunded", unit="share"),
            Column(key="disputed", label="Disputed", unit="count"),
        ],
        rows=rows,
        period=window,
        source=f"Payments ({fresh})",
        warnings=missing,
    )


def monthly(item: SubscriptionItem) -> Decimal:
    """The item's price a month in minor units; 0 where it has tiers or no interval."""
    if item.unit_price is None or not item.interval:
        return Decimal(0)
    return item.unit_price.minor * item.quantity * _MONTHS[item.interval] / item.interval_count


def _row(code: str, found: Sequence[Subscription], since: Any, until: Any) -> dict[str, Any]:
    live = [one for one in found if one.status in _LIVE]
    mrr = sum((monthly(item) for one in live for item in one.items), Decimal(0))
    begun = [one for one in found if one.started_at < since]
    at_start = [one for one in begun if one.ended_at is None or one.ended_at >= since]
    ended = [one for one in found if one.ended_at and since <= one.ended_at < until]
    lost = [one for one in at_start if one in ended]
    return {
        "currency": code,
        "mrr": Money(round(mrr), code),
        "active": len(live),
        "past_due": sum(one.status == "past_due" for one in live),
        "trialing": sum(one.status == "trialing" for one in found),
        "ending": sum(one.ends_with_period for one in live),
        "started": sum(since <= one.started_at < until for one in found),
        "ended": len(ended),
        "churn": share(len(lost), len(at_start)),
    }


def _words(row: dict[str, Any]) -> str:
    return (
        f"MRR {row['mrr']} from {counted(row['active'], 'active subscription')} "
        f"({row['past_due']} past due), "
        f"{row['trialing']} trialing; {row['started']} started, {row['ended']} ended "
        f"({percent(row['churn'])} of those at the start)."
    )


def _charges(code: str, found: Sequence[Charge]) -> dict[str, Any]:
    good = [one for one in found if one.status == "succeeded"]
    taken = total((one.charged for one in good), code)
    refunded = total((one.refunded for one in good), code)
    failed = sum(one.status == "failed" for one in found)
    return {
        "currency": code,
        "taken": taken,
        "succeeded": len(good),
        "failed": failed,
        "failed_share": share(failed, failed + len(good)),
        "refunded": refunded,
        "refunded_share": share(refunded.minor, taken.minor),
        "disputed": sum(one.is_disputed for one in found),
    }
