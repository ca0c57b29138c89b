"""What a split may bring over all that is plausible, and a small share of it placed to learn.

The best split of the expected curves never spends where little is known, so it never learns better. A
tenth of the money follows the splits that plausible curves would ask for (Thompson sampling, averaged:
a mixture of allowed splits is allowed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from omnify_ml.curves import Curves
from omnify_ml.interval import FloatArray, Interval

EXPLORED_SHARE = 0.10
EXPLORING_DRAWS = 24


class Gain(NamedTuple):
    """Value of one split over another, a day; `sure`: chance that it is more at all."""

    value: Interval
    sure: float


def explored(
    best: FloatArray, plausible: Sequence[Curves], split: Callable[[Curves], FloatArray]
) -> FloatArray:
    """`best` with a tenth of the money split as the plausible curves would."""
    if not plausible:
        return best
    others = np.mean([split(curves) for curves in plausible[:EXPLORING_DRAWS]], axis=0)
    return np.asarray((1 - EXPLORED_SHARE) * best + EXPLORED_SHARE * others)


def placed_to_learn(best: FloatArray, final: FloatArray) -> float:
    """Money that lies elsewhere than the expected curves alone would put it."""
    return float(np.abs(final - best).sum() / 2)


def gain_of(plausible: Sequence[Curves], now: FloatArray, then: FloatArray) -> Gain:
    """Over plausible curves; the same luck for both splits."""
    found = np.array([float((curves.value(then) - curves.value(now)).sum()) for curves in plausible])
    return Gain(Interval.of_draws(found), float(np.mean(found > 0)))
