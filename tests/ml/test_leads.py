from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import run
from omnify_ml.leads import fit_leads
from tests.builders.ml_worlds import leads

LEADS = leads()


def test_the_scorer_beats_the_rate_of_the_source_and_is_calibrated() -> None:
    report = run("leads", LEADS)
    assert report.ratios["auc/source_rate"] > 1.05
    assert report.metrics["ece"] < 0.04
    assert report.ratios["brier/source_rate"] < 1


def test_shuffled_outcomes_give_chance() -> None:
    shuffled = LEADS.assign(converted=np.random.default_rng(3).permutation(LEADS["converted"]))
    report = run("leads", shuffled)
    assert report.metrics["auc"] == pytest.approx(0.5, abs=0.06)
    assert report.metrics["ece"] < 0.05


def test_an_attribute_written_after_the_outcome_is_left_out() -> None:
    report = run("leads", LEADS.assign(paid=LEADS["converted"] * 50.0 + np.arange(len(LEADS)) % 5))
    assert "left out, as it gives the outcome away: paid" in report.notes
    assert report.metrics["auc"] < 0.9


def test_too_few_conversions_are_refused() -> None:
    few = LEADS.assign(converted=(np.arange(len(LEADS)) % 200 == 0).astype(int))
    report = run("leads", few)
    assert report.n == 0
    assert "insufficient data" in report.notes[0]
    with pytest.raises(BadInput, match="points rule"):
        fit_leads(few)


def test_unseen_levels_and_missing_values_still_get_a_score() -> None:
    scorer = fit_leads(LEADS)
    odd = LEADS.head(4).assign(source=["new", None, "search", "email"], visits=[np.nan, 2, 3, 900])
    score = scorer.score(odd)
    assert ((score > 0) & (score < 1)).all()


def test_a_file_without_dates_is_split_at_random_and_says_so() -> None:
    report = run("leads", pd.DataFrame(LEADS.drop(columns="date")))
    assert report.split.startswith("No dates")
    assert report.n == pytest.approx(1000, abs=5)
