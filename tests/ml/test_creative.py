from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import run
from omnify_ml.backtest.creative import assert_no_leak
from omnify_ml.creative import fit_texts
from omnify_ml.creative.ranker import merged
from tests.builders.ml_worlds import headline_tests

TESTS = headline_tests()


def test_words_that_truly_help_are_found_on_later_tests() -> None:
    report = run("creative", TESTS)
    assert report.metrics["acc_significant"] > 0.8
    assert report.metrics["brier_significant"] < 0.2
    assert report.metrics["pick_uplift"] > 0.1
    assert 0.7 < report.metrics["calibration_slope"] < 1.4


def test_with_shuffled_clicks_it_is_a_coin_flip() -> None:
    rng = np.random.default_rng(1)
    shuffled = TESTS.assign(
        clicks=TESTS.groupby("test")["clicks"].transform(lambda part: rng.permutation(part))
    )
    report = run("creative", shuffled)
    assert report.metrics["acc"] == pytest.approx(0.5, abs=0.06)
    assert report.metrics["brier_significant"] > 0.23


def test_a_text_on_both_sides_of_the_split_fails_the_run() -> None:
    rows = merged(TESTS)
    with pytest.raises(BadInput, match="split by text"):
        assert_no_leak(rows, rows.head(3))


def test_tests_that_share_a_text_are_kept_out_of_training() -> None:
    repeated = TESTS.copy()
    repeated.loc[repeated["test"] == "t0000", "text"] = repeated.loc[
        repeated["test"] == "t0159", "text"
    ].to_numpy()
    assert "4 rows left out" in run("creative", repeated).notes[0]


def test_a_ranking_names_its_drivers_and_says_when_to_test() -> None:
    ranker = fit_texts(TESTS)
    clear = ranker.rank(["bador kefin free now", "bador kefin report"])
    assert clear.texts[0].text.endswith("free now")
    assert clear.texts[0].p_best > 0.8
    assert {"free", "now"} & {name for name, _ in clear.texts[0].drivers}
    close = ranker.rank(["bador kefin lolep", "bador kefin lomur"])
    assert "test them" in close.advice


def test_too_few_tests_are_refused() -> None:
    with pytest.raises(BadInput, match="10 tests with at least two texts, 40 needed"):
        fit_texts(TESTS.head(40))
    assert run("creative", TESTS.head(40)).n == 0


def test_one_text_is_no_ranking() -> None:
    with pytest.raises(BadInput, match="at least two texts"):
        fit_texts(TESTS).rank(["only this"])


def test_texts_that_differ_in_case_or_punctuation_are_one() -> None:
    twin = TESTS.head(2).assign(text=["Bador, free NOW!", "bador free now"], test="t0000")
    [row] = merged(twin).to_dict("records")
    assert row["impressions"] == 8000


def meanings(texts: Sequence[str]) -> np.ndarray:
    """Two made-up subjects that no shared word gives away."""
    vectors = np.array([[hash_of(text), 1.0 - hash_of(text)] for text in texts])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def hash_of(text: str) -> float:
    return zlib.crc32(text.encode()) % 2 * 1.0


def test_what_texts_mean_counts_where_it_is_known() -> None:
    rng = np.random.default_rng(3)
    subject = np.array([hash_of(text) for text in TESTS["text"]])
    rate = 0.02 * np.exp(0.4 * (subject - 0.5))
    told = TESTS.assign(clicks=rng.binomial(TESTS["impressions"], rate))
    without, knowing = run("creative", told), run("creative", told, meaning=meanings)
    assert without.metrics["acc_significant"] < 0.65
    assert knowing.metrics["acc_significant"] > 0.85
    assert "no vectors of meaning installed" in without.notes[1]
    assert "what they mean" in knowing.notes[1]


def test_drivers_never_name_a_topic() -> None:
    ranked = fit_texts(TESTS, meanings).rank(["bador kefin free now", "bador kefin report"])
    assert all(name for text in ranked.texts for name, _ in text.drivers)
