"""LinkedIn, TikTok and YouTube beside Google and Meta: worlds that never touch each other."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Change, Key
from omnify_sandbox.market import Market
from omnify_sandbox.stage import Stage
from tests.builders.sandbox_wire import TODAY, fresh_market, open_wire, pristine_market

SIDE = {Platform.LINKEDIN: 6, Platform.TIKTOK: 6, Platform.YOUTUBE: 5}


def spent(stage: Stage) -> list[int]:
    return [int(day.sum()) for day in stage.figures(date.min, date.max).spend_micros]


@pytest.mark.parametrize(("platform", "count"), SIDE.items())
def test_each_platform_has_campaigns_with_ids_that_never_meet(platform: Platform, count: int) -> None:
    market = pristine_market()
    campaigns = market.on(platform).catalog.campaigns
    assert len(campaigns) == count
    assert {campaign.platform for campaign in campaigns} == {platform}
    others = [market, *(market.on(other) for other in SIDE if other is not platform)]
    taken = {item.id for stage in others for item in (*stage.catalog.campaigns, *stage.catalog.ads)}
    assert taken.isdisjoint(item.id for item in (*campaigns, *market.on(platform).catalog.ads))


def test_each_world_has_random_streams_of_its_own() -> None:
    market = pristine_market()
    seeds = {market.world.seed, *(market.on(platform).world.seed for platform in SIDE)}
    assert len(seeds) == 1 + len(SIDE)


def test_google_and_meta_do_not_notice_the_others() -> None:
    alone, crowded = fresh_market(), fresh_market()
    for platform in SIDE:
        stage = crowded.on(platform)
        budget = stage.catalog.budgets[0].id
        stage.commit([Change(Key("budget", budget, "daily_budget"), 99_900)], request_id="r")
    for market in (alone, crowded):
        market.advance(10)
    assert spent(alone) == spent(crowded)
    assert len(alone.catalog.campaigns) == len(crowded.catalog.campaigns) == 41


@pytest.mark.parametrize("platform", SIDE)
def test_a_stage_asked_for_late_is_the_one_asked_for_early(platform: Platform) -> None:
    early, late = fresh_market(), fresh_market()
    early.on(platform)
    for market in (early, late):
        market.advance(5)
    assert spent(early.on(platform)) == spent(late.on(platform))


@pytest.mark.parametrize("platform", SIDE)
def test_more_money_is_spent_where_more_is_allowed(platform: Platform) -> None:
    same, richer = fresh_market(), fresh_market()
    stage = richer.on(platform)
    richest = [
        Change(Key("budget", budget.id, "daily_budget"), budget.cents * 3) for budget in stage.catalog.budgets
    ]
    stage.commit(richest, request_id="r")
    for market in (same, richer):
        market.advance(7)
    assert sum(spent(stage)[-7:]) > sum(spent(same.on(platform))[-7:])


@pytest.mark.parametrize(("platform", "grain"), [(Platform.TIKTOK, 10_000), (Platform.LINKEDIN, 1_000)])
def test_each_platform_bills_in_its_own_smallest_amount(platform: Platform, grain: int) -> None:
    micros = pristine_market().on(platform).figures(date.min, TODAY - timedelta(1)).spend_micros
    assert np.all(micros % grain == 0)
    assert np.any(micros % (grain * 10) != 0)


async def test_the_judge_sees_every_platform() -> None:
    market: Market = fresh_market()
    async with open_wire(market) as wire:
        for platform, count in SIDE.items():
            truth = (await wire.control("GET", f"truth?platform={platform.value}")).json()
            assert len(truth["campaigns"]) == count
            campaign = market.on(platform).catalog.campaigns[0].id
            edit = {"platform": platform.value, "campaign_id": campaign, "status": "paused"}
            assert (await wire.control("POST", "ui-edit", edit)).status_code == 200
        writes = await wire.writes()
    assert [write["platform"] for write in writes] == [platform.value for platform in SIDE]
    assert [write["seq"] for write in writes] == [1, 2, 3]
