"""Pareto/NBD: repeat buying at a gamma-distributed rate until an exponential lifetime ends.

Schmittlein, Morrison and Colombo 1987; formulas as in Fader and Hardie's note of 2005.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from omnify_ml.interval import FloatArray
from omnify_ml.ltv.customers import Customers

# Above this many distinct histories the fit uses an even sample of them.
MAX_HISTORIES = 2000


class ParetoNbd(NamedTuple):
    """Rates ~ Gamma(r, alpha), lifetimes' rates ~ Gamma(s, beta). Time in weeks."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float

    def expected(self, customers: Customers, weeks: float) -> FloatArray:
        """Expected repeat purchases of each customer in the coming `weeks`."""
        r, alpha, s, beta, _ = self
        x, seen = customers.repeats, customers.observed
        s = s if abs(s - 1) > 1e-4 else 1 + 1e-4
        lasting = (beta + seen) / (s - 1) * (1 - ((beta + seen) / (beta + seen + weeks)) ** (s - 1))
        return np.asarray((r + x) / (alpha + seen) * lasting * self.alive(customers))

    def alive(self, customers: Customers) -> FloatArray:
        """Probability of still being a customer at the cut."""
        r, alpha, s, beta, _ = self
        x, last, seen = customers.repeats, customers.last, customers.observed
        still = -(r + x) * np.log(alpha + seen) - s * np.log(beta + seen)
        left = _log_left(r, alpha, s, beta, x, last, seen)
        return np.asarray(np.exp(still - np.logaddexp(still, left)))


def fit_paretonbd(customers: Customers) -> ParetoNbd:
    """Maximum likelihood on log parameters."""
    rows = np.stack([customers.repeats, customers.last, customers.observed], axis=1)
    unique, times = np.unique(rows, axis=0, return_counts=True)
    count = times.astype(np.float64)
    if len(unique) > MAX_HISTORIES:
        kept = np.linspace(0, len(unique) - 1, MAX_HISTORIES).astype(np.int64)
        unique, count = unique[kept], count[kept] * len(unique) / MAX_HISTORIES
    x, last, seen = unique.T

    def loss(theta: FloatArray) -> float:
        return -_log_likelihood(theta, x, last, seen, count) + 1e-5 * float(theta @ theta)

    found = minimize(
        loss,
        np.log([0.6, 8.0, 0.6, 10.0]),
        method="L-BFGS-B",
        bounds=[(-8.0, 8.0)] * 4,
        options={"ftol": 1e-10},
    )
    r, alpha, s, beta = np.exp(found.x)
    return ParetoNbd(float(r), float(alpha), float(s), float(beta), -float(found.fun))


def _log_likelihood(
    theta: FloatArray, x: FloatArray, last: FloatArray, seen: FloatArray, count: FloatArray
) -> float:
    r, alpha, s, beta = np.exp(theta)
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    still = -(r + x) * np.log(alpha + seen) - s * np.log(beta + seen)
    return float(count @ (shared + np.logaddexp(still, _log_left(r, alpha, s, beta, x, last, seen))))


def _log_left(
    r: float, alpha: float, s: float, beta: float, x: FloatArray, last: FloatArray, seen: FloatArray
) -> FloatArray:
    """Log of the part of the likelihood in which the customer has left between the last purchase and now."""
    big, small = max(alpha, beta), abs(alpha - beta)
    second = s + 1 if alpha >= beta else r + x
    total = r + s + x
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        early = np.log(hyp2f1(total, second, total + 1, small / (big + last))) - total * np.log(big + last)
        late = np.log(hyp2f1(total, second, total + 1, small / (big + seen))) - total * np.log(big + seen)
        difference = early + np.log1p(-np.exp(np.minimum(late - early, 0.0)))
    return np.asarray(np.nan_to_num(np.log(s) - np.log(total) + difference, nan=-np.inf, neginf=-1e300))
