"""One worker's turn at one approved plan: check, read, journal, call, read back.

At most one call is made per leg. The journal's `sending` is stored before the call, by compare-and-set
under this worker's lease: whoever finds it later reads the platform and never sends again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import NoReturn

from omnify_core.change_sets import LegStatus
from omnify_core.errors import (
    BadInput,
    Conflict,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    Unsupported,
)
from omnify_core.platform_ports import Writer
from omnify_guardrails.assessment import assess
from omnify_guardrails.case import Stage
from omnify_guardrails.holds import is_held
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.plan_journal import PlanJournal
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.sight import Sight, created_id, seen_text, shows_after, shows_before
from omnify_guardrails.timing import Timing
from omnify_guardrails.wire import Answer, read_bounded, write_once
from omnify_guardrails.wording import after_text, before_text

_FAILED_EARLIER = "an earlier step did not succeed"


class _Pause(Exception):
    """Not an error: the plan goes on later."""

    def __init__(self, until: datetime) -> None:
        self.until = until


class _Stop(Exception):
    """Not an error: the plan ends here, and why."""


class _Expired(_Stop):
    """The time ran out."""


class PlanRun:
    """Raises Conflict once another worker has taken the plan over."""

    def __init__(self, ports: MoneyPorts, timing: Timing, journal: PlanJournal) -> None:
        self._ports = ports
        self._timing = timing
        self._journal = journal

    async def advance(self) -> None:
        """Takes the plan as far as it can go now: to its end, or to a pause."""
        try:
            await self._settle_open_legs()
            await self._go_on()
        except _Pause as pause:
            await self._journal.pause(pause.until)
        except _Stop as stop:
            await self._journal.finish(str(stop), expired=isinstance(stop, _Expired))
        else:
            await self._journal.finish("")

    async def _settle_open_legs(self) -> None:
        """Of a worker before us, or of our own last turn: read, never sent again."""
        for index in self._journal.indexes(LegStatus.SENDING, LegStatus.UNKNOWN):
            await self._settle(index)
        if self._journal.indexes(LegStatus.FAILED):
            raise _Stop(_FAILED_EARLIER)

    async def _go_on(self) -> None:
        pending = self._journal.indexes(LegStatus.PENDING)
        if not pending:
            return
        self._check_approval()
        await self._check_holds()
        await self._check_switch()
        await self._check_policy([self._journal.leg(index) for index in pending])
        for index in pending:
            await self._carry_out(index)

    async def _carry_out(self, index: int) -> None:
        leg = self._journal.leg(index)
        try:
            adapter = await self._ports.adapter(self._journal.change_set.tenant_id, leg.ref.platform)
            state = await self._read(adapter, leg)
        except (PlatformUnavailable, RateLimited) as error:
            raise _Pause(self._soon()) from error
        except (PlatformError, BadInput, Unsupported) as error:
            await self._fail(index, f"not sent: {error}")
        if not shows_before(leg, state):
            await self._fail(index, _drift(leg, state))
        self._check_approval()
        await self._check_switch()
        await self._send(index, adapter)

    async def _send(self, index: int, adapter: Writer) -> None:
        """The only way to a write. Nothing that takes time stands between the journal and the call."""
        leg = self._journal.leg(index)
        await self._journal.sending(index)
        now = self._ports.clock.now()
        if not self._timing.holds(self._journal.lease.until, now) or now >= self._valid_until():
            raise Conflict(f"the time of {self._journal.change_set.id} is about to end; nothing was sent")
        key = f"{self._journal.change_set.id}-{self._journal.change_set.plan.revision}-{index}"
        reply = await write_once(adapter, leg, self._timing.call_bound_s, key=key)
        if reply.answer is Answer.SAID_NO:
            await self._fail(index, f"{leg.ref.platform.label} refused: {reply.words}")
        await self._settle(index, answered=reply.answer is Answer.SAID_YES)

    async def _settle(self, index: int, *, answered: bool = False) -> None:
        """By reading alone. What reading cannot settle within its window, a person must.

        Where the platform has no read for it, its own yes counts, and the journal says so.
        """
        leg = self._journal.leg(index)
        label = leg.ref.platform.label
        try:
            adapter = await self._ports.adapter(self._journal.change_set.tenant_id, leg.ref.platform)
            state = await self._read(adapter, leg)
        except PlatformError as error:
            note, seen = f"sent, but {label} cannot be read: {error}", ""
        else:
            seen, done = seen_text(leg, state), shows_after(leg, state)
            if done:
                created = created_id(leg, state)
                return await self._journal.settled(index, LegStatus.DONE, read_back=seen, created=created)
            if done is None and answered:
                note = f"{label} said yes; it shows this nowhere, so it was not read back"
                return await self._journal.settled(index, LegStatus.DONE, note=note)
            note = f"sent, but {label} shows {seen} instead of {after_text(leg)}"
        await self._journal.settled(index, LegStatus.UNKNOWN, note=note, read_back=seen)
        sent_at = self._journal.record(index).sent_at
        assert sent_at is not None, "only what was sent is unknown"
        if again := self._timing.next_read(sent_at, self._ports.clock.now()):
            raise _Pause(again)
        raise _Stop("an earlier step's outcome is not known")

    async def _fail(self, index: int, note: str) -> NoReturn:
        await self._journal.settled(index, LegStatus.FAILED, note=note)
        raise _Stop(_FAILED_EARLIER)

    async def _read(self, adapter: Writer, leg: AnyLeg) -> Sight:
        return await read_bounded(adapter, leg, self._timing.read_bound_s)

    def _check_approval(self) -> None:
        """One person's yes, to exactly this plan, valid until a call begun now is over."""
        change_set = self._journal.change_set
        approval = change_set.approval
        if approval is None or approval.decision != "approved":
            raise _Stop("nobody approved it")
        if not approval.plan_hash == change_set.plan_hash == change_set.plan.hash:
            raise _Stop("the plan is not the one that was approved")
        if not self._timing.may_start_call(self._valid_until(), self._ports.clock.now()):
            raise _Expired("the approval expired before this was sent")

    async def _check_holds(self) -> None:
        change_set = self._journal.change_set
        if not is_held(await self._ports.ledger.get(change_set.tenant_id), change_set):
            raise _Stop("the plan does not hold what it writes to; ask for it again")

    async def _check_switch(self) -> None:
        """The kill switch does not end a plan; it waits for the switch, or for its expiry."""
        if await self._ports.switches.is_stopped(self._journal.change_set.tenant_id):
            raise _Pause(self._soon())

    async def _check_policy(self, legs: list[AnyLeg]) -> None:
        """What is still to be sent, with fresh figures. Where they cannot be read, nothing is sent."""
        change_set = self._journal.change_set
        try:
            async with asyncio.timeout(self._timing.listing_bound_s):
                verdict, _ = await assess(
                    self._ports,
                    change_set.tenant_id,
                    legs,
                    undoes=change_set.undoes,
                    own=change_set.id,
                    stage=Stage.APPLY,
                )
        except (PlatformError, TimeoutError) as error:
            raise _Pause(self._soon()) from error
        if not verdict.allowed:
            raise _Stop("the policy no longer allows it: " + " ".join(f.message for f in verdict.denials))

    def _valid_until(self) -> datetime:
        approval = self._journal.change_set.approval
        expires_at = self._journal.change_set.expires_at
        return min(approval.valid_until, expires_at) if approval else expires_at

    def _soon(self) -> datetime:
        return self._ports.clock.now() + timedelta(seconds=self._timing.retry_s)


def _drift(leg: AnyLeg, state: Sight) -> str:
    seen = seen_text(leg, state)
    if seen == before_text(leg):
        return "not sent: what it is worth a day changed since this was proposed; ask for it again"
    return (
        f"not sent: it was {before_text(leg)} when this was proposed and is {seen} now; "
        "somebody else changed it, so ask for it again"
    )
