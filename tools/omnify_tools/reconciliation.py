"""What ad platforms claim against what the shop sold and what was paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import DayTotal
from omnify_core.money import Money, total
from omnify_tools.answers import table
from omnify_tools.business import business_freshness
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import per, share
from omnify_tools.market import figures_of
from omnify_tools.periods import Period, period_named
from omnify_tools.tables import Column, Table
from omnify_tools.words import count, percent

_SOURCES = ((Kind.ORDER, "Shop orders, net of refunds"), (Kind.CHARGE, "Payments, net of refunds"))
CLAIMED = "Ad platforms, as they report"


@tool(Effect.READ)
async def reconcile_revenue(ctx: Ctx, period: str = "last_30_days") -> Table:
    """Compare the revenue that ad platforms claim with shop orders and payments, and give the blended ROAS.

    Args:
        period: As in performance_summary, e.g. last_30_days.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    ads = await figures_of(copilot, window)
    spend = {row.spend.currency for row in ads}
    rows = [
        _row(
            CLAIMED,
            code,
            [row.revenue for row in ads if row.revenue.currency == code],
            round(sum(row.conversions for row in ads if row.revenue.currency == code), 1),
        )
        for code in sorted(spend)
    ]
    for kind, label in _SOURCES:
        rows += _booked(label, await _days(copilot, kind, window))
    spent = {code: total((row.spend for row in ads if row.spend.currency == code), code) for code in spend}
    for row in rows:
        _against(row, rows, spent)
    fresh, missing = await business_freshness(copilot, [kind for kind, _ in _SOURCES])
    return await table(
        copilot,
        f"Revenue by who counted it, {window.label}",
        _headline(rows),
        columns=[
            Column(key="source", label="Counted by"),
            Column(key="number", label="Conversions, orders, charges", unit="count"),
            Column(key="revenue", label="Revenue", unit="money"),
            Column(key="average", label="Average", unit="money"),
            Column(key="claimed", label="Claimed by ads for each 1.00", unit="ratio"),
            Column(key="blended_roas", label="Revenue per 1.00 of ad spend", unit="ratio"),
        ],
        rows=rows,
        period=window,
        source=f"Campaign figures, shop and payments as last imported ({fresh})",
        warnings=[*missing, "Not every sale comes from an ad, and platforms may claim the same sale twice."],
    )


async def _days(copilot: Copilot, kind: Kind, window: Period) -> list[DayTotal]:
    return await copilot.business.daily_totals(
        copilot.tenant.id, kind, window.since, window.until, time_zone=window.zone
    )


def _row(source: str, code: str, amounts: Iterable[Money], number: float) -> dict[str, Any]:
    revenue = total(amounts, code)
    return {"source": source, "number": number, "revenue": revenue, "average": per(revenue, number)}


def _booked(label: str, days: Sequence[DayTotal]) -> list[dict[str, Any]]:
    return [
        _row(
            label,
            code,
            [day.amount for day in days if day.amount.currency == code],
            sum(day.count for day in days if day.amount.currency == code),
        )
        for code in sorted({day.amount.currency for day in days})
    ]


def _against(row: dict[str, Any], rows: Sequence[dict[str, Any]], spent: dict[str, Money]) -> None:
    code = row["revenue"].currency
    claims = [one["revenue"] for one in rows if one["source"] == CLAIMED and one["revenue"].currency == code]
    if row["source"] != CLAIMED and claims:
        row["claimed"] = share(claims[0].minor, row["revenue"].minor)
    if code in spent:
        row["blended_roas"] = share(row["revenue"].minor, spent[code].minor)


def _headline(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "Neither ads, shop nor payments have figures for this period."
    said = [f"{row['source']}: {row['revenue']} from {count(row['number'])}" for row in rows]
    claims = [row for row in rows if row.get("claimed") is not None]
    more = [f"ads claim {percent(row['claimed'])} of {row['source'].split(',')[0].lower()}" for row in claims]
    return "; ".join(said) + (f". So {'; '.join(more)}." if more else ".")
