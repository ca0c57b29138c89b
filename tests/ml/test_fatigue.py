from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import run
from omnify_ml.backtest.scoring import auc
from omnify_ml.fatigue import creative_panel, predict_fatigue
from omnify_ml.fatigue.features import scene_of
from omnify_ml.fatigue.hazard import Rows, fit, rows_of
from omnify_ml.fatigue.label import NEVER, onset_days, wear_of
from omnify_ml.fatigue.world import WorldShape, simulate

WEARING = WorldShape(evergreen=0.4, pace=0.07)


def creative(name: str, rates: np.ndarray, *, seed: int = 1, account: str = "a") -> pd.DataFrame:
    """A creative with 5,000 impressions a day at the given true click rates."""
    n = len(rates)
    clicks = np.random.default_rng(seed).poisson(5000 * rates)
    frequency = 1.5 + np.arange(n) * 0.02
    return pd.DataFrame(
        {
            "account": account, "creative": name, "date": pd.date_range("2026-07-01", periods=n),
            "impressions": 5000, "frequency": frequency, "clicks": clicks, "cost": 40.0, "conversions": 0,
        }
    )  # fmt: skip


def onset_of(*frames: pd.DataFrame) -> list[int]:
    panel = creative_panel(pd.concat(frames), as_of=None)
    return list(onset_days(wear_of(panel), panel.values.get("frequency")))


FLAT = np.full(60, 0.02)


def test_a_lasting_fall_by_a_third_is_an_onset_within_days_and_a_flat_ad_has_none() -> None:
    fallen = np.where(np.arange(60) < 30, 0.02, 0.0133)
    first, *rest = onset_of(creative("a0", fallen), *(creative(f"b{i}", FLAT, seed=i) for i in range(5)))
    assert 30 <= first <= 38
    assert rest == [NEVER] * 5


def test_a_fall_of_the_whole_account_is_no_fatigue_of_one_ad() -> None:
    fallen = np.where(np.arange(60) < 30, 0.02, 0.0133)
    onsets = onset_of(*(creative(f"c{i}", fallen, seed=i) for i in range(8)))
    assert onsets.count(NEVER) >= 7


def test_a_dip_of_three_days_is_no_onset() -> None:
    dip = np.where((np.arange(60) >= 30) & (np.arange(60) < 33), 0.011, 0.02)
    first, *_ = onset_of(creative("a0", dip), *(creative(f"b{i}", FLAT, seed=i) for i in range(5)))
    assert first == NEVER


def test_a_falling_frequency_is_no_fatigue() -> None:
    fallen = creative("a0", np.where(np.arange(60) < 30, 0.02, 0.0133))
    fallen["frequency"] = 3.0 - 0.04 * np.arange(60)
    first, *_ = onset_of(fallen, *(creative(f"b{i}", FLAT, seed=i) for i in range(5)))
    assert first == NEVER


def test_an_ad_on_its_way_down_is_riskier_than_a_flat_one_and_both_are_probabilities() -> None:
    rates = 0.02 * np.exp(-np.maximum(np.arange(45) - 25, 0) * 0.012)
    frames = [creative("down", rates), *(creative(f"b{i}", FLAT[:45], seed=i) for i in range(5))]
    found = {
        one.creative: one for one in predict_fatigue(pd.concat(frames), as_of=frames[0]["date"].max().date())
    }
    assert found["down"].risk_14d > 2 * found["b1"].risk_14d
    assert all(0 <= one.risk_7d <= one.risk_14d <= 1 for one in found.values())
    assert found["down"].kind == "fatigue"


def test_without_frequency_it_is_called_a_decline_of_the_click_rate() -> None:
    history = creative("a", FLAT).drop(columns="frequency")
    [found] = predict_fatigue(history, as_of=history["date"].max().date())
    assert (found.kind, found.frequency) == ("ctr_decline", None)
    assert "prior-based" in found.basis
    assert found.own_weight == 0


def test_reach_stands_in_for_frequency() -> None:
    history = creative("a", FLAT).drop(columns="frequency").assign(reach=2500)
    [found] = predict_fatigue(history, as_of=history["date"].max().date())
    assert (found.kind, found.frequency) == ("fatigue", 2.0)


def test_a_worn_ad_is_said_to_be_worn() -> None:
    fallen = np.where(np.arange(60) < 30, 0.02, 0.012)
    frames = [creative("worn", fallen), *(creative(f"b{i}", FLAT, seed=i) for i in range(5))]
    found = {
        one.creative: one for one in predict_fatigue(pd.concat(frames), as_of=frames[0]["date"].max().date())
    }
    assert found["worn"].worn_since is not None
    assert "already worn" in found["worn"].basis
    assert found["worn"].ctr_now < 0.75 * found["worn"].ctr_peak


def test_too_little_is_refused_with_the_reason() -> None:
    young, quiet = creative("young", FLAT[:5]), creative("quiet", FLAT, seed=2).assign(clicks=0)
    young["date"] += pd.Timedelta(days=55)
    history = pd.concat([young, quiet, creative("fine", FLAT)])
    found = {one.creative: one for one in predict_fatigue(history, as_of=history["date"].max().date())}
    assert "5 days old, 10 needed" in found["young"].abstained
    assert "0 clicks, 50 needed" in found["quiet"].abstained
    assert not found["fine"].abstained


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="missing: account"):
        predict_fatigue(creative("a", FLAT).drop(columns="account"), as_of=pd.Timestamp("2026-08-01").date())


def test_in_a_wearing_world_it_beats_the_rules_and_the_constant() -> None:
    report = run("fatigue", simulate(WEARING, seed=11, accounts=4, creatives=30, days=130))
    best = max(report.baselines[name]["ap"] for name in ("slope", "week_over_week", "frequency"))
    assert report.metrics["ap"] > best
    assert report.metrics["brier"] < 0.97 * report.baselines["constant"]["brier"]
    assert report.metrics["ece"] < 0.1
    assert 0.65 <= report.metrics["coverage80"] <= 0.98


def test_in_a_world_of_another_form_its_chances_stay_calibrated() -> None:
    report = run(
        "fatigue", simulate(replace(WEARING, form="cliff"), seed=12, accounts=4, creatives=30, days=130)
    )
    assert report.metrics["auc"] > 0.6
    assert report.metrics["brier"] < report.baselines["constant"]["brier"]


def test_learned_from_shuffled_outcomes_it_ranks_like_chance() -> None:
    panel = creative_panel(
        simulate(WEARING, seed=14, accounts=4, creatives=30, days=130), as_of=None, max_days=None
    )
    rows = rows_of(scene_of(panel), first=0, last=130, known_until=130)
    half = rows.creative % 2 == 0
    train, test = (Rows(*(column[part] for column in rows)) for part in (half, ~half))
    ranks = []
    for seed in range(6):
        shuffled = train._replace(y=np.random.default_rng(seed).permutation(train.y))
        hazard = fit(shuffled, None)
        # Within one interval, as intervals differ in length and so in rate.
        last = test.x[:, 3] == 1
        ranks.append(auc(((test.x - hazard.mean) / hazard.scale @ hazard.beta)[last], test.y[last]))
    assert np.mean(ranks) == pytest.approx(0.5, abs=0.12)


def test_a_file_without_onsets_is_refused() -> None:
    report = run("fatigue", pd.concat([creative(f"b{i}", FLAT, seed=i) for i in range(6)]))
    assert report.n == 0
    assert report.refused > 0
    assert "insufficient data" in report.notes[0]
