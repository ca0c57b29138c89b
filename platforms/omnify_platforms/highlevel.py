"""GoHighLevel: contacts, pipelines and opportunities of one location.

Two contracts are live. A connection speaks the one that its `generation` names, "v3" where it names
none: they differ in the names of query parameters, of the OAuth fields, and in one misspelt reply.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessAccount, BusinessCapabilities
from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.crm import Contact, Opportunity, Pipeline
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import AnyLeg, FieldLeg, StageLeg, TagsLeg, WorkflowLeg
from omnify_core.ports import Health, Look
from omnify_platforms import highlevel_rows as rows
from omnify_platforms.connections import Connection
from omnify_platforms.health import health_of
from omnify_platforms.highlevel_errors import highlevel_refusal, highlevel_usage
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row, word
from omnify_platforms.transport import Call, Transport, Wire

HIGHLEVEL = Platform.GOHIGHLEVEL
_PAGE = 500
_OPPORTUNITIES_PAGE = 100
_V3 = "v3"
_Build = Callable[[Row, str, datetime], AnyRecord]
_LISTS: dict[Kind, tuple[str, str, _Build]] = {
    Kind.PIPELINE: ("/opportunities/pipelines", "pipelines", rows.pipeline_of),
    Kind.WORKFLOW: ("/workflows/", "workflows", rows.workflow_of),
    Kind.CRM_CAMPAIGN: ("/campaigns/", "campaigns", rows.campaign_of),
}


class HighLevel:
    """One location of GoHighLevel. Its search lags behind its writes: what was written is read by id."""

    platform = HIGHLEVEL
    capabilities = BusinessCapabilities(
        kinds=(Kind.CONTACT, Kind.OPPORTUNITY, *_LISTS),
        changes=("contact_tags", "opportunity_stage", "workflow"),
        renewal="access lasts a day and renews itself; each renewal ends the one before",
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._location = word(connection.secret("location_id"), "location id")
        self._camel = _generation(connection) == _V3
        self._clock = clock

    async def accounts(self) -> list[BusinessAccount]:
        """v3 has no call that describes a location: there its pipelines answer for it."""
        if self._camel:
            await self._listed(Kind.PIPELINE)
            name = f"Location {self._location}"
            return [BusinessAccount(platform=HIGHLEVEL, account_id=self._location, name=name)]
        reply = await self._read("GET", f"/locations/{self._location}")
        row = Row(HIGHLEVEL, reply.raw("location"))
        name, zone = row.text("name"), row.text("timezone")
        return [BusinessAccount(platform=HIGHLEVEL, account_id=self._location, name=name, time_zone=zone)]

    async def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        if kind is Kind.CONTACT:
            async for row in self._searched("contacts", "pageLimit", _PAGE, since):
                yield rows.contact_of(row, self._location, self._clock.now())
        elif kind is Kind.OPPORTUNITY:
            found = (
                self._opportunities()
                if since is None
                else self._searched("opportunities", "limit", _OPPORTUNITIES_PAGE, since)
            )
            async for row in found:
                yield rows.opportunity_of(row, self._location, self._clock.now())
        else:
            for record in await self._listed(kind):
                yield record

    async def record(self, kind: Kind, native_id: str) -> AnyRecord:
        node = word(native_id, "GoHighLevel id")
        if kind is Kind.CONTACT:
            reply = await self._read("GET", f"/contacts/{node}")
            return rows.contact_of(Row(HIGHLEVEL, reply.raw("contact")), self._location, self._clock.now())
        if kind is Kind.OPPORTUNITY:
            reply = await self._read("GET", f"/opportunities/{node}")
            found = Row(HIGHLEVEL, reply.raw("opportunity"))
            return rows.opportunity_of(found, self._location, self._clock.now())
        return _named(await self._listed(kind), kind, node)

    async def look(self, leg: FieldLeg) -> Look:
        if isinstance(leg, TagsLeg):
            return Look(tuple(sorted((await self._contact(leg.ref.native_id)).tags)))
        if isinstance(leg, StageLeg):
            return Look((await self._opportunity(leg.ref.native_id)).stage_id)
        if isinstance(leg, WorkflowLeg):
            await self._contact(leg.ref.native_id)
            await self.record(Kind.WORKFLOW, leg.workflow_id)
            return Look(None, can_tell=False)
        raise not_offered(HIGHLEVEL, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        """HighLevel has none: everything that the change names is read, and must be as it was."""
        if isinstance(leg, TagsLeg):
            _unchanged("tags", (await self.look(leg)).value, leg.before)
            return "The contact is there and has the tags that were read"
        if isinstance(leg, StageLeg):
            _unchanged("pipelineStageId", (await self.look(leg)).value, leg.before)
            pipeline = await self.record(Kind.PIPELINE, leg.pipeline_id)
            assert isinstance(pipeline, Pipeline)
            if leg.after not in {stage.id for stage in pipeline.stages}:
                raise BadInput(
                    f"pipeline {pipeline.name!r} has no stage {leg.after!r}; use one that it lists"
                )
            return "The opportunity stands where it was read, and its pipeline has the stage"
        if isinstance(leg, WorkflowLeg):
            await self.look(leg)
            return "Contact and workflow are there"
        raise not_offered(HIGHLEVEL, leg)

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        """There are no idempotency keys; setting tags or a stage again changes nothing more."""
        del key
        if isinstance(leg, TagsLeg):
            path = f"/contacts/{word(leg.ref.native_id, 'contact id')}"
            await self._write("PUT", path, {"tags": list(leg.after)})
        elif isinstance(leg, StageLeg):
            path = f"/opportunities/{word(leg.ref.native_id, 'opportunity id')}"
            await self._write("PUT", path, {"pipelineId": leg.pipeline_id, "pipelineStageId": leg.after})
        elif isinstance(leg, WorkflowLeg) and leg.after:
            contact, workflow = word(leg.ref.native_id, "contact id"), word(leg.workflow_id, "workflow id")
            reply = await self._write("POST", f"/contacts/{contact}/workflow/{workflow}", {})
            # The dated contract misspells it.
            if not (reply.raw("succeeded") or reply.raw("succeded")):
                raise OutcomeUnknown(
                    "GoHighLevel did not confirm that the contact was added; look into the workflow there",
                    platform=HIGHLEVEL.value,
                )
        else:
            raise not_offered(HIGHLEVEL, leg)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _contact(self, native_id: str) -> Contact:
        found = await self.record(Kind.CONTACT, native_id)
        assert isinstance(found, Contact)
        return found

    async def _opportunity(self, native_id: str) -> Opportunity:
        found = await self.record(Kind.OPPORTUNITY, native_id)
        assert isinstance(found, Opportunity)
        return found

    async def _listed(self, kind: Kind) -> list[AnyRecord]:
        if kind not in _LISTS:
            raise Unsupported(f"GoHighLevel has no {kind.value} records")
        path, name, build = _LISTS[kind]
        reply = await self._read("GET", path, query={"locationId": self._location})
        return [build(row, self._location, self._clock.now()) for row in reply.rows(name)]

    async def _searched(self, name: str, size: str, page: int, since: datetime | None) -> AsyncIterator[Row]:
        """Goes on from the last row's own mark: counted pages end at 10,000 records."""
        body: dict[str, Any] = {
            "locationId": self._location,
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
            "locationId" if self._camel else "location_id": self._location,
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
        call = Call(method=method, path=path, account=self._location, query=query or {}, body=body)
        return Row(HIGHLEVEL, await self._transport.read(call))

    async def _write(self, method: str, path: str, body: dict[str, Any]) -> Row:
        call = Call(method=method, path=path, account=self._location, body=body)
        return Row(HIGHLEVEL, await self._transport.write(call))


def _named(records: list[AnyRecord], kind: Kind, native_id: str) -> AnyRecord:
    for record in records:
        if record.native_id == native_id:
            return record
    raise PlatformNotFound(
        f"GoHighLevel lists no {kind.value} {native_id}; import it anew and use one that it lists",
        platform=HIGHLEVEL.value,
    )


def _unchanged(field: str, now: object, before: object) -> None:
    if now != before:
        raise PlatformRejected(
            f"GoHighLevel's {field} has changed since it was read; propose again from a fresh read",
            platform=HIGHLEVEL.value,
            field=field,
        )


def _generation(connection: Connection) -> str:
    return connection.secret("generation") if connection.has("generation") else _V3


def _sign(call: Call, connection: Connection) -> Call:
    own = {
        "authorization": f"Bearer {connection.secret('access_token')}",
        "version": _generation(connection),
    }
    return replace(call, headers=dict(call.headers) | own)


_DATED_NAMES = ("client_id", "client_secret", "grant_type", "refresh_token", "user_type")
_V3_NAMES = ("clientId", "clientSecret", "grantType", "refreshToken", "userType")


def _renewal(connection: Connection) -> Call:
    generation = _generation(connection)
    values = (
        connection.secret("client_id"),
        connection.secret("client_secret"),
        "refresh_token",
        connection.secret("refresh_token"),
        "Location",
    )
    names = _V3_NAMES if generation == _V3 else _DATED_NAMES
    form = dict(zip(names, values, strict=True))
    return Call(method="POST", path=connection.token_url, form=form, headers={"version": generation})


def _grant(body: Any) -> Any:
    """v3 answers in camelCase, the dated contract as OAuth2 does."""
    if not isinstance(body, dict):
        return body
    v3 = {"access_token": "accessToken", "refresh_token": "refreshToken", "expires_in": "expiresIn"}
    return {name: body.get(name, body.get(camel)) for name, camel in v3.items()}


WIRE = Wire(
    platform=HIGHLEVEL,
    version="",
    refusal=highlevel_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(minutes=10),
    usage=highlevel_usage,
    grant=_grant,
    # 100 calls in ten seconds are allowed.
    rate_per_s=9.0,
    burst=50,
)
