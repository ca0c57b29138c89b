"""Gamma-Gamma: what a customer spends per purchase, drawn to what all spend.

Fader and Hardie, "The gamma-gamma model of monetary value", 2013.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from omnify_ml.interval import FloatArray


class GammaGamma(NamedTuple):
    """Purchases ~ Gamma(p, nu), nu ~ Gamma(q, v) across customers."""

    p: float
    q: float
    v: float

    def expected(self, mean: FloatArray, n: FloatArray) -> FloatArray:
        """Expected value of a purchase given the mean of `n` past ones."""
        weight = self.p * n / (self.p * n + self.q - 1)
        return np.asarray(weight * mean + (1 - weight) * self.v * self.p / (self.q - 1))


def fit_gamma_gamma(mean: FloatArray, n: FloatArray) -> GammaGamma:
    """Maximum likelihood over customers with a positive mean; q is held above 1 so that a mean exists."""
    usable = mean > 0
    scale = float(mean[usable].mean())
    z, k = mean[usable] / scale, n[usable]

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        p, q, v = np.exp(theta[0]), 1.05 + np.exp(theta[1]), np.exp(theta[2])
        both = p * k + q
        value = gammaln(both) - gammaln(p * k) - gammaln(q) + q * np.log(v)
        value += (p * k - 1) * np.log(z) + p * k * np.log(k) - both * np.log(v + k * z)
        d_p = k * (digamma(both) - digamma(p * k) + np.log(z) + np.log(k) - np.log(v + k * z))
        d_q = digamma(both) - digamma(q) + np.log(v) - np.log(v + k * z)
        d_v = q / v - both / (v + k * z)
        gradient = np.array([d_p.sum() * p, d_q.sum() * (q - 1.05), d_v.sum() * v])
        return float(-value.sum() / len(z)), -gradient / len(z)

    found = minimize(loss, np.log([4.0, 3.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(-6.0, 8.0)] * 3)
    return GammaGamma(
        float(np.exp(found.x[0])), float(1.05 + np.exp(found.x[1])), float(np.exp(found.x[2])) * scale
    )
