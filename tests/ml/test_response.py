from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_core.errors import BadInput
from omnify_ml.opportunity import find_opportunities
from omnify_ml.response import fit_response
from tests.builders.ml_worlds import campaigns, days, last_day, steady


def test_more_spend_brings_more_but_each_unit_less() -> None:
    model = fit_response(campaigns(), as_of=last_day(60))
    level = float(model.level[0])
    at, double = (model.predict("google:0", spend)["conversions"].p50 for spend in (level, 2 * level))
    assert at < double < 2 * at
    margins = [model.marginal("google:0", spend)["conversions"].p50 for spend in (level, 2 * level)]
    assert margins[1] < margins[0] < at / (7 * level)


def test_at_todays_spend_it_foretells_todays_results() -> None:
    model = fit_response(steady("google:1", 40), as_of=last_day(40))
    found = model.predict("google:1", 100.0)
    assert found["conversions"].p50 == pytest.approx(56, rel=0.08)
    assert found["revenue"].p50 == pytest.approx(4480, rel=0.1)
    assert found["conversions"].p10 < 56 < found["conversions"].p90


def test_how_returns_fall_is_learned_from_accounts_that_moved_their_spend() -> None:
    rng = np.random.default_rng(2)
    frames = []
    for number in range(25):
        spend = 100 * np.exp(0.6 * np.repeat(rng.standard_normal(12), 7))
        conversions = rng.poisson(0.9 * spend**0.6 * 3)
        frames.append(
            steady(f"google:{number}", 84).assign(
                cost=spend, clicks=spend, conversions=conversions, revenue=conversions * 50.0
            )
        )
    model = fit_response(pd.concat(frames), as_of=last_day(84))
    assert 0.55 < model.exponent[0] < 0.75
    steadied = fit_response(campaigns(), as_of=last_day(60))
    assert steadied.exponent[0] == pytest.approx(0.85, abs=0.12)


def test_the_note_says_what_the_curve_rests_on() -> None:
    model = fit_response(pd.concat([steady("google:1", 40), steady("google:2", 20)]), as_of=last_day(40))
    assert "borrowed" in model.note("google:1")
    assert "No spend" in model.note("google:2")
    assert model.extrapolates("google:1", 151.0)
    assert not model.extrapolates("google:1", 149.0)


def test_an_unknown_campaign_is_named() -> None:
    model = fit_response(steady("google:1", 40), as_of=last_day(40))
    with pytest.raises(BadInput, match="google:9"):
        model.predict("google:9", 10.0)
    with pytest.raises(BadInput, match="sync first"):
        fit_response(steady("google:1", 40), as_of=pd.Timestamp("2020-01-01").date())


def kinds(history: pd.DataFrame) -> dict[str, str]:
    return {one.kind: one.entity for one in find_opportunities(history, as_of=last_day(60), limit=20)}


def test_a_winner_held_back_by_its_budget_is_found() -> None:
    history = pd.concat(
        [
            steady("google:1", 60, revenue=1500.0).assign(daily_budget=101.0),
            steady("google:2", 60).assign(daily_budget=300.0),
            steady("google:3", 60, revenue=500.0).assign(daily_budget=101.0),
        ]
    )
    found = kinds(history)
    assert found["budget_limited"] == "google:1"
    assert found["reallocation"] == "google:1"


def test_cheaper_impressions_and_risen_demand_are_found() -> None:
    late = np.asarray(days(60) >= days(60)[53])
    cheap = steady("google:1", 60).assign(cost=np.where(late, 70.0, 100.0))
    wanted = steady("google:2", 60).assign(conversions=np.where(late, 12.0, 8.0))
    found = kinds(pd.concat([cheap, wanted]))
    assert found["price_down"] == "google:1"
    assert found["demand_up"] == "google:2"


def test_a_short_or_empty_history_has_no_opportunities() -> None:
    assert find_opportunities(steady("google:1", 14), as_of=last_day(14)) == []
