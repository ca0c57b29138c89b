"""Bugs planted on purpose, one at a time, to see that the suite can fail.

Each replaces one safeguard of the money path by what a hasty hand might have written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from omnify_core.change_sets import LegRecord, LegStatus
from omnify_core.errors import Conflict
from omnify_guardrails import (
    approvals,
    approvers,
    assessment,
    drafting,
    executor,
    holds,
    life,
    plan_journal,
    plan_run,
    policy,
    proposing,
)
from omnify_guardrails.wire import Answer, Reply, write_once
from tests.builders.money import NOON

Plant = Callable[[pytest.MonkeyPatch], None]
BUGS: dict[str, Plant] = {}


@contextmanager
def planted(
    bug: str = "", *, new_id: Callable[[str], str] | None = None, valid: timedelta | None = None
) -> Iterator[None]:
    """With one bug in place, ids that count instead of being random, and plans that expire soon."""
    with pytest.MonkeyPatch.context() as patch:
        if new_id is not None:
            patch.setattr(proposing, "new_id", new_id)
        if valid is not None:
            patch.setattr(proposing, "VALID", valid)
        if bug:
            BUGS[bug](patch)
        yield


def plant(name: str) -> Callable[[Plant], Plant]:
    def keep(planting: Plant) -> Plant:
        BUGS[name] = planting
        return planting

    return keep


async def _nothing(*_: Any, **__: Any) -> None:
    pass


@plant("the hash is not checked")
def _no_hash(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan_run.PlanRun, "_check_approval", lambda self: None)


@plant("an unanswered call is made again")
def _blind_retry(patch: pytest.MonkeyPatch) -> None:
    async def twice(adapter: Any, leg: Any, bound_s: float, *, key: str) -> Reply:
        reply = await write_once(adapter, leg, bound_s, key=key)
        return (
            await write_once(adapter, leg, bound_s, key=key) if reply.answer is Answer.SAID_NOTHING else reply
        )

    patch.setattr(plan_run, "write_once", twice)


@plant("the intent is not stored before the call")
def _no_intent(patch: pytest.MonkeyPatch) -> None:
    async def remembered(self: Any, index: int) -> None:
        record = LegRecord(status=LegStatus.SENDING, attempt=1, sent_at=self._ports.clock.now())
        records = (*self.change_set.records[:index], record, *self.change_set.records[index + 1 :])
        self.change_set = self.change_set.model_copy(update={"records": records})

    patch.setattr(plan_journal.PlanJournal, "sending", remembered)


@plant("objects are not locked")
def _no_lock(patch: pytest.MonkeyPatch) -> None:
    rules = tuple(rule for rule in policy.RULES if rule is not policy.one_change_at_a_time)
    patch.setattr(policy, "RULES", rules)
    patch.setattr(holds, "objects_of", lambda leg: frozenset())
    patch.setattr(plan_run, "is_held", lambda ledger, change_set: True)


@plant("caps are reserved on another ledger than they were checked on, and not checked again")
def _cap_race(patch: pytest.MonkeyPatch) -> None:
    async def careless(ports: Any, change_set: Any, *, ledger: Any, rates: Any) -> None:
        now = await ports.ledger.get(change_set.tenant_id)
        others = {key: id_ for key, id_ in now.in_flight.items() if key not in ledger.in_flight}
        mine = {key for leg in change_set.plan.legs for key in holds.objects_of(leg)}
        if not mine & others.keys():
            await holds.reserve(ports, change_set, ledger=now, rates=rates)

    patch.setattr(approvals, "reserve", careless)
    patch.setattr(plan_run.PlanRun, "_check_policy", _nothing)


@plant("plans in flight are not counted")
def _no_overlay(patch: pytest.MonkeyPatch) -> None:
    async def none(*_: Any) -> list[Any]:
        return []

    patch.setattr(assessment, "_in_flight", none)


@plant("caps are checked on the last import")
def _stale_caps(patch: pytest.MonkeyPatch) -> None:
    async def imported(ports: Any, tenant: Any, legs: Any) -> Any:
        return await assessment.stored_picture(ports.market, tenant)

    patch.setattr(assessment, "fresh_picture", imported)


@plant("drift is not checked")
def _no_drift(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan_run, "shows_before", lambda leg, state: True)


@plant("the audit row comes without the call's intent")
def _audit_gap(patch: pytest.MonkeyPatch) -> None:
    async def unwritten(self: Any, index: int, record: Any, **_: Any) -> None:
        records = (*self.change_set.records[:index], record, *self.change_set.records[index + 1 :])
        until = self._timing.lease_until(self._ports.clock.now())
        await self._replace(records=records, lease=self.lease.model_copy(update={"until": until}))

    patch.setattr(plan_journal.PlanJournal, "_write", unwritten)


@plant("a yes is believed without reading back")
def _no_read_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan_run, "shows_after", lambda leg, state: True)


@plant("increases come before decreases")
def _increases_first(patch: pytest.MonkeyPatch) -> None:
    backwards = lambda legs: tuple(reversed(assessment.in_execution_order(legs)))  # noqa: E731
    patch.setattr(drafting, "in_execution_order", backwards)


@plant("no answer counts as a no")
def _unknown_is_no(patch: pytest.MonkeyPatch) -> None:
    async def hasty(adapter: Any, leg: Any, bound_s: float, *, key: str) -> Reply:
        reply = await write_once(adapter, leg, bound_s, key=key)
        return Reply(Answer.SAID_NO, reply.words) if reply.answer is Answer.SAID_NOTHING else reply

    patch.setattr(plan_run, "write_once", hasty)


@plant("the kill switch is not looked at")
def _no_switch(patch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> bool:
        return False

    patch.setattr(plan_run.PlanRun, "_check_switch", _nothing)
    patch.setattr(executor.Executor, "_waits_for_switch", never)


@plant("the second decision wins")
def _last_wins(patch: pytest.MonkeyPatch) -> None:
    async def forced(ports: Any, change_set: Any, status: Any, **update: Any) -> Any:
        try:
            return await _moved(ports, change_set, status, **update)
        except Conflict:
            now = await ports.change_sets.get(change_set.tenant_id, change_set.id)
            newest = change_set.model_copy(update={"version": now.version})
            return await _moved(ports, newest, status, **update)

    _moved = approvals.moved
    patch.setattr(approvals, "moved", forced)


@plant("an unclear plan gives its objects back")
def _early_release(patch: pytest.MonkeyPatch) -> None:
    finish = plan_journal.PlanJournal.finish

    async def eager(self: Any, why: str, *, expired: bool = False) -> None:
        await finish(self, why, expired=expired)
        await holds.release(self._ports, self.change_set)

    patch.setattr(plan_journal.PlanJournal, "finish", eager)


@plant("anybody may approve")
def _no_roles(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(approvers.Approvers, "approver", approvers.Approvers.person)


@plant("limits of approvers are not checked")
def _no_limits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(approvers.Approvers, "check_limit", _nothing)


@plant("the requester is his own second person")
def _no_second_person(patch: pytest.MonkeyPatch) -> None:
    async def alone(*args: Any, **options: Any) -> Any:
        found = await assessment.assess(*args, **options)
        verdict = found.verdict.model_copy(update={"needs_second_person": False})
        return found._replace(verdict=verdict)

    patch.setattr(approvals, "assess", alone)


@plant("a finished plan keeps its objects")
def _no_release(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(life, "release", _nothing)
    patch.setattr(executor, "sweep", _nothing)


@plant("approvals never expire")
def _no_expiry(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan_run.PlanRun, "_valid_until", lambda self: NOON + timedelta(days=99))
    patch.setattr(executor.Executor, "_is_too_late", lambda self, change_set: False)


@plant("a new worker sends again what the dead one had begun")
def _resend(patch: pytest.MonkeyPatch) -> None:
    async def restart(self: Any) -> None:
        for index in self._journal.indexes(LegStatus.SENDING):
            records = list(self._journal.change_set.records)
            records[index] = LegRecord()
            await self._journal._replace(records=tuple(records))

    patch.setattr(plan_run.PlanRun, "_settle_open_legs", restart)
