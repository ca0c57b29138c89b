"""The imported market picture, on every backend."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from omnify_core.campaigns import AdAccount, AdGroup, Creative, EntityRef, Level, Platform, Status
from omnify_core.errors import NotFound
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.ports import SyncState
from omnify_memory.stores import Stores
from tests.builders.stores import NOON, OURS, THEIRS, campaign, day_of_figures

GOOGLE = EntityId("google:7")
META = EntityId("meta:1201")
NEW_YEAR = date(2026, 1, 1)


def ref(level: Level, native_id: str) -> EntityRef:
    return EntityRef(platform=Platform.META, account_id="act_1", level=level, native_id=native_id)


def ad_group(native_id: str, campaign_id: EntityId = META) -> AdGroup:
    of = ref(Level.AD_GROUP, native_id)
    return AdGroup(ref=of, campaign_id=campaign_id, name="Lookalikes", status=Status.ENABLED, read_at=NOON)


def creative(native_id: str, campaign_id: EntityId = META) -> Creative:
    return Creative(
        ref=ref(Level.AD, native_id),
        campaign_id=campaign_id,
        ad_group_id=EntityId("meta:55"),
        name="Blue",
        status=Status.PAUSED,
        headline='Say "go" — 50 % off\n',
        read_at=NOON,
    )


async def test_campaigns_come_back_as_saved(stores: Stores) -> None:
    exact = campaign(daily_budget=Money(9_007_199_254_740_993, "JPY"), created_on=NEW_YEAR)
    await stores.market.save_campaigns(OURS, [exact, campaign("7", Platform.GOOGLE, daily_budget=None)])
    assert await stores.market.campaign(OURS, META) == exact
    assert [found.id for found in await stores.market.campaigns(OURS)] == [GOOGLE, META]
    assert [found.id for found in await stores.market.campaigns(OURS, Platform.META)] == [META]


async def test_a_time_is_the_same_moment_after_storing(stores: Stores) -> None:
    elsewhere = datetime(2026, 11, 2, 7, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    await stores.market.save_campaigns(OURS, [campaign(read_at=elsewhere)])
    read_at = (await stores.market.campaign(OURS, META)).read_at
    assert read_at == elsewhere
    assert read_at.astimezone(UTC).hour == 12


async def test_a_later_save_replaces_what_was_read_before(stores: Stores) -> None:
    await stores.market.save_campaigns(OURS, [campaign()])
    await stores.market.save_campaigns(OURS, [campaign(status=Status.PAUSED)])
    assert [found.status for found in await stores.market.campaigns(OURS)] == [Status.PAUSED]


async def test_another_tenants_campaign_answers_like_an_unknown_one(stores: Stores) -> None:
    await stores.market.save_campaigns(OURS, [campaign()])
    with pytest.raises(NotFound) as foreign:
        await stores.market.campaign(THEIRS, META)
    with pytest.raises(NotFound) as unknown:
        await stores.market.campaign(THEIRS, EntityId("meta:0"))
    assert str(foreign.value).replace("meta:1201", "meta:0") == str(unknown.value)
    assert await stores.market.campaigns(THEIRS) == []


async def test_two_tenants_may_hold_the_same_campaign(stores: Stores) -> None:
    await stores.market.save_campaigns(OURS, [campaign(name="ours")])
    await stores.market.save_campaigns(THEIRS, [campaign(name="theirs")])
    assert (await stores.market.campaign(OURS, META)).name == "ours"


async def test_accounts_groups_creatives_and_sync_states_come_back(stores: Stores) -> None:
    account = AdAccount(
        platform=Platform.META,
        account_id="act_1",
        name="TechFlow",
        currency="USD",
        time_zone="America/New_York",
    )
    state = SyncState(platform=Platform.META, synced_at=NOON, running=True, share=0.25, campaigns=21)
    await stores.market.save_accounts(OURS, [account])
    await stores.market.save_ad_groups(OURS, [ad_group("55"), ad_group("56", GOOGLE)])
    await stores.market.save_creatives(OURS, [creative("91"), creative("92", GOOGLE)])
    await stores.market.save_sync(OURS, state)
    assert await stores.market.accounts(OURS) == [account]
    assert await stores.market.ad_groups(OURS) == [ad_group("55"), ad_group("56", GOOGLE)]
    assert await stores.market.ad_groups(OURS, META) == [ad_group("55")]
    assert await stores.market.creatives(OURS, GOOGLE) == [creative("92", GOOGLE)]
    assert await stores.market.sync_states(OURS) == [state]
    assert await stores.market.sync_states(THEIRS) == []


async def test_metrics_are_ordered_by_day_then_entity_within_the_window(stores: Stores) -> None:
    days = [NEW_YEAR + timedelta(days=offset) for offset in range(4)]
    rows = [day_of_figures(day, entity) for entity in (META, GOOGLE) for day in reversed(days)]
    await stores.market.save_metrics(OURS, rows)
    found = await stores.market.metrics(OURS, Level.CAMPAIGN, days[1], days[2])
    assert [(row.day, row.entity_id) for row in found] == [
        (days[1], GOOGLE),
        (days[1], META),
        (days[2], GOOGLE),
        (days[2], META),
    ]
    assert found[0] == day_of_figures(days[1], GOOGLE)


async def test_levels_are_kept_apart_even_under_one_id(stores: Stores) -> None:
    levels = (Level.CAMPAIGN, Level.AD_GROUP, Level.AD)
    await stores.market.save_metrics(OURS, [day_of_figures(NEW_YEAR, META, level=level) for level in levels])
    for level in levels:
        found = await stores.market.metrics(OURS, level, NEW_YEAR, NEW_YEAR)
        assert [row.level for row in found] == [level]


async def test_metrics_of_one_campaign_or_one_ad(stores: Stores) -> None:
    ads = [("meta:1", META), ("meta:2", META), ("google:3", GOOGLE)]
    rows = [day_of_figures(NEW_YEAR, ad, campaign=of, level=Level.AD) for ad, of in ads]
    await stores.market.save_metrics(OURS, rows)

    async def found(**which: EntityId) -> list[str]:
        window = (OURS, Level.AD, NEW_YEAR, NEW_YEAR)
        return [row.entity_id for row in await stores.market.metrics(*window, **which)]

    assert await found(campaign_id=META) == ["meta:1", "meta:2"]
    assert await found(entity_id=EntityId("meta:2")) == ["meta:2"]
    assert await found(entity_id=EntityId("meta:2"), campaign_id=GOOGLE) == []


async def test_a_restated_day_replaces_its_row_and_no_other(stores: Stores) -> None:
    tomorrow = NEW_YEAR + timedelta(days=1)
    await stores.market.save_metrics(OURS, [day_of_figures(NEW_YEAR), day_of_figures(tomorrow)])
    restated = day_of_figures(NEW_YEAR, conversions=9.75, reach=400, frequency=1.1)
    await stores.market.save_metrics(OURS, [restated])
    found = await stores.market.metrics(OURS, Level.CAMPAIGN, NEW_YEAR, tomorrow)
    assert found == [restated, day_of_figures(tomorrow)]
    assert await stores.market.metrics(THEIRS, Level.CAMPAIGN, NEW_YEAR, tomorrow) == []
