from __future__ import annotations

import json

import numpy as np
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import BACKTESTS, run
from omnify_ml.backtest.scoring import auc, average_precision, bootstrap, brier, calibration_error
from tests.builders.ml_worlds import campaigns


def test_auc_counts_pairs_and_ties_half() -> None:
    assert auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0, 1, 1])) == pytest.approx(0.75)
    assert auc(np.array([0.5, 0.5]), np.array([0.0, 1])) == 0.5
    assert auc(np.array([0.5, 0.6]), np.array([1.0, 1])) is None


def test_average_precision_of_a_constant_is_the_base_rate() -> None:
    assert average_precision(np.zeros(10), np.array([1.0] * 3 + [0.0] * 7)) == pytest.approx(0.3)
    assert average_precision(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0, 1, 1])) == pytest.approx(
        5 / 6
    )


def test_weights_stand_for_repeated_rows() -> None:
    score, outcome = np.array([0.2, 0.7, 0.4, 0.9]), np.array([0.0, 1, 1, 0])
    weight = np.array([1.0, 3, 2, 1])
    repeated = np.repeat(np.arange(4), weight.astype(int))
    assert auc(score, outcome, weight) == pytest.approx(auc(score[repeated], outcome[repeated]))
    assert brier(score, outcome, weight) == pytest.approx(brier(score[repeated], outcome[repeated]))


def test_a_calibrated_forecast_has_little_error_and_an_inverted_one_much() -> None:
    rng = np.random.default_rng(1)
    p = rng.random(20_000)
    y = (rng.random(20_000) < p).astype(float)
    assert calibration_error(p, y) < 0.02
    assert calibration_error(1 - p, y) > 0.3


def test_the_bootstrap_draws_whole_entities() -> None:
    blocks = np.repeat(np.arange(8), 50)
    values = np.repeat(np.random.default_rng(2).standard_normal(8), 50)
    span = bootstrap(blocks, lambda rows: float(values[rows].mean()))
    assert span is not None
    assert span.high - span.low > 0.3


def test_a_report_is_json_with_the_agreed_keys() -> None:
    report = json.loads(run("performance", campaigns(entities=8, n_days=50), origins=4).model_dump_json())
    assert {"model", "n", "metrics", "baselines", "ratios", "seconds", "refused"} <= set(report)
    assert {"ctr_wape", "cvr_logerr", "cpa_wape", "roas_wape", "coverage80", "ab_brier"} <= set(
        report["metrics"]
    )
    assert set(report["baselines"]) == {"last7", "ewma"}


def test_the_table_shows_the_model_beside_its_baselines() -> None:
    table = run("performance", campaigns(entities=8, n_days=50), origins=4).table()
    assert "last7" in table
    assert "ab_brier" in table


def test_forecasts_before_the_cut_do_not_change_with_what_follows() -> None:
    history = campaigns(entities=8, n_days=60)
    cut = str(history["date"].sort_values().unique()[40].date())
    changed = history.assign(clicks=np.where(history["date"] > "2026-08-20", 1, history["clicks"]))
    early = [
        run("performance", frame[frame["date"] <= "2026-08-19"], test_from=cut, origins=3)
        for frame in (history, changed)
    ]
    assert early[0].metrics == early[1].metrics


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(BadInput, match="choose one of"):
        run("weather", campaigns(entities=2, n_days=20))
    assert {"fatigue", "ltv", "performance", "anomaly", "creative", "experiments", "leads"} <= set(BACKTESTS)


def test_an_option_that_a_model_does_not_take_is_named() -> None:
    with pytest.raises(BadInput, match="takes no cut"):
        run("performance", campaigns(entities=2, n_days=20), cut="2026-07-10")


def test_too_short_a_file_is_refused_not_judged() -> None:
    report = run("performance", campaigns(entities=3, n_days=15))
    assert (report.n, report.refused) == (0, 3)
    assert "Not enough data" in report.notes[0]
