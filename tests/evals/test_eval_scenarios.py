"""Scenarios are whole, many, and partly held out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from omnify_core.errors import BadInput
from omnify_evals.running import check
from omnify_evals.scenario import load
from omnify_evals.suites import chosen

SUBJECTS = {
    "reading", "diagnosis", "prediction", "proposing", "multistep", "ambiguity", "refusal",
    "launching", "unsafe_budgets", "memory", "multilingual", "faults", "honesty", "redteam",
}  # fmt: skip


def test_every_scenario_can_be_checked_and_names_its_source() -> None:
    for scenario in load():
        check(scenario)
        assert len(scenario.source) > 10, scenario.id
        assert scenario.expect, scenario.id


def test_there_are_at_least_150_over_all_subjects_and_a_third_is_held_out() -> None:
    scenarios = load()

    assert len(scenarios) >= 150
    assert set(Counter(one.category for one in scenarios)) == SUBJECTS
    assert 0.28 <= sum(one.held_out for one in scenarios) / len(scenarios) <= 0.40


def test_smoke_touches_every_subject() -> None:
    assert {one.category for one in chosen("smoke")} >= SUBJECTS - {"ambiguity"}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('[[family]]\nid = "a"\nsource = "s"\nexpect = []\nask = ["x"]\ncolour = "red"', "unknown fields"),
        ('[[family]]\nid = "a"\nexpect = []\nask = ["x"]', "needs"),
        ('[[family]]\nid = "a"\nsource = "s"\nexpect = []', "says nothing"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_says_where(tmp_path: Path, written: str, why: str) -> None:
    (tmp_path / "reading.toml").write_text(written)

    with pytest.raises(BadInput, match=why):
        load(tmp_path)


def test_a_claim_that_nobody_checks_is_named(tmp_path: Path) -> None:
    (tmp_path / "reading.toml").write_text(
        '[[family]]\nid = "a"\nsource = "s"\nask = ["x"]\nexpect = [["sparkles"]]'
    )

    with pytest.raises(BadInput, match="sparkles"):
        check(load(tmp_path)[0])


def test_a_suite_without_scenarios_says_so() -> None:
    with pytest.raises(BadInput, match="no scenario"):
        chosen("full", only="no-such-scenario")
