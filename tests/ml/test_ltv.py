from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import run
from omnify_ml.backtest.scoring import auc
from omnify_ml.ltv import forecast_ltv
from omnify_ml.ltv.bgnbd import BgNbd, fit_bgnbd
from omnify_ml.ltv.churn import predict_churn
from omnify_ml.ltv.customers import Customers, customers_at, purchases_of
from omnify_ml.ltv.paretonbd import fit_paretonbd
from omnify_ml.ltv.segments import segment_customers
from omnify_ml.ltv.value import fit_gamma_gamma
from tests.builders.ml_worlds import FIRST_DAY, last_day, purchases

PURCHASES = purchases(customers=900)


def drawn(truth: BgNbd, n: int, weeks: float) -> Customers:
    """Customers drawn from a known BG/NBD, all observed for `weeks`."""
    rng = np.random.default_rng(2)
    fresh = Customers(
        tuple(map(str, range(n))),
        *(np.zeros(n) for _ in range(3)),
        np.ones(n),
        np.zeros(n, dtype=np.int64),
        ("k",),
    )
    repeats, last = np.zeros(n), np.zeros(n)
    rate, leave = rng.gamma(truth.r, 1 / truth.alpha, n), rng.beta(truth.a, truth.b, n)
    for i in range(n):
        at = rng.exponential(1 / rate[i])
        while at < weeks:
            repeats[i], last[i] = repeats[i] + 1, at
            if rng.random() < leave[i]:
                break
            at += rng.exponential(1 / rate[i])
    return Customers(
        fresh.names, repeats, last, np.full(n, weeks), fresh.mean_value, fresh.cohort, fresh.cohorts
    )


TRUTH = BgNbd(0.6, 5.0, 0.9, 2.8, 0.0)


def test_the_parameters_of_a_known_world_are_found() -> None:
    found = fit_bgnbd(drawn(TRUTH, 6000, 60.0))
    assert found.r == pytest.approx(0.6, rel=0.15)
    assert found.alpha == pytest.approx(5.0, rel=0.2)
    assert found.a / (found.a + found.b) == pytest.approx(0.9 / 3.7, rel=0.15)


def test_expected_purchases_equal_the_mean_of_simulated_ones() -> None:
    customers = drawn(TRUTH, 1500, 40.0)
    rng = np.random.default_rng(5)
    simulated = np.mean([TRUTH.draw(customers, 20.0, rng).sum() for _ in range(60)])
    assert TRUTH.expected(customers, 20.0).sum() == pytest.approx(simulated, rel=0.03)


def test_both_buying_models_agree_on_the_total() -> None:
    customers = drawn(TRUTH, 1500, 40.0)
    one, other = fit_bgnbd(customers), fit_paretonbd(customers)
    assert one.expected(customers, 12.0).sum() == pytest.approx(
        other.expected(customers, 12.0).sum(), rel=0.1
    )


@pytest.mark.skipif("OMNIFY_DATA_DIR" not in os.environ, reason="needs the published sample")
def test_the_published_parameters_are_reproduced_to_three_digits() -> None:
    path = Path(os.environ["OMNIFY_DATA_DIR"]) / "cdnow" / "CDNOW_sample.txt"
    raw = pd.read_csv(
        path, sep=r"\s+", header=None, names=["id", "customer", "date", "units", "value"], dtype=str
    )
    customers = customers_at(purchases_of(raw[["customer", "date"]]), pd.Timestamp("1997-10-01"))
    found = fit_bgnbd(customers)
    assert found[:4] == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    pareto = fit_paretonbd(customers)
    assert pareto[:4] == pytest.approx((0.553, 10.578, 0.606, 11.669), rel=2e-3)


def test_a_customers_spend_is_drawn_to_all_others_the_less_is_known_of_it() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(1, 12, 3000).astype(float)
    level = 40 * rng.gamma(5, 1 / 5, 3000)
    found = fit_gamma_gamma(level * rng.gamma(3 * n) / (3 * n), n)
    few, many = found.expected(np.array([100.0, 100.0]), np.array([1.0, 30.0]))
    assert 40 < few < many < 100


def test_the_forecast_beats_the_same_customers_last_period() -> None:
    report = run("ltv", PURCHASES, horizon=90)
    assert report.ratios["customer_rmse/previous"] < 0.9
    assert report.ratios["cohort_wape/previous"] < 0.9
    assert abs(report.metrics["total_bias"]) < 0.15


def test_cohort_intervals_hold_the_truth_about_as_often_as_stated() -> None:
    cuts = [FIRST_DAY + pd.Timedelta(days=day) for day in (200, 260)]
    inside = [run("ltv", PURCHASES, cut=str(cut.date())).metrics["coverage80"] for cut in cuts]
    assert np.mean(inside) >= 0.5


def test_cohorts_add_up_and_the_better_campaign_is_worth_more() -> None:
    found = forecast_ltv(PURCHASES, as_of=last_day(270))
    by_name = {row.cohort: row for row in found.cohorts}
    assert by_name["k1"].value.p50 > by_name["k0"].value.p50
    assert all(row.value.p10 < row.value.p50 < row.value.p90 for row in found.cohorts)
    assert sum(row.value.p50 for row in found.cohorts) == pytest.approx(found.expected.sum(), rel=0.1)


def test_too_few_repeat_buyers_are_refused() -> None:
    found = forecast_ltv(PURCHASES.head(60), as_of=last_day(270))
    assert "repeat buyers, 30 needed" in found.abstained
    assert run("ltv", PURCHASES.head(60)).n == 0


def test_a_horizon_that_is_not_over_is_refused() -> None:
    report = run("ltv", PURCHASES, cut="2027-06-01")
    assert "are not all there" in report.notes[0]
    with pytest.raises(BadInput, match="at least 1 day"):
        forecast_ltv(PURCHASES, as_of=last_day(270), horizon_days=0)


def test_churn_ranks_customers_and_is_not_inverted_for_one_time_buyers() -> None:
    cut = FIRST_DAY + pd.Timedelta(days=270)
    known = PURCHASES[PURCHASES["date"] < cut]
    found = predict_churn(known, as_of=last_day(270))
    after = PURCHASES[(PURCHASES["date"] >= cut) & (PURCHASES["date"] < cut + pd.Timedelta(days=90))]
    gone = np.array([name not in set(after["customer"]) for name in found.customers], dtype=float)
    assert auc(found.risk, gone) > 0.7
    assert abs(found.risk.mean() - gone.mean()) < 0.06
    assert "insufficient data" in predict_churn(known.head(100), as_of=last_day(270)).abstained


def test_segments_are_stable_numbered_by_worth_and_described() -> None:
    found = segment_customers(PURCHASES, as_of=last_day(300))
    assert found.stability >= 0.75
    assert sum(one.customers for one in found.segments) == len(found.names)
    assert found.segments[0].median_repeats >= found.segments[-1].median_repeats
    assert "last seen" in found.segments[0].words
