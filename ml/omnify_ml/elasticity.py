"""How value grows with spend per campaign, each drawn to what all campaigns show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.interval import FloatArray

PRIOR, PRIOR_SD = 0.85, 0.1
# How far campaigns of one account differ in their elasticity, if they do not say otherwise.
BETWEEN_SD = 0.15
LEAST, MOST = 0.2, 0.98
RECENT_DAYS, MIN_DAYS = 14, 7
REACH = 1.5
# The level may drift: a step far back says less about the curve of today.
HALF_LIFE_DAYS = 60.0


@dataclass(frozen=True)
class Elasticities:
    """Local power laws: `value` at daily spend `level` grows as (spend / level) ** exponent."""

    campaigns: tuple[str, ...]
    level: FloatArray
    value: FloatArray
    largest: FloatArray
    exponent: FloatArray
    pooled: float


def learn_elasticities(daily: pd.DataFrame) -> Elasticities:
    """From daily rows (campaign, spend, value). Raises BadInput where no campaign has a week of them."""
    usable = daily[(daily["spend"] > 0) & (daily["value"] >= 0)]
    groups = {str(name): group for name, group in usable.groupby("campaign") if len(group) >= MIN_DAYS}
    if not groups:
        raise BadInput(f"No campaign has {MIN_DAYS} days with spend; a plan needs a history.")
    fits = [_own_slope(group["spend"].to_numpy(), group["value"].to_numpy()) for group in groups.values()]
    slope, variance = np.array([fit[0] for fit in fits]), np.array([fit[1] for fit in fits])
    pooled = _pooled(slope, variance)
    weight = BETWEEN_SD**2 / (BETWEEN_SD**2 + variance)
    exponent = np.clip(pooled + weight * (slope - pooled), LEAST, MOST)
    level = np.array([group["spend"].to_numpy()[-RECENT_DAYS:].mean() for group in groups.values()])
    value = np.array(
        [_level_value(group, at, e) for group, at, e in zip(groups.values(), level, exponent, strict=True)]
    )
    largest = np.array([group["spend"].max() for group in groups.values()])
    return Elasticities(tuple(groups), level, value, largest, exponent, pooled)


def _own_slope(spend: FloatArray, value: FloatArray) -> tuple[float, float]:
    """Slope of log value on log spend beside a slow trend, and its variance."""
    seen = value > 0
    if seen.sum() < MIN_DAYS:
        return PRIOR, 1e6
    x, y = np.log(spend[seen]), np.log(value[seen])
    age = np.arange(len(x))[::-1].astype(np.float64)
    weight = 0.5 ** (age / HALF_LIFE_DAYS)
    design = np.stack([np.ones(len(x)), x - x.mean(), (age - age.mean()) / max(len(x), 1)], axis=1)
    # The trend is held small: a steady rise of spend must not be explained away by time alone.
    curvature = (design.T * weight) @ design + np.diag([1e-9, 1e-9, 1.0])
    inverse = np.linalg.inv(curvature + np.eye(3) * 1e-9)
    beta = inverse @ (design.T @ (weight * y))
    rest = y - design @ beta
    noise = float(np.average(rest**2, weights=weight)) * len(x) / max(len(x) - 3, 1)
    # Days of one campaign hang together: half of them count.
    return float(beta[1]), float(2 * noise * inverse[1, 1] + 1e-4)


def _pooled(slope: FloatArray, variance: FloatArray) -> float:
    weight = 1 / (variance + BETWEEN_SD**2)
    precision = 1 / PRIOR_SD**2 + weight.sum()
    return float(np.clip((PRIOR / PRIOR_SD**2 + weight @ slope) / precision, LEAST, MOST))


def _level_value(group: pd.DataFrame, level: float, exponent: float) -> float:
    """Value at the recent level: recent days, carried there along the curve."""
    recent = group.iloc[-2 * RECENT_DAYS :]
    carried = recent["value"].to_numpy() * (level / recent["spend"].to_numpy()) ** exponent
    weight = 0.5 ** (np.arange(len(carried))[::-1] / RECENT_DAYS)
    return float(np.average(carried, weights=weight))
