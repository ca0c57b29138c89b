"""Where customers come from and what they are worth: orders by channel, products, leads, pipeline."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from omnify_core.business import Kind
from omnify_core.crm import Contact, Opportunity, OpportunityStatus, Pipeline
from omnify_core.errors import BadInput
from omnify_core.money import Money, total
from omnify_core.shop import Order, Product
from omnify_tools.answers import table
from omnify_tools.business import DIRECT, bounds, business_freshness, channel_of, records_of
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import per, share
from omnify_tools.market import limited
from omnify_tools.periods import last_days, period_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, percent

CHANNEL = Column(key="channel", label="Channel", untrusted=True)
_FEW = 30


@tool(Effect.READ)
async def revenue_by_channel(
    ctx: Ctx, period: str = "last_30_days", touch: str = "last", limit: int = 20
) -> Table:
    """Show shop revenue by the channel that the customer came from, with new customers and order value.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        touch: first or last: which visit before the order counts.
        limit: How many rows to show, 1 to 50.
    """
    if touch not in {"first", "last"}:
        raise BadInput(f"touch must be first or last, not {touch!r}")
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    since, until = bounds(window)
    orders = [o for o in await records_of(copilot, Kind.ORDER, Order, since=since, until=until) if _paid(o)]
    parts: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for order in orders:
        visit = order.first_visit if touch == "first" else order.last_visit
        parts[channel_of(visit), order.total.currency].append(order)
    rows = sorted((_channel(key, kept) for key, kept in parts.items()), key=lambda row: -row["revenue"].minor)
    whole = sum(row["revenue"].minor for row in rows)
    for row in rows:
        row["revenue_share"] = share(row["revenue"].minor, whole) if len({k[1] for k in parts}) == 1 else None
    fresh, missing = await business_freshness(copilot, [Kind.ORDER])
    return await table(
        copilot,
        f"Shop revenue by {touch} visit, {window.label}",
        _channel_words(rows, len(orders)),
        columns=[
            CHANNEL,
            Column(key="orders", label="Orders", unit="count"),
            Column(key="revenue", label="Net revenue", unit="money"),
            Column(key="revenue_share", label="Share", unit="share"),
            Column(key="average", label="Order value", unit="money"),
            Column(key="new_share", label="New customers", unit="share"),
        ],
        rows=rows[: limited(limit)],
        period=window,
        source=f"Shop orders ({fresh})",
        warnings=[*missing, "Direct or unknown holds what carried no source in its address."],
        total_rows=len(rows),
    )


@tool(Effect.READ)
async def ltv_by_channel(ctx: Ctx, days: int = 90, limit: int = 20) -> Table:
    """Show what customers were worth in their first days by the channel of their first order; observed.

    Args:
        days: The days after the first order that count, 30 to 180. Only customers older than that count.
        limit: How many rows to show, 1 to 50.
    """
    if not 30 <= days <= 180:
        raise BadInput(f"days must be between 30 and 180, not {days}")
    copilot = ctx.context
    window = last_days(days + 180, copilot.clock, copilot.tenant.time_zone)
    since, until = bounds(window)
    orders = [o for o in await records_of(copilot, Kind.ORDER, Order, since=since, until=until) if _paid(o)]
    rows = _worth(orders, days, until)
    fresh, missing = await business_freshness(copilot, [Kind.ORDER])
    first = rows[0] if rows else None
    return await table(
        copilot,
        f"Worth in the first {days} days by channel",
        f"Highest: {first['channel']} with {first['worth']} per customer over "
        f"{first['customers']} customers, {percent(first['again'])} of whom ordered again."
        if first
        else "No customer's first order is old enough to count.",
        columns=[
            CHANNEL,
            Column(key="customers", label="Customers", unit="count"),
            Column(key="worth", label=f"Net revenue per customer, {days} days", unit="money"),
            Column(key="first_order", label="Of that, first order", unit="money"),
            Column(key="again", label="Ordered again", unit="share"),
            Column(key="note", label="Note"),
        ],
        rows=rows[: limited(limit)],
        period=window,
        source=f"Shop orders ({fresh}); revenue, not profit",
        warnings=missing,
        total_rows=len(rows),
    )


@tool(Effect.READ)
async def product_stock(ctx: Ctx, period: str = "last_30_days", limit: int = 20) -> Table:
    """Show products by net sales with their stock and how many days it will last at this pace.

    Args:
        period: The pace to go by, as in performance_summary, e.g. last_30_days.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    since, until = bounds(window)
    orders = [o for o in await records_of(copilot, Kind.ORDER, Order, since=since, until=until) if _paid(o)]
    pieces: Counter[str] = Counter()
    sales: dict[str, list[Money]] = defaultdict(list)
    for line in (line for order in orders for line in order.lines):
        pieces[line.product_id] += line.quantity
        sales[line.product_id].append(line.total)
    rows = []
    for product in await records_of(copilot, Kind.PRODUCT, Product):
        sold = pieces[product.native_id]
        amounts = sales[product.native_id]
        rows.append(
            {
                "product_id": product.id,
                "product": product.title,
                "sold": sold,
                "sales": total(amounts, amounts[0].currency) if amounts else None,
                "stock": product.available,
                "lasts": round(max(product.available, 0) * window.days / sold) if sold else None,
            }
        )
    rows.sort(key=lambda row: -(row["sales"].minor if row["sales"] else 0))  # type: ignore[attr-defined]
    low = [row for row in rows if row["lasts"] is not None and row["lasts"] < 14]  # type: ignore[operator]
    first = f" First: {quoted(str(low[0]['product']), length=60)}, {low[0]['lasts']} days." if low else ""
    fresh, missing = await business_freshness(copilot, [Kind.ORDER, Kind.PRODUCT])
    return await table(
        copilot,
        f"Products and stock, {window.label}",
        f"{counted(len(rows), 'product')}; {len(low)} will be sold out within 14 days at this pace.{first}",
        columns=[
            Column(key="product_id", label="Product id", unit="id"),
            Column(key="product", label="Product", untrusted=True),
            Column(key="sold", label="Pieces sold", unit="count"),
            Column(key="sales", label="Sales", unit="money"),
            Column(key="stock", label="Pieces in stock", unit="count"),
            Column(key="lasts", label="Stock lasts", unit="days"),
        ],
        rows=rows[: limited(limit)],
        period=window,
        source=f"Shop ({fresh})",
        warnings=[*missing, *(["Do not advertise what is about to be sold out."] if low else [])],
        total_rows=len(rows),
    )


