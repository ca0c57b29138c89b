"""The stored journal of one plan under one worker's lease."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_guardrails.discretion import leg_facts, without_people
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.life import moved
from omnify_guardrails.outcome import final_status, outcome_words
from omnify_guardrails.placing import placed
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.timing import Timing


class PlanJournal:
    """Every step is a compare-and-set that renews the lease; between steps a heartbeat does.

    Each step raises Conflict once somebody else has taken the plan over: then this worker must stop.
    """

    def __init__(self, ports: MoneyPorts, timing: Timing, leased: ChangeSet) -> None:
        assert leased.lease is not None, "a journal is written under a lease"
        self._ports = ports
        self._timing = timing
        self.change_set = leased
        self.lease = leased.lease
        self._one_at_a_time = asyncio.Lock()
        self._last_step = ports.clock.now()
        self._given_back = False

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renews the lease while the block runs, as long as its steps follow each other."""
        heart = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)

    def leg(self, index: int) -> AnyLeg:
        """As it is sent: what an earlier leg created is addressed by the id that was read back."""
        return placed(self.change_set, index)

    def record(self, index: int) -> LegRecord:
        return self.change_set.records[index]

    def indexes(self, *statuses: LegStatus) -> list[int]:
        return [index for index, record in enumerate(self.change_set.records) if record.status in statuses]

    async def sending(self, index: int) -> None:
        """The intent: the audit row, then the journal, and only then may the call be made."""
        record = self.record(index)
        assert record.attempt == 0, "a leg is sent at most once"
        sent = LegRecord(status=LegStatus.SENDING, attempt=1, sent_at=self._ports.clock.now())
        await self._write(index, sent, leg=leg_facts(self.leg(index)))

    async def settled(
        self, index: int, status: LegStatus, *, note: str = "", read_back: str = "", created: str = ""
    ) -> None:
        """What reading or a refusal says of the leg; unchanged news is not written again."""
        before = self.record(index)
        note = without_people([self.leg(index)], note)
        after = before.model_copy(
            update={"status": status, "note": note, "read_back": read_back, "created": created}
        )
        if after == before:
            return
        await self._write(index, after.model_copy(update={"settled_at": self._ports.clock.now()}))

    async def pause(self, until: datetime) -> None:
        """Gives the plan back until then; any worker may go on with it."""
        async with self._one_at_a_time:
            self._given_back = True
            await self._replace(lease=self.lease.model_copy(update={"until": until}))

    async def finish(self, why: str, *, expired: bool = False) -> None:
        """Ends the plan: what was not tried says why. Objects of an unsettled plan stay held."""
        async with self._one_at_a_time:
            self._given_back = True
            records = tuple(_skipped(record, why) for record in self.change_set.records)
            ended = self.change_set.model_copy(update={"records": records})
            untouched = all(record.attempt == 0 for record in records)
            self.change_set = await moved(
                self._ports,
                ended,
                ChangeSetStatus.EXPIRED if expired and untouched else final_status(records),
                actor=self.lease.holder,
                lease=None,
                outcome=outcome_words(ended),
            )

    async def _beat(self) -> None:
        """Stops at the first trouble: the lease then runs out, and whoever comes next reads first."""
        while True:
            await asyncio.sleep(self._timing.beat_s)
            async with self._one_at_a_time:
                stuck = self._ports.clock.now() - self._last_step > timedelta(seconds=self._timing.stuck_s)
                if self._given_back or stuck:
                    return
                await self._renew()

    async def _renew(self, **update: Any) -> None:
        until = self._timing.lease_until(self._ports.clock.now())
        await self._replace(**update, lease=self.lease.model_copy(update={"until": until}))

    async def _write(self, index: int, record: LegRecord, **facts: Any) -> None:
        await self._ports.trail.write(
            self.change_set.tenant_id,
            self.lease.holder,
            f"leg.{record.status.value}",
            subject=f"{self.change_set.id}/{index}",
            facts={
                "plan_hash": self.change_set.plan_hash,
                "fence": self.lease.fence,
                "note": record.note,
                "read_back": record.read_back,
                **facts,
            },
        )
        async with self._one_at_a_time:
            records = (*self.change_set.records[:index], record, *self.change_set.records[index + 1 :])
            await self._renew(records=records)
            self._last_step = self._ports.clock.now()

    async def _replace(self, **update: Any) -> None:
        following = self.change_set.model_copy(update=update)
        self.change_set = await self._ports.change_sets.replace(following)
        assert self.change_set.lease is not None
        self.lease = self.change_set.lease


def _skipped(record: LegRecord, why: str) -> LegRecord:
    if record.status is not LegStatus.PENDING:
        return record
    return record.model_copy(update={"status": LegStatus.SKIPPED, "note": why or "not tried"})
