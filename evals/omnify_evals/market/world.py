"""The hidden world as the judge sees it: the tenant's budgets, what was earned, and the truth."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from omnify_evals.market.clairvoyant import best_split, expected_table
from omnify_ml.interval import FloatArray
from omnify_sandbox import SandboxConfig
from omnify_sandbox.book import Change, Key
from omnify_sandbox.market import Market
from omnify_server.seeding import DEMO_PLATFORMS

FIRST_DAY = date(2026, 9, 7)
"""A fixed Monday, so that a seed is one world whenever it is run."""


class Standing:
    """A clock that only the market's own advances move."""

    def now(self) -> datetime:
        return datetime(2026, 9, 7, 14, tzinfo=UTC)


def market_of(seed: int) -> Market:
    return Market(SandboxConfig(seed=seed, today=FIRST_DAY, clock=Standing()))


def budgets_of(market: Market) -> FloatArray:
    """USD a day of each budget that the tenant is connected to."""
    return market.setting().budget[_held(market)]


def earned(market: Market, since: date) -> tuple[float, float]:
    """Revenue that will ever be credited to the closed days from `since` on, and their spend, in USD."""
    market.figures(since, since)  # plays all days that are over
    mine = np.array([ad.campaign.platform in DEMO_PLATFORMS for ad in market.catalog.ads])
    revenue = spend = 0.0
    for rows in market.world.closed[(since - market.world.first_day).days :]:
        revenue += float((rows.conversions * rows.value_each)[mine].sum())
        spend += float(rows.spend_micros[mine].sum()) / 1e6
    return revenue, spend


def set_budgets(market: Market, amounts: FloatArray) -> int:
    """Writes what differs by a cent or more, as an owner would; returns how many budgets."""
    changes = []
    for place, amount, now in zip(_held(market), amounts, budgets_of(market), strict=True):
        cents = round(float(amount) * 100)
        if cents != round(float(now) * 100):
            budget = market.catalog.budgets[place]
            changes.append(Change(Key("budget", budget.id, "daily_budget"), cents))
    if changes:
        market.commit(changes, request_id="judge", origin="ui")
    return len(changes)


def best_budgets(market: Market, start: FloatArray, *, cap: float, days: int) -> FloatArray:
    """The clairvoyant's split of the starting total for the coming days."""
    market.figures(market.today(), market.today())
    setting, held = market.setting(), _held(market)
    everything = setting.budget.copy()
    everything[held] = start
    table = expected_table(market.world, setting._replace(budget=everything), days=days)[held]
    t = market.world.traits
    able = np.bincount(t.campaign_of, setting.active, len(t.cpm)) > 0
    on = (np.bincount(t.budget_of, able, len(everything)) > 0)[held]
    best = start.copy()
    best[on] = best_split(table[on], start[on], total=float(start[on].sum()), cap=cap)
    return best


def _held(market: Market) -> list[int]:
    return [budget.index for budget in market.catalog.budgets if budget.platform in DEMO_PLATFORMS]
