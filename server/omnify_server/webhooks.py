"""Deliveries from platforms: for whom, how many, and what each of them does."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from omnify_core.business import Kind
from omnify_core.business_ports import BusinessStore, Mark
from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import LimitReached, NotFound
from omnify_core.ids import TenantId
from omnify_guardrails.audit import AuditTrail
from omnify_platforms import ConnectedPlatforms
from omnify_platforms.webhooks import Said, understood
from omnify_server.business_import import record_id

_PER_MINUTE = 1_200


@dataclass
class _Minute:
    begins: datetime
    count: int = 0


@dataclass
class Webhooks:
    """`ring` makes and checks addresses: each belongs to one tenant and platform and cannot be guessed."""

    platforms: ConnectedPlatforms
    store: BusinessStore
    audit: AuditTrail
    clock: Clock
    ring: Sequence[bytes]
    marked: asyncio.Event
    per_minute: int = _PER_MINUTE
    _minutes: dict[tuple[TenantId, Platform], _Minute] = field(default_factory=dict)

    def address(self, tenant: TenantId, platform: Platform) -> str:
        """The path to enter at the platform."""
        return f"/api/webhooks/{platform.value}/{tenant}.{_mark_of(self.ring[0], tenant, platform)}"

    async def take(self, platform: Platform, key: str, raw: bytes, headers: Mapping[str, str]) -> str:
        """'done' or 'duplicate'. Raises NotFound, LimitReached, Forbidden, BadInput."""
        tenant = self._tenant_of(key, platform)
        self._count(tenant, platform)
        connection = await self.platforms.connection(tenant, platform)
        if connection is None:
            raise NotFound(f"{platform.label} is not connected here any more")
        said = understood(connection, raw, headers, self.clock.now())
        if not await self.store.claim_delivery(tenant, said.delivery_id, self.clock.now()):
            return "duplicate"
        try:
            await self._carry_out(tenant, platform, said)
        except BaseException:
            # So that the platform's next attempt is not taken for a duplicate.
            await self.store.release_delivery(tenant, said.delivery_id)
            raise
        return "done"

    def _tenant_of(self, key: str, platform: Platform) -> TenantId:
        name, _, mark = key.rpartition(".")
        tenant = TenantId(name)
        fits = [
            hmac.compare_digest(_mark_of(one, tenant, platform).encode(), mark.encode()) for one in self.ring
        ]
        if not any(fits):
            raise NotFound("there is no such address; copy it anew from Integrations")
        return tenant

    def _count(self, tenant: TenantId, platform: Platform) -> None:
        now = self.clock.now()
        minute = self._minutes.get((tenant, platform))
        if minute is None or not timedelta(0) <= now - minute.begins < timedelta(minutes=1):
            minute = self._minutes[tenant, platform] = _Minute(now)
        minute.count += 1
        if minute.count > self.per_minute:
            raise LimitReached("too many deliveries in a minute; deliver again later")

    async def _carry_out(self, tenant: TenantId, platform: Platform, said: Said) -> None:
        if said.changed:
            await self.store.mark(tenant, [self._mark(platform, said.changed)])
            self.marked.set()
        for wanted, action, effect in (
            (said.gone is not None, "webhook.object_gone", self._drop),
            (said.forget is not None, "webhook.person_forgotten", self._forget),
            (said.asks, "webhook.data_requested", _nothing),
            (said.erase, "webhook.data_erased", self._erase),
            (said.leaves, "webhook.platform_left", self._leave),
        ):
            if wanted:
                facts = {"topic": said.topic, "delivery": said.delivery_id}
                await self.audit.write(tenant, platform.value, action, subject=platform.value, facts=facts)
                await effect(tenant, platform, said)

    def _mark(self, platform: Platform, of: tuple[Kind, str]) -> Mark:
        return Mark(platform=platform, kind=of[0], native_id=of[1], at=self.clock.now())

    async def _drop(self, tenant: TenantId, platform: Platform, said: Said) -> None:
        assert said.gone is not None
        await self.store.drop(tenant, record_id(self._mark(platform, said.gone)))

    async def _forget(self, tenant: TenantId, _platform: Platform, said: Said) -> None:
        assert said.forget is not None
        person, customer = said.forget
        await self.store.forget(tenant, person=person, customer_id=customer)

    async def _erase(self, tenant: TenantId, platform: Platform, _said: Said) -> None:
        await self.store.drop_platform(tenant, platform)

    async def _leave(self, tenant: TenantId, platform: Platform, _said: Said) -> None:
        await self.platforms.disconnect(tenant, platform)


async def _nothing(_tenant: TenantId, _platform: Platform, _said: Said) -> None:
    """The audit row is what a person answers from, within the law's month."""


def _mark_of(key: bytes, tenant: TenantId, platform: Platform) -> str:
    text = f"omnify webhook\n{tenant}\n{platform.value}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:40]
