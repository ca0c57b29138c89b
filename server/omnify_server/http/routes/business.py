"""CRM, shop and payments as last imported: lists, totals by day, and forgetting a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from omnify_core.business import Kind, person_of
from omnify_core.business_ports import AnyRecord, ImportState, Selection
from omnify_core.clock import today
from omnify_core.errors import BadInput, Forbidden, NotFound
from omnify_core.money import Money
from omnify_core.people import Role
from omnify_guardrails.audit import AuditTrail
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.views import MoneyView

business_routes = APIRouter(prefix="/api", tags=["business"])


class Area(StrEnum):
    CRM = "crm"
    SHOP = "shop"
    PAYMENTS = "payments"


# The last part of the path, in the plural.
LISTS: dict[Area, dict[str, Kind]] = {
    Area.CRM: {
        "contacts": Kind.CONTACT,
        "pipelines": Kind.PIPELINE,
        "opportunities": Kind.OPPORTUNITY,
        "workflows": Kind.WORKFLOW,
        "campaigns": Kind.CRM_CAMPAIGN,
    },
    Area.SHOP: {
        "products": Kind.PRODUCT,
        "orders": Kind.ORDER,
        "customers": Kind.SHOP_CUSTOMER,
    },
    Area.PAYMENTS: {
        "customers": Kind.PAYMENT_CUSTOMER,
        "subscriptions": Kind.SUBSCRIPTION,
        "invoices": Kind.INVOICE,
        "charges": Kind.CHARGE,
        "balance-transactions": Kind.BALANCE_TRANSACTION,
        "events": Kind.PAYMENT_EVENT,
    },
}


class RecordList(BaseModel):
    """Newest first. `next` asks for the following page, '' on the last one. Money is decimal text."""

    items: list[dict[str, Any]]
    next: str
    imported: ImportState | None


class DayTotalView(BaseModel):
    day: date
    count: int
    amount: MoneyView


class DayTotals(BaseModel):
    time_zone: str
    items: list[DayTotalView]


class Person(BaseModel):
    email: str = Field(min_length=3, max_length=320, pattern="@")


class Forgotten(BaseModel):
    records: int


def _lists(area: Area) -> APIRouter:
    """The same two routes for each area: no other path below /api is caught by them."""
    routes = APIRouter(prefix=f"/{area.value}")

    @routes.get("/{name}")
    async def list_records(
        name: str,
        actor: SignedInActor,
        services: WithServices,
        since: datetime | None = None,
        until: datetime | None = None,
        customer_id: Annotated[str, Query(max_length=300)] = "",
        after: Annotated[str, Query(max_length=300)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> RecordList:
        """One kind of record; `since` is included, `until` is not."""
        kind = _kind(area, name)
        for label, moment in (("since", since), ("until", until)):
            if moment is not None and moment.tzinfo is None:
                raise BadInput(f"{label} needs a time zone, e.g. 2026-11-01T00:00:00Z")
        chosen = Selection(
            kind=kind, since=since, until=until, customer_id=customer_id, after=after, limit=limit
        )
        page = await services.stores.business.select(actor.tenant_id, chosen)
        states = await services.stores.business.imports(actor.tenant_id)
        return RecordList(
            items=[shown(record) for record in page.items],
            next=page.next,
            imported=next((state for state in states if state.kind is kind), None),
        )

    @routes.get("/{name}/totals")
    async def day_totals(
        name: str,
        actor: SignedInActor,
        services: WithServices,
        days: Annotated[int, Query(ge=1, le=366)] = 30,
    ) -> DayTotals:
        """Count and money of each day in your company's zone, today included."""
        zone = (await services.stores.people.tenant(actor.tenant_id)).time_zone
        until = today(services.clock, zone)
        found = await services.stores.business.daily_totals(
            actor.tenant_id, _kind(area, name), until - timedelta(days=days - 1), until, time_zone=zone
        )
        items = [DayTotalView(day=one.day, count=one.count, amount=MoneyView.of(one.amount)) for one in found]
        return DayTotals(time_zone=zone, items=items)

    return routes


for _area in Area:
    business_routes.include_router(_lists(_area))


@business_routes.post("/people/forget")
async def forget(body: Person, actor: SignedInActor, services: WithServices) -> Forgotten:
    """Deletes what is known of a person, for good: no later import brings it back."""
    if actor.role not in {Role.OWNER, Role.ADMIN}:
        raise Forbidden("only an owner or admin may do this")
    trail = AuditTrail(services.stores.audit, services.clock)
    await trail.write(actor.tenant_id, actor.user_id, "person.forgotten", subject="person")
    count = await services.stores.business.forget(actor.tenant_id, person=person_of(body.email))
    return Forgotten(records=count)


def shown(record: AnyRecord) -> dict[str, Any]:
    """As JSON without the person's hash."""
    fields = record.model_dump(mode="json", exclude={"person"})
    return {"id": record.id} | {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"minor", "currency"}:
        return MoneyView.of(Money(**value)).model_dump()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _kind(area: Area, name: str) -> Kind:
    if name not in LISTS[area]:
        raise NotFound(f"there is no {name!r} in {area.value}; there are {', '.join(LISTS[area])}")
    return LISTS[area][name]
