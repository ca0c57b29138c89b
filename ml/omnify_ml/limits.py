"""What a plan must respect: the budget, ranges of campaigns, caps and minimums of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from omnify_core.errors import BadInput
from omnify_ml.interval import FloatArray, IntArray

_ROUND = 1 + 1e-9


class GroupCap(NamedTuple):
    """At most `most` (and at least `least`) money over `members` (indices; groups do not overlap)."""

    members: Sequence[int]
    most: float
    least: float = 0.0


@dataclass(frozen=True)
class Limits:
    """Budget and group caps as arrays; `group_of` is -1 for campaigns without a group."""

    budget: float
    names: tuple[str, ...]
    group_of: IntArray
    most: FloatArray
    least: FloatArray
    least_marginal: float

    @classmethod
    def of(cls, n: int, budget: float, groups: Mapping[str, GroupCap], least_marginal: float) -> Limits:
        group_of = np.full(n, -1, dtype=np.int64)
        for number, (name, cap) in enumerate(groups.items()):
            members = np.asarray(cap.members, dtype=np.int64)
            if (group_of[members] >= 0).any():
                raise BadInput(f"Group {name!r} shares a campaign with another group; make groups disjoint.")
            group_of[members] = number
        most = np.array([cap.most for cap in groups.values()], dtype=np.float64)
        least = np.array([cap.least for cap in groups.values()], dtype=np.float64)
        return cls(float(budget), tuple(groups), group_of, most, least, least_marginal)

    def check(self, lower: FloatArray, upper: FloatArray) -> None:
        """Raises BadInput naming the first limit that contradicts the others."""
        if not len(self.group_of) == len(lower) == len(upper):
            raise BadInput(
                f"{len(self.group_of)} curves need as many limits (lower {len(lower)}, upper {len(upper)})."
            )
        if (lower < 0).any() or (lower > upper).any():
            worst = int(np.argmax((lower < 0) | (lower > upper)))
            raise BadInput(
                f"Campaign {worst}: {lower[worst]}..{upper[worst]} is no range; need 0 <= lower <= upper."
            )
        sums = zip(
            self.names, self.group_sums(lower), self.group_sums(upper), self.least, self.most, strict=True
        )
        for name, low, top, least, most in sums:
            if low > most * _ROUND or top * _ROUND < least or least > most:
                raise BadInput(
                    f"Group {name!r}: campaigns allow {low:.2f}..{top:.2f}, its caps {least:.2f}..{most:.2f}."
                )
        needed = self.needed(lower)
        if needed > self.budget * _ROUND:
            raise BadInput(
                f"The minimum spends sum to {needed:.2f}, above the budget {self.budget:.2f}; lower them."
            )

    def needed(self, lower: FloatArray) -> float:
        """The least money that meets every minimum."""
        free = float(lower[self.group_of < 0].sum())
        return free + float(np.maximum(self.group_sums(lower), self.least).sum())

    def allows(self, lower: FloatArray, upper: FloatArray) -> bool:
        """Whether some spend within the ranges meets every limit."""
        caps = (self.group_sums(lower) <= self.most * _ROUND).all()
        floors = (self.group_sums(upper) * _ROUND >= self.least).all()
        return bool(caps and floors and self.needed(lower) <= self.budget * _ROUND)

    def group_sums(self, spend: FloatArray) -> FloatArray:
        member = self.group_of >= 0
        return np.bincount(self.group_of[member], spend[member], len(self.names)).astype(np.float64)

    def spread(self, per_group: FloatArray, rest: float) -> FloatArray:
        """One number per campaign: its group's, or `rest` without a group."""
        return np.append(per_group, rest)[self.group_of]
