"""A forecast quantity as three quantiles, and the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

Z80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Interval:
    """The 10th, 50th and 90th percentile of what may happen: an 80 % interval around a median."""

    p10: float
    p50: float
    p90: float

    @classmethod
    def lognormal(cls, log_mean: float, log_sd: float, *, scale: float = 1.0) -> Interval:
        """Quantiles of `scale * exp(N(log_mean, log_sd))`."""
        middle = scale * exp(log_mean)
        width = exp(min(Z80 * log_sd, 50.0))
        return cls(middle / width, middle, middle * width)

    @classmethod
    def of_draws(cls, draws: FloatArray) -> Interval:
        """Quantiles of simulated outcomes."""
        low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9])
        return cls(float(low), float(middle), float(high))

    @property
    def width(self) -> float:
        return self.p90 - self.p10