@tool(Effect.READ)
async def lead_sources(ctx: Ctx, period: str = "last_30_days", limit: int = 20) -> Table:
    """Show new CRM contacts by the channel they first came from, and how many may be contacted.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    since, until = bounds(window)
    contacts = await records_of(copilot, Kind.CONTACT, Contact, since=since, until=until)
    parts: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        parts[channel_of(contact.first_touch)].append(contact)
    rows = [
        {
            "channel": name,
            "contacts": len(kept),
            "contact_share": share(len(kept), len(contacts)),
            "reachable": sum(one.may_be_contacted for one in kept),
            "from_ads": sum(bool(one.gclid or one.fbclid) for one in kept),
        }
        for name, kept in sorted(parts.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    fresh, missing = await business_freshness(copilot, [Kind.CONTACT])
    first = f" Most from {rows[0]['channel']}: {rows[0]['contacts']}." if rows else ""
    return await table(
        copilot,
        f"New contacts by channel, {window.label}",
        f"{counted(len(contacts), 'new contact')}.{first}",
        columns=[
            CHANNEL,
            Column(key="contacts", label="Contacts", unit="count"),
            Column(key="contact_share", label="Share", unit="share"),
            Column(key="reachable", label="May be contacted", unit="count"),
            Column(key="from_ads", label="With an ad click id", unit="count"),
        ],
        rows=rows[: limited(limit)],
        period=window,
        source=f"CRM ({fresh})",
        warnings=missing,
        total_rows=len(rows),
    )


@tool(Effect.READ)
async def sales_funnel(ctx: Ctx) -> Table:
    """Show CRM opportunities by pipeline and stage: how many are open, their value, and the share won."""
    copilot = ctx.context
    found = await records_of(copilot, Kind.OPPORTUNITY, Opportunity)
    rows = []
    for pipeline in await records_of(copilot, Kind.PIPELINE, Pipeline):
        for stage in sorted(pipeline.stages, key=lambda one: one.position):
            here = [one for one in found if (one.pipeline_id, one.stage_id) == (pipeline.native_id, stage.id)]
            open_ = [one for one in here if one.status is OpportunityStatus.OPEN]
            value = sum((one.value for one in open_), Decimal(0))
            cells = {"open": len(open_), "value": f"{value:.2f}"}
            rows.append({"pipeline": pipeline.name, "stage": stage.name, "seen": len(here), **cells})
    won = sum(one.status is OpportunityStatus.WON for one in found)
    lost = sum(one.status in {OpportunityStatus.LOST, OpportunityStatus.ABANDONED} for one in found)
    fresh, missing = await business_freshness(copilot, [Kind.OPPORTUNITY, Kind.PIPELINE])
    return await table(
        copilot,
        "Sales funnel",
        f"{counted(len(found), 'opportunity', 'opportunities')}: {len(found) - won - lost} open, {won} won, "
        f"{lost} lost; {percent(share(won, won + lost))} of the decided ones were won.",
        columns=[
            Column(key="pipeline", label="Pipeline", untrusted=True),
            Column(key="stage", label="Stage", untrusted=True),
            Column(key="seen", label="In this stage", unit="count"),
            Column(key="open", label="Open", unit="count"),
            Column(key="value", label="Open value, in the CRM's own currency"),
        ],
        rows=rows,
        source=f"CRM ({fresh})",
        warnings=missing,
    )


def _paid(order: Order) -> bool:
    return not (order.is_test or order.is_cancelled)


def _net(order: Order) -> Money:
    return order.total - order.refunded


def _channel(key: tuple[str, str], orders: Sequence[Order]) -> dict[str, Any]:
    revenue = total((_net(order) for order in orders), key[1])
    numbered = [order for order in orders if order.order_number_of_customer is not None]
    new = sum(order.order_number_of_customer == 1 for order in numbered)
    return {
        "channel": key[0],
        "orders": len(orders),
        "revenue": revenue,
        "average": per(revenue, len(orders)),
        "new_share": share(new, len(numbered)),
    }


def _channel_words(rows: Sequence[dict[str, Any]], orders: int) -> str:
    if not rows:
        return "No shop order was imported for this period."
    named = next((row for row in rows if row["channel"] != DIRECT), rows[0])
    return (
        f"{counted(orders, 'order')} over {counted(len(rows), 'channel')}; the largest with a name is "
        f"{named['channel']}: {named['revenue']} from {counted(named['orders'], 'order')}."
    )


def _worth(orders: Sequence[Order], days: int, until: Any) -> list[dict[str, Any]]:
    """Customers whose first order is on record and at least `days` old, by its channel and currency."""
    mine: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        if order.customer_id:
            mine[order.customer_id].append(order)
    parts: dict[tuple[str, str], list[list[Order]]] = defaultdict(list)
    for history in mine.values():
        history.sort(key=lambda order: order.at)
        first = history[0]
        if first.order_number_of_customer == 1 and first.at + timedelta(days=days) <= until:
            early = [order for order in history if order.at < first.at + timedelta(days=days)]
            parts[channel_of(first.first_visit), first.total.currency].append(early)
    return sorted((_cohort(key, kept) for key, kept in parts.items()), key=lambda row: -row["worth"].minor)


def _cohort(key: tuple[str, str], histories: Sequence[Sequence[Order]]) -> dict[str, Any]:
    size = len(histories)
    whole = total((_net(order) for orders in histories for order in orders), key[1])
    first = total((_net(orders[0]) for orders in histories), key[1])
    return {
        "channel": key[0],
        "customers": size,
        "worth": per(whole, size),
        "first_order": per(first, size),
        "again": share(sum(len(orders) > 1 for orders in histories), size),
        "note": f"fewer than {_FEW} customers: may be chance" if size < _FEW else "",
    }
