"""Response curves: what a day of spend brings, concave (power) or saturating (Hill)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from omnify_core.errors import BadInput
from omnify_ml.interval import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Curves:
    """One curve per campaign; all arrays have shape (campaigns,).

    Where `half` is infinite the curve is a power law `scale * x**shape` (shape in (0, 1]);
    elsewhere Hill: `scale * x**shape / (half**shape + x**shape)`, S-shaped for shape > 1.
    """

    scale: FloatArray
    shape: FloatArray
    half: FloatArray

    @classmethod
    def power(cls, scale: FloatArray, shape: FloatArray) -> Curves:
        return cls(scale, shape, np.full(len(scale), np.inf)).checked()

    @classmethod
    def hill(cls, scale: FloatArray, half: FloatArray, shape: FloatArray) -> Curves:
        return cls(scale, shape, half).checked()

    def checked(self) -> Curves:
        """Itself. Raises BadInput naming the first curve that is none."""
        sound = (self.scale >= 0) & (self.shape > 0) & (self.half > 0) & np.isfinite(self.scale)
        sound &= ~(self.is_power & (self.shape > 1))
        if not sound.all():
            worst = int(np.argmin(sound))
            raise BadInput(
                f"Curve {worst} is unusable (scale {self.scale[worst]!r}, half {self.half[worst]!r}, "
                f"shape {self.shape[worst]!r}); scale >= 0, half > 0, 0 < shape, power shape <= 1."
            )
        return self

    def take(self, index: IntArray) -> Curves:
        return Curves(self.scale[index], self.shape[index], self.half[index])

    def __len__(self) -> int:
        return len(self.scale)

    @property
    def is_power(self) -> BoolArray:
        return np.isinf(self.half)

    def value(self, spend: FloatArray) -> FloatArray:
        """What `spend` brings; same shape as `spend`."""
        with np.errstate(over="ignore", invalid="ignore"):
            raised = np.maximum(spend, 0.0) ** self.shape
            hill = raised / (np.where(self.is_power, 1.0, self.half) ** self.shape + raised)
        return np.asarray(self.scale * np.where(self.is_power, raised, hill))

    def slope(self, spend: FloatArray) -> FloatArray:
        """The marginal return at `spend` (per unit of money)."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.exp(self._log_slope(np.log(np.maximum(spend, 1e-12)))))

    def _log_slope(self, log_spend: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            ratio = log_spend - np.log(np.where(self.is_power, 1.0, self.half))
            grown = np.where(self.is_power, 0.0, np.logaddexp(0.0, self.shape * ratio))
            per_unit = np.log(self.scale * self.shape) - np.log(np.where(self.is_power, 1.0, self.half))
        return np.asarray(per_unit + (self.shape - 1) * ratio - 2 * grown)

    def spend_at_slope(self, slope: FloatArray) -> FloatArray:
        """The spend on the concave part where the marginal return falls to `slope`."""
        with np.errstate(divide="ignore", invalid="ignore"):
            unit = np.log(np.where(self.is_power, 1.0, self.half))
            target = np.log(slope) - np.log(self.scale * self.shape) + unit
            flat = np.where(
                self.is_power | (self.shape < 1), target / np.minimum(self.shape - 1, -1e-9), np.inf
            )
            ratio = np.where(self.is_power, flat, np.minimum(flat, -target / (self.shape + 1)))
        ratio = np.clip(ratio, -700.0, 700.0)
        curved = ~self.is_power
        if curved.any():
            ratio[curved] = _solve_ratio(ratio[curved], self.shape[curved], target[curved])
        return np.asarray(np.exp(np.clip(ratio + unit, -700.0, 700.0)))

    @property
    def inflection(self) -> FloatArray:
        """Spend up to which the curve is convex (0 for concave curves)."""
        bent = ~self.is_power & (self.shape > 1)
        safe = np.where(bent, self.shape, 2.0)
        return np.where(bent, np.where(bent, self.half, 1.0) * ((safe - 1) / (safe + 1)) ** (1 / safe), 0.0)


def _solve_ratio(ratio: FloatArray, shape: FloatArray, target: FloatArray) -> FloatArray:
    """Newton on `(s-1)u - 2 log(1+e^(su)) = target` from the right of its root: never overshoots."""
    for _ in range(30):
        bent = np.exp(-np.logaddexp(0.0, -shape * ratio))
        gap = (shape - 1) * ratio - 2 * np.logaddexp(0.0, shape * ratio) - target
        step = gap / np.minimum(shape - 1 - 2 * shape * bent, -1e-12)
        ratio = np.clip(ratio - step, -700.0, 700.0)
        if np.all(np.abs(step) < 1e-12 * (1 + np.abs(ratio))):
            break
    return ratio


class Envelope(NamedTuple):
    """The least concave function above a curve on [lower, upper].

    A straight chord from `lower` to `touch` with slope `chord`, then the curve itself.
    """

    lower: FloatArray
    upper: FloatArray
    touch: FloatArray
    chord: FloatArray


def envelope(curves: Curves, lower: FloatArray, upper: FloatArray) -> Envelope:
    """Where S-shapes and straight lines are bridged; `touch == lower` where nothing needs a bridge."""
    straight = curves.is_power & (curves.shape > 1 - 1e-9)
    bent = (curves.inflection > lower) & (upper > lower)
    base = curves.value(lower)
    touch = np.where(straight, upper, lower)
    low, high = np.minimum(np.maximum(curves.inflection, lower), upper), upper.copy()

    def too_early(x: FloatArray) -> BoolArray:
        return np.asarray(curves.slope(x) * (x - lower) > curves.value(x) - base)

    for _ in range(60 if bent.any() else 0):
        middle = (low + high) / 2
        early = too_early(middle)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    touch = np.where(bent, np.where(too_early(upper), upper, high), touch)
    run = np.maximum(touch - lower, 1e-300)
    chord = np.where(touch > lower, (curves.value(touch) - base) / run, np.inf)
    return Envelope(lower, upper, touch, chord)
