"""Budget plans from a table: daily history, or curves that somebody else has fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from omnify_core.errors import BadInput
from omnify_ml.allocation import Allocation, allocate
from omnify_ml.curves import Curves
from omnify_ml.elasticity import REACH, learn_elasticities
from omnify_ml.interval import FloatArray
from omnify_ml.panel import as_days

_CURVE_COLUMNS = {"campaign", "a", "k", "s", "min", "max"}
_HISTORY_COLUMNS = {"campaign", "spend", "value"}
# Below a third of today's spend a fitted curve is a guess.
LEAST_SHARE = 1 / 3


class PlannedCampaign(BaseModel):
    """`marginal`: what one more unit of money would bring there; `now` is 0 where it is not known."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    now: float
    spend: float
    value: float
    marginal: float


class BudgetPlan(BaseModel):
    """Per day. `gap`: certified share by which the best possible plan could be better."""

    model_config = ConfigDict(frozen=True)

    basis: str
    budget: float
    value: float
    value_now: float | None
    unspent: float
    shadow_price: float
    gap: float
    campaigns: list[PlannedCampaign]


def allocate_frame(frame: pd.DataFrame, *, budget: float) -> BudgetPlan:
    """Splits `budget` over the campaigns of `frame`. Raises BadInput where the columns are neither form."""
    if not budget > 0:
        raise BadInput(f"budget {budget!r} must be above 0")
    if set(frame.columns) >= _CURVE_COLUMNS:
        return _of_curves(frame, budget)
    if set(frame.columns) >= _HISTORY_COLUMNS:
        return _of_history(frame, budget)
    raise BadInput(
        f"columns are {', '.join(map(str, frame.columns))}; give campaign, spend, value (a row per day) "
        "or campaign, a, k, s, min, max (a Hill curve each)"
    )


def _of_curves(frame: pd.DataFrame, budget: float) -> BudgetPlan:
    def column(name: str) -> FloatArray:
        return _numbers(frame[name], name)

    found = allocate(
        Curves.hill(column("a"), column("k"), column("s")),
        budget=budget,
        lower=column("min"),
        upper=column("max"),
    )
    names = [str(name) for name in frame["campaign"]]
    return _plan(found, names, np.zeros(len(names)), "Hill curves as given", budget, value_now=None)


def _of_history(frame: pd.DataFrame, budget: float) -> BudgetPlan:
    """Elasticities learned per campaign; nobody leaves the range that its history can speak for."""
    found = learn_elasticities(_daily(frame))
    now = found.level
    curves = Curves.power(found.value / now**found.exponent, found.exponent)
    least = LEAST_SHARE * now * min(budget / float(now.sum()), 1.0)
    most = np.maximum(REACH * found.largest, now)
    plan = allocate(curves, budget=budget, lower=least, upper=most)
    basis = f"learned from history, usual elasticity {found.pooled:.2f}; observed, not tested"
    return _plan(plan, list(found.campaigns), now, basis, budget, value_now=float(found.value.sum()))


def _daily(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of their days; without dates in the order in which they come."""
    numbers = {name: _numbers(frame[name], name) for name in ("spend", "value")}
    rows = pd.DataFrame({"campaign": frame["campaign"].astype(str), **numbers})
    if "date" not in frame.columns:
        return rows
    rows["date"] = as_days(frame["date"])
    return rows.groupby(["campaign", "date"], as_index=False)[["spend", "value"]].sum()


def _numbers(column: pd.Series, name: str) -> FloatArray:
    values = np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any():
        row = int(np.argmax(~np.isfinite(values) | (values < 0))) + 1
        raise BadInput(f"{name} of row {row} is {column.iloc[row - 1]!r}; it must be a number, 0 or more")
    return values


def _plan(
    found: Allocation,
    names: list[str],
    now: FloatArray,
    basis: str,
    budget: float,
    *,
    value_now: float | None,
) -> BudgetPlan:
    rows = zip(names, now, found.spend, found.value, found.marginal, strict=True)
    return BudgetPlan(
        basis=basis,
        budget=budget,
        value=found.total,
        value_now=value_now,
        unspent=found.unspent,
        shadow_price=found.shadow_price,
        gap=found.gap,
        campaigns=[
            PlannedCampaign(
                campaign=name,
                now=float(before),
                spend=float(spend),
                value=float(value),
                marginal=float(marginal),
            )
            for name, before, spend, value, marginal in rows
        ],
    )
