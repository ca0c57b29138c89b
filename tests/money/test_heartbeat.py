"""A living worker renews its lease between steps; a stuck one, or one that gave the plan back, does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from omnify_core.change_sets import ChangeSet, Lease, LegRecord
from omnify_guardrails.plan_journal import PlanJournal
from omnify_guardrails.timing import Timing
from tests.builders.legs import bid_leg, dollars
from tests.builders.plans import NOON
from tests.money.test_placing import change_set
from tests.money.virtual import LoopClock, run_virtually

TIMING = Timing(lease_s=6, beat_s=1.5, stuck_s=10)


def journal(stored: list[ChangeSet]) -> PlanJournal:
    async def replace(following: ChangeSet) -> ChangeSet:
        stored.append(following)
        return following

    lease = Lease(holder="w", until=NOON + timedelta(seconds=6), fence=1)
    leased = change_set(bid_leg(None, dollars(80)), records=(LegRecord(),)).model_copy(
        update={"lease": lease}
    )
    ports: Any = SimpleNamespace(clock=LoopClock(NOON), change_sets=SimpleNamespace(replace=replace))
    return PlanJournal(ports, TIMING, leased)


def renewed(stored: list[ChangeSet]) -> list[float]:
    """When each lease that was stored ends, in seconds after noon."""
    return [(one.lease.until - NOON).total_seconds() for one in stored if one.lease]


def test_the_lease_is_renewed_at_each_beat_until_the_worker_is_stuck() -> None:
    stored: list[ChangeSet] = []

    async def work() -> None:
        async with journal(stored).kept():
            await asyncio.sleep(60)

    run_virtually(work())
    assert renewed(stored) == [7.5, 9.0, 10.5, 12.0, 13.5, 15.0]


def test_what_was_given_back_is_not_renewed_any_more() -> None:
    stored: list[ChangeSet] = []

    async def work() -> None:
        held = journal(stored)
        async with held.kept():
            await asyncio.sleep(2)
            await held.pause(NOON + timedelta(seconds=3))
            await asyncio.sleep(5)

    run_virtually(work())
    assert renewed(stored) == [7.5, 3.0]
