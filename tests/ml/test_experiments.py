from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import run
from omnify_ml.experiments import Arm, cuped, e_bh, holm, plan, planned_verdict, sequential_verdict, split_p
from omnify_ml.experiments.sequential import half_width, log_evidence
from omnify_ml.experiments.spending import boundaries

LOOKS, REPETITIONS = 60, 10_000


def paths(*, drift: float, seed: int) -> np.ndarray:
    """Running sums of standard normal steps: one experiment per row, one look per column."""
    steps = np.random.default_rng(seed).standard_normal((REPETITIONS, LOOKS)) + drift
    return np.cumsum(steps, axis=1)


LOOK = np.arange(1, LOOKS + 1)
TAU = np.array(2.8 / np.sqrt(LOOKS))


def decided(sums: np.ndarray) -> np.ndarray:
    return (log_evidence(sums / LOOK, 1 / LOOK, TAU) >= np.log(20)).any(axis=1)


def test_daily_looks_at_nothing_find_something_in_at_most_one_of_twenty() -> None:
    assert decided(paths(drift=0.0, seed=1)).mean() <= 0.05


def test_peeking_with_a_plain_test_would_find_something_far_too_often() -> None:
    z = np.abs(paths(drift=0.0, seed=1)) / np.sqrt(LOOK)
    assert (z > 1.96).any(axis=1).mean() > 0.25


def test_planned_looks_spend_five_percent_and_keep_the_power() -> None:
    edges = np.array(boundaries(LOOKS))
    false = (np.abs(paths(drift=0.0, seed=2)) / np.sqrt(LOOK) > edges).any(axis=1).mean()
    sums = paths(drift=2.8 / np.sqrt(LOOKS), seed=3)
    power = (np.abs(sums) / np.sqrt(LOOK) > edges).any(axis=1).mean()
    fixed = (np.abs(sums[:, -1]) / np.sqrt(LOOKS) > 1.96).mean()
    assert false <= 0.055
    assert power >= 0.95 * fixed


def test_the_boundaries_are_the_published_ones() -> None:
    assert boundaries(5) == pytest.approx((4.877, 3.357, 2.680, 2.290, 2.031), abs=2e-3)


def test_the_confidence_sequence_holds_the_truth_at_every_look() -> None:
    sums = paths(drift=0.1, seed=4)
    inside = np.abs(sums / LOOK - 0.1) <= half_width(1 / LOOK, np.broadcast_to(TAU, LOOK.shape))
    assert inside.all(axis=1).mean() >= 0.95


def test_a_verdict_says_what_to_do() -> None:
    won = sequential_verdict(Arm(50_000, 0.10, 0.09), Arm(50_000, 0.115, 0.1018))
    assert (won.decision, won.low > 0) == ("better", True)
    assert won.words.endswith("You may stop.")
    still = sequential_verdict(Arm(5_000, 0.10, 0.09), Arm(5_000, 0.101, 0.0908))
    assert still.decision == "open"
    assert "Keep it running" in still.words
    cost = sequential_verdict(Arm(50_000, 0.10, 0.09), Arm(50_000, 0.115, 0.1018), lower_is_better=True)
    assert cost.decision == "worse"


def test_too_few_units_are_refused() -> None:
    found = sequential_verdict(Arm(40, 0.1, 0.09), Arm(400, 0.5, 0.25))
    assert found.decision == "refused"
    assert "40 units in an arm, 100 needed" in found.words


def test_a_planned_test_ends_where_it_was_planned_to() -> None:
    arms = Arm(50_000, 0.10, 0.09), Arm(50_000, 0.106, 0.0948)
    assert planned_verdict(*arms, look=28, looks=28).decision == "better"
    with pytest.raises(BadInput, match="plan a new test"):
        planned_verdict(*arms, look=29, looks=28)


def test_a_pre_period_takes_noise_away_and_leaves_the_effect() -> None:
    rng = np.random.default_rng(8)
    before = rng.normal(10, 2, 8000)
    after = before + rng.normal(0, 1, 8000)
    after[4000:] += 0.2
    found = cuped(after[:4000], after[4000:], before[:4000], before[4000:])
    assert found.variance_cut > 0.7
    assert found.treatment.mean - found.control.mean == pytest.approx(0.2, abs=0.07)


def test_a_broken_split_is_noticed_and_a_fair_one_is_not() -> None:
    assert split_p(np.array([10_000.0, 10_600.0]), np.array([1.0, 1.0])) < 0.001
    assert split_p(np.array([10_000.0, 10_060.0]), np.array([1.0, 1.0])) > 0.1


def test_many_variants_are_held_together() -> None:
    assert holm(np.array([0.001, 0.04, 0.03])).tolist() == [True, False, False]
    assert e_bh(np.log(np.array([100.0, 1.0, 50.0]))).tolist() == [True, False, True]


def test_a_plan_orders_its_three_sizes_and_refuses_nonsense() -> None:
    found = plan(baseline=0.05, smallest_lift=0.1)
    assert 30_000 < found.fixed < found.planned_looks < found.any_time < 60_000
    with pytest.raises(BadInput, match="no rate between 0 and 1"):
        plan(baseline=0.9, smallest_lift=0.5)


def test_stopping_by_sequence_is_reversed_less_often_than_peeking() -> None:
    rng = np.random.default_rng(9)
    rows = []
    for number in range(120):
        effect = 0.01 * rng.standard_normal() if number % 2 else 0.0
        control, treatment = rng.normal(0, 1, (2, 30)) / np.sqrt(500)
        for look in range(1, 31):
            n = 500 * look
            means = control[:look].mean(), effect + treatment[:look].mean()
            rows.append((f"e{number}", 1, 1, look, n, n, *means, 1.0, 1.0))
    columns = [
        "experiment",
        "variant",
        "metric",
        "time",
        "count_c",
        "count_t",
        "mean_c",
        "mean_t",
        "variance_c",
        "variance_t",
    ]
    report = run("experiments", pd.DataFrame(rows, columns=columns))
    assert report.n == 120
    assert report.metrics["final_agreement"] >= report.baselines["peeking"]["final_agreement"]
    assert report.metrics["stopped_early_share"] < report.baselines["peeking"]["stopped_early_share"]
