"""No order of events that Hypothesis thinks of breaks an invariant, and planted bugs do not get past it."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders.stores import mongo_wire_server
from tests.money.machine import MoneyMachine
from tests.money.machine_stores import OnMongo, OnThreads

IN_CI = settings(
    max_examples=80,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
# With answers from outside, no two runs are the same: what is found is told as it was, not made smaller.
OUTSIDE = settings(IN_CI, max_examples=8, phases=(Phase.generate,))
# A bug that was found needs no smaller example.
FIND_ONLY = settings(IN_CI, max_examples=400, phases=(Phase.generate,), report_multiple_bugs=False)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def test_no_order_of_events_violates_an_invariant() -> None:
    class Counted(MoneyMachine):
        sums: Counter[str] = Counter()  # noqa: RUF012 - of this run alone

    run_state_machine_as_test(Counted, settings=IN_CI)
    sums = Counted.sums
    assert min(sums["deaths"], sums["approvals"], sums["effective writes"], sums["policies"]) > 20, sums


def test_none_does_on_a_file_that_threads_write() -> None:
    run_state_machine_as_test(OnThreads, settings=OUTSIDE)


def test_none_does_on_mongos_protocol(tmp_path: Path) -> None:
    with mongo_wire_server(tmp_path) as url:
        reached = type("Reached", (OnMongo,), {"url": url})
        run_state_machine_as_test(reached, settings=OUTSIDE)


@pytest.mark.parametrize(
    "bug", ["an unanswered call is made again", "objects are not locked", "anybody may approve"]
)
def test_a_planted_bug_does_not_get_past_it(bug: str) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(type("Planted", (MoneyMachine,), {"bug": bug}), settings=FIND_ONLY)
