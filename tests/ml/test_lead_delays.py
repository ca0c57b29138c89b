"""Leads that had no time to convert: their delays, and what they are worth while open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_ml.backtest import run
from omnify_ml.leads import fit_leads
from omnify_ml.leads.delay import as_of, learn_delays
from tests.builders.ml_worlds import FIRST_DAY, leads

MEAN_DELAY = 30.0


def delayed(*, n: int = 6000, seed: int = 11) -> pd.DataFrame:
    """The leads of `leads`, whose conversions take a month on average, cut after 120 days."""
    frame = leads(n=n, seed=seed)
    late = np.random.default_rng(seed).exponential(MEAN_DELAY, n).round()
    when = frame["date"] + pd.to_timedelta(late, unit="D")
    frame = frame.assign(
        eventually=frame["converted"], converted_on=when.where(frame["converted"] == 1), seen_at=0
    )
    return as_of(frame, FIRST_DAY + pd.Timedelta(days=121))


def test_what_converts_after_the_cut_is_open_before_it() -> None:
    frame = delayed()
    assert frame["converted"].sum() < 0.85 * frame["eventually"].sum()
    assert (frame.loc[frame["converted"] == 1, "converted_on"] <= FIRST_DAY + pd.Timedelta(days=120)).all()
    assert frame.loc[frame["converted"] == 0, "converted_on"].isna().all()


def test_delays_are_learned_although_long_ones_were_cut_off() -> None:
    rng = np.random.default_rng(2)
    age = rng.integers(0, 200, 8000)
    delay = rng.exponential(MEAN_DELAY, 8000).astype(np.int64)
    seen = delay <= age
    found = learn_delays(delay[seen], age[seen])
    assert found is not None
    month, plain = found.shown[29], float(np.mean(delay[seen] < 30))
    truth = 1 - np.exp(-30 / MEAN_DELAY)
    assert month == pytest.approx(truth, abs=0.02)
    assert plain > truth + 0.03


def test_too_few_delays_teach_nothing() -> None:
    assert learn_delays(np.arange(20), np.full(20, 50)) is None


def test_open_leads_count_as_conversions_to_come() -> None:
    frame = delayed()
    now = FIRST_DAY + pd.Timedelta(days=121)
    known = frame.drop(columns="eventually")
    aware, naive = fit_leads(known, now=now), fit_leads(known.drop(columns="converted_on"))
    truth = float(frame["eventually"].mean())
    assert aware.score(known).mean() == pytest.approx(truth, rel=0.12)
    assert naive.score(known).mean() < 0.85 * truth


def test_the_chance_of_an_open_lead_falls_with_its_age() -> None:
    frame = delayed().drop(columns="eventually")
    now = FIRST_DAY + pd.Timedelta(days=121)
    scorer = fit_leads(frame, now=now)
    same = frame.head(1).loc[[0, 0, 0]].reset_index(drop=True)
    days = pd.to_timedelta([0, 30, 90], unit="D")
    chance = scorer.remaining(same.assign(date=now - days), now)
    assert chance[0] > 1.5 * chance[1] > 3 * chance[2]


def test_a_lead_given_up_is_no_conversion_to_come() -> None:
    frame = delayed().drop(columns="eventually")
    now = FIRST_DAY + pd.Timedelta(days=121)
    closed = fit_leads(frame, now=now, final=np.ones(len(frame), dtype=np.bool_))
    assert closed.score(frame).mean() < fit_leads(frame, now=now).score(frame).mean()


def test_a_backtest_hides_what_converted_after_its_cut() -> None:
    frame = delayed().assign(converted=lambda f: f["eventually"]).drop(columns="eventually")
    late = pd.to_datetime(frame["converted_on"]).fillna(FIRST_DAY + pd.Timedelta(days=160))
    frame = frame.assign(converted_on=late.where(frame["converted"] == 1))
    cut = FIRST_DAY + pd.Timedelta(days=80)
    told = int(((frame["date"] < cut) & (frame["converted"] == 1) & (frame["converted_on"] < cut)).sum())
    report = run("leads", frame, test_from=str(cut.date()))
    assert f"learned from {told} conversions" in report.notes[0]
