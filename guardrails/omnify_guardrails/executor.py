"""The worker's step: takes approved plans one by one under a lease and carries them out."""

from __future__ import annotations

import logging
from datetime import datetime

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, Lease, LegRecord
from omnify_core.errors import Conflict, OmnifyError
from omnify_core.ids import TenantId
from omnify_guardrails.holds import sweep
from omnify_guardrails.life import expire, moved
from omnify_guardrails.plan_journal import PlanJournal
from omnify_guardrails.plan_run import PlanRun
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.timing import Timing

_log = logging.getLogger("omnify.money")
_WORK = (ChangeSetStatus.APPROVED, ChangeSetStatus.APPLYING)


class Executor:
    """Safe to run in any number of processes: a lease is taken by compare-and-set, its fence grows."""

    def __init__(self, ports: MoneyPorts, timing: Timing) -> None:
        self._ports = ports
        self._timing = timing

    async def apply_due(self, holder: str) -> int:
        """One round over everything approved; returns how many plans were moved on."""
        for tenant in await self._ports.people.tenants():
            await self._sweep(tenant.id)
        moved_on = 0
        for change_set in await self._ports.change_sets.in_status(_WORK, limit=1000):
            if _is_free(change_set, self._ports.clock.now()):
                moved_on += await self._apply(change_set, holder)
        return moved_on

    async def _sweep(self, tenant: TenantId) -> None:
        try:
            await sweep(self._ports, tenant)
        except OmnifyError as error:
            _log.warning("the ledger of %s was not swept: %s", tenant, error)

    async def _apply(self, change_set: ChangeSet, holder: str) -> bool:
        try:
            if self._is_too_late(change_set):
                return await expire(self._ports, change_set)
            if await self._waits_for_switch(change_set):
                return False
            leased = await self._take(change_set, holder)
            journal = PlanJournal(self._ports, self._timing, leased)
            async with journal.kept():
                await PlanRun(self._ports, self._timing, journal).advance()
        except Conflict as error:
            _log.info("%s is with somebody else: %s", change_set.id, error)
            return False
        except Exception:  # noqa: BLE001 - the outermost edge: one plan must not hold up the others
            _log.exception("%s could not be carried on; it is taken up again later", change_set.id)
            return False
        return True

    def _is_too_late(self, change_set: ChangeSet) -> bool:
        return (
            change_set.status is ChangeSetStatus.APPROVED and self._ports.clock.now() >= change_set.expires_at
        )

    async def _waits_for_switch(self, change_set: ChangeSet) -> bool:
        """A plan that has sent something is still read back while everything is stopped."""
        begun = any(record.attempt for record in change_set.records)
        return not begun and await self._ports.switches.is_stopped(change_set.tenant_id)

    async def _take(self, change_set: ChangeSet, holder: str) -> ChangeSet:
        """Raises Conflict where another worker was faster."""
        fence = change_set.lease.fence + 1 if change_set.lease else 1
        until = self._timing.lease_until(self._ports.clock.now())
        lease = Lease(holder=holder, until=until, fence=fence)
        if change_set.status is ChangeSetStatus.APPLYING:
            return await self._ports.change_sets.replace(change_set.model_copy(update={"lease": lease}))
        records = tuple(LegRecord() for _ in change_set.plan.legs)
        return await moved(
            self._ports, change_set, ChangeSetStatus.APPLYING, actor=holder, lease=lease, records=records
        )


def _is_free(change_set: ChangeSet, now: datetime) -> bool:
    return change_set.lease is None or change_set.lease.until <= now
