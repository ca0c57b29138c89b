"""The real process, killed with signal 9: nothing acknowledged is lost, nothing is sent twice."""

from __future__ import annotations

from pathlib import Path

from omnify_core.change_sets import ChangeSetStatus
from tests.money.killing import faults, matrix, recovery_s, under_load

# `make prove` kills at every point, and five hundred times under load.
EVERY, KILLS = 3, 60


async def test_killed_at_a_point_and_again_in_the_next_life_the_plan_ends_once(tmp_path: Path) -> None:
    rows = await matrix(tmp_path, every=EVERY)
    assert not {deaths: found for deaths, row in rows.items() if (found := faults(row))}
    done = sum(row.status is ChangeSetStatus.DONE for row in rows.values())
    assert done > len(rows) * 0.7, "only a death between intent and call needs a person"


async def test_a_worker_that_sends_again_what_a_dead_one_had_begun_is_caught(tmp_path: Path) -> None:
    rows = await matrix(tmp_path, every=5, bug="a new worker sends again what the dead one had begun")
    assert any(faults(row) for row in rows.values())


async def test_killed_at_random_under_load_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    toll = await under_load(tmp_path, KILLS)
    assert not toll.faults
    assert toll.kills >= KILLS
    assert toll.ends["done"] > toll.approved / 2 > KILLS / 16, toll


async def test_what_a_killed_worker_left_is_taken_up_within_ten_seconds(tmp_path: Path) -> None:
    assert await recovery_s(tmp_path) < 10
