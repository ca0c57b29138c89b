"""The hidden world as the judge sees it: every stage's budgets, what was earned, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np

from omnify_evals.market.clairvoyant import best_split, expected_table
from omnify_ml.interval import FloatArray
from omnify_sandbox import SandboxConfig
from omnify_sandbox.book import Change, Key
from omnify_sandbox.market import Market
from omnify_sandbox.stage import Stage
from omnify_server.seeding import DEMO_PLATFORMS

FIRST_DAY = date(2026, 9, 7)
"""A fixed Monday, so that a seed is one world whenever it is run."""


class Standing:
    """A clock that only the market's own advances move."""

    def now(self) -> datetime:
        return datetime(2026, 9, 7, 14, tzinfo=UTC)


def market_of(seed: int) -> Market:
    return Market(SandboxConfig(seed=seed, today=FIRST_DAY, clock=Standing()))


def stages_of(market: Market) -> list[Stage]:
    """The stages that the tenant is connected to, each once."""
    found: list[Stage] = []
    for platform in DEMO_PLATFORMS:
        stage = market.on(platform)
        if stage not in found:
            found.append(stage)
    return found


def budgets_of(stages: Sequence[Stage]) -> FloatArray:
    return np.concatenate([stage.setting().budget for stage in stages])


def earned(stages: Sequence[Stage], since: date) -> tuple[float, float]:
    """Revenue that will ever be credited to the closed days from `since` on, and their spend, in USD."""
    revenue = spend = 0.0
    for stage in stages:
        stage.figures(since, since)  # plays all days that are over
        for rows in stage.world.closed[(since - stage.world.first_day).days :]:
            revenue += float((rows.conversions * rows.value_each).sum())
            spend += float(rows.spend_micros.sum()) / 1e6
    return revenue, spend


def set_budgets(stages: Sequence[Stage], amounts: FloatArray) -> int:
    """Writes what differs by a cent or more, as an owner would; returns how many budgets."""
    place = changed = 0
    for stage in stages:
        changes = []
        for budget, now in zip(stage.catalog.budgets, stage.setting().budget, strict=True):
            cents = round(float(amounts[place]) * 100)
            if cents != round(float(now) * 100):
                changes.append(Change(Key("budget", budget.id, "daily_budget"), cents))
            place += 1
        if changes:
            stage.commit(changes, request_id="judge", origin="ui")
            changed += len(changes)
    return changed


def best_budgets(stages: Sequence[Stage], start: FloatArray, *, cap: float, days: int) -> FloatArray:
    """The clairvoyant's split of the starting total for the coming days."""
    tables, live = [], []
    place = 0
    for stage in stages:
        setting = stage.setting()
        n = len(setting.budget)
        part = start[place : place + n]
        tables.append(expected_table(stage.world, setting._replace(budget=part), days=days))
        t = stage.world.traits
        able = np.bincount(t.campaign_of, setting.active, len(t.cpm)) > 0
        live.append(np.bincount(t.budget_of, able, n) > 0)
        place += n
    on = np.concatenate(live)
    best = start.copy()
    best[on] = best_split(np.concatenate(tables)[on], start[on], total=float(start[on].sum()), cap=cap)
    return best
