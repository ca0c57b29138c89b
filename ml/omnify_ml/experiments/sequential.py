"""Tests that may be looked at every day: normal-mixture confidence sequences (mSPRT).

Robbins 1970; Johari, Koomen, Pekelis and Walsh, KDD 2017. The mixture's width `tau` is the size of
effects that are usual; a wrong one costs power, never validity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import erfc

from omnify_core.errors import BadInput
from omnify_ml.experiments.spending import boundaries
from omnify_ml.interval import FloatArray

ALPHA = 0.05
# Standard deviations; effects of online experiments are small.
USUAL_EFFECT = 0.01
MIN_COUNT = 100.0


class Arm(NamedTuple):
    """One variant of an experiment: units, mean and variance of the metric per unit."""

    n: float
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`effect`: treatment minus control. `low`, `high`: interval that holds at every look at once.

    `p_value` is always valid (of a planned test: that of this look alone); `decision` is "better",
    "worse", "open" or "refused"; `words` says it in a sentence.
    """

    effect: float
    low: float
    high: float
    p_value: float
    decision: str
    words: str


def log_evidence(effect: FloatArray, variance: FloatArray, tau: FloatArray) -> FloatArray:
    """Log of the mixture likelihood ratio against no effect; above log(1/alpha) it is decided."""
    total = variance + tau**2
    return np.asarray(0.5 * np.log(variance / total) + tau**2 * effect**2 / (2 * variance * total))


def half_width(variance: FloatArray, tau: FloatArray, *, alpha: float = ALPHA) -> FloatArray:
    """Half the width of the confidence sequence."""
    total = variance + tau**2
    reach = 2 * (np.log(1 / alpha) + 0.5 * np.log(total / variance))
    return np.asarray(np.sqrt(variance * total / tau**2 * reach))


def sequential_verdict(
    control: Arm, treatment: Arm, *, tau: float | None = None, lower_is_better: bool = False
) -> Verdict:
    """The state of an experiment today. `tau`: usual effect in the metric's own unit, if known."""
    if min(control.n, treatment.n) < MIN_COUNT:
        few = min(control.n, treatment.n)
        words = f"insufficient data: {few:.0f} units in an arm, {MIN_COUNT:.0f} needed"
        return Verdict(0.0, float("-inf"), float("inf"), 1.0, "refused", words)
    effect, variance = difference(control, treatment)
    spread = np.sqrt((control.variance + treatment.variance) / 2)
    width = np.array([tau if tau is not None else USUAL_EFFECT * spread])
    if not variance > 0:
        raise BadInput("Both arms have variance 0; a test needs a metric that varies.")
    evidence = float(log_evidence(np.array([effect]), np.array([variance]), width)[0])
    half = float(half_width(np.array([variance]), width)[0])
    p = float(min(1.0, np.exp(-evidence)))
    better = (effect < 0) == lower_is_better
    decision = "open" if p > ALPHA else ("better" if better else "worse")
    return Verdict(effect, effect - half, effect + half, p, decision, _words(effect, half, control, decision))


def planned_verdict(
    control: Arm, treatment: Arm, *, look: int, looks: int, lower_is_better: bool = False
) -> Verdict:
    """As `sequential_verdict` for a test with a fixed end: look number `look` (from 1) of `looks`.

    Finds the same effects with far fewer units, but says nothing beyond the planned end.
    """
    if not 1 <= look <= looks:
        raise BadInput(f"Look {look!r} is not one of the {looks!r} planned; plan a new test to go on.")
    if min(control.n, treatment.n) < MIN_COUNT:
        return sequential_verdict(control, treatment)
    effect, variance = difference(control, treatment)
    edge = boundaries(looks, ALPHA)[look - 1]
    half = edge * float(np.sqrt(variance))
    crossed = abs(effect) > half
    better = (effect < 0) == lower_is_better
    decision = ("better" if better else "worse") if crossed else "open"
    p = float(fixed_p(np.array([effect]), np.array([variance]))[0])
    return Verdict(effect, effect - half, effect + half, p, decision, _words(effect, half, control, decision))


def difference(control: Arm, treatment: Arm) -> tuple[float, float]:
    """Effect and the variance of its estimate."""
    variance = control.variance / control.n + treatment.variance / treatment.n
    return treatment.mean - control.mean, variance


def _words(effect: float, half: float, control: Arm, decision: str) -> str:
    relative = f" ({effect / control.mean:+.1%})" if control.mean > 0 else ""
    ends = f"between {effect - half:+.4g} and {effect + half:+.4g} at any look"
    span = f"{effect:+.4g}{relative}, 95 % sure {ends}"
    if decision == "open":
        return f"Undecided: {span}. Keep it running; stopping now proves nothing."
    return f"The treatment is {decision}: {span}. You may stop."


def usual_effect(effects: FloatArray, variances: FloatArray) -> float:
    """Width of the mixture from past experiments: spread of true effects beyond their noise."""
    if len(effects) < 3:
        return float("nan")
    true = np.average(effects**2 - variances, weights=1 / (variances + np.median(variances)))
    return float(np.sqrt(max(true, 0.05 * float(np.median(variances)))))


def fixed_p(effect: FloatArray, variance: FloatArray) -> FloatArray:
    """Two-sided p-value of the z-test; valid at one look only."""
    return np.asarray(erfc(np.abs(effect) / np.sqrt(2 * variance)))
