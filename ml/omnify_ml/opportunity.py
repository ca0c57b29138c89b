"""Where the next unit of money would do more, and where prices or demand have turned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_ml.allocation import allocate
from omnify_ml.interval import BoolArray, FloatArray, Interval
from omnify_ml.panel import Panel, panel_of
from omnify_ml.response import ResponseModel, fit_response

# A campaign that spends this share of its budget on most days is held back by it.
LIMITED_SHARE, LIMITED_DAYS = 0.92, 5
STEP = 0.2
PRICE_MOVE, DEMAND_MOVE = 0.15, 0.2
SURE = 2.5
MIN_CONVERSIONS = 15.0


@dataclass(frozen=True, slots=True)
class Opportunity:
    """`gain`: extra value per week if acted on (an estimate from observation, not from a test).

    `kind`: "budget_limited", "reallocation", "price_down", "price_up", "demand_up", "headroom".
    """

    kind: str
    entity: str
    gain: Interval
    evidence: dict[str, float]
    words: str


def find_opportunities(history: pd.DataFrame, *, as_of: date, limit: int = 5) -> list[Opportunity]:
    """The largest opportunities; value is revenue where any is recorded, else conversions.

    Optional columns: `daily_budget` (names what holds a campaign back) and `impression_share` (0-1).
    """
    panel = panel_of(history, as_of=as_of)
    if not panel.entities or panel.n_days < 21:
        return []
    model = fit_response(history, as_of=as_of)
    outcome = "revenue" if panel["revenue"][:, -28:].sum() > 0 else "conversions"
    found = _limited(history, panel, model, outcome)
    found += _moves(panel, model, outcome)
    found += _prices(panel)
    found += _demand(panel)
    found += _headroom(history, panel, model, outcome)
    return sorted(found, key=lambda one: -one.gain.p50)[:limit]


def latest(history: pd.DataFrame, panel: Panel, column: str) -> FloatArray:
    """Mean of a column over each entity's last seven days; nan where it is not given."""
    if column not in history.columns:
        return np.full(len(panel.entities), np.nan)
    days = pd.to_datetime(history["date"])
    recent = history[(days > panel.days[-1] - pd.Timedelta(days=7)) & (days <= panel.days[-1])]
    mean = pd.to_numeric(recent[column], errors="coerce").groupby(recent["entity"].astype(str)).mean()
    return np.asarray(mean.reindex(list(panel.entities)), dtype=np.float64)


def _limited(history: pd.DataFrame, panel: Panel, model: ResponseModel, outcome: str) -> list[Opportunity]:
    """Campaigns that use up their budget and return more than the rest at the margin."""
    budget = latest(history, panel, "daily_budget")
    if not np.isfinite(budget).any():
        return []
    marginal = _marginals(model, outcome)
    usual = float(np.median(marginal[marginal > 0])) if (marginal > 0).any() else np.inf
    full = (panel["cost"][:, -7:] >= LIMITED_SHARE * budget[:, None]).sum(axis=1)
    found = []
    for index in np.flatnonzero((full >= LIMITED_DAYS) & (marginal > 1.1 * usual) & _proven(panel)):
        gain = _raised(model, panel.entities[index], float(model.level[index]), outcome)
        words = (
            f"Spends its whole budget on {full[index]} of 7 days; the next unit of money brings "
            f"{marginal[index]:.2f}, against {usual:.2f} for a usual campaign. {STEP:.0%} more budget."
        )
        evidence = {
            "days_at_budget": float(full[index]),
            "marginal": float(marginal[index]),
            "usual_marginal": usual,
        }
        found.append(Opportunity("budget_limited", panel.entities[index], gain, evidence, words))
    return found


def _moves(panel: Panel, model: ResponseModel, outcome: str) -> list[Opportunity]:
    """The best split of today's total spend, no campaign moved by more than a fifth."""
    live = np.flatnonzero((model.level > 0) & _proven(panel))
    if len(live) < 2:
        return []
    curves, now = model.curves(outcome).take(live), model.level[live]
    plan = allocate(curves, budget=float(now.sum()), lower=now * (1 - STEP), upper=now * (1 + STEP))
    gain = 7 * (plan.total - float(curves.value(now).sum()))
    most, least = int(np.argmax(plan.spend - now)), int(np.argmin(plan.spend - now))
    if gain <= 0 or most == least:
        return []
    name, source = panel.entities[live[most]], panel.entities[live[least]]
    amount = min(plan.spend[most] - now[most], now[least] - plan.spend[least])
    words = (
        f"The same total spend, split by marginal return, would bring more; the largest step is "
        f"{amount:.2f} a day from {source} to {name}."
    )
    evidence = {"daily_amount": float(amount), "shadow_price": plan.shadow_price}
    # The level of each campaign is known to about a fifth; so is the gain's sign less than its size.
    return [Opportunity("reallocation", name, Interval(0.3 * gain, gain, 1.7 * gain), evidence, words)]


