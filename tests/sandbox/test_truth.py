"""The judge's expectation against what the world then plays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import NotFound
from omnify_sandbox.truth import expected, true_response
from omnify_sandbox.world import Setting
from tests.builders.sandbox_wire import SandboxWire, fresh_market, open_wire, pristine_market


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


def test_over_two_months_the_world_plays_what_was_expected() -> None:
    """Day by day at the spend that came about: luck averages out, a wrong formula does not."""
    market = fresh_market()
    world, t = market.world, market.world.traits
    active = market.setting().active
    setting = Setting(np.array([b.cents / 100 for b in market.catalog.budgets]), active)
    hoped, played = np.zeros(3), np.zeros(3)
    for _ in range(60):
        rows = world.play(setting)
        spend = np.bincount(t.campaign_of, rows.spend_micros / 1e6, len(t.cpm))
        for campaign in market.catalog.campaigns:
            found = expected(world, campaign, np.array([spend[campaign.index]]), world.day, active)
            hoped += [found.clicks[0], found.conversions[0], found.value[0]]
        played += [rows.clicks.sum(), rows.conversions.sum(), (rows.conversions * rows.value_each).sum()]
        world.close(rows, setting)
    assert np.all(np.abs(played / hoped - 1) < 0.05), played / hoped


@pytest.mark.parametrize("platform", [Platform.GOOGLE, Platform.META, Platform.LINKEDIN, Platform.TIKTOK])
def test_more_spend_never_brings_less_and_beyond_today_each_dollar_brings_less(platform: Platform) -> None:
    stage = pristine_market().on(platform)
    for campaign in stage.catalog.campaigns:
        begin = float(stage.world.traits.reference[campaign.index])
        found = true_response(stage, campaign.id, np.linspace(begin, 4 * begin, 20))
        gained = np.diff(found.value)
        assert np.all(gained >= -1e-9)
        ratio = found.value[1:] / np.maximum(found.spend[1:], 1e-9)
        assert np.all(np.diff(ratio) <= 1e-9)


async def test_the_control_door_shows_it_and_the_platforms_do_not(wire: SandboxWire) -> None:
    campaign = wire.market.on(Platform.LINKEDIN).catalog.campaigns[0]
    path = f"response?platform=linkedin&campaign_id={campaign.id}&spend=50,100,200"
    shown = (await wire.control("GET", path)).json()
    assert [point["spend"] for point in shown["points"]] == [50, 100, 200]
    assert (await wire.control("GET", path.replace(campaign.id, "77"))).status_code == 404
    assert (await wire.control("GET", path.replace("50,", "x,"))).status_code == 422
    assert (await wire.http.get(f"/_control/{path}")).status_code == 401


def test_an_unknown_campaign_is_refused() -> None:
    with pytest.raises(NotFound):
        true_response(pristine_market(), "1", np.array([1.0]))
