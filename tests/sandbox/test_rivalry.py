"""All five ad platforms in one world: what is spent on one is felt on the others."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Change, Key
from omnify_sandbox.catalog import AD_PLATFORMS
from omnify_sandbox.market import Market
from omnify_sandbox.truth import true_response
from tests.builders.sandbox_wire import TODAY, fresh_market, open_wire, pristine_market

DAYS = 60


def spent(market: Market, platform: Platform) -> np.ndarray:
    """Micros by day."""
    ads = [ad.index for ad in market.on(platform).catalog.ads]
    return market.figures(date.min, date.max).spend_micros[:, ads].sum(axis=1)


def scaled(market: Market, platform: Platform, times: float) -> Market:
    """The same market with all budgets of a platform at so many times of today's."""
    part = market.on(platform)
    changes = [
        Change(Key("budget", budget.id, "daily_budget"), round(budget.cents * times))
        for budget in part.catalog.budgets
    ]
    part.commit(changes, request_id="r")
    return market


def converted(market: Market, platform: Platform, kinds: tuple[str, ...] = ()) -> float:
    """What a fixed 100 USD a day in each campaign brings in expectation, once `DAYS` have been played."""
    found = 0.0
    for campaign in market.on(platform).catalog.campaigns:
        if campaign.paused_since is None and (not kinds or campaign.kind in kinds):
            found += float(true_response(market, campaign.id, np.array([100.0])).conversions[0])
    return found


def later(market: Market) -> Market:
    market.advance(DAYS)
    return market


def test_more_meta_ads_make_people_search_for_the_brand() -> None:
    quiet, loud = (later(scaled(fresh_market(), Platform.META, times)) for times in (0.3, 2.0))
    brand = next(c for c in quiet.catalog.campaigns if c.kind == "brand")
    most = [true_response(market, brand.id, np.array([1e6])).most for market in (quiet, loud)]
    assert most[1] > 1.1 * most[0]


@pytest.mark.parametrize(
    ("loud", "loser", "kinds"),
    [
        (Platform.META, Platform.GOOGLE, ("search", "pmax")),
        (Platform.META, Platform.TIKTOK, ()),
        (Platform.GOOGLE, Platform.META, ("prospecting", "leads")),
        (Platform.TIKTOK, Platform.META, ("prospecting", "leads")),
        (Platform.GOOGLE, Platform.YOUTUBE, ("yt_demand", "yt_video")),
    ],
)
def test_buyers_whom_one_platform_wins_are_lost_to_another(
    loud: Platform, loser: Platform, kinds: tuple[str, ...]
) -> None:
    low, high = (later(scaled(fresh_market(), loud, times)) for times in (0.3, 2.0))
    assert converted(high, loser, kinds) < 0.985 * converted(low, loser, kinds)


def test_nobody_is_met_again_whom_nobody_has_brought() -> None:
    def market(times: float) -> Market:
        mine = fresh_market()
        changes = [
            Change(Key("budget", c.budget.id, "daily_budget"), round(c.budget.cents * times))
            for c in mine.catalog.campaigns
            if c.kind not in ("retargeting", "remarketing", "yt_remarketing")
        ]
        mine.commit(changes, request_id="r")
        return later(mine)

    starved, fed = market(0.2), market(1.0)
    again = next(c for c in fed.catalog.campaigns if c.kind == "retargeting")
    most = [true_response(one, again.id, np.array([1e6])).most for one in (starved, fed)]
    assert most[0] < 0.8 * most[1]


@pytest.mark.parametrize("platform", AD_PLATFORMS)
def test_more_money_is_spent_where_more_is_allowed(platform: Platform) -> None:
    same, richer = fresh_market(), scaled(fresh_market(), platform, 3)
    for market in (same, richer):
        market.advance(7)
    assert spent(richer, platform)[-7:].sum() > spent(same, platform)[-7:].sum()


def test_the_auctions_of_one_platform_are_not_those_of_another() -> None:
    seeds = {campaign.platform: campaign.seed for campaign in pristine_market().catalog.campaigns}
    assert len(set(seeds.values())) == len(AD_PLATFORMS) - 1, "Google and Meta are counted together"


@pytest.mark.parametrize(("platform", "grain"), [(Platform.TIKTOK, 10_000), (Platform.LINKEDIN, 1_000)])
def test_each_platform_bills_in_its_own_smallest_amount(platform: Platform, grain: int) -> None:
    market = pristine_market()
    ads = [ad.index for ad in market.on(platform).catalog.ads]
    micros = market.figures(date.min, TODAY - timedelta(1)).spend_micros[:, ads]
    assert np.all(micros % grain == 0)
    assert np.any(micros % (grain * 10) != 0)


async def test_the_judge_sees_every_platform() -> None:
    market: Market = fresh_market()
    async with open_wire(market) as wire:
        for platform in AD_PLATFORMS:
            truth = (await wire.control("GET", f"truth?platform={platform.value}")).json()
            mine = market.on(platform).catalog
            assert [one["id"] for one in truth["campaigns"]] == [one.id for one in mine.campaigns]
            assert len(truth["ads"]) == len(mine.ads)
            edit = {
                "platform": platform.value,
                "campaign_id": mine.campaigns[0].id,
                "status": "paused",
            }
            assert (await wire.control("POST", "ui-edit", edit)).status_code == 200
        writes = await wire.writes()
    assert [write["platform"] for write in writes] == [platform.value for platform in AD_PLATFORMS]
    assert [write["seq"] for write in writes] == [1, 2, 3, 4, 5]
