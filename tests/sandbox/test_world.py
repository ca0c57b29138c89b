"""What the hidden world is like: realistic at a glance, and hard in the ways that real accounts are."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.catalog import AD_PLATFORMS
from omnify_sandbox.figures import reach
from omnify_sandbox.market import Market
from omnify_sandbox.response import Curves, Form, efficiency
from omnify_sandbox.wear import Wear, kept_share
from tests.builders.sandbox_wire import TODAY, pristine_market

SEEDS = (7, 11, 23)
EVERGREEN_BELOW = 0.1


def last_month(market: Market, name: str) -> np.ndarray:
    """Sums of 30 closed days per campaign."""
    figures = market.figures(TODAY - timedelta(30), TODAY - timedelta(1))
    by_ad = getattr(figures, name).sum(axis=0)
    return np.bincount(market.world.traits.campaign_of, by_ad, len(market.catalog.campaigns))


def test_there_are_58_campaigns_on_five_platforms_with_ids_that_never_meet() -> None:
    catalog = pristine_market().catalog
    platforms = [campaign.platform for campaign in catalog.campaigns]
    assert [platforms.count(platform) for platform in AD_PLATFORMS] == [26, 15, 6, 6, 5]
    held = (catalog.campaigns, catalog.groups, catalog.ads)
    ids = [item.id for items in held for item in items]
    ids += [ad.creative_id for ad in catalog.ads if ad.campaign.platform is Platform.META]
    ids += [b.id for b in catalog.budgets if b.platform in (Platform.GOOGLE, Platform.YOUTUBE)]
    assert len(set(ids)) == len(ids)
    assert all(id_.isdigit() for id_ in ids)


def test_a_budget_is_shared_within_each_google_customer() -> None:
    shared = {b.account for b in pristine_market().catalog.budgets if b.is_shared}
    assert len(shared) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_accounts_spend_9_to_13_thousand_a_day(seed: int) -> None:
    daily = last_month(pristine_market(seed), "spend_micros").sum() / 30 / 1e6
    assert 9_000 < daily < 13_000


@pytest.mark.parametrize("seed", SEEDS)
def test_rates_are_those_of_real_accounts(seed: int) -> None:
    market = pristine_market(seed)
    spend, clicks = last_month(market, "spend_micros") / 1e6, last_month(market, "clicks")
    impressions, conversions = last_month(market, "impressions"), last_month(market, "conversions")
    running = spend > 1000
    ctr, cvr = clicks[running] / impressions[running], conversions[running] / clicks[running]
    assert np.quantile(ctr, 0.05) > 0.004
    assert np.quantile(ctr, 0.95) < 0.07
    assert np.quantile(cvr, 0.1) > 0.008
    assert np.quantile(cvr, 0.9) < 0.07


@pytest.mark.parametrize("seed", SEEDS)
def test_some_campaigns_are_clearly_better_than_others(seed: int) -> None:
    market = pristine_market(seed)
    spend, value = last_month(market, "spend_micros") / 1e6, last_month(market, "value_cents") / 100
    roas = value[spend > 1000] / spend[spend > 1000]
    assert np.quantile(roas, 0.9) > 2.5 * np.quantile(roas, 0.1)
    assert (roas < 1).sum() >= 3
    assert (roas > 3).sum() >= 3


def test_a_few_campaigns_are_paused_and_a_handful_is_limited_by_budget() -> None:
    market = pristine_market()
    paused = [c for c in market.catalog.campaigns if c.paused_since is not None]
    traits = market.world.traits
    assert 3 <= len(paused) <= 6
    assert 5 <= (traits.capacity > 1.6 * traits.reference).sum() <= 14


@pytest.mark.parametrize("seed", SEEDS)
def test_creatives_lose_45_percent_at_four_exposures_in_the_median(seed: int) -> None:
    wear = pristine_market(seed).world.traits.wear
    wearing = wear.drop_at_four > EVERGREEN_BELOW
    four = kept_share(wear, np.full(len(wear.drop_at_four), 4.0))
    assert np.median(1 - four[wearing]) == pytest.approx(0.45, abs=0.04)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quarter_to_a_third_of_creatives_is_evergreen(seed: int) -> None:
    drops = pristine_market(seed).world.traits.wear.drop_at_four
    assert 0.25 <= (drops < EVERGREEN_BELOW).mean() <= 0.33


def test_creatives_wear_in_before_they_wear_out() -> None:
    wear = Wear(np.array([0.45, 0.45]), np.array([True, False]))
    path = np.stack([kept_share(wear, np.full(2, x)) for x in (0.0, 0.15, 4.0)])
    assert (path[1] > path[0]).all()
    assert (path[2] < path[1]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_creatives_are_of_different_ages_and_some_are_close_to_tired(seed: int) -> None:
    market = pristine_market(seed)
    counts = np.bincount(market.world.traits.campaign_of)
    assert counts.min() >= 2
    assert counts.max() <= 4
    ages = [(TODAY - ad.started).days for ad in market.catalog.ads]
    assert min(ages) < 15
    assert max(ages) > 120
    kept = kept_share(market.world.traits.wear, market.world.exposures())
    assert ((kept > 0.7) & (kept < 0.85)).sum() >= 10


def test_a_worn_creative_is_clicked_less_than_when_it_was_new() -> None:
    market = pristine_market()
    figures = market.figures(market.world.first_day, TODAY - timedelta(1))
    young = [ad for ad in market.catalog.ads if 50 < (TODAY - ad.started).days < 110]
    kept = kept_share(market.world.traits.wear, market.world.exposures())
    tired = [ad.index for ad in young if kept[ad.index] < 0.65 and ad.paused_since is None]
    assert tired
    falls = []
    for ad in tired:
        clicks, seen = figures.clicks[:, ad], figures.impressions[:, ad]
        days = np.flatnonzero(seen)
        early, late = days[2:12], days[-10:]
        falls.append((clicks[late].sum() / seen[late].sum()) / (clicks[early].sum() / seen[early].sum()))
    assert np.median(falls) < 0.85


@pytest.mark.parametrize("form", list(Form))
def test_each_form_of_response_saturates(form: Form) -> None:
    curves = Curves(np.full(5, int(form)), np.full(5, 0.7), np.full(5, 1.1))
    kept = efficiency(curves, np.array([0.5, 1.0, 1.5, 2.0, 4.0]))
    assert kept[1] == pytest.approx(1.0)
    assert (np.diff(kept) < 0).all()


def test_more_than_one_form_of_response_is_at_work() -> None:
    assert len(set(pristine_market().world.traits.curves.form.tolist())) == 3


def test_work_searches_rest_at_the_weekend() -> None:
    market = pristine_market()
    figures = market.figures(TODAY - timedelta(56), TODAY - timedelta(1))
    search = [ad.index for ad in market.catalog.ads if ad.campaign.kind in ("search", "brand")]
    by_day = figures.impressions[:, search].sum(axis=1)
    weekend = np.array([day.weekday() >= 5 for day in figures.days])
    assert by_day[weekend].mean() < 0.9 * by_day[~weekend].mean()


def test_every_market_has_had_a_tracking_break_lately() -> None:
    market = pristine_market()
    kinds = {shock.kind for shock in market.world.shocks.active(TODAY.toordinal() - 6)}
    assert "tracking_break" in kinds


def test_more_days_reach_more_people_but_never_more_than_there_are_impressions() -> None:
    assert reach(1000, 50_000, 1) < reach(7000, 50_000, 7) < 7000
    assert reach(0, 50_000, 1) == 0
    assert reach(3, 50_000, 1) <= 3
