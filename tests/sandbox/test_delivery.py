"""Spend follows budgets as the platforms' rules allow, and outcomes follow spend."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Change, Key
from omnify_sandbox.delivery import Period, after, day_limit
from omnify_sandbox.figures import Figures
from omnify_sandbox.market import Market
from tests.builders.sandbox_wire import TODAY, fresh_market

GOOGLE, META = np.array([True]), np.array([False])


def nothing_yet() -> Period:
    return Period(np.zeros(1), np.zeros(1))


def by_budget(market: Market, figures: Figures) -> np.ndarray:
    """USD per day and budget."""
    of_ad = np.array([ad.campaign.budget.index for ad in market.catalog.ads])
    count = len(market.catalog.budgets)
    return np.stack([np.bincount(of_ad, row, count) for row in figures.spend_micros]) / 1e6


def test_google_spends_at_most_twice_the_budget_on_a_day() -> None:
    assert day_limit(date(2026, 11, 1), np.array([100.0]), GOOGLE, nothing_yet()) == pytest.approx(200.0)


def test_google_spends_at_most_30_4_budgets_in_a_month() -> None:
    budget, period, spent = np.array([100.0]), nothing_yet(), 0.0
    for day in (date(2026, 11, 1) + timedelta(n) for n in range(30)):
        most = day_limit(day, budget, GOOGLE, period)
        spent += most[0]
        period = after(day, budget, most, GOOGLE, period)
    assert spent == pytest.approx(3040.0)
    assert day_limit(date(2026, 12, 1), budget, GOOGLE, period) == pytest.approx(200.0)


def test_meta_spends_at_most_1_25_budgets_a_day_and_seven_a_week() -> None:
    budget, period, spent = np.array([100.0]), nothing_yet(), []
    for day in (date(2026, 11, 22) + timedelta(n) for n in range(7)):
        most = day_limit(day, budget, META, period)
        spent.append(most[0])
        period = after(day, budget, most, META, period)
    assert max(spent) == pytest.approx(125.0)
    assert sum(spent) == pytest.approx(700.0)


def test_the_market_keeps_to_the_limits_of_each_platform() -> None:
    market = fresh_market()
    market.advance(60)
    figures = market.figures(TODAY + timedelta(1), TODAY + timedelta(59))
    spent = by_budget(market, figures)
    months: dict[tuple[int, int], float] = defaultdict(float)
    for budget in market.catalog.budgets:
        limit = budget.cents / 100 * (2.0 if budget.platform is Platform.GOOGLE else 1.25)
        assert spent[:, budget.index].max() <= limit + 0.01
        if budget.platform is Platform.GOOGLE:
            for day, amount in zip(figures.days, spent[:, budget.index], strict=True):
                months[budget.index, day.month] += amount
            assert months[budget.index, 12] <= budget.cents / 100 * 30.4 + 0.01


def test_budgets_that_limit_are_overrun_on_some_days_and_met_on_average() -> None:
    market = fresh_market()
    market.advance(40)
    spent = by_budget(market, market.figures(TODAY + timedelta(1), TODAY + timedelta(39)))
    limits = np.array([b.cents / 100 for b in market.catalog.budgets])
    limited = [c.budget.index for c in market.catalog.campaigns if _is_limited(market, c.index)]
    assert (spent[:, limited] > limits[limited]).any()
    assert (spent[:, limited].mean(axis=0) < 1.05 * limits[limited]).all()


def test_more_money_helps_where_the_budget_limits_and_hardly_where_it_does_not() -> None:
    richer, same = fresh_market(), fresh_market()
    for budget in richer.catalog.budgets:
        change = Change(Key("budget", budget.id, "daily_budget"), budget.cents * 3 // 2)
        richer.commit([change], request_id="r")
    for market in (richer, same):
        market.advance(22)
    window = (TODAY + timedelta(1), TODAY + timedelta(21))
    of_campaign = same.world.traits.campaign_of

    def spend(market: Market) -> np.ndarray:
        return np.bincount(of_campaign, market.figures(*window).spend_micros.sum(axis=0))

    growth = spend(richer) / np.maximum(spend(same), 1)
    alone = [c.index for c in same.catalog.campaigns if not c.budget.is_shared and c.paused_since is None]
    limited = [c for c in alone if _is_limited(same, c)]
    capped = [c for c in alone if same.world.traits.capacity[c] < 0.9 * _budget(same, c)]
    assert growth[limited].min() > 1.25
    assert growth[capped].max() < 1.15


def test_returns_diminish() -> None:
    richer, same = fresh_market(), fresh_market()
    for budget in richer.catalog.budgets:
        change = Change(Key("budget", budget.id, "daily_budget"), budget.cents * 2)
        richer.commit([change], request_id="r")
    for market in (richer, same):
        market.advance(30)
    window = (TODAY + timedelta(1), TODAY + timedelta(29))
    limited = [a.index for a in same.catalog.ads if _is_limited(same, a.campaign.index)]
    totals = [
        (f.spend_micros[:, limited].sum(), f.conversions[:, limited].sum())
        for f in (richer.figures(*window), same.figures(*window))
    ]
    (more_spend, more_won), (spend, won) = totals
    assert more_won > won
    assert more_won / won < 0.95 * more_spend / spend


def test_enabling_a_paused_campaign_makes_it_deliver() -> None:
    market = fresh_market()
    campaign = next(c for c in market.catalog.campaigns if c.paused_since is not None)
    ads = [ad.index for ad in market.catalog.ads if ad.campaign is campaign]
    market.commit([Change(Key("campaign", campaign.id, "status"), "enabled")], request_id="r")
    market.advance(2)
    figures = market.figures(TODAY - timedelta(1), TODAY + timedelta(1))
    assert figures.impressions[0, ads].sum() == 0
    assert figures.impressions[2, ads].sum() > 0


def test_siblings_take_over_when_an_ad_is_paused() -> None:
    market = fresh_market()
    first, *others = [ad for ad in market.catalog.ads if ad.campaign.index == 0]
    market.commit([Change(Key("ad", first.id, "status"), "paused")], request_id="r")
    market.advance(2)
    tomorrow = market.figures(TODAY + timedelta(1), TODAY + timedelta(1))
    assert tomorrow.impressions[0, first.index] == 0
    assert tomorrow.impressions[0, [ad.index for ad in others]].sum() > 0


def _budget(market: Market, campaign: int) -> float:
    return market.catalog.campaigns[campaign].budget.cents / 100


def _is_limited(market: Market, campaign: int) -> bool:
    held = market.catalog.campaigns[campaign]
    if held.budget.is_shared or held.paused_since is not None:
        return False
    return bool(market.world.traits.capacity[campaign] > 1.6 * _budget(market, campaign))
