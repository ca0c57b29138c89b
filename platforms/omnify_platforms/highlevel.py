"""GoHighLevel: contacts, pipelines and opportunities of one location.

Two contracts are live. A connection speaks the one that its `generation` names, "v3" where it names
none: they differ in the names of query parameters, of the OAuth fields, and in one misspelt reply.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessAccount, BusinessCapabilities
from omnify_core.clock import Clock
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.platform_ports import Health, Look
from omnify_platforms.connections import Connection
from omnify_platforms.health import health_of
from omnify_platforms.highlevel_errors import highlevel_refusal, highlevel_usage
from omnify_platforms.highlevel_looks import HighLevelLooks
from omnify_platforms.highlevel_reads import HIGHLEVEL, LISTS, HighLevelReads
from omnify_platforms.highlevel_writes import HighLevelWrites
from omnify_platforms.rows import word
from omnify_platforms.transport import Call, Transport, Wire

_V3 = "v3"


class HighLevel:
    """One location of GoHighLevel. Its search lags behind its writes: what was written is read by id."""

    platform = HIGHLEVEL
    capabilities = BusinessCapabilities(
        kinds=(Kind.CONTACT, Kind.OPPORTUNITY, *LISTS),
        changes=("contact", "contact_tags", "opportunity_stage", "workflow"),
        dry_runs=("contact", "contact_tags", "opportunity_stage", "workflow"),
        renewal="access lasts a day and renews itself; each renewal ends the one before",
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        location = word(connection.secret("location_id"), "location id")
        self._reads = HighLevelReads(transport, location, clock, camel=_generation(connection) == _V3)
        self._looks = HighLevelLooks(self._reads)
        self._writes = HighLevelWrites(transport, self._reads)
        self._clock = clock

    async def accounts(self) -> list[BusinessAccount]:
        return await self._reads.accounts()

    def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        return self._reads.records(kind, since)

    async def record(self, kind: Kind, native_id: str) -> AnyRecord:
        return await self._reads.record(kind, native_id)

    async def look(self, leg: FieldLeg) -> Look:
        return await self._looks.look(leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        return await self._looks.dry_run(leg)

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        """There are no idempotency keys; whatever is set again changes nothing more."""
        del key
        await self._writes.write(leg)

    async def health(self) -> Health:
        return await health_of(self, self._clock)


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
