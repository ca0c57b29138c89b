"""How much a unit of spend still buys as spend grows: three saturating forms."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from omnify_sandbox.randomness import FloatArray, IntArray


class Form(IntEnum):
    POWER = 0
    EXPONENTIAL = 1
    HILL = 2


class Curves(NamedTuple):
    """One saturating curve per campaign, in spend relative to its reference spend.

    `bend`: POWER the exponent, EXPONENTIAL reference spend over the scale, HILL half point over
    reference spend. `slope` is Hill's exponent.
    """

    form: IntArray
    bend: FloatArray
    slope: FloatArray


def efficiency(curves: Curves, relative_spend: FloatArray) -> FloatArray:
    """Outcome per unit of spend, 1 at the reference spend; same shape as `relative_spend`."""
    x = np.maximum(relative_spend, 0.02)
    gained = np.choose(curves.form, [_power(curves, x), _exponential(curves, x), _hill(curves, x)])
    one = np.ones_like(x)
    at_one = np.choose(curves.form, [_power(curves, one), _exponential(curves, one), _hill(curves, one)])
    ratio: FloatArray = np.clip(gained / x / at_one, 0.05, 3.0)
    return ratio


def _power(curves: Curves, x: FloatArray) -> FloatArray:
    gained: FloatArray = x**curves.bend
    return gained


def _exponential(curves: Curves, x: FloatArray) -> FloatArray:
    return 1 - np.exp(-curves.bend * x)


def _hill(curves: Curves, x: FloatArray) -> FloatArray:
    """Hill saturation as in Jin et al. 2017."""
    gained: FloatArray = x**curves.slope / (curves.bend**curves.slope + x**curves.slope)
    return gained
