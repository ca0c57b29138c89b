from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.backtest import run
from omnify_ml.levels import grid, judge, track
from omnify_ml.performance import BANDS, compare_entities, forecast_performance
from omnify_ml.rates import independent
from tests.builders.ml_worlds import campaigns, days, last_day, steady


def test_a_forecast_has_every_band_in_order_and_the_last_week_beside_it() -> None:
    [forecast] = forecast_performance(steady("google:1", 40), as_of=last_day(40))
    assert tuple(forecast.bands) == BANDS
    assert all(band.p10 <= band.p50 <= band.p90 for band in forecast.bands.values())
    assert forecast.last7["spend"] == pytest.approx(700.0)
    assert forecast.bands["cpa"].p50 == pytest.approx(12.5, rel=0.05)
    assert forecast.bands["roas"].p50 == pytest.approx(6.4, rel=0.05)
    assert not forecast.abstained


def test_intervals_hold_what_they_promise_in_a_world_that_walks() -> None:
    report = run("performance", campaigns(entities=30, n_days=90), origins=10)
    assert 0.74 <= report.metrics["coverage80"] <= 0.9
    assert 0.85 <= report.metrics["coverage90"] <= 0.97


def test_the_model_beats_the_last_week_and_its_chances_are_calibrated() -> None:
    report = run("performance", campaigns(entities=30, n_days=90, drift=0.03), origins=10)
    assert report.ratios["cvr_wape/last7"] < 0.95
    assert report.ratios["ab_brier/last7"] < 1.0
    assert report.metrics["ab_ece"] < 0.05
    assert report.metrics["claim95_right"] >= 0.93


def test_too_little_history_is_refused_with_the_reason() -> None:
    history = pd.concat(
        [steady("google:1", 40), steady("google:2", 40).iloc[-3:], steady("google:3", 40, clicks=0.2)]
    )
    found = {one.entity: one for one in forecast_performance(history, as_of=last_day(40))}
    assert not found["google:1"].abstained
    assert "3 days with delivery, 7 needed" in found["google:2"].abstained
    assert "clicks, 30 needed" in found["google:3"].abstained
    assert found["google:2"].bands == {}


def test_a_paused_entity_gets_no_forecast() -> None:
    history = pd.concat([steady("google:1", 40), steady("google:2", 30)])
    found = {one.entity: one for one in forecast_performance(history, as_of=last_day(40))}
    assert found["google:2"].abstained == "no delivery in the last 7 days"


def test_days_after_the_cut_change_nothing() -> None:
    history = campaigns(entities=5, n_days=60)
    known = history[history["date"].dt.date <= last_day(40)]
    assert forecast_performance(history, as_of=last_day(40)) == forecast_performance(
        known, as_of=last_day(40)
    )


def test_the_cheaper_entity_is_likely_better_on_cpa_and_chances_mirror() -> None:
    history = pd.concat([steady("google:1", 40), steady("google:2", 40, cost=150.0)])
    one = compare_entities(history, "google:1", "google:2", metric="cpa", as_of=last_day(40))
    other = compare_entities(history, "google:2", "google:1", metric="cpa", as_of=last_day(40))
    assert one.p_a_better > 0.85
    assert one.p_a_better + other.p_a_better == pytest.approx(1.0)
    assert one.lift.p50 < 0


def test_equal_entities_are_a_coin_flip() -> None:
    history = pd.concat([steady("google:1", 40), steady("google:2", 40)])
    found = compare_entities(history, "google:1", "google:2", metric="roas", as_of=last_day(40))
    assert found.p_a_better == pytest.approx(0.5, abs=0.01)


def test_an_unknown_entity_or_metric_is_named() -> None:
    history = steady("google:1", 40)
    with pytest.raises(BadInput, match="google:9"):
        compare_entities(history, "google:1", "google:9", as_of=last_day(40))
    with pytest.raises(BadInput, match="choose one of ctr"):
        compare_entities(history, "google:1", "google:1", metric="joy", as_of=last_day(40))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="missing: cost"):
        forecast_performance(steady("google:1", 40).drop(columns="cost"), as_of=last_day(40))


def test_a_wider_past_gives_wider_bands() -> None:
    calm = forecast_performance(campaigns(drift=0.01, day_noise=0.02), as_of=last_day(60))
    wild = forecast_performance(campaigns(drift=0.15, day_noise=0.4), as_of=last_day(60))

    def width(found: list) -> float:
        return float(np.median([one.bands["ctr"].p90 / one.bands["ctr"].p10 for one in found]))

    assert width(wild) > 1.3 * width(calm)


