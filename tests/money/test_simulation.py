"""Ten thousand schedules without a violation, and the same judge finds every planted bug."""

from __future__ import annotations

import logging
from collections import Counter

import pytest

from tests.money.planted import BUGS
from tests.money.simulate import simulate, tallies

SEEDS, CHUNKS, MOST_SEEDS_PER_BUG = 10_000, 40, 600
# Where a bug was first caught; only a shortcut, the search starts at 0 where it no longer leads there.
CAUGHT_AT = {
    "the hash is not checked": 40,
    "caps are reserved on another ledger than they were checked on, and not checked again": 213,
    "increases come before decreases": 228,
    "an unclear plan gives its objects back": 37,
    "limits of approvers are not checked": 9,
    "a new worker sends again what the dead one had begun": 8,
    "plans in flight are not counted": 113,
    "drift is not checked": 350,
    "approvals never expire": 235,
}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_schedule_violates_an_invariant(chunk: int) -> None:
    sums: Counter[str] = Counter()
    for seed in range(chunk * SEEDS // CHUNKS, (chunk + 1) * SEEDS // CHUNKS):
        result = simulate(seed)
        assert not result.found, f"python -m tests.money.simulate --seeds 1 --start {seed} --verbose"
        sums += tallies(result)
    assert min(sums["deaths"], sums["effective writes"], sums["ended done"]) > 10, sums


@pytest.mark.parametrize("seed", sorted({*CAUGHT_AT.values(), 0, 1, 3, 5}))
def test_schedules_that_once_caught_a_bug_hold(seed: int) -> None:
    assert not simulate(seed).found


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug: str) -> None:
    for seed in (CAUGHT_AT.get(bug, 0), *range(MOST_SEEDS_PER_BUG)):
        if simulate(seed, bug=bug).found:
            return
    pytest.fail(f"{bug}: {MOST_SEEDS_PER_BUG} schedules and nobody noticed")


def test_the_same_seed_is_the_same_schedule() -> None:
    first, second = simulate(11), simulate(11)
    assert first.evidence.chaos.history == second.evidence.chaos.history
    assert first.evidence.world.log == second.evidence.world.log
