"""What each customer and each cohort will bring over the coming days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.interval import FloatArray, Interval
from omnify_ml.ltv.bgnbd import BgNbd, fit_bgnbd
from omnify_ml.ltv.customers import WEEK, Customers, bought_between, customers_at, purchases_of
from omnify_ml.ltv.paretonbd import ParetoNbd, fit_paretonbd
from omnify_ml.ltv.season import own_correction, seasonality, usual_exposure, usual_level
from omnify_ml.ltv.value import GammaGamma, fit_gamma_gamma

MIN_REPEAT_BUYERS = 30
SURE_REPEAT_BUYERS = 300
# How far the last period's miss is believed to last, and purchases that the belief in none is worth.
PERSISTENCE, LEVEL_STRENGTH = 0.5, 200.0
COHORT_STRENGTH = 100.0
# Seasons and campaigns move a whole cohort; the spread of past totals around such forecasts.
LEVEL_SD = 0.2
DRAWS = 300
YEAR, MONTH_WEEKS = pd.Timedelta(days=364), 4.35


@dataclass(frozen=True, slots=True)
class CohortForecast:
    """What one cohort brings in the horizon; `previous`: what it brought in the same time before."""

    cohort: str
    customers: int
    value: Interval
    previous: float


@dataclass(frozen=True)
class LtvForecast:
    """`expected`: value per customer, in the order of `customers`; `abstained` is empty or the reason.

    `level`: factor by which the last period differed from the model, as far as it is believed to last.
    """

    customers: tuple[str, ...]
    expected: FloatArray
    purchases: FloatArray
    cohorts: tuple[CohortForecast, ...]
    level: float
    note: str
    abstained: str


def forecast_ltv(frame: pd.DataFrame, *, as_of: date, horizon_days: int = 90) -> LtvForecast:
    """The value of the `horizon_days` after `as_of` (the last complete day), repeat purchases only."""
    if horizon_days < 1:
        raise BadInput(f"{horizon_days} is no horizon; give at least 1 day.")
    purchases = purchases_of(frame)
    cut = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    customers = customers_at(purchases, cut)
    repeaters = int((customers.repeats > 0).sum())
    if repeaters < MIN_REPEAT_BUYERS:
        reason = f"insufficient data: {repeaters} repeat buyers, {MIN_REPEAT_BUYERS} needed"
        return LtvForecast(customers.names, np.zeros(0), np.zeros(0), (), 1.0, "", reason)
    span = pd.Timedelta(days=horizon_days)
    buying = Buying.fit(customers)
    level = _levels(purchases, customers, cut, span) * _season(purchases, buying, cut, span)
    counts = buying.purchases(customers, horizon_days / WEEK) * level
    previous = bought_between(purchases, customers, cut - span, cut)["sum"].to_numpy()
    note = "" if repeaters >= SURE_REPEAT_BUYERS else f"Only {repeaters} repeat buyers: read the interval."
    cohorts = _cohorts(customers, buying, level, horizon_days / WEEK, previous)
    return LtvForecast(
        customers.names, counts * buying.value(customers), counts, cohorts, float(np.mean(level)), note, ""
    )


@dataclass(frozen=True)
class Buying:
    """The fitted models of when and how much; their mean forecasts better than either alone."""

    bgnbd: BgNbd
    pareto: ParetoNbd
    spend: GammaGamma | None

    @classmethod
    def fit(cls, customers: Customers) -> Buying:
        varying = customers.has_values and float(np.ptp(customers.mean_value)) > 0
        spend = fit_gamma_gamma(customers.mean_value, customers.repeats + 1) if varying else None
        return cls(fit_bgnbd(customers), fit_paretonbd(customers), spend)

    def purchases(self, customers: Customers, weeks: float) -> FloatArray:
        """Expected purchases of each customer."""
        return (self.bgnbd.expected(customers, weeks) + self.pareto.expected(customers, weeks)) / 2

    def usual_change(self, purchases: pd.DataFrame, cut: pd.Timestamp, span: pd.Timedelta) -> FloatArray:
        """Usual season of the coming span over that in which each customer's history was made."""
        first = purchases[purchases["date"] < cut].groupby("customer", sort=True)["date"].min()
        strength = seasonality(MONTH_WEEKS * self.bgnbd.r / self.bgnbd.alpha)
        return np.asarray((usual_level(cut, cut + span) / usual_exposure(first, cut)) ** strength)

    def value(self, customers: Customers) -> FloatArray:
        """Expected value of a purchase of each customer."""
        if self.spend is None:
            return np.nan_to_num(customers.mean_value, nan=1.0)
        return self.spend.expected(customers.mean_value, customers.repeats + 1)


