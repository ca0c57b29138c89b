"""The audit chain: a row stands before its effect, and each carries the hash of the one before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omnify_core.audit import GENESIS, AuditRow
from omnify_core.campaigns import Frozen
from omnify_core.canonical import canonical_json
from omnify_core.clock import Clock
from omnify_core.errors import Conflict, StoreBusy
from omnify_core.ids import TenantId
from omnify_core.ports import AuditStore

_ATTEMPTS = 200
_PAGE = 1000


class ChainHead(Frozen):
    """The last row of a chain at a time: exported, it shows later that nothing was cut off."""

    tenant_id: TenantId
    seq: int
    hash: str
    at: datetime | None = None


class ChainReport(Frozen):
    """Whether the chain holds; if not, which row is the first that is wrong, and why."""

    ok: bool
    rows: int
    head: str
    first_bad_seq: int | None = None
    why: str = ""


@dataclass(frozen=True)
class AuditTrail:
    """Writes rows. Who loses the race for a number takes the next one."""

    store: AuditStore
    clock: Clock

    async def write(
        self, tenant: TenantId, actor: str, action: str, *, subject: str, facts: dict[str, Any] | None = None
    ) -> AuditRow:
        """Raises StoreBusy when others kept winning: then the effect must not happen either."""
        for _ in range(_ATTEMPTS):
            head = await self.store.head(tenant)
            row = AuditRow(
                tenant_id=tenant,
                seq=head.seq + 1 if head else 1,
                at=self.clock.now(),
                actor=actor,
                action=action,
                subject=subject,
                facts=facts or {},
                previous=head.hash if head else GENESIS,
            ).sealed()
            try:
                await self.store.append(row)
            except Conflict:
                continue
            return row
        raise StoreBusy(f"the audit chain of {tenant!r} is busy; nothing was done, try again")


async def verify_chain(
    audit: AuditStore, tenant: TenantId, *, exported: ChainHead | None = None
) -> ChainReport:
    """Follows the chain from its first row. Only an exported head can show that its end was cut off."""
    previous, count = GENESIS, 0
    async for row in _rows(audit, tenant):
        why = _why_bad(row, tenant, seq=count + 1, previous=previous)
        if not why and exported and row.seq == exported.seq and row.hash != exported.hash:
            why = "the row is not the one whose hash was exported"
        if why:
            return ChainReport(ok=False, rows=count, head=previous, first_bad_seq=count + 1, why=why)
        previous, count = row.hash, count + 1
    if exported and count < exported.seq:
        why = f"the chain ends at {count}, but row {exported.seq} was exported"
        return ChainReport(ok=False, rows=count, head=previous, first_bad_seq=count + 1, why=why)
    return ChainReport(ok=True, rows=count, head=previous)


async def chain_head(audit: AuditStore, tenant: TenantId) -> ChainHead:
    row = await audit.head(tenant)
    if row is None:
        return ChainHead(tenant_id=tenant, seq=0, hash=GENESIS)
    return ChainHead(tenant_id=tenant, seq=row.seq, hash=row.hash, at=row.at)


async def export_lines(audit: AuditStore, tenant: TenantId) -> AsyncIterator[str]:
    """The chain as JSON lines, each row in its canonical form."""
    async for row in _rows(audit, tenant):
        yield canonical_json(row)


async def _rows(audit: AuditStore, tenant: TenantId) -> AsyncIterator[AuditRow]:
    after = 0
    while page := await audit.rows(tenant, after=after, limit=_PAGE):
        for row in page:
            yield row
        last = max(row.seq for row in page)
        if last <= after:
            return
        after = last


def _why_bad(row: AuditRow, tenant: TenantId, *, seq: int, previous: str) -> str:
    if row.seq != seq:
        return f"row {seq} is missing; {row.seq} stands in its place"
    if row.tenant_id != tenant:
        return f"the row belongs to tenant {row.tenant_id!r}"
    if row.previous != previous:
        return "the row does not follow the one before it"
    if row.hash != row.computed_hash():
        return "the row's text does not match its hash"
    return ""
