"""How creatives wear in and out with the exposures that a person has had."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from omnify_sandbox.randomness import BoolArray, FloatArray

MEDIAN_DROP_AT_FOUR = 0.45
EVERGREEN_SHARE = 0.29
HALF_LIFE_DAYS = 21.0
WEAR_IN = 0.08


class Wear(NamedTuple):
    """Per creative: the share of its fresh rate lost at four exposures, and the curve's form."""

    drop_at_four: FloatArray
    power_law: BoolArray


def kept_share(wear: Wear, exposures: FloatArray) -> FloatArray:
    """Share of the full click rate that is left after `exposures` per person, wear-in included."""
    log_kept: FloatArray = np.log1p(-wear.drop_at_four)
    exponential = np.exp(log_kept * exposures / 4.0)
    power = (1 + exposures / 2.0) ** (log_kept / np.log(3.0))
    wear_in = 1 - WEAR_IN * np.exp(-exposures / 0.1)
    kept: FloatArray = np.where(wear.power_law, power, exponential) * wear_in
    return kept


def forget(exposures: FloatArray) -> FloatArray:
    """Exposures as remembered a day later."""
    kept: FloatArray = exposures * math.pow(0.5, 1 / HALF_LIFE_DAYS)
    return kept


def remembered(daily: FloatArray, age_days: FloatArray) -> FloatArray:
    """What `age_days` days of `daily` exposures leave behind."""
    keep = 0.5 ** (1 / HALF_LIFE_DAYS)
    left: FloatArray = daily * (1 - keep ** np.maximum(age_days, 0)) / (1 - keep)
    return left
