"""The timeline and the scheduled runs behind it, on every backend."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta

from omnify_core.ids import UserId
from omnify_core.timeline import JobPlan, JobRun, JobStatus, TimelineEntry
from omnify_memory.stores import Stores
from tests.builders.stores import NOON, OURS, THEIRS

SARAH, TOM = UserId("sarah"), UserId("tom")


def entry(number: int) -> TimelineEntry:
    at = NOON + timedelta(minutes=number)
    return TimelineEntry(id=f"tl{number}", tenant_id=OURS, at=at, source="briefing", title="t", text="x")


async def test_entries_come_newest_first_and_page_by_page(stores: Stores) -> None:
    for number in (1, 3, 2):
        await stores.timeline.add(entry(number))
    first = await stores.timeline.entries(OURS, limit=2)
    assert [one.id for one in first] == ["tl3", "tl2"]
    assert [one.id for one in await stores.timeline.entries(OURS, before=first[-1].at)] == ["tl1"]
    assert await stores.timeline.entries(THEIRS) == []


async def test_what_one_person_has_seen_is_still_new_to_another(stores: Stores) -> None:
    for number in (1, 2, 3):
        await stores.timeline.add(entry(number))
    assert await stores.timeline.unseen(OURS, SARAH) == 3
    await stores.timeline.see(OURS, SARAH, entry(2).at)
    assert await stores.timeline.unseen(OURS, SARAH) == 1
    assert await stores.timeline.unseen(OURS, TOM) == 3


async def test_a_slot_is_claimed_by_one_of_many(stores: Stores) -> None:
    run = JobRun(tenant_id=OURS, job="briefing", slot="2026-11-02T07:00", started_at=NOON)
    assert sum(await asyncio.gather(*(stores.timeline.claim(run) for _ in range(6)))) == 1
    assert await stores.timeline.claim(run.model_copy(update={"tenant_id": THEIRS}))
    ended = run.model_copy(update={"status": JobStatus.DONE, "ended_at": NOON})
    await stores.timeline.end(ended)
    assert not await stores.timeline.claim(run)
    assert await stores.timeline.job_runs(OURS) == [ended]


async def test_a_plan_replaces_the_one_before(stores: Stores) -> None:
    plan = JobPlan(job="briefing", times=(time(7),), since=NOON)
    await stores.timeline.save_plan(OURS, plan)
    off = plan.model_copy(update={"enabled": False})
    await stores.timeline.save_plan(OURS, off)
    assert await stores.timeline.plans(OURS) == [off]
