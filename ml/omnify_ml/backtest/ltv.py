"""LTV: fitted on purchases before a day, judged on those of the horizon after it."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd

from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, ratios_of, refusal_report
from omnify_ml.backtest.scoring import bootstrap
from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.ltv.customers import Customers, bought_between, customers_at, purchases_of
from omnify_ml.ltv.forecast import LtvForecast, forecast_ltv

RATIOS = ("customer_rmse", "customer_mae", "cohort_wape")


def backtest_ltv(frame: pd.DataFrame, *, cut: str | None = None, horizon: int = 90) -> BacktestReport:
    """The model beside what the same customers brought in the period of equal length before."""
    start = perf_counter()
    purchases = purchases_of(frame)
    span = pd.Timedelta(days=horizon)
    last = purchases["date"].max() + pd.Timedelta(days=1)
    day = pd.Timestamp(cut) if cut else last - span
    split = f"Fit before {day.date()}, judged on the {horizon} days from then on."
    known = purchases[purchases["date"] < day]
    if day + span > last or known.empty:
        reason = f"insufficient data: the {horizon} days after {day.date()} are not all there"
        return refusal_report("ltv", reason, start=start, refused=0, split=split)
    forecast = forecast_ltv(known, as_of=(day - pd.Timedelta(days=1)).date(), horizon_days=horizon)
    if forecast.abstained:
        refused = len(forecast.customers)
        return refusal_report("ltv", forecast.abstained, start=start, refused=refused, split=split)
    customers = customers_at(purchases, day)
    actual = bought_between(purchases, customers, day, day + span)["sum"].to_numpy()
    previous = bought_between(purchases, customers, day - span, day)["sum"].to_numpy()
    return _report(customers, forecast, actual, previous, split=split, start=start)


def _report(
    customers: Customers,
    forecast: LtvForecast,
    actual: FloatArray,
    previous: FloatArray,
    *,
    split: str,
    start: float,
) -> BacktestReport:
    metrics = _metrics(customers, forecast.expected, actual)
    metrics["coverage80"] = _coverage(forecast, _sums(customers, actual))
    baselines = {"previous": _metrics(customers, previous, actual)}
    every = np.arange(len(actual))
    spans = {
        "customer_rmse/previous": bootstrap(
            every, lambda rows: _rmse_ratio(forecast.expected[rows], previous[rows], actual[rows])
        ),
        "cohort_wape/previous": bootstrap(
            every,
            lambda rows: _wape_ratio(
                customers.cohort[rows], forecast.expected[rows], previous[rows], actual[rows]
            ),
        ),
    }
    return BacktestReport(
        model="ltv",
        n=len(customers),
        metrics=metrics,
        baselines=baselines,
        ratios=ratios_of(metrics, baselines, RATIOS),
        seconds=perf_counter() - start,
        refused=0,
        split=split,
        ranges={name: one for name, one in spans.items() if one is not None},
        notes=[f"{len(customers.cohorts)} cohorts; level {forecast.level:.2f}. {forecast.note}"],
        curves=[_by_tenth(forecast.expected, actual)],
    )


def _coverage(forecast: LtvForecast, totals: FloatArray) -> float:
    pairs = zip(forecast.cohorts, totals, strict=True)
    return float(np.mean([row.value.p10 <= total <= row.value.p90 for row, total in pairs]))


def _rmse_ratio(expected: FloatArray, previous: FloatArray, actual: FloatArray) -> float | None:
    theirs = float(np.mean((previous - actual) ** 2))
    return float(np.sqrt(np.mean((expected - actual) ** 2) / theirs)) if theirs else None


def _wape_ratio(
    cohort: IntArray, expected: FloatArray, previous: FloatArray, actual: FloatArray
) -> float | None:
    came = np.bincount(cohort, actual)
    ours, theirs = (float(np.abs(np.bincount(cohort, said) - came).sum()) for said in (expected, previous))
    return ours / theirs if theirs else None


def _by_tenth(expected: FloatArray, actual: FloatArray) -> Curve:
    parts = np.array_split(np.argsort(expected), 10)
    x, y = ([float(values[part].mean()) for part in parts if len(part)] for values in (expected, actual))
    return Curve(name="Value by tenth of customers", x_label="expected", y_label="came", x=x, y=y)


def _sums(customers: Customers, values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(customers.cohort, values, len(customers.cohorts)))


def _metrics(customers: Customers, forecast: FloatArray, actual: FloatArray) -> Metrics:
    total = float(actual.sum())
    gap = np.abs(_sums(customers, forecast) - _sums(customers, actual)).sum()
    return {
        "customer_rmse": float(np.sqrt(np.mean((forecast - actual) ** 2))),
        "customer_mae": float(np.mean(np.abs(forecast - actual))),
        "cohort_wape": float(gap / total) if total > 0 else None,
        "total_bias": float(forecast.sum() / total - 1) if total > 0 else None,
    }
