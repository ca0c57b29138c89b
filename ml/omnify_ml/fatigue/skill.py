"""Whether the forecast has earned its keep on this account: a check on creatives left out in turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from omnify_ml.fatigue.hazard import ENDS, Rows, fit
from omnify_ml.fatigue.prior import general_prior

# Fewer own onsets than this say nothing about skill either way.
MIN_ONSETS = 15
FOLDS = 3


class Skill(NamedTuple):
    """`checked`: enough own onsets to tell. `refuted`: no better than the account's usual rate."""

    checked: bool
    refuted: bool
    base_7: float
    base_14: float

    def basis(self, n_onsets: int) -> str:
        if self.refuted:
            return f"no skill on this account yet ({n_onsets} own onsets): the account's usual rate is shown"
        if self.checked:
            return f"checked on this account: {n_onsets} own onsets, better than its usual rate"
        return f"prior-based: general experience; {n_onsets} own onsets, {MIN_ONSETS} needed to check it"


def own_skill(rows: Rows) -> Skill:
    """Log loss on creatives the fit had not seen, against the usual rate of each interval."""
    interval = np.argmax(rows.x[:, : len(ENDS)], axis=1) if len(rows.y) else np.zeros(0, dtype=np.int64)
    count = np.bincount(interval, minlength=len(ENDS)) + 2.0
    usual = (np.bincount(interval, rows.y, len(ENDS)) + 0.1) / count
    left = np.cumprod(1 - usual)
    base_7, base_14 = float(1 - left[1]), float(1 - left[2])
    if len(np.unique(rows.creative[rows.y > 0])) < MIN_ONSETS:
        return Skill(False, False, base_7, base_14)
    gained = 0.0
    for fold in range(FOLDS):
        out = rows.creative % FOLDS == fold
        rest = Rows(*(column[~out] for column in rows))
        hazard = fit(rest, general_prior())
        p = expit(((rows.x[out] - hazard.mean) / hazard.scale) @ hazard.beta)
        constant = np.bincount(interval[~out], rest.y, len(ENDS)) + 0.1
        constant = (constant / (np.bincount(interval[~out], minlength=len(ENDS)) + 2.0))[interval[out]]
        y = rows.y[out]
        gained += float(np.sum(y * np.log(p / constant) + (1 - y) * np.log((1 - p) / (1 - constant))))
    return Skill(True, gained <= 0, base_7, base_14)
