from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_ml.anomaly import find_anomalies, watch_series
from omnify_ml.anomaly.scores import scores_of
from omnify_ml.backtest import run
from omnify_ml.backtest.nab import Window, normalized, tally
from omnify_ml.panel import panel_of
from tests.builders.ml_worlds import campaigns, days, last_day, steady

N = 60


def calm(seed: int = 1) -> pd.DataFrame:
    return campaigns(entities=6, n_days=N, seed=seed, drift=0.01, day_noise=0.06)


def broken(change: dict[str, float], *, entity: str = "google:2", since: int = N - 3) -> pd.DataFrame:
    history = calm()
    hit = (history["entity"] == entity) & (history["date"] >= days(N)[since])
    return history.assign(
        **{name: history[name].where(~hit, history[name] * factor) for name, factor in change.items()}
    )


def found_in(history: pd.DataFrame, entity: str = "google:2") -> dict[str, str]:
    anomalies = find_anomalies(history, as_of=last_day(N), days=7)
    return {one.metric: one.cause for one in anomalies if one.entity == entity}


def test_a_calm_account_raises_hardly_an_alarm() -> None:
    alarms = [len(find_anomalies(calm(seed), as_of=last_day(N), days=28)) for seed in range(5)]
    assert np.mean(alarms) <= 4


def test_conversions_that_stop_while_clicks_go_on_are_a_tracking_break() -> None:
    assert found_in(broken({"conversions": 0, "revenue": 0}))["cvr"] == "tracking break"


def test_doubled_spend_is_a_budget_move() -> None:
    doubled = broken({"cost": 2, "clicks": 2, "impressions": 2, "conversions": 2, "revenue": 2})
    assert found_in(doubled)["spend"] == "budget move"


def test_a_halved_click_rate_is_seen_on_its_first_day() -> None:
    history = broken({"clicks": 0.5, "conversions": 0.5, "revenue": 0.5})
    [first] = [one for one in find_anomalies(history, as_of=last_day(N), days=7) if one.metric == "ctr"]
    assert first.date == days(N)[N - 3].date()
    assert first.value < first.expected.p10
    assert first.words.startswith("Click rate -")


def test_a_price_that_rises_alone_is_the_auction() -> None:
    assert found_in(broken({"cost": 1.8}))["cpm"] == "auction price"


def test_a_price_that_creeps_up_is_noticed_within_two_weeks() -> None:
    history = calm()
    place = (history["date"] - days(N)[N - 14]).dt.days.clip(lower=-1) + 1
    creeping = history["cost"] * np.where(history["entity"] == "google:2", 1.04**place, 1.0)
    assert {"cpc", "cpm"} & {
        one.metric
        for one in find_anomalies(history.assign(cost=creeping), as_of=last_day(N))
        if one.entity == "google:2"
    }


def test_a_low_count_is_no_anomaly() -> None:
    history = calm()
    few = history.assign(clicks=np.random.default_rng(3).poisson(2, len(history)), conversions=0)
    assert not [one for one in find_anomalies(few, as_of=last_day(N)) if one.metric == "ctr"]


def test_two_weeks_of_history_are_too_few_to_say() -> None:
    assert find_anomalies(calm(), as_of=last_day(12)) == []


def hourly(n: int = 24 * 40, seed: int = 4) -> tuple[pd.Series, np.ndarray]:
    when = pd.Series(pd.date_range("2026-07-01", periods=n, freq="h"))
    season = 1 + 0.4 * np.sin(2 * np.pi * when.dt.hour.to_numpy() / 24)
    return when, season * np.exp(0.1 * np.random.default_rng(seed).standard_normal(n))


def test_a_spike_in_an_hourly_series_is_one_alarm() -> None:
    when, values = hourly()
    values[600:604] *= 4
    assert np.flatnonzero(watch_series(when, values).alarm).tolist() == [600]


def test_a_short_series_is_refused() -> None:
    when, values = hourly(20)
    assert "20 points, 30 needed" in watch_series(when, values).refused


def test_the_benchmark_score_is_that_of_its_definition() -> None:
    silent = np.zeros(1000, dtype=bool)
    early, late = silent.copy(), silent.copy()
    early[500], late[598] = True, True
    window = [Window(500, 599)]
    assert normalized([tally(silent, window)]) == 0
    assert normalized([tally(early, window)]) == pytest.approx(100, abs=0.1)
    assert 45 < normalized([tally(late, window)]) < 60
    false = silent.copy()
    false[300] = True
    assert tally(false, window).score == pytest.approx(-1.11)


def test_the_backtest_judges_alarms_by_labeled_windows() -> None:
    when, values = hourly()
    values[400:460] *= 3
    when, values = when[:600], values[:600]
    frame = pd.DataFrame({"series": "cpm", "timestamp": when, "value": values})
    spans = {"cpm": [[str(when[390]), str(when[470])]]}
    report = run("anomaly", frame, windows=spans)
    assert report.metrics["recall"] == 1
    assert report.metrics["nab"] > 70
    assert set(report.baselines) == {"rolling_z", "isolation_forest"}
    assert run("anomaly", frame.head(20)).refused == 1


def test_one_day_without_conversions_where_three_are_usual_is_chance() -> None:
    history = steady("google:1", 40, conversions=3.0)
    history.loc[39, "conversions"] = 0.0
    scores = scores_of(panel_of(history), "cvr")
    assert scores.p[0, 39] > 0.02
    assert scores.z[0, 39] == pytest.approx(-2.4, abs=0.4)
