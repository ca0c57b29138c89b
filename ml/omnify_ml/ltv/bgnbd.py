"""BG/NBD: repeat buying at a gamma-distributed rate until a beta-geometric drop-out.

Fader, Hardie and Lee, "Counting your customers the easy way", Marketing Science 2005.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.ltv.customers import Customers


class BgNbd(NamedTuple):
    """Rates ~ Gamma(r, alpha); drop-out after each purchase ~ Beta(a, b). Time in weeks."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def expected(self, customers: Customers, weeks: float) -> FloatArray:
        """Expected repeat purchases of each customer in the coming `weeks`."""
        r, alpha, a, b, _ = self
        x, last, seen = customers.repeats, customers.last, customers.observed
        # The formula has a removable pole at a = 1.
        a = a if abs(a - 1) > 1e-4 else 1 + 1e-4
        reach = (alpha + seen) / (alpha + seen + weeks)
        series = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (alpha + seen + weeks))
        bought = (a + b + x - 1) / (a - 1) * (1 - reach ** (r + x) * series)
        gone = np.where(
            x > 0, a / np.maximum(b + x - 1, 1e-9) * ((alpha + seen) / (alpha + last)) ** (r + x), 0.0
        )
        return np.asarray(np.maximum(bought / (1 + gone), 0.0))

    def draw(self, customers: Customers, weeks: float, rng: np.random.Generator) -> FloatArray:
        """One simulated future of every customer: purchases in the coming `weeks`."""
        r, alpha, a, b, _ = self
        x, last, seen = customers.repeats, customers.last, customers.observed
        gone = np.where(
            x > 0, a / np.maximum(b + x - 1, 1e-9) * ((alpha + seen) / (alpha + last)) ** (r + x), 0.0
        )
        alive = rng.random(len(x)) < 1 / (1 + gone)
        rate = rng.gamma(r + x) / (alpha + seen)
        tired = rng.beta(a, b + x)
        planned = rng.poisson(rate * weeks)
        # The purchase after which one leaves is the first geometric success.
        leaves = rng.geometric(np.clip(tired, 1e-9, 1.0))
        return np.asarray(np.where(alive, np.minimum(planned, leaves), 0.0))


def fit_bgnbd(customers: Customers) -> BgNbd:
    """Maximum likelihood on log parameters."""
    counts, n = _compressed(customers), float(len(customers))

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = _log_likelihood(theta, counts)
        # A trace of ridge keeps runaway parameters of flat likelihoods finite.
        return (-value + 5e-6 * float(theta @ theta)) / n, (-gradient + 1e-5 * theta) / n

    found = minimize(
        loss,
        np.log([0.5, 4.0, 0.8, 2.5]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-8.0, 8.0)] * 4,
        options={"ftol": 1e-12, "gtol": 1e-7, "maxiter": 200},
    )
    r, alpha, a, b = np.exp(found.x)
    return BgNbd(float(r), float(alpha), float(a), float(b), float(_log_likelihood(found.x, counts)[0]))


class _Histories(NamedTuple):
    """Distinct histories and how often each occurs (`times`); `at` points into the distinct repeat counts."""

    repeats: FloatArray
    at: IntArray
    last: FloatArray
    seen: FloatArray
    times: FloatArray


def _compressed(customers: Customers) -> _Histories:
    rows = np.stack([customers.repeats, customers.last, customers.observed], axis=1)
    unique, count = np.unique(rows, axis=0, return_counts=True)
    repeats, at = np.unique(unique[:, 0], return_inverse=True)
    return _Histories(repeats, np.asarray(at), unique[:, 1], unique[:, 2], count.astype(np.float64))


def _log_likelihood(theta: FloatArray, histories: _Histories) -> tuple[float, FloatArray]:
    """Value and gradient with respect to the log parameters.

    The gamma functions depend on the number of repeats only, of which there are few.
    """
    r, alpha, a, b = np.exp(theta)
    few, at, last, seen, count = histories
    shared = gammaln(r + few) - gammaln(r) + gammaln(a + b) + gammaln(b + few)
    shared += r * np.log(alpha) - gammaln(b) - gammaln(a + b + few)
    later = np.maximum(few - 1, 0.0)
    left = np.where(few > 0, np.log(a) - np.log(b + later), -np.inf)
    log_seen, log_last = np.log(alpha + seen), np.log(alpha + last)
    power = (r + few)[at]
    stay, leave = -power * log_seen, left[at] - power * log_last
    both = np.logaddexp(stay, leave)
    p = np.exp(stay - both)
    q = 1 - p
    per_repeat, gone = np.bincount(at, count, len(few)), np.bincount(at, count * q, len(few))
    d_r = per_repeat @ (digamma(r + few) - digamma(r) + np.log(alpha)) - count @ (p * log_seen + q * log_last)
    d_alpha = per_repeat.sum() * r / alpha - count @ (power * (p / (alpha + seen) + q / (alpha + last)))
    total = digamma(a + b) - digamma(a + b + few)
    d_a = per_repeat @ total + gone.sum() / a
    d_b = per_repeat @ (total + digamma(b + few) - digamma(b)) - gone @ (1 / (b + later))
    gradient = np.array([d_r * r, d_alpha * alpha, d_a * a, d_b * b])
    return float(per_repeat @ shared + count @ both), gradient
