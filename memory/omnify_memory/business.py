"""What was imported from CRM, shop and payment platforms, in one collection told apart by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import RootModel

from omnify_core.business import Kind, Record
from omnify_core.business_ports import AnyRecord, DayTotal, ImportState, Mark, RecordPage, Selection
from omnify_core.campaigns import Platform
from omnify_core.errors import Conflict
from omnify_core.ids import EntityId, TenantId
from omnify_core.money import Money
from omnify_memory import collections
from omnify_memory.documents import Document, Documents, Query, Scalar
from omnify_memory.money_path import StoredChangeSets
from omnify_memory.shelf import Key, Shelf, stamp

_PAGE = 1_000
_AMONG = 500  # so many values in one condition
_DELIVERY_DAYS = 3  # longer than platforms go on delivering again


class _Stored(RootModel[AnyRecord]):
    """A record under its discriminated union."""


class StoredBusiness:
    """`place` is time, then id: pages neither repeat nor skip where many records share a moment."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._change_sets = StoredChangeSets(documents)
        self._records = Shelf(documents, collections.BUSINESS, _Stored, _record_key, noun="record")
        self._imports = Shelf(documents, collections.IMPORTS, ImportState, _import_key, noun="import")
        self._marks = Shelf(documents, collections.MARKS, Mark, _mark_key, noun="mark")

    async def save(self, tenant: TenantId, records: Sequence[AnyRecord]) -> None:
        gone = await self._forgotten(tenant, records)
        kept = [_Stored(record) for one in records if (record := _without(one, gone)) is not None]
        await self._records.save(tenant, kept)

    async def get(self, tenant: TenantId, record_id: EntityId) -> AnyRecord:
        return (await self._records.get(tenant, record_id)).root

    async def select(self, tenant: TenantId, selection: Selection) -> RecordPage:
        query = _query(tenant, selection)
        found = [one.root for one in await self._records.select(query)]
        # The bound includes the last record of the page before.
        fresh = [one for one in found if not selection.after or _place(one) < selection.after]
        items = tuple(fresh[: selection.limit])
        return RecordPage(items=items, next=_place(items[-1]) if len(fresh) > len(items) else "")

    async def daily_totals(
        self, tenant: TenantId, kind: Kind, since: date, until: date, *, time_zone: str
    ) -> list[DayTotal]:
        zone = ZoneInfo(time_zone)
        begin = datetime.combine(since, time(), zone)
        end = datetime.combine(until + timedelta(days=1), time(), zone)
        counts: dict[tuple[date, str], int] = defaultdict(int)
        sums: dict[tuple[date, str], int] = defaultdict(int)
        async for record in self._all(tenant, Selection(kind=kind, since=begin, until=end, limit=_PAGE)):
            if (amount := record.amount) is not None:
                key = (record.at.astimezone(zone).date(), amount.currency)
                counts[key] += 1
                sums[key] += amount.minor
        return [
            DayTotal(day=day, count=counts[day, currency], amount=Money(minor, currency))
            for (day, currency), minor in sorted(sums.items())
        ]

    async def drop(self, tenant: TenantId, record_id: EntityId) -> None:
        await self._documents.take(collections.BUSINESS, tenant, record_id)

    async def drop_platform(self, tenant: TenantId, platform: Platform) -> int:
        query = Query(tenant=tenant, equal={"platform": platform.value})
        for collection in (collections.IMPORTS, collections.MARKS):
            await self._documents.drop(collection, query)
        return await self._documents.drop(collections.BUSINESS, query)

    async def forget(self, tenant: TenantId, *, person: str, customer_id: str = "") -> int:
        found = await self._about(tenant, "person", [person] if person else [])
        customers = {one.customer_id for one in found} | {customer_id}
        names = sorted({name for name in (person, *customers) if name})
        # First, so that an import that runs meanwhile brings nobody back.
        stones = [Document(tenant, name, 0, "{}") for name in names]
        await self._documents.save(collections.FORGOTTEN, stones)
        found += await self._about(tenant, "customer", sorted(customers - {""}))
        about = {one.id: one for one in found}
        for record in about.values():
            if record.kind.is_about_a_person:
                await self.drop(tenant, record.id)
        rest = [_unlinked(one) for one in about.values() if not one.kind.is_about_a_person]
        await self._records.save(tenant, [_Stored(one) for one in rest])
        if person:
            await self._change_sets.forget(tenant, person)
        return len(about)

    async def save_import(self, tenant: TenantId, state: ImportState) -> None:
        await self._imports.save(tenant, [state])

    async def imports(self, tenant: TenantId) -> list[ImportState]:
        return await self._imports.select(Query(tenant=tenant))

    async def mark(self, tenant: TenantId, marks: Sequence[Mark]) -> None:
        await self._marks.save(tenant, marks)

    async def take_marks(self, tenant: TenantId, *, limit: int) -> list[Mark]:
        found = await self._marks.select(Query(tenant=tenant, order=("at", "id"), limit=limit))
        taken = [await self._documents.take(collections.MARKS, tenant, _mark_key(mark).id) for mark in found]
        return [Mark.model_validate_json(one.body) for one in taken if one is not None]

    async def claim_delivery(self, tenant: TenantId, delivery_id: str, at: datetime) -> bool:
        old = Query(tenant=tenant, at_most={"at": stamp(at - timedelta(days=_DELIVERY_DAYS))})
        await self._documents.drop(collections.DELIVERIES, old)
        try:
            await self._documents.insert(
                collections.DELIVERIES, Document(tenant, delivery_id, 0, "{}", {"at": stamp(at)})
            )
        except Conflict:
            return False
        return True

    async def release_delivery(self, tenant: TenantId, delivery_id: str) -> None:
        await self._documents.take(collections.DELIVERIES, tenant, delivery_id)

    async def _all(self, tenant: TenantId, selection: Selection) -> AsyncIterator[AnyRecord]:
        while True:
            page = await self.select(tenant, selection)
            for item in page.items:
                yield item
            if not page.next:
                return
            selection = selection.model_copy(update={"after": page.next})

    async def _about(self, tenant: TenantId, field: str, values: Sequence[str]) -> list[AnyRecord]:
        found: list[AnyRecord] = []
        for at in range(0, len(values), _AMONG):
            query = Query(tenant=tenant, among={field: values[at : at + _AMONG]})
            found += [one.root for one in await self._records.select(query)]
        return found

    async def _forgotten(self, tenant: TenantId, records: Sequence[AnyRecord]) -> set[str]:
        names = sorted({name for one in records for name in (one.person, one.customer_id) if name})
        gone: set[str] = set()
        for at in range(0, len(names), _AMONG):
            query = Query(tenant=tenant, among={"id": names[at : at + _AMONG]})
            gone |= {one.id for one in await self._documents.find(collections.FORGOTTEN, query)}
        return gone


