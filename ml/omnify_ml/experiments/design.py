"""Before and around a test: how many units, a fair split, less noise, many variants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, ndtri

from omnify_core.errors import BadInput
from omnify_ml.experiments.sequential import Arm
from omnify_ml.interval import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Plan:
    """Units per arm: for one look at the end, for planned daily looks, and for looks without end."""

    fixed: int
    planned_looks: int
    any_time: int
    words: str


def plan(*, baseline: float, smallest_lift: float, power: float = 0.8, alpha: float = 0.05) -> Plan:
    """Units for a conversion rate `baseline` (0-1) and the `smallest_lift` worth finding (0.1 = +10 %)."""
    if not 0 < baseline < 1 or not smallest_lift > 0 or baseline * (1 + smallest_lift) >= 1:
        raise BadInput(f"Baseline {baseline!r} and lift {smallest_lift!r} give no rate between 0 and 1.")
    other = baseline * (1 + smallest_lift)
    variance = baseline * (1 - baseline) + other * (1 - other)
    delta = other - baseline
    fixed = variance * (ndtri(1 - alpha / 2) + ndtri(power)) ** 2 / delta**2
    # The mixture's edge at its best width, |z| = 3.04, in place of 1.96.
    any_time = variance * (3.04 + ndtri(power)) ** 2 / delta**2
    words = (
        f"{fixed:,.0f} units per arm if you look once, {1.03 * fixed:,.0f} with daily looks and a fixed end, "
        f"{any_time:,.0f} if you may look and stop at any time."
    )
    return Plan(int(np.ceil(fixed)), int(np.ceil(1.03 * fixed)), int(np.ceil(any_time)), words)


def split_p(counts: FloatArray, shares: FloatArray) -> float:
    """P-value of the sample-ratio check: below 0.001 the assignment itself is broken."""
    expected = counts.sum() * shares / shares.sum()
    return float(chdtrc(len(counts) - 1, float(((counts - expected) ** 2 / expected).sum())))


class Adjusted(NamedTuple):
    """Both arms after the adjustment, and the share of variance it took away."""

    control: Arm
    treatment: Arm
    variance_cut: float


def cuped(
    control: FloatArray, treatment: FloatArray, control_before: FloatArray, treatment_before: FloatArray
) -> Adjusted:
    """Arms with the part removed that the same units' pre-period explains (Deng et al. 2013)."""
    y, x = np.concatenate([control, treatment]), np.concatenate([control_before, treatment_before])
    spread = float(np.var(x))
    arm = np.concatenate([np.zeros(len(control)), np.ones(len(treatment))])
    within_y = y - np.where(arm > 0, treatment.mean(), control.mean())
    within_x = x - np.where(arm > 0, treatment_before.mean(), control_before.mean())
    theta = float(within_x @ within_y / max(within_x @ within_x, 1e-12)) if spread > 0 else 0.0
    adjusted = y - theta * (x - x.mean())
    first, second = adjusted[: len(control)], adjusted[len(control) :]
    before = float(np.var(control, ddof=1) + np.var(treatment, ddof=1))
    after = float(np.var(first, ddof=1) + np.var(second, ddof=1))
    arms = [Arm(len(part), float(part.mean()), float(np.var(part, ddof=1))) for part in (first, second)]
    return Adjusted(arms[0], arms[1], 1 - after / before if before > 0 else 0.0)


def holm(p_values: FloatArray, *, alpha: float = 0.05) -> BoolArray:
    """Which variants are decided when several are tested at once (any false one at most `alpha`)."""
    order = np.argsort(p_values)
    passed = p_values[order] <= alpha / np.arange(len(order), 0, -1)
    decided = np.zeros(len(order), dtype=np.bool_)
    decided[order[: int(np.argmin(np.append(passed, False)))]] = True
    return decided


def e_bh(log_evidence: FloatArray, *, rate: float = 0.05) -> BoolArray:
    """Which of many tests to believe so that about `rate` are false, whatever their dependence."""
    n = len(log_evidence)
    order = np.argsort(-log_evidence)
    passed = log_evidence[order] >= np.log(n / (rate * np.arange(1, n + 1)))
    kept = np.zeros(n, dtype=np.bool_)
    if passed.any():
        kept[order[: int(np.flatnonzero(passed)[-1]) + 1]] = True
    return kept
