"""What each campaign's customers buy, and how many of its open leads are won, in the coming month.

Forecasts are about all of a campaign, never about one person: they are kept, and a person may be forgotten.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from omnify_core.learned import Forecast
from omnify_ml.backtest.leads import backtest_leads
from omnify_ml.backtest.ltv import backtest_ltv
from omnify_ml.interval import FloatArray, Interval
from omnify_ml.leads import fit_leads, refusal
from omnify_ml.leads.delay import ages
from omnify_ml.leads.scorer import Late, LeadScorer
from omnify_ml.ltv import forecast_ltv
from omnify_server.learning.business import Business
from omnify_server.learning.history import History
from omnify_server.learning.said import LATE_DAYS, Learned, Said

MONTH_DAYS = 30
# A campaign with fewer customers or open leads has no total worth foretelling.
LEAST_PEOPLE, MOST_COHORTS = 10, 40
OPEN_DAYS = 180
# How far a month differs for all leads at once.
LEVEL_SD, DRAWS = 0.2, 400
ALL_OWN = "learned from own records alone; only the usual season is general"


def learn_value(history: History) -> Learned:
    """Repeat purchases of the coming month by the campaign of the first order."""
    if why := history.business.missing.get("ltv"):
        return Learned(0, refused=why)
    sales = history.business.sales(history.cut)
    if sales.frame.empty:
        return Learned(0, refused="no paid order of a known customer yet")
    found = forecast_ltv(sales.frame, as_of=history.cut, horizon_days=MONTH_DAYS)
    if found.abstained:
        return Learned(len(sales.frame), refused=found.abstained)
    report = backtest_ltv(sales.frame, horizon=MONTH_DAYS)
    large = [one for one in found.cohorts if one.customers >= LEAST_PEOPLE]
    large = sorted(large, key=lambda one: -one.customers)[:MOST_COHORTS]
    return Learned(
        len(sales.frame),
        own_share=1.0,
        note=" ".join([ALL_OWN, *([found.note] if found.note else []), report.split, *report.notes]),
        parameters={"customers": len(found.customers), "level": round(found.level, 4)},
        metrics=report.metrics,
        baselines=report.baselines,
        said=tuple(
            _said(history.cut, "revenue", one.cohort, one.value, one.previous, sales.currency)
            for one in large
        ),
    )


def learn_leads(history: History) -> Learned:
    """How many of the leads that are open now are won in the coming month, by campaign."""
    if why := history.business.missing.get("leads"):
        return Learned(0, refused=why)
    frame = history.business.leads(history.cut)
    if why := refusal(frame):
        return Learned(len(frame), refused=why)
    now = pd.Timestamp(history.cut)
    attributes = frame.drop(columns=["closed", "contactable"])
    scorer = fit_leads(attributes, now=now, final=frame["closed"].to_numpy())
    if scorer.late is None:
        return Learned(len(frame), refused="too few dated wins to know how long they take")
    report = backtest_leads(attributes)
    open_ = _open(frame, now)
    return Learned(
        len(frame),
        own_share=1.0,
        note=" ".join([ALL_OWN, report.split, *report.notes]),
        parameters={"open_leads": len(open_), "trees_share": round(scorer.share, 4)},
        metrics=report.metrics,
        baselines=report.baselines,
        said=tuple(_wins(frame, open_, _soon(scorer, scorer.late, open_, now), history.cut)),
    )


def score_customers(due: list[Forecast], business: Business) -> dict[str, float | str]:
    """By forecast id: what came of it, or why that is not known."""
    found: dict[str, float | str] = {}
    for one in due:
        if why := business.missing.get(one.model):
            found[one.id] = why
        elif one.model == "ltv":
            found[one.id] = _bought(one, business)
        else:
            found[one.id] = _won(one, business)
    return found


def _bought(forecast: Forecast, business: Business) -> float | str:
    """Repeat purchases of those who were customers at the cut."""
    sales = business.sales(forecast.last_day)
    if sales.currency != forecast.unit:
        return f"the shop sells in {sales.currency} by now"
    day, first = sales.frame["date"], sales.frame.groupby("customer")["date"].transform("min")
    ours = (sales.frame["cohort"] == forecast.entity_id) & (first <= forecast.training_cut)
    if not ours.any():
        return "no order of these customers is left"
    return float(sales.frame.loc[ours & (day >= forecast.first_day), "value"].sum())


def _won(forecast: Forecast, business: Business) -> float | str:
    """Wins among the leads that were open at the cut."""
    before, after = business.leads(forecast.training_cut), business.leads(forecast.last_day)
    open_ = _open(before, pd.Timestamp(forecast.training_cut))
    ours = open_.loc[open_["campaign"] == forecast.entity_id, "lead"]
    if ours.empty:
        return "none of these leads is left"
    return float(after.loc[after["lead"].isin(ours), "converted"].sum())


def _open(frame: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    young = frame["date"] > now - pd.Timedelta(days=OPEN_DAYS)
    return frame[(frame["converted"] == 0) & ~frame["closed"] & young].reset_index(drop=True)


def _soon(scorer: LeadScorer, late: Late, open_: pd.DataFrame, now: pd.Timestamp) -> FloatArray:
    """Probability that an open lead is won within the coming month."""
    p, age = scorer.score(open_), ages(open_, now)
    shown, then = late.delays.by_age(age), late.delays.by_age(age + MONTH_DAYS)
    return np.asarray(np.clip(p * (then - shown) / np.maximum(1 - p * shown, 1e-9), 0.0, 1.0))


def _wins(frame: pd.DataFrame, open_: pd.DataFrame, soon: FloatArray, cut: date) -> list[Said]:
    rng = np.random.default_rng(23)
    level = np.exp(LEVEL_SD * rng.standard_normal(DRAWS))
    month_ago = pd.Timestamp(cut) - pd.Timedelta(days=MONTH_DAYS)
    recent = frame[(frame["converted"] == 1) & (frame["converted_on"] > month_ago)]
    # Leads that came within the month are no part of what is foretold.
    before = recent[recent["date"] <= month_ago].groupby("campaign").size()
    found = []
    for campaign, chances in pd.Series(soon).groupby(open_["campaign"]):
        if len(chances) < LEAST_PEOPLE:
            continue
        each = np.clip(np.outer(level, chances), 0.0, 1.0)
        wins = (rng.random(each.shape) < each).sum(axis=1).astype(np.float64)
        previous = float(before.get(campaign, 0))
        found.append(
            _said(cut, "conversions", str(campaign), Interval.of_draws(wins), previous, "conversions")
        )
    return found[:MOST_COHORTS]


def _said(cut: date, metric: str, campaign: str, band: Interval, previous: float, unit: str) -> Said:
    last = cut + timedelta(days=MONTH_DAYS)
    return Said(
        metric,
        campaign,
        last,
        last + timedelta(days=LATE_DAYS),
        unit=unit,
        band=band,
        baseline=previous,
        own_share=1.0,
    )
