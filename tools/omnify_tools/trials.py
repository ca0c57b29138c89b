"""Arms of a test and what may be said of them: several variants held together, the split checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from omnify_core.errors import BadInput
from omnify_ml.experiments import Arm, Verdict, holm, sequential_verdict, split_p
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, percent

# Below this the assignment itself is broken, whatever the metric says.
BROKEN_SPLIT = 0.001
# A person who sees an ad sees it several times: so many impressions tell as much as one person.
REPEATED = 5.0


class Side(NamedTuple):
    """One arm: `units` is what could turn (impressions or clicks), `events` what did, `seen` impressions."""

    id: str
    name: str
    units: float
    events: float
    seen: float

    @property
    def rate(self) -> float:
        return self.events / self.units if self.units else 0.0

    @property
    def arm(self) -> Arm:
        return Arm(self.units, self.rate, self.rate * (1 - self.rate))


def judged(control: Side, treatments: Sequence[Side]) -> list[Verdict]:
    """One verdict each; with several, decided only where Holm's rule over all of them allows."""
    verdicts = [sequential_verdict(control.arm, side.arm) for side in treatments]
    kept = holm(np.array([one.p_value for one in verdicts]))
    return [
        one if sure or one.decision not in {"better", "worse"} else _reopened(one)
        for one, sure in zip(verdicts, kept, strict=True)
    ]


def _reopened(verdict: Verdict) -> Verdict:
    return Verdict(
        verdict.effect,
        verdict.low,
        verdict.high,
        verdict.p_value,
        "open",
        "Undecided: clear if it were the only variant, not among so many. Keep it running.",
    )


def trial_words(verdicts: Sequence[Verdict], control: Side, treatments: Sequence[Side]) -> str:
    """The two of a plain test in one sentence; of several, which are decided."""
    if len(treatments) == 1:
        (side,), (verdict,) = treatments, verdicts
        return (
            f"{quoted(side.name, length=60)} ({side.id}) against {quoted(control.name, length=60)} "
            f"({control.id}): {percent(side.rate)} against {percent(control.rate)}. {verdict.words}"
        )
    better = [(one, side) for one, side in zip(verdicts, treatments, strict=True) if one.decision == "better"]
    open_ = sum(one.decision == "open" for one in verdicts)
    said = f"{counted(len(treatments), 'variant')} against {quoted(control.name, length=60)} ({control.id}): "
    if not better:
        return f"{said}none is better for sure, {open_} undecided. Keep the test running."
    verdict, side = max(better, key=lambda pair: pair[0].effect)
    return (
        f"{said}best is {quoted(side.name, length=60)} ({side.id}) with {percent(side.rate)} against "
        f"{percent(control.rate)}; {len(better)} better for sure, {open_} undecided. {verdict.words}"
    )


def several(treatments: Sequence[Side]) -> list[str]:
    if len(treatments) < 2:
        return []
    return ["Several variants are judged together (Holm): each needs clearer evidence than it would alone."]


def split_words(split: str, sides: Sequence[Side]) -> str:
    """Whether the arms got the share of people that they were to get. Raises BadInput."""
    shares = _shares(split, len(sides))
    people = np.array([side.seen for side in sides]) / REPEATED
    if not people.sum():
        return "Nothing was delivered: the split cannot be checked."
    p = split_p(people, shares)
    got = "/".join(f"{part:.0%}".rstrip("%") for part in people / people.sum())
    if p < BROKEN_SPLIT:
        return f"The split is broken: {got} instead of {split} (p {p:.2g}). Find out why; trust no verdict."
    return f"The split is as planned ({got} for {split}, p {p:.2f})."


def _shares(split: str, arms: int) -> np.ndarray:
    try:
        shares = np.array([float(part.strip().removesuffix("%")) for part in split.split("/")])
    except ValueError as error:
        raise BadInput(f"split {split!r} is not a list of shares; write it as '50/50'") from error
    if len(shares) != arms or not (shares > 0).all() or not np.isfinite(shares).all():
        raise BadInput(f"split {split!r} needs one share above 0 for each of the {arms} arms, control first")
    return shares