def test_a_price_that_moves_for_a_whole_group_is_followed_through_its_members() -> None:
    history = campaigns(entities=16, n_days=80, drift=0.01, day_noise=0.1)
    rise = np.where(history["date"] >= days(80)[77], 1.6, 1.0)
    alone = np.where(history["entity"] == "google:0", rise, 1.0)
    found = {}
    for name, factor in (("together", rise), ("alone", alone)):
        moved = history.assign(cost=history["cost"] * factor)
        forecasts = forecast_performance(moved, as_of=last_day(80))
        found[name] = next(one for one in forecasts if one.entity == "google:0").bands["cpa"].p50
    assert found["together"] > found["alone"]


def test_past_forecasts_are_judged_by_the_days_after_them_only() -> None:
    """A rate that doubles after day 40: the forecast of day 40 misses by exactly log 2."""
    exposure = np.where(np.arange(60) > 40, 3e6, 1e6) * np.ones((4, 1))
    counts = exposure * np.where(np.arange(60) > 40, 0.02, 0.01)
    group_of, noise = np.zeros(4, dtype=np.int64), grid()
    prior, spread = np.full(4, np.log(0.01)), np.full(4, 0.01)
    tracked = track(counts, exposure, noise=noise, prior=prior, spread=spread, group_of=group_of)
    judged = judge(tracked, counts, exposure, horizon=7, group_of=group_of, step=1)
    made_on_day_40 = judged.peers == 40
    assert judged.errors[:, made_on_day_40] == pytest.approx(np.log(2), abs=1e-3)


def shocked(seed: int, *, n_days: int = 60, entities: int = 16) -> pd.DataFrame:
    """Campaigns whose group's price and conversion rate move together, with heavy-tailed steps."""
    frame = campaigns(entities=entities, n_days=n_days, seed=seed, drift=0.03)
    rng = np.random.default_rng(seed)
    day = (frame["date"] - frame["date"].min()).dt.days.to_numpy()
    for group in sorted(frame["group"].unique()):
        mine = (frame["group"] == group).to_numpy()
        for name in ("cost", "conversions"):
            level = np.exp(np.cumsum(0.05 * rng.standard_t(4, n_days)))[day[mine]]
            frame[name] = frame[name].astype(float)
            frame.loc[mine, name] *= level
    frame["conversions"] = rng.poisson(frame["conversions"])
    return frame.assign(revenue=frame["conversions"] * 80.0)


def test_intervals_hold_where_a_bad_week_hits_all_campaigns_at_once() -> None:
    held = [run("performance", shocked(seed), origins=5).metrics for seed in range(4)]
    assert 0.77 <= np.mean([one["coverage80"] for one in held]) <= 0.88
    assert np.mean([one["coverage90"] for one in held]) >= 0.87
    assert np.mean([one["cpa_coverage80"] for one in held]) >= 0.77


def test_errors_that_peers_share_count_as_few() -> None:
    rng = np.random.default_rng(3)
    peers, fresh = np.repeat(np.arange(30), 20), np.ones(600)
    alone = independent(rng.standard_normal(600), fresh, peers)
    together = independent(np.repeat(rng.standard_normal(30), 20), fresh, peers)
    assert alone > 300
    assert together < 20


def test_conversions_still_arriving_do_not_drag_the_forecast_down() -> None:
    truth = campaigns(entities=12, n_days=60, seed=4, drift=0.01)
    age = (truth["date"].max() - truth["date"]).dt.days
    arrived = age.map({0: 0.35, 1: 0.6, 2: 0.85}).fillna(1.0)
    rng = np.random.default_rng(4)
    told = truth.assign(conversions=rng.binomial(truth["conversions"].astype(int), arrived))
    settled = forecasts_of(truth, 0)
    naive, aware = (np.log(forecasts_of(told, late) / settled).mean() for late in (0, 3))
    assert naive < -0.08
    assert abs(aware) < 0.04


def forecasts_of(frame: pd.DataFrame, late_days: int) -> np.ndarray:
    found = forecast_performance(frame, as_of=last_day(60), late_days=late_days)
    return np.array([one.bands["conversions"].p50 for one in found])