def _levels(
    purchases: pd.DataFrame, customers: Customers, cut: pd.Timestamp, span: pd.Timedelta
) -> FloatArray:
    """Factor per customer: how the model missed the last period, overall and for the cohort, shrunk."""
    neutral = np.ones(len(customers))
    before = customers_at(purchases, cut - span)
    if (before.repeats > 0).sum() < MIN_REPEAT_BUYERS:
        return neutral
    buying = Buying.fit(before)
    # What the season alone explains is no change of level.
    season = buying.usual_change(purchases, cut - span, span)
    expected = buying.purchases(before, span.days / WEEK) * season
    came = bought_between(purchases, before, cut - span, cut)["size"].to_numpy()
    trust = PERSISTENCE * came.sum() / (came.sum() + LEVEL_STRENGTH)
    overall = (came.sum() + 1) / (expected.sum() + 1)
    n = len(before.cohorts)
    seen = np.bincount(before.cohort, came, n)
    foretold = np.bincount(before.cohort, expected, n) * overall
    own = (seen + COHORT_STRENGTH) / (foretold + COHORT_STRENGTH)
    factor = dict(zip(before.cohorts, overall**trust * own**PERSISTENCE, strict=True))
    default = float(overall**trust)
    return np.array([factor.get(name, default) for name in customers.cohorts])[customers.cohort]


def _season(purchases: pd.DataFrame, buying: Buying, cut: pd.Timestamp, span: pd.Timedelta) -> FloatArray:
    """Factor per customer: the usual season, corrected by how it came a year ago where that is known."""
    usual = buying.usual_change(purchases, cut, span)
    then = cut - YEAR
    before = customers_at(purchases, then)
    if (before.repeats > 0).sum() < SURE_REPEAT_BUYERS:
        return usual
    expected = buying.purchases(before, span.days / WEEK) * buying.usual_change(purchases, then, span)
    came = bought_between(purchases, before, then, then + span)["size"].to_numpy()
    return usual * own_correction(float(came.sum()), float(expected.sum()))


def _cohorts(
    customers: Customers, buying: Buying, level: FloatArray, weeks: float, previous: FloatArray
) -> tuple[CohortForecast, ...]:
    totals = cohort_draws(customers, buying, level, weeks)
    before = np.bincount(customers.cohort, previous, len(customers.cohorts))
    sizes = np.bincount(customers.cohort, minlength=len(customers.cohorts))
    return tuple(
        CohortForecast(name, int(sizes[index]), Interval.of_draws(totals[:, index]), float(before[index]))
        for index, name in enumerate(customers.cohorts)
    )


def cohort_draws(customers: Customers, buying: Buying, level: FloatArray, weeks: float) -> FloatArray:
    """Simulated totals, shape (draws, cohorts): chance of each customer, and of the common level."""
    rng = np.random.default_rng(3)
    value = buying.value(customers)
    target = buying.purchases(customers, weeks) * level
    scale = target / np.maximum(buying.bgnbd.expected(customers, weeks), 1e-9)
    spread = _spend_spread(buying)
    totals = np.empty((DRAWS, len(customers.cohorts)))
    for draw in range(DRAWS):
        counts = buying.bgnbd.draw(customers, weeks, rng)
        amounts = counts * value * scale * rng.gamma(1 / spread, spread, len(customers))
        common = np.exp(LEVEL_SD * rng.standard_normal())
        totals[draw] = np.bincount(customers.cohort, amounts, len(customers.cohorts)) * common
    return totals


def _spend_spread(buying: Buying) -> float:
    """Squared coefficient of variation of what a customer's purchases come to."""
    return 0.02 if buying.spend is None else 1 / buying.spend.p + 1 / max(buying.spend.q - 1, 0.5)
