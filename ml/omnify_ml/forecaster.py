"""The fitted rates of one panel, as arrays over its entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from omnify_ml.interval import Z80, BoolArray, FloatArray, IntArray
from omnify_ml.levels import Outlook
from omnify_ml.outcome import Outcome
from omnify_ml.panel import Panel
from omnify_ml.rates import RATES, Learned, RateModel, fit_rate, refilter

COMPARABLE = ("ctr", "cvr", "cpa", "roas")
MIN_DAYS = 7
MIN_CLICKS = 30
# Weekly errors have heavier tails than a normal.
TAIL_DEGREES = 6.0


def rate_of(metric: str) -> str:
    """CPA is forecast as conversions per cost: counts over money, never a ratio of two forecasts."""
    return "conversions_per_cost" if metric == "cpa" else metric


@dataclass(frozen=True)
class Forecaster:
    """Forecasts of the `horizon` days after the panel's last day."""

    panel: Panel
    horizon: int
    rates: dict[str, RateModel]

    @classmethod
    def fit(cls, panel: Panel, *, horizon: int, late_days: int = 0) -> Forecaster:
        """Learns every rate from the panel itself; `late_days` as in `fit_rate`."""
        rates = {name: fit_rate(panel, name, horizon=horizon, late_days=late_days) for name in RATES}
        return cls(panel, horizon, rates)

    @classmethod
    def apply(cls, panel: Panel, learned: Mapping[str, Learned], *, horizon: int) -> Forecaster:
        """Filters the panel with what an earlier part of it taught."""
        return cls(panel, horizon, {name: refilter(panel, name, learned[name]) for name in RATES})

    def learned(self) -> dict[str, Learned]:
        return {name: model.learned for name, model in self.rates.items()}

    def ratio(self, rate: str) -> Outcome:
        """Next week's rate at the usual exposure of the last seven days."""
        model = self.rates[rate]
        ahead = model.ahead(horizon=self.horizon)
        usual = self.panel[RATES[rate][1]][:, -7:].mean(axis=1) * self.horizon
        return Outcome(ahead.mean, ahead.variance, model.events(usual * np.exp(ahead.mean)))

    def volume(self, rate: str, spend: FloatArray, spread: FloatArray) -> Outcome:
        """What `spend` (with log `spread`) brings over the horizon at one rate per cost."""
        model = self.rates[rate]
        ahead = model.ahead(horizon=self.horizon)
        expected = np.maximum(spend, 1e-12) * np.exp(ahead.mean)
        return Outcome(np.log(expected), spread**2 + ahead.variance, model.events(expected))

    def lift(self, metric: str, a: IntArray, b: IntArray) -> Outlook:
        """Log of A's metric over B's, shrunk by the slope that past differences showed."""
        rate = rate_of(metric)
        ratio, learned = self.ratio(rate), self.rates[rate].learned
        shared = self.rates[rate].ahead(horizon=self.horizon).shared
        sign = -1.0 if metric == "cpa" else 1.0
        gap = sign * learned.slope * (ratio.log_mean[a] - ratio.log_mean[b])
        # What a group has in common cannot tell its members apart.
        common = np.where(self.panel.group_of[a] == self.panel.group_of[b], shared[a] + shared[b], 0.0)
        return Outlook(gap, ratio.variance[a] + ratio.variance[b] - common, common)

    def better(self, metric: str, a: IntArray, b: IntArray) -> FloatArray:
        """P(A's metric is better than B's next week); for CPA lower is better."""
        lift = self.lift(metric, a, b)
        sign = -1.0 if metric == "cpa" else 1.0
        # The variance is calibrated at 80 %; a t of the same 80 % width is narrower inside, wider outside.
        scale = np.sqrt(lift.variance) * Z80 / T80
        return np.asarray(stdtr(TAIL_DEGREES, sign * lift.mean / scale))

    def known(self) -> BoolArray:
        """Entities with enough own delivery for a forecast."""
        panel = self.panel
        enough = panel.active_days("impressions") >= MIN_DAYS
        clicks = panel["clicks"].sum(axis=1) >= MIN_CLICKS
        return np.asarray(enough & clicks & (panel["impressions"][:, -7:].sum(axis=1) > 0))

    def refusal(self, index: int) -> str:
        """Why this entity gets no forecast; empty if it gets one."""
        panel = self.panel
        active = int(panel.active_days("impressions")[index])
        clicks = float(panel["clicks"][index].sum())
        if active < MIN_DAYS:
            return f"insufficient data: {active} days with delivery, {MIN_DAYS} needed"
        if clicks < MIN_CLICKS:
            return f"insufficient data: {clicks:.0f} clicks, {MIN_CLICKS} needed"
        if panel["impressions"][index, -7:].sum() == 0:
            return "no delivery in the last 7 days"
        return ""


T80 = 1.4397557472651477


def spend_ahead(panel: Panel, horizon: int) -> tuple[FloatArray, float]:
    """Expected spend of the horizon at the recent pace, and the log spread of such forecasts."""
    recent = panel["cost"][:, -7:].mean(axis=1) * horizon
    changes = np.abs(weekly_changes(panel["cost"]))
    if len(changes) < 5:
        return recent, 0.3
    spread = float(np.clip(np.quantile(changes, 0.8) / Z80, 0.02, 1.5))
    return recent, spread * float(np.sqrt(max(horizon / 7, 7 / horizon)))


def weekly_changes(cost: FloatArray) -> FloatArray:
    """Log changes from one active week to the next, over all entities."""
    n_weeks = cost.shape[1] // 7
    weeks = cost[:, cost.shape[1] - 7 * n_weeks :].reshape(len(cost), n_weeks, 7).sum(axis=2)
    before, after = weeks[:, :-1], weeks[:, 1:]
    both = (before > 0) & (after > 0)
    return np.asarray(np.log(after[both] / before[both]))
