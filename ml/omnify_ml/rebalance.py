"""The next careful step towards the best split: small enough that a wrong estimate costs little.

Observed response is correlational and noisy, so a whole optimum computed from it is never jumped to.
Each budget moves by one bounded step in the direction of its marginal return, the next review sees
what came of it, and money whose next unit would not earn itself back stays unspent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.allocation import GroupCap, allocate
from omnify_ml.curves import Curves
from omnify_ml.interval import FloatArray
from omnify_ml.response import fit_response

STEP = 0.2
# Below this use of a budget more of it buys nothing; from the other on every unit of it is spent.
IDLE, FULL = 0.60, 0.95
# A budget change smaller than this is noise to a person and to the platform's learning.
LEAST_CHANGE = 0.05
# How results usually grow with spend close to what is spent, and how far days of other spend are trusted.
# Not learned here: spend rises on days of high demand, so a history makes growth look too steep.
TYPICAL_EXPONENT, MOST_RATIO = 0.6, 5.0
# What a budget that is never used up still passes on of a change.
LEAST_PASSED_ON = 0.05


@dataclass(frozen=True, slots=True)
class Move:
    """One budget, a day: what it is and what it should be next, with the value that this rests on.

    `spend`: mean of the last seven days; `marginal`: expected revenue from the next unit of budget.
    """

    budget: str
    now: float
    then: float
    spend: float
    marginal: float

    @property
    def is_change(self) -> bool:
        return self.then != self.now


def rebalance(
    history: pd.DataFrame,
    budgets: Mapping[str, float],
    *,
    as_of: date,
    total: float,
    most: float = float("inf"),
    caps: Mapping[str, tuple[frozenset[str], float]] | None = None,
    least_return: float = 1.0,
    step: float = STEP,
) -> list[Move]:
    """The next step for each budget with spend in the last week, together at most `total` a day.

    `history` is by budget (column `entity`), `caps` name groups of budgets with their most, `most`
    bounds each. Raises BadInput for too little history.
    """
    model = fit_response(at_present_spend(history), as_of=as_of, lasting=False)
    known = [i for i, name in enumerate(model.entities) if budgets.get(name, 0) > 0 and model.level[i] > 0]
    if len(known) < 2:
        raise BadInput("fewer than two budgets with spend in the last seven days; nothing to split")
    names = [model.entities[i] for i in known]
    now = np.array([budgets[name] for name in names])
    spend = model.level[known]
    revenue = model.curves("revenue").value(model.level)[known]
    curves = _of_budget(now, spend, revenue)
    lower = now * (1 - step)
    upper = np.maximum(np.minimum(now * (1 + step), most), lower)
    found = allocate(
        curves,
        budget=float(np.clip(total, lower.sum(), upper.sum())),
        lower=lower,
        upper=upper,
        groups=_groups(names, lower, caps or {}),
        least_marginal=least_return,
    )
    then = _without_small(now, found.spend, names, total, caps or {})
    slope = curves.slope(now)
    return [Move(*row) for row in zip(names, now, then, spend, slope, strict=True)]


def at_present_spend(history: pd.DataFrame) -> pd.DataFrame:
    """The history as if every day had had the spend of the last week.

    After a raise the days before it were too good and after a cut too bad; taken as they are, the next
    review would go further the same way before the effect of the first step has been seen.
    """
    days = history.sort_values(["entity", "date"])
    spend = days.groupby("entity")["cost"]
    then = spend.transform(lambda cost: cost.rolling(3, min_periods=1).mean()).clip(lower=1e-6)
    now = spend.transform(lambda cost: cost.tail(7).mean())
    kept = (now / then).clip(1 / MOST_RATIO, MOST_RATIO) ** (TYPICAL_EXPONENT - 1)
    return days.assign(revenue=days["revenue"] * kept, conversions=days["conversions"] * kept)


def _of_budget(now: FloatArray, spend: FloatArray, revenue: FloatArray) -> Curves:
    """Revenue as a power of the budget: as much of a change as is spent at all, saturated as the spend is."""
    passed_on = np.clip((spend / now - IDLE) / (FULL - IDLE), LEAST_PASSED_ON, 1.0)
    shape = TYPICAL_EXPONENT * passed_on
    return Curves.power(revenue / now**shape, shape)


def _without_small(
    now: FloatArray,
    spend: FloatArray,
    names: list[str],
    total: float,
    caps: Mapping[str, tuple[frozenset[str], float]],
) -> FloatArray:
    """Leaves out small raises, and small cuts too unless a limit needs them."""
    small = np.abs(spend / now - 1) < LEAST_CHANGE
    left = np.where(small, now, spend)
    room = [(np.ones(len(names), dtype=bool), total)]
    room += [(np.array([name in members for name in names]), most) for members, most in caps.values()]
    if all(left[part].sum() <= most + 1e-6 for part, most in room):
        return left
    return np.where(small & (spend > now), now, spend)


def _groups(
    names: list[str], lower: FloatArray, caps: Mapping[str, tuple[frozenset[str], float]]
) -> dict[str, GroupCap]:
    """Caps over the budgets at hand; one that is broken already asks for no more than the steps allow."""
    found = {}
    for group, (members, most) in caps.items():
        places = [place for place, name in enumerate(names) if name in members]
        if places:
            found[group] = GroupCap(places, max(most, float(lower[places].sum())))
    return found
