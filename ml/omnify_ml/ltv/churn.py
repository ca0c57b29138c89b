"""Who will not buy again: recency, frequency, value and the expected purchases, recalibrated.

Never 1 - P(alive): to the buying models a one-time buyer is alive for certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import expit

from omnify_ml.interval import FloatArray
from omnify_ml.ltv.bgnbd import fit_bgnbd
from omnify_ml.ltv.customers import WEEK, Customers, bought_between, customers_at, purchases_of

MIN_CUSTOMERS, MIN_RETURNS = 200, 40
RIDGE = 1.0


@dataclass(frozen=True)
class ChurnForecast:
    """`risk`: P(no purchase in the horizon) per customer; `abstained` is empty or the reason."""

    customers: tuple[str, ...]
    risk: FloatArray
    note: str
    abstained: str


def predict_churn(frame: pd.DataFrame, *, as_of: date, horizon_days: int = 90) -> ChurnForecast:
    """Learns from who came back in the horizon before `as_of`, speaks about the horizon after it."""
    purchases = purchases_of(frame)
    cut = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    span = pd.Timedelta(days=horizon_days)
    now, then = customers_at(purchases, cut), customers_at(purchases, cut - span)
    returned = bought_between(purchases, then, cut - span, cut)["size"].to_numpy() > 0
    if len(then) < MIN_CUSTOMERS or returned.sum() < MIN_RETURNS:
        reason = f"insufficient data: {len(then)} customers a horizon ago, {int(returned.sum())} returned; "
        return ChurnForecast(now.names, np.zeros(0), "", reason + f"{MIN_CUSTOMERS} and {MIN_RETURNS} needed")
    weeks = horizon_days / WEEK
    past = _features(then, weeks)
    mean, scale = past.mean(axis=0), past.std(axis=0) + 1e-9
    beta = _logistic((past - mean) / scale, (~returned).astype(np.float64))
    risk = expit(_score((_features(now, weeks) - mean) / scale, beta))
    return ChurnForecast(
        now.names, np.asarray(risk), "Learned one horizon ago: a season in between shows.", ""
    )


def _features(customers: Customers, weeks: float) -> FloatArray:
    """Log expected purchases, recency, frequency, age and value."""
    expected = fit_bgnbd(customers).expected(customers, weeks)
    silent = customers.observed - customers.last
    value = np.log1p(np.nan_to_num(customers.mean_value, nan=1.0))
    return np.stack(
        [
            np.log(expected + 1e-3),
            np.exp(-expected),
            np.log1p(silent),
            np.sqrt(np.maximum(silent, 0.0)),
            np.log1p(customers.repeats),
            silent / (customers.last / np.maximum(customers.repeats, 1) + 2.0),
            np.log1p(customers.observed),
            value,
        ],
        axis=1,
    )


def _score(x: FloatArray, beta: FloatArray) -> FloatArray:
    return np.asarray(beta[0] + x @ beta[1:])


def _logistic(x: FloatArray, y: FloatArray) -> FloatArray:
    design = np.concatenate([np.ones((len(x), 1)), x], axis=1)
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 1e-6
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        p = expit(design @ beta)
        curvature = (design.T * (p * (1 - p))) @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, design.T @ (y - p) - penalty * beta)
        beta = beta + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-8:
            break
    return beta
