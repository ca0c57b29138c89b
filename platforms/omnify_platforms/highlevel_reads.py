"""Reading one location of GoHighLevel, in the words of whichever contract the connection speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessAccount
from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.crm import Contact, Opportunity
from omnify_core.errors import PlatformNotFound, Unsupported
from omnify_platforms import highlevel_rows as rows
from omnify_platforms.rows import Row, word
from omnify_platforms.transport import Call, Transport

HIGHLEVEL = Platform.GOHIGHLEVEL
_PAGE = 500
_OPPORTUNITIES_PAGE = 100
_Build = Callable[[Row, str, datetime], AnyRecord]
LISTS: dict[Kind, tuple[str, str, _Build]] = {
    Kind.PIPELINE: ("/opportunities/pipelines", "pipelines", rows.pipeline_of),
    Kind.WORKFLOW: ("/workflows/", "workflows", rows.workflow_of),
    Kind.CRM_CAMPAIGN: ("/campaigns/", "campaigns", rows.campaign_of),
}


class HighLevelReads:
    """`camel`: the connection speaks v3, whose parameters are in camelCase."""

    def __init__(self, transport: Transport, location: str, clock: Clock, *, camel: bool) -> None:
        self.location = location
        self._transport = transport
        self._camel = camel
        self._clock = clock

    async def accounts(self) -> list[BusinessAccount]:
        """v3 has no call that describes a location: there its pipelines answer for it."""
        if self._camel:
            await self._listed(Kind.PIPELINE)
            name = f"Location {self.location}"
            return [BusinessAccount(platform=HIGHLEVEL, account_id=self.location, name=name)]
        reply = await self._read("GET", f"/locations/{self.location}")
        row = Row(HIGHLEVEL, reply.raw("location"))
        name, zone = row.text("name"), row.text("timezone")
        return [BusinessAccount(platform=HIGHLEVEL, account_id=self.location, name=name, time_zone=zone)]

    async def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        if kind is Kind.CONTACT:
            async for row in self._searched("contacts", "pageLimit", _PAGE, since):
                yield rows.contact_of(row, self.location, self._clock.now())
        elif kind is Kind.OPPORTUNITY:
            found = (
                self._opportunities()
                if since is None
                else self._searched("opportunities", "limit", _OPPORTUNITIES_PAGE, since)
            )
            async for row in found:
                yield rows.opportunity_of(row, self.location, self._clock.now())
        else:
            for record in await self._listed(kind):
                yield record

    async def record(self, kind: Kind, native_id: str) -> AnyRecord:
        node = word(native_id, "GoHighLevel id")
        if kind is Kind.CONTACT:
            reply = await self._read("GET", f"/contacts/{node}")
            return rows.contact_of(Row(HIGHLEVEL, reply.raw("contact")), self.location, self._clock.now())
        if kind is Kind.OPPORTUNITY:
            reply = await self._read("GET", f"/opportunities/{node}")
            found = Row(HIGHLEVEL, reply.raw("opportunity"))
            return rows.opportunity_of(found, self.location, self._clock.now())
        return _named(await self._listed(kind), kind, node)

    async def contact(self, native_id: str) -> Contact:
        found = await self.record(Kind.CONTACT, native_id)
        assert isinstance(found, Contact)
        return found

    async def opportunity(self, native_id: str) -> Opportunity:
        found = await self.record(Kind.OPPORTUNITY, native_id)
        assert isinstance(found, Opportunity)
        return found

    async def contact_rows(self, name: str, value: str) -> list[Row]:
        """Whoever has this `email` or phone `number`; that search does not lag behind writes."""
        query = {"locationId": self.location, name: value}
        found = (await self._read("GET", "/contacts/search/duplicate", query=query)).raw("contact")
        return [Row(HIGHLEVEL, found)] if found else []

    async def _listed(self, kind: Kind) -> list[AnyRecord]:
        if kind not in LISTS:
            raise Unsupported(f"GoHighLevel has no {kind.value} records")
        path, name, build = LISTS[kind]
        reply = await self._read("GET", path, query={"locationId": self.location})
        return [build(row, self.location, self._clock.now()) for row in reply.rows(name)]

    async def _searched(self, name: str, size: str, page: int, since: datetime | None) -> AsyncIterator[Row]:
        """Goes on from the last row's own mark: counted pages end at 10,000 records."""
        body: dict[str, Any] = {
            "locationId": self.location,
            size: page,
            "sort": [{"field": "date_added", "direction": "asc"}],
        }
        if since is not None:
            moment = since.astimezone(UTC).isoformat().replace("+00:00", "Z")
            body["filters"] = [{"field": "date_updated", "operator": "range", "value": {"gte": moment}}]
        while True:
            reply = await self._read("POST", f"/{name}/search", body=body)
            found = reply.rows(name)
            for row in found:
                yield row
            mark = found[-1].raw("searchAfter") if found else None
            if len(found) < page or not mark or mark == body.get("searchAfter"):
                return
            body["searchAfter"] = mark

    async def _opportunities(self) -> AsyncIterator[Row]:
        """All of them by GET, whose paging is typed in the contract."""
        query = {
            "locationId" if self._camel else "location_id": self.location,
            "limit": str(_OPPORTUNITIES_PAGE),
        }
        while True:
            reply = await self._read("GET", "/opportunities/search", query=query)
            found = reply.rows("opportunities")
            for row in found:
                yield row
            mark, mark_id = reply.raw("meta.startAfter"), reply.text("meta.startAfterId")
            if len(found) < _OPPORTUNITIES_PAGE or not mark_id or mark_id == query.get("startAfterId"):
                return
            query |= {"startAfter": str(mark), "startAfterId": mark_id}

    async def _read(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None
    ) -> Row:
        call = Call(method=method, path=path, account=self.location, query=query or {}, body=body)
        return Row(HIGHLEVEL, await self._transport.read(call))


def _named(records: list[AnyRecord], kind: Kind, native_id: str) -> AnyRecord:
    for record in records:
        if record.native_id == native_id:
            return record
    raise PlatformNotFound(
        f"GoHighLevel lists no {kind.value} {native_id}; import it anew and use one that it lists",
        platform=HIGHLEVEL.value,
    )
