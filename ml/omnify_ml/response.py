"""What more or less spend would bring: a pooled power law through each entity's recent level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.carry_over import CarryOver, learn_carry_over
from omnify_ml.curves import Curves
from omnify_ml.interval import FloatArray, Interval
from omnify_ml.panel import Panel, panel_of
from omnify_ml.rates import RateModel, fit_rate

# Pooled prior of the exponent: doubling the spend brings 2**.85 = 1.8 times the conversions.
EXPONENT, EXPONENT_SD = 0.85, 0.1
# Beyond this multiple of the largest observed daily spend a forecast is extrapolation.
REACH = 1.5
DRAWS = 400
# Neighboring steps share a week and campaigns share a market: a step is worth a part of itself.
REPEATED = 8.0


@dataclass(frozen=True)
class ResponseModel:
    """Expected conversions and revenue as a function of daily spend; correlational, not causal.

    `level`: daily spend of the last week; `working`: what of it and of earlier money was at work then
    (the same without carry-over), and `ending`: on the last day.
    """

    entities: tuple[str, ...]
    level: FloatArray
    working: FloatArray
    ending: FloatArray
    carry_over: CarryOver
    largest: FloatArray
    exponent: FloatArray
    exponent_sd: FloatArray
    rates: dict[str, RateModel]
    spend_levels: FloatArray

    def predict(self, entity: str, daily_spend: float, *, horizon_days: int = 7) -> dict[str, Interval]:
        """Spend, conversions and revenue of the coming days at `daily_spend`, past money still at work."""
        index = self._index(entity)
        found = {"spend": Interval(*(daily_spend * horizon_days,) * 3)}
        spend = np.full(len(self.entities), daily_spend)
        at_work = float(self.carry_over.mixed(self.ending, spend, horizon_days)[index])
        for name, rate in _OUTCOMES:
            draws = self._draws(index, rate, at_work, horizon_days)
            found[name] = Interval.of_draws(draws * horizon_days)
        return found

    def marginal(self, entity: str, daily_spend: float) -> dict[str, Interval]:
        """Conversions and revenue that the next unit of money brings, once it works in full."""
        index = self._index(entity)
        exponents = self._exponents(index)
        return {
            name: Interval.of_draws(
                exponents * self._draws(index, rate, daily_spend, 7, counting=False) / max(daily_spend, 1e-9)
            )
            for name, rate in _OUTCOMES
        }

    def curves(self, outcome: str = "revenue") -> Curves:
        """Expected daily outcome of a steady spend, for `allocate`; entities in the order of `entities`."""
        rate = dict(_OUTCOMES)[outcome]
        ahead = self.rates[rate].ahead(horizon=7)
        level = np.maximum(self.working, 1e-9)
        return Curves.power(
            np.exp(ahead.mean + ahead.variance / 2) * level ** (1 - self.exponent), self.exponent
        )

    def plausible_curves(self, outcome: str = "revenue", *, draws: int = 200) -> list[Curves]:
        """Curves that the history allows: each level by its own luck, the exponent alike for all."""
        rate = dict(_OUTCOMES)[outcome]
        ahead = self.rates[rate].ahead(horizon=7)
        rng = np.random.default_rng(17)
        level = np.maximum(self.working, 1e-9)
        found = []
        for _ in range(draws):
            luck = np.sqrt(ahead.variance) * rng.standard_normal(len(level))
            exponent = np.clip(self.exponent + self.exponent_sd * rng.standard_normal(), 0.3, 1.0)
            found.append(Curves.power(np.exp(ahead.mean + luck) * level ** (1 - exponent), exponent))
        return found

    def note(self, entity: str) -> str:
        """What the reader must know about this curve."""
        index = self._index(entity)
        if self.level[index] <= 0:
            return "No spend in the last 7 days: the curve rests on other campaigns."
        lasting = self._lasting(index)
        if self.spend_levels[index] < 3:
            return (
                f"Spend hardly varied: how returns fall with spend is borrowed from all campaigns.{lasting}"
            )
        return f"Observed, not tested: a geo or switchback test would confirm it.{lasting}"

    def _lasting(self, index: int) -> str:
        days, own = self.carry_over.half_life[index], self.carry_over.own[index]
        if not days:
            return ""
        about = f"half-life about {days:.0f} days (own data weigh {own:.0%})"
        return f" Carry-over: {about}, so a change shows late."

    def extrapolates(self, entity: str, daily_spend: float) -> bool:
        """Whether the spend lies beyond 1.5 times anything seen."""
        return bool(daily_spend > REACH * self.largest[self._index(entity)])

    def _index(self, entity: str) -> int:
        if entity not in self.entities:
            raise BadInput(f"{entity!r} has no history to learn a response from; choose one with delivery.")
        return self.entities.index(entity)

    def _exponents(self, index: int) -> FloatArray:
        normal = np.random.default_rng(7).standard_normal(DRAWS)
        return np.asarray(np.clip(self.exponent[index] + self.exponent_sd[index] * normal, 0.3, 1.0))

    def _draws(
        self, index: int, rate: str, daily_spend: float, horizon: int, *, counting: bool = True
    ) -> FloatArray:
        """Simulated daily outcome at `daily_spend`."""
        model = self.rates[rate]
        ahead = model.ahead(horizon=horizon)
        at = self.working[index] if self.working[index] > 0 else max(daily_spend, 1e-9)
        per_cost = np.exp(ahead.mean[index]) * (max(daily_spend, 1e-9) / at) ** (self._exponents(index) - 1)
        expected = daily_spend * per_cost
        events = max(float(np.median(expected)) * horizon / model.learned.unit, 0.0)
        variance = ahead.variance[index] + (1 / (events + 0.5) if counting else 0.0)
        return np.asarray(
            expected * np.exp(np.sqrt(variance) * np.random.default_rng(11).standard_normal(DRAWS))
        )


_OUTCOMES = (("conversions", "conversions_per_cost"), ("revenue", "roas"))


def fit_response(history: pd.DataFrame, *, as_of: date, lasting: bool = True) -> ResponseModel:
    """The response of every entity with history up to `as_of` (the last complete day).

    `lasting`: whether carry-over is looked for; not in a history that was brought to one spend.
    """
    panel = panel_of(history, as_of=as_of)
    if not panel.entities:
        raise BadInput(f"No rows up to {as_of}: a response needs history; sync first.")
    carry_over = learn_carry_over(panel) if lasting else CarryOver.none(len(panel.entities))
    at_work = carry_over.effective(panel)
    rates = {rate: fit_rate(at_work, rate, horizon=7) for _, rate in _OUTCOMES}
    n = len(panel.entities)
    cost = panel["cost"]
    exponent, exponent_sd = pooled_exponent(at_work)
    return ResponseModel(
        panel.entities,
        cost[:, -7:].mean(axis=1),
        at_work["cost"][:, -7:].mean(axis=1),
        at_work["cost"][:, -1],
        carry_over,
        cost.max(axis=1),
        np.full(n, exponent),
        np.full(n, exponent_sd),
        rates,
        spend_levels(panel),
    )


def pooled_exponent(panel: Panel) -> tuple[float, float]:
    """How outcomes grow with spend over all entities, drawn to the prior; and how sure that is.

    From week to week: the change of conversions (clicks where those are few) per cost against the
    change of spend. Only steps of more than a tenth speak, smaller ones are drift.
    """
    counts = panel["conversions"] if panel["conversions"].sum() >= 500 else panel["clicks"]
    weeks, spend = by_week(counts), by_week(panel["cost"])
    usable = (weeks[:, 1:] >= 5) & (weeks[:, :-1] >= 5) & (spend[:, 1:] > 0) & (spend[:, :-1] > 0)
    grown = np.log(np.where(usable, spend[:, 1:], 1.0) / np.where(usable, spend[:, :-1], 1.0))
    usable &= np.abs(grown) > 0.1
    if usable.sum() < 5:
        return EXPONENT, EXPONENT_SD
    more = np.log(weeks[:, 1:][usable] / weeks[:, :-1][usable])
    step = grown[usable]
    chance = 1 / weeks[:, 1:][usable] + 1 / weeks[:, :-1][usable]
    miss = more - EXPONENT * step
    # Weeks move for many reasons; their usual movement bounds what one step can say.
    weight = 1 / (chance + max(float(np.median(miss**2)) / 0.455 - float(np.median(chance)), 0.01))
    precision = 1 / EXPONENT_SD**2 + float(np.sum(weight * step**2)) / REPEATED
    learned = EXPONENT + float(np.sum(weight * step * miss)) / REPEATED / precision
    return float(np.clip(learned, 0.4, 1.0)), precision**-0.5


def by_week(daily: FloatArray) -> FloatArray:
    """Sums of whole weeks, ending with the last day."""
    n_weeks = daily.shape[1] // 7
    return np.asarray(daily[:, daily.shape[1] - 7 * n_weeks :].reshape(len(daily), n_weeks, 7).sum(axis=2))


def spend_levels(panel: Panel) -> FloatArray:
    """How many clearly different weekly spends each entity has shown (steps of at least 20 %)."""
    weeks = by_week(panel["cost"])
    steps = np.where(weeks > 0, np.round(np.log(np.maximum(weeks, 1e-9)) / np.log(1.2)), np.nan)
    return np.array([len(np.unique(row[np.isfinite(row)])) for row in steps], dtype=np.float64)