def _without(record: AnyRecord, gone: set[str]) -> AnyRecord | None:
    """As it may be stored where some persons are forgotten; None where not at all."""
    if not {record.person, record.customer_id} & gone:
        return record
    return None if record.kind.is_about_a_person else _unlinked(record)


def _unlinked(record: AnyRecord) -> AnyRecord:
    return record.model_copy(update={"person": "", "customer_id": ""})


def _place(record: Record) -> str:
    return f"{_moment(record.at)}/{record.id}"


def _moment(at: datetime) -> str:
    # Some servers compare text that begins like a date as dates, and then the id would be lost.
    return f"@{stamp(at)}"


def _record_key(stored: _Stored) -> Key:
    record = stored.root
    fields: dict[str, Scalar] = {
        "kind": record.kind.value,
        "platform": record.platform.value,
        "place": _place(record),
        "customer": record.customer_id,
        "person": record.person,
    }
    return Key(record.id, fields)


def _import_key(state: ImportState) -> Key:
    return Key(f"{state.platform.value}:{state.kind.value}", {"platform": state.platform.value})


def _mark_key(mark: Mark) -> Key:
    fields = {"platform": mark.platform.value, "at": stamp(mark.at)}
    return Key(f"{mark.platform.value}:{mark.kind.value}:{mark.native_id}", fields)


def _query(tenant: TenantId, selection: Selection) -> Query:
    equal: dict[str, Scalar] = {"kind": selection.kind.value}
    if selection.customer_id:
        equal["customer"] = selection.customer_id
    if selection.person:
        equal["person"] = selection.person
    # A bare moment sorts before every place of that moment: `until` is left out, `since` is not.
    bounds = [_moment(selection.until)] if selection.until else []
    bounds += [selection.after] if selection.after else []
    return Query(
        tenant=tenant,
        equal=equal,
        at_least={"place": _moment(selection.since)} if selection.since else {},
        at_most={"place": min(bounds)} if bounds else {},
        order=("-place",),
        limit=selection.limit + 2,
    )
