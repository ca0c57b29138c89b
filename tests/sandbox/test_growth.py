"""Objects that are made while the market runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_sandbox.advertisers.techflow_more import LINKEDIN_ACCOUNTS, TIKTOK_ADVERTISERS
from omnify_sandbox.book import Change, Key
from omnify_sandbox.growth import CREATED, Birth
from omnify_sandbox.market import Market
from omnify_sandbox.stage import Stage
from tests.builders.sandbox_wire import NOON, TODAY, fresh_market, sandbox_config

ACCOUNT = next(iter(TIKTOK_ADVERTISERS))


def _make(stage: Stage, status: str = "paused") -> tuple[str, str, str]:
    """A campaign with a group and an ad; their ids."""
    birth = Birth("campaign", ACCOUNT, "", {"name": "New", "daily_budget": 9_000}, "tt_leads")
    (campaign,) = stage.create([birth], request_id="a")
    fields = {"name": "New", "status": status}
    (group,) = stage.create([Birth("group", ACCOUNT, campaign, fields)], request_id="b")
    (ad,) = stage.create([Birth("ad", ACCOUNT, group, fields | {"headline": "Hello"})], request_id="c")
    return campaign, group, ad


def _clicks(market: Market, ad_id: str) -> list[int]:
    ad = next(a for a in market.catalog.ads if a.id == ad_id)
    figures = market.figures(TODAY, TODAY + timedelta(9))
    return [int(n) for n in figures.clicks[:, ad.index]]


def test_what_was_there_before_keeps_its_figures_to_the_last_bit() -> None:
    alone, grown = fresh_market(), fresh_market()
    _make(grown.on(Platform.TIKTOK))
    for market in (alone, grown):
        market.advance(9)
    first, last = TODAY - timedelta(30), TODAY + timedelta(9)
    before, after = alone.figures(first, last), grown.figures(first, last)
    ads = before.clicks.shape[1]
    assert after.clicks.shape[1] == ads + 1
    assert np.array_equal(before.clicks, after.clicks[:, :ads])
    assert np.array_equal(before.spend_micros, after.spend_micros[:, :ads])


def test_a_new_campaign_delivers_once_all_of_it_is_enabled_and_never_before() -> None:
    market = fresh_market()
    stage = market.on(Platform.TIKTOK)
    campaign, group, ad = _make(stage)
    market.advance(3)
    for key in (Key("campaign", campaign, "status"), Key("group", group, "status")):
        stage.commit([Change(key, "enabled")], request_id="on")
    market.advance(3)
    assert sum(_clicks(market, ad)) == 0
    stage.commit([Change(Key("ad", ad, "status"), "enabled")], request_id="on")
    market.advance(3)
    assert sum(_clicks(market, ad)[6:]) > 20
    assert sum(_clicks(market, ad)[:6]) == 0


def test_new_objects_have_chances_of_their_own() -> None:
    market = fresh_market()
    for _ in range(2):
        _make(market.on(Platform.TIKTOK))
    campaigns, ads = market.catalog.campaigns, market.catalog.ads
    assert len({(c.seed, c.number) for c in campaigns}) == len(campaigns)
    assert len({(a.campaign.seed, a.number) for a in ads}) == len(ads)
    assert len({c.id for c in campaigns}) == len(campaigns)
    assert len(set(market.world.traits.ctr)) == len(campaigns)


def test_a_second_ad_shares_its_campaigns_money() -> None:
    market = fresh_market()
    stage = market.on(Platform.TIKTOK)
    campaign, group, first = _make(stage, "enabled")
    (second,) = stage.create(
        [Birth("ad", ACCOUNT, group, {"name": "B", "status": "enabled"})], request_id="d"
    )
    stage.commit([Change(Key("campaign", campaign, "status"), "enabled")], request_id="on")
    market.advance(5)
    places = [a.index for a in market.catalog.ads if a.id in (first, second)]
    spend = market.figures(TODAY, TODAY + timedelta(4)).spend_micros[:, places].sum(axis=0)
    assert all(spend > 0)
    assert spend.sum() <= 5 * 90_000_000 * 1.25


def test_each_object_that_is_made_stands_in_the_log_with_what_it_was_made_of() -> None:
    market = fresh_market()
    campaign, group, ad = _make(market.on(Platform.TIKTOK))
    made = market.journal.writes
    assert [w.object for w in made] == [f"campaign/{campaign}", f"adgroup/{group}", f"ad/{ad}"]
    assert {w.field for w in made} == {CREATED}
    assert {w.campaign_ids for w in made} == {(campaign,)}
    assert Birth.read(str(made[0].after)).fields == {"name": "New", "daily_budget": 9_000}


def test_things_that_deliver_nothing_are_kept_and_logged_too() -> None:
    market = fresh_market()
    stage = market.on(Platform.LINKEDIN)
    account = next(iter(LINKEDIN_ACCOUNTS))
    births = [Birth("audience", account, "", {"name": name}) for name in ("A", "B")]
    one, two = stage.create(births, request_id="a")
    assert one != two
    assert [thing.id for thing in stage.things("audience")] == [one, two]
    assert market.on(Platform.TIKTOK).things("audience") == []
    stage.commit([Change(Key("audience", one, "name"), "C")], request_id="b")
    assert market.journal.writes[-1].object == f"audience/{one}"
    assert market.journal.writes[-1].campaign_ids == ()


def test_a_reader_of_the_past_does_not_know_of_it() -> None:
    market = fresh_market()
    campaign, _, _ = _make(market.on(Platform.TIKTOK))
    assert market.exists("campaign", campaign)
    assert not market.exists("campaign", campaign, NOON - timedelta(1))
    assert market.exists("campaign", market.catalog.campaigns[0].id, NOON - timedelta(1))


def test_a_field_that_nobody_set_reads_as_its_default() -> None:
    market = fresh_market()
    stage = market.on(Platform.TIKTOK)
    key = Key("group", stage.catalog.groups[0].id, "bid")
    assert stage.get(key, 125) == 125
    stage.commit([Change(key, 90)], request_id="a")
    assert stage.get(key, 125) == 90
    assert stage.get(key, 125, NOON - timedelta(1)) == 125


@pytest.mark.parametrize("days", [0, 4])
def test_a_market_that_starts_again_holds_what_was_made(tmp_path: Path, days: int) -> None:
    config = sandbox_config(path=tmp_path / "log.jsonl")
    market = Market(config)
    campaign, _, ad = _make(market.on(Platform.TIKTOK), "enabled")
    if days:
        market.advance(days)
    change = Change(Key("campaign", campaign, "status"), "enabled")
    market.on(Platform.TIKTOK).commit([change], request_id="on")
    market.advance(2)
    again = Market(replace(config, clock=FixedClock(NOON)))
    assert _clicks(again, ad) == _clicks(market, ad)
    assert [w.seq for w in again.journal.writes] == [w.seq for w in market.journal.writes]
    assert again.on(Platform.TIKTOK).catalog.ads[-1].id == ad
