"""Figures of a suite: shares with intervals, pass^k, and whether it got worse."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from typing import NamedTuple

_Z = 1.959964


class Share(NamedTuple):
    """`low` and `high`: Wilson's 95 % interval."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 1.0


def share(hits: int, of: int) -> Share:
    """Wilson 1927: score interval of a binomial share."""
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    p, shrink = hits / of, 1 + _Z**2 / of
    middle = (p + _Z**2 / (2 * of)) / shrink
    half = _Z * sqrt(p * (1 - p) / of + _Z**2 / (4 * of**2)) / shrink
    return Share(hits, of, max(0.0, middle - half), min(1.0, middle + half))


def pass_hat(passes: Sequence[int], trials: int, k: int) -> float:
    """pass^k: the chance that k runs of a scenario all pass, averaged over scenarios (Yao et al. 2024)."""
    if not passes:
        return 1.0
    return sum(comb(one, k) / comb(trials, k) for one in passes) / len(passes)


class Regression(NamedTuple):
    """Against a baseline, over the scenarios that both have. `p`: exact one-sided McNemar."""

    worse: list[str]
    better: list[str]
    p: float

    @property
    def is_real(self) -> bool:
        return self.p < 0.05


def regression(before: dict[str, bool], now: dict[str, bool]) -> Regression:
    shared = sorted(before.keys() & now.keys())
    worse = [one for one in shared if before[one] and not now[one]]
    better = [one for one in shared if now[one] and not before[one]]
    changed = len(worse) + len(better)
    p = sum(comb(changed, i) for i in range(len(worse), changed + 1)) / 2**changed
    return Regression(worse, better, p)


def quantile(values: Sequence[float], at: float) -> float:
    """The nearest-rank quantile; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(at * len(ordered)))] if ordered else 0.0
