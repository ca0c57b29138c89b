"""BG/NBD: repeat buying at a gamma-distributed rate until a beta-geometric drop-out.

Fader, Hardie and Lee, "Counting your customers the easy way", Marketing Science 2005.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

from omnify_ml.interval import FloatArray
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


def fit_bgnbd(customers: Customers, *, prior: BgNbd | None = None, strength: float = 0.0) -> BgNbd:
    """Maximum likelihood on log parameters; `strength` draws them to a prior (worth so many customers)."""
    center = np.zeros(4) if prior is None else np.log(np.array(prior[:4]))
    counts = _compressed(customers)

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = _log_likelihood(theta, *counts)
        pull = strength * 0.5 * float(np.sum((theta - center) ** 2))
        # A trace of ridge keeps runaway parameters of flat likelihoods finite.
        return -value + pull + 1e-5 * float(theta @ theta), -gradient + strength * (
            theta - center
        ) + 2e-5 * theta

    start = np.log([0.5, 4.0, 0.8, 2.5]) if prior is None else center
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-8.0, 8.0)] * 4,
        options={"ftol": 1e-13, "gtol": 1e-6, "maxiter": 500},
    )
    r, alpha, a, b = np.exp(found.x)
    return BgNbd(float(r), float(alpha), float(a), float(b), float(_log_likelihood(found.x, *counts)[0]))


def _compressed(customers: Customers) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Equal histories once, with how often they occur."""
    rows = np.stack([customers.repeats, customers.last, customers.observed], axis=1)
    unique, count = np.unique(rows, axis=0, return_counts=True)
    return unique[:, 0], unique[:, 1], unique[:, 2], count.astype(np.float64)


def _log_likelihood(
    theta: FloatArray, x: FloatArray, last: FloatArray, seen: FloatArray, count: FloatArray
) -> tuple[float, FloatArray]:
    """Value and gradient with respect to the log parameters."""
    r, alpha, a, b = np.exp(theta)
    repeat = x > 0
    later = np.maximum(x - 1, 0.0)
    shared = (
        gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        + gammaln(a + b)
        + gammaln(b + x)
        - gammaln(b)
        - gammaln(a + b + x)
    )
    stay = -(r + x) * np.log(alpha + seen)
    leave = np.where(repeat, np.log(a) - np.log(b + later) - (r + x) * np.log(alpha + last), -np.inf)
    both = np.logaddexp(stay, leave)
    p = np.exp(stay - both)
    q = 1 - p
    d_r = digamma(r + x) - digamma(r) + np.log(alpha) - p * np.log(alpha + seen) - q * np.log(alpha + last)
    d_alpha = r / alpha - (r + x) * (p / (alpha + seen) + q / (alpha + last))
    total = digamma(a + b) - digamma(a + b + x)
    d_a = total + q / a
    d_b = total + digamma(b + x) - digamma(b) - q / (b + later)
    gradient = np.array([count @ d_r * r, count @ d_alpha * alpha, count @ d_a * a, count @ d_b * b])
    return float(count @ (shared + both)), gradient
