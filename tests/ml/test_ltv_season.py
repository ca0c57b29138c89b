"""The season of shops: the usual one for who has no last year, less where customers buy every month."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnify_ml.ltv import forecast_ltv
from omnify_ml.ltv.season import (
    USUAL_YEAR,
    own_correction,
    seasonality,
    usual_exposure,
    usual_level,
)

FIRST = pd.Timestamp("2025-01-01")


def shop(
    *, days: int, monthly: float, customers: int = 1500, seed: int = 3, year: np.ndarray | None = None
) -> pd.DataFrame:
    """Customers won in the first quarter, who buy at a steady rate times the season."""
    rng = np.random.default_rng(seed)
    shape = USUAL_YEAR if year is None else year
    level = shape[pd.date_range(FIRST, periods=days).month.to_numpy() - 1]
    first = rng.integers(0, 90, customers)
    rate = rng.gamma(2.0, monthly / 2.0 / 30, customers)
    who, when = [np.arange(customers)], [first]
    for day in range(1, days):
        buying = np.flatnonzero((first < day) & (rng.random(customers) < rate * level[day]))
        who.append(buying)
        when.append(np.full(len(buying), day))
    date = FIRST + pd.to_timedelta(np.concatenate(when), unit="D")
    return pd.DataFrame({"customer": np.concatenate(who), "date": date})


def bias(frame: pd.DataFrame, cut: str, horizon: int = 90) -> float:
    day = pd.Timestamp(cut)
    known = frame[frame["date"] < day]
    found = forecast_ltv(known, as_of=(day - pd.Timedelta(days=1)).date(), horizon_days=horizon)
    after = frame[(frame["date"] >= day) & (frame["date"] < day + pd.Timedelta(days=horizon))]
    return float(found.purchases.sum()) / after["customer"].isin(known["customer"]).sum() - 1


def test_the_usual_year_has_a_fourth_quarter_above_the_others() -> None:
    assert USUAL_YEAR.mean() == pytest.approx(1.0, abs=0.01)
    autumn = usual_level(pd.Timestamp("2025-10-01"), pd.Timestamp("2026-01-01"))
    assert autumn == pytest.approx(1.12, abs=0.01)
    assert usual_level(FIRST, FIRST) == 1.0


def test_a_history_is_measured_in_its_own_season() -> None:
    first = pd.Series([pd.Timestamp("2025-11-01"), pd.Timestamp("2025-12-01")])
    found = usual_exposure(first, pd.Timestamp("2026-01-01"))
    assert found[0] == pytest.approx((30 * 1.14 + 31 * 1.22) / 61)
    assert found[1] == pytest.approx(1.22)


def test_a_first_christmas_is_foretold_from_nine_months_of_occasional_buying() -> None:
    frame = shop(days=365, monthly=0.25)
    assert abs(bias(frame, "2025-10-01")) < 0.06


def test_monthly_buyers_get_hardly_any_season() -> None:
    assert (seasonality(0.2), seasonality(1.5)) == (1.0, 0.0)
    flat = shop(days=365, monthly=1.2, customers=1200, year=np.ones(12))
    assert abs(bias(flat, "2025-10-01")) < 0.06


def test_last_year_corrects_the_usual_one() -> None:
    summer = np.array([0.8, 0.8, 0.8, 0.9, 1.1, 1.4, 1.5, 1.4, 1.0, 0.8, 0.75, 0.75])
    frame = shop(days=730, monthly=0.3, year=summer)
    corrected = bias(frame, "2026-06-01")
    known_once = bias(shop(days=365, monthly=0.3, year=summer), "2025-06-01")
    assert abs(corrected) < 0.6 * abs(known_once)
    assert own_correction(0, 0) == 1.0
    assert own_correction(20, 40) > own_correction(2000, 4000) > 0.5
