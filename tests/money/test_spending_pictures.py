"""What a listing makes of the day's budgets: who counts, what for, and what stays unknown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from omnify_core.campaigns import AdAccount, AdGroup, Campaign, Level, Platform, Status
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_guardrails.exposure import Picture, Spender, live_picture, picture_of, stored_picture
from tests.builders.legs import a_ref, bid_leg, dollars, status_leg
from tests.builders.money import NOON, OURS, FakePlatforms, MoneyHouse, usd

USD = Rates("USD", {"EUR": Decimal("1.10")})
ON, OFF = Status.ENABLED, Status.PAUSED
META = Platform.META


def campaign(number: str, daily: Money | None, status: Status = ON, *, key: str = "") -> Campaign:
    told: dict[str, Any] = {"name": "", "daily_budget": daily, "budget_key": key, "currency": "USD"}
    return Campaign(ref=a_ref(Level.CAMPAIGN, number), status=status, read_at=NOON, **told)


def group(number: str, above: str, daily: Money | None, status: Status = ON) -> AdGroup:
    told: dict[str, Any] = {"campaign_id": EntityId(f"meta:{above}"), "name": "", "daily_budget": daily}
    return AdGroup(ref=a_ref(Level.AD_GROUP, number), status=status, read_at=NOON, **told)


def test_a_groups_own_budget_counts_where_its_campaign_has_none() -> None:
    seen = picture_of(
        [campaign("1", None), campaign("2", usd(50))], [group("11", "1", usd(7)), group("21", "2", usd(9))]
    )
    assert seen.daily_total(USD) == usd(57)
    assert seen.spenders[EntityId("meta:11")] == Spender(META, "meta/act_1/ad_group/11", EntityId("meta:1"))
    assert seen.spenders[EntityId("meta:21")] == Spender(META, "", EntityId("meta:2"))
    assert seen.spenders[EntityId("meta:1")] == Spender(META, "", None)
    assert seen.budgets == {"meta/act_1/campaign/2": usd(50), "meta/act_1/ad_group/11": usd(7)}


def test_a_group_of_a_campaign_that_was_not_listed_counts_once_that_runs() -> None:
    seen = picture_of([], [group("11", "1", usd(7))])
    assert seen.budgets == {"meta/act_1/ad_group/11": usd(7)}
    assert seen.daily_total(USD) == usd(0)


@pytest.mark.parametrize(("above", "own", "total"), [(ON, ON, 7), (OFF, ON, 0), (ON, OFF, 0)])
def test_a_groups_budget_runs_only_with_its_campaign(above: Status, own: Status, total: int) -> None:
    seen = picture_of([campaign("1", None, above)], [group("11", "1", usd(7), own)])
    assert seen.daily_total(USD) == usd(total)


def test_a_total_is_of_one_platform_or_of_all_and_leaves_out_what_has_no_rate() -> None:
    seen = picture_of(
        [campaign("1", usd(50)), campaign("2", Money(1_000, "EUR")), campaign("3", Money(9, "JPY"))], []
    )
    assert seen.daily_total(USD) == seen.daily_total(USD, META) == usd(61)
    assert seen.daily_total(USD, Platform.GOOGLE) == usd(0)
    assert seen.foreign(USD) == ["JPY"]
    assert picture_of([campaign("3", Money(9, "JPY"), OFF)], []).foreign(USD) == []


def test_budgets_that_several_share_stand_under_their_own_key() -> None:
    seen = picture_of([campaign("1", usd(50), key="shared/9"), campaign("2", usd(50), key="shared/9")], [])
    assert seen.budgets == {"meta/act_1/shared/9": usd(50)}
    assert seen.daily_total(USD) == usd(50)


def test_only_running_campaigns_without_any_budget_are_uncounted() -> None:
    seen = picture_of(
        [
            campaign("1", None),
            campaign("2", None),
            campaign("3", None, OFF),
            campaign("4", usd(5)),
            campaign("5", None),
        ],
        [group("11", "1", usd(7))],
    )
    assert seen.uncounted() == ["meta:2", "meta:5"]
    assert Picture(enabled=frozenset({EntityId("meta:9")})).uncounted() == []


def test_enabling_a_campaign_sets_its_own_and_its_running_groups_budgets_in_motion() -> None:
    seen = picture_of(
        [campaign("1", None, OFF), campaign("2", usd(50), OFF), campaign("3", None)],
        [group("11", "1", usd(7)), group("12", "1", usd(8), OFF), group("31", "3", usd(9))],
    )
    assert seen.stake_of(EntityId("meta:1")) == {"meta/act_1/ad_group/11": usd(7)}
    assert seen.stake_of(EntityId("meta:2")) == {"meta/act_1/campaign/2": usd(50)}


def test_a_status_moves_one_campaign_in_or_out_and_a_bid_moves_nothing() -> None:
    seen = picture_of([campaign("7", usd(70), OFF), campaign("8", usd(5))], [])
    after = seen.after(status_leg(ON))
    assert (after.daily_total(USD), after.enabled) == (usd(75), seen.enabled | {EntityId("meta:7")})
    assert after.after(status_leg(OFF)).daily_total(USD) == usd(5)
    assert seen.after(bid_leg(None, dollars(90))) is seen
    assert seen.at_most(bid_leg(None, dollars(90))).daily_total(USD) == usd(5)


def test_groups_that_were_stored_do_not_replace_what_was_seen() -> None:
    seen = picture_of([campaign("1", None)], [group("11", "1", usd(7))])
    assert seen.with_groups([group("11", "1", None)]).spenders == seen.spenders


async def test_the_live_picture_asks_for_groups_only_where_a_campaign_has_no_budget(
    house: MoneyHouse,
) -> None:
    asked: list[str] = []
    listed = house.meta.ad_groups

    def ad_groups(account: AdAccount) -> AsyncIterator[AdGroup]:
        asked.append(account.account_id)
        return listed(account)

    house.meta.ad_groups = ad_groups  # type: ignore[method-assign]
    platforms = FakePlatforms(house.google, house.meta)
    house.world.campaign("1", "100")
    assert (await live_picture(platforms, OURS)).daily_total(USD) == usd(100)
    assert asked == []
    house.world.campaign("2", None)
    house.world.groups.append(group("11", "2", usd(7)))
    assert (await live_picture(platforms, OURS)).daily_total(USD) == usd(107)
    assert len(asked) == 1


async def test_the_stored_picture_is_the_last_import(house: MoneyHouse) -> None:
    house.world.campaign("1", "100")
    assert (await stored_picture(house.stores.market, OURS)).spenders == {}
    await house.import_market()
    assert (await stored_picture(house.stores.market, OURS)).daily_total(USD) == usd(100)
