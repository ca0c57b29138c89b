"""Scheduled runs: one per slot, in the tenant's zone, able to propose and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from omnify_core.errors import Forbidden
from omnify_core.ids import ChangeSetId
from omnify_core.people import Role
from omnify_core.timeline import JobPlan
from omnify_server.jobs.autopilot import autopilot_of
from omnify_server.jobs.schedule import due_slot, run_due
from omnify_server.seeding import DEMO_TENANT
from tests.builders.house import House, open_house

BERLIN = "Europe/Berlin"
ZONE = "America/New_York"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SEVEN = JobPlan(job="briefing", times=(time(7),), since=LONG_AGO)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-02T05:59", None),
        ("2026-11-02T06:00", "2026-11-02T07:00"),  # winter: an hour ahead of UTC
        ("2026-07-02T05:00", "2026-07-02T07:00"),  # summer: two hours
        ("2026-11-02T11:59", "2026-11-02T07:00"),
        ("2026-11-02T12:00", None),  # six hours late: nobody wants it any more
    ],
)
def test_a_slot_is_due_from_its_local_time_for_some_hours(now: str, slot: str | None) -> None:
    assert due_slot(SEVEN, at(now), BERLIN) == slot


def test_a_late_evening_slot_is_still_due_after_midnight() -> None:
    plan = SEVEN.model_copy(update={"times": (time(23, 30),)})
    assert due_slot(plan, at("2026-11-02T23:15"), BERLIN) == "2026-11-02T23:30"


def test_a_plan_says_on_which_days_and_from_when() -> None:
    mondays = SEVEN.model_copy(update={"weekdays": frozenset({0})})
    assert due_slot(mondays, at("2026-11-02T06:30"), BERLIN) == "2026-11-02T07:00"
    assert due_slot(mondays, at("2026-11-03T06:30"), BERLIN) is None
    assert (
        due_slot(SEVEN.model_copy(update={"since": at("2026-11-02T06:10")}), at("2026-11-02T06:30"), BERLIN)
        is None
    )
    assert due_slot(SEVEN.model_copy(update={"enabled": False}), at("2026-11-02T06:30"), BERLIN) is None


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def test_a_run_now_lands_on_the_timeline_and_is_new_until_it_was_seen(house: House) -> None:
    done = await house.api.post("/api/jobs/briefing/run")
    assert done.status_code == 201, done.text
    assert done.json()["status"] == "done"
    page = (await house.api.get("/api/timeline")).json()
    assert page["unseen"] == 1
    (entry,) = page["items"]
    assert entry["id"] == done.json()["entry_id"]
    assert entry["source"] == "briefing"
    assert "spend" in entry["text"].lower()
    await house.api.post("/api/timeline/seen", json={"at": entry["at"]})
    assert (await house.api.get("/api/timeline")).json()["unseen"] == 0


async def test_two_processes_run_a_slot_once(house: House) -> None:
    now = house.services.clock.now()
    five_minutes_ago = (now - timedelta(minutes=5)).astimezone(ZoneInfo(ZONE)).time()
    plan = JobPlan(job="briefing", times=(five_minutes_ago,), since=now - timedelta(days=1))
    await house.services.stores.timeline.save_plan(DEMO_TENANT, plan)
    await asyncio.gather(run_due(house.services), run_due(house.services))
    runs = await house.services.stores.timeline.job_runs(DEMO_TENANT)
    assert [run.job for run in runs] == ["briefing"]
    assert len((await house.api.get("/api/timeline")).json()["items"]) == 1


async def test_the_kill_switch_stops_scheduled_runs_too(house: House) -> None:
    await house.api.post("/api/kill-switch", json={"stopped": True})
    done = (await house.api.post("/api/jobs/pacing/run")).json()
    assert done["status"] == "skipped"
    assert (await house.api.get("/api/timeline")).json()["items"] == []


async def test_the_scheduled_actor_can_neither_approve_nor_sign_in(house: House) -> None:
    tenant = await house.services.stores.people.tenant(DEMO_TENANT)
    actor = await autopilot_of(house.services, tenant)
    assert actor.role is Role.AGENT
    assert not actor.role.may_approve
    user = await house.services.stores.people.user(DEMO_TENANT, actor.user_id)
    for password in ("", "x" * 20):
        refused = await house.anyone.post("/api/auth/login", json={"email": user.email, "password": password})
        assert refused.status_code in {401, 422}
    run = await house.ask("Move 100 a day from the worst Meta campaign to the best Google one")
    change_set = (await house.api.get(f"/api/approvals/{run['change_set_ids'][0]}")).json()
    with pytest.raises(Forbidden):
        await house.services.money.approve(
            actor, ChangeSetId(change_set["id"]), plan_hash=change_set["plan_hash"], via="api"
        )


async def test_an_unknown_job_and_an_empty_plan_are_named(house: House) -> None:
    unknown = await house.api.post("/api/jobs/gossip/run")
    assert unknown.status_code == 422
    assert "briefing" in unknown.text
    assert (
        await house.api.put("/api/jobs/briefing", json={"enabled": True, "times": [], "weekdays": [0]})
    ).status_code == 422