def _prices(panel: Panel) -> list[Opportunity]:
    """Campaigns whose price per thousand impressions has left its own history."""
    move, z = _moved(panel["cost"], panel["impressions"])
    found = []
    for index in np.flatnonzero((np.abs(move) > np.log1p(PRICE_MOVE)) & (np.abs(z) > SURE) & _proven(panel)):
        change = float(np.expm1(move[index]))
        spend = float(panel["cost"][index, -7:].sum())
        saved = abs(spend - spend / (1 + change))
        kind = "price_down" if change < 0 else "price_up"
        advice = "buy while it lasts" if change < 0 else "look at bids, placements and competitors"
        words = f"Impressions cost {change:+.0%} against the three weeks before: {advice}."
        gain = Interval(0.5 * saved, saved, 1.5 * saved) if change < 0 else Interval(0.0, 0.3 * saved, saved)
        found.append(
            Opportunity(
                kind, panel.entities[index], gain, {"price_change": change, "z": float(z[index])}, words
            )
        )
    return found


def _demand(panel: Panel) -> list[Opportunity]:
    """Campaigns whose clicks turn into conversions clearly more often than before."""
    move, z = _moved(panel["conversions"], panel["clicks"])
    found = []
    for index in np.flatnonzero((move > np.log1p(DEMAND_MOVE)) & (z > SURE) & _proven(panel)):
        change = float(np.expm1(move[index]))
        value = float(panel["revenue"][index, -7:].sum() or panel["conversions"][index, -7:].sum())
        gain = Interval(0.0, value * change / (1 + change) * STEP, value * STEP)
        words = f"Clicks convert {change:+.0%} more often than in the three weeks before: demand is up."
        found.append(Opportunity("demand_up", panel.entities[index], gain, {"rate_change": change}, words))
    return found


def _headroom(history: pd.DataFrame, panel: Panel, model: ResponseModel, outcome: str) -> list[Opportunity]:
    """Campaigns that win, and are shown in less than half of the auctions they could be in."""
    share = latest(history, panel, "impression_share")
    marginal = _marginals(model, outcome)
    good = _above_median(marginal)
    found = []
    for index in np.flatnonzero((share < 0.5) & (share > 0) & good & _proven(panel)):
        gain = _raised(model, panel.entities[index], float(model.level[index]), outcome)
        words = f"Shown in {share[index]:.0%} of the auctions it could enter, and returns above the median."
        found.append(
            Opportunity(
                "headroom", panel.entities[index], gain, {"impression_share": float(share[index])}, words
            )
        )
    return found


def _proven(panel: Panel) -> BoolArray:
    return np.asarray(panel["conversions"][:, -28:].sum(axis=1) >= MIN_CONVERSIONS)


def _marginals(model: ResponseModel, outcome: str) -> FloatArray:
    live = model.level > 0
    return np.where(live, model.curves(outcome).slope(np.maximum(model.level, 1e-9)), 0.0)


def _above_median(marginal: FloatArray) -> BoolArray:
    live = marginal > 0
    middle = float(np.median(marginal[live])) if live.any() else np.inf
    return np.asarray(marginal > middle)


def _raised(model: ResponseModel, entity: str, level: float, outcome: str) -> Interval:
    """Extra value per week from a fifth more spend."""
    more = model.marginal(entity, level * (1 + STEP / 2))[outcome]
    extra = 7 * STEP * level
    return Interval(more.p10 * extra, more.p50 * extra, more.p90 * extra)


def _moved(count: FloatArray, exposure: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Log change of the last week's rate against the three weeks before, and how sure it is."""
    weeks = (
        count[:, -28:].reshape(len(count), 4, 7).sum(axis=2),
        exposure[:, -28:].reshape(len(count), 4, 7).sum(axis=2),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(weeks[0] / weeks[1])
    logs = np.where(np.isfinite(logs), logs, np.nan)
    known = np.asarray(np.isfinite(logs).all(axis=1))
    logs = np.where(known[:, None], logs, 0.0)
    before = logs[:, :3]
    # Three weeks say little about their own spread: a floor of 4 % stands in.
    sd = np.sqrt((before.var(axis=1, ddof=1) * 2 + 2 * 0.04**2) / 4)
    return np.where(known, logs[:, 3] - before.mean(axis=1), 0.0), (logs[:, 3] - before.mean(axis=1)) / (
        sd * np.sqrt(4 / 3)
    )
