"""Single records of CRM, shop and payments with their ids, as proposals want them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, Selection
from omnify_core.crm import Contact, Opportunity, Pipeline, Workflow
from omnify_core.errors import BadInput
from omnify_core.payments import Subscription
from omnify_core.shop import Product
from omnify_tools.answers import table
from omnify_tools.business import business_freshness, records_of
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import limited
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted

KINDS = {
    "contacts": Kind.CONTACT,
    "opportunities": Kind.OPPORTUNITY,
    "workflows": Kind.WORKFLOW,
    "subscriptions": Kind.SUBSCRIPTION,
    "products": Kind.PRODUCT,
}
_PAGE = 1000
Cells = Mapping[str, str]


@tool(Effect.READ)
async def list_records(ctx: Ctx, kind: str, search: str = "", limit: int = 20) -> Table:
    """List single CRM, shop or payment records with their ids, newest first; people without names.

    Args:
        kind: contacts, opportunities, workflows, subscriptions or products.
        search: Only records with this in their id, name, tag, stage, status or price; empty for all.
        limit: How many rows to show, 1 to 50.
    """
    wanted = KINDS.get(kind.strip().lower())
    if wanted is None:
        raise BadInput(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    copilot, most = ctx.context, limited(limit)
    cells = await _reader(copilot, wanted)
    rows, seen = await _found(copilot, wanted, cells, search.strip().casefold(), most)
    fresh, missing = await business_freshness(copilot, [wanted])
    more = " More fit: say what to search for." if seen > most else ""
    return await table(
        copilot,
        f"{kind.strip().capitalize()}",
        f"{counted(len(rows), 'record')} of {kind.strip().lower()}, newest first.{more}",
        columns=[
            Column(key="id", label="Id", unit="id"),
            Column(key="what", label="What", untrusted=True),
            Column(key="state", label="State", untrusted=True),
            Column(key="since", label="Since", unit="date"),
        ],
        rows=rows,
        source=f"As last imported ({fresh})",
        warnings=missing,
    )


async def _found(
    copilot: Copilot, kind: Kind, cells: Callable[[AnyRecord], Cells], wanted: str, most: int
) -> tuple[list[dict[str, Any]], int]:
    """The first that fit, and how many were met until it was clear that there are more."""
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        page = await copilot.business.select(
            copilot.tenant.id, Selection(kind=kind, after=after, limit=_PAGE)
        )
        for record in page.items:
            row = {"id": record.id, **cells(record), "since": record.at.date().isoformat()}
            if wanted in " ".join(map(str, row.values())).casefold():
                rows.append(row)
        after = page.next
        if not after or len(rows) > most:
            return rows[:most], len(rows)


async def _reader(copilot: Copilot, kind: Kind) -> Callable[[AnyRecord], Cells]:
    stages: dict[str, str] = {}
    if kind is Kind.OPPORTUNITY:
        pipelines = await records_of(copilot, Kind.PIPELINE, Pipeline)
        stages = {stage.id: stage.name for pipeline in pipelines for stage in pipeline.stages}
    return lambda record: _cells(record, stages)


def _cells(record: AnyRecord, stages: Mapping[str, str]) -> Cells:
    match record:
        case Contact():
            may = "" if record.may_be_contacted else "; do not contact"
            return {
                "what": f"from {record.source or 'unknown'}",
                "state": (", ".join(record.tags) or "no tags") + may,
            }
        case Opportunity():
            return {
                "what": record.name,
                "state": f"{stages.get(record.stage_id, '?')}; {record.status.value}; {record.value:.2f}",
            }
        case Workflow():
            return {"what": record.name, "state": "published" if record.is_published else "draft"}
        case Subscription():
            sold = ", ".join(f"{item.quantity} of {item.price_id}" for item in record.items)
            ends = "; ends with its period" if record.ends_with_period else ""
            return {"what": sold, "state": f"{record.status}{ends}"}
        case Product():
            return {"what": record.title, "state": f"{record.status}; {record.available} in stock"}
    raise AssertionError(f"no cells for {record.kind}")
