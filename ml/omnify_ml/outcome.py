"""The distribution of a coming rate or volume: an uncertain level seen through few or many events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import nbdtrik, ndtri

from omnify_ml.interval import Z80, FloatArray, Interval

# From here on counting noise is close enough to log-normal.
MANY_EVENTS = 40.0


class Outcome(NamedTuple):
    """Arrays over entities. `level`: variance of the log level; `events`: independent events expected."""

    log_mean: FloatArray
    level: FloatArray
    events: FloatArray

    @property
    def variance(self) -> FloatArray:
        """Log variance with counting noise."""
        return self.level + 1 / (self.events + 0.5)

    def bounds(self, share: float = 0.8) -> tuple[FloatArray, FloatArray]:
        """Lower and upper end of the central `share`; a lower end of 0 where nothing may well happen."""
        tail = (1 - share) / 2
        wide = np.exp(np.minimum(-ndtri(tail) * np.sqrt(self.variance), 50.0))
        middle = np.exp(self.log_mean)
        few = self.events < MANY_EVENTS
        low, high = self._counted(tail), self._counted(1 - tail)
        return (
            np.where(few, np.minimum(middle * low, middle), middle / wide),
            np.where(few, np.maximum(middle * high, middle), middle * wide),
        )

    def _counted(self, probability: float) -> FloatArray:
        """Quantile of a gamma-mixed Poisson count, as a multiple of its mean."""
        events = np.clip(self.events, 1e-6, MANY_EVENTS)
        # A log-normal level of this variance has this squared coefficient of variation.
        size = 1 / np.maximum(np.expm1(np.minimum(self.level, 3.0)), 1e-4)
        count = nbdtrik(probability, size, size / (size + events))
        none = (size / (size + events)) ** size >= probability
        return np.asarray(np.where(none | ~np.isfinite(count), 0.0, np.ceil(np.nan_to_num(count))) / events)

    def intervals(self, *, inverse: bool = False) -> list[Interval]:
        """80 % intervals; `inverse` turns conversions per cost into cost per conversion."""
        (low, high), middle = self.bounds(), np.exp(self.log_mean)
        if inverse:
            wide = np.exp(np.minimum(Z80 * np.sqrt(self.variance), 50.0))
            low, middle, high = 1 / np.maximum(high, 1e-12), 1 / middle, wide / middle
        return [Interval(float(a), float(b), float(c)) for a, b, c in zip(low, middle, high, strict=True)]
