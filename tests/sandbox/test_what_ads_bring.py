"""What the ads bring is seen in the shop, in the payments and in the CRM, and platforms claim more of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from omnify_sandbox.advertisers.saas import SAAS
from omnify_sandbox.advertisers.shop import SHOP
from omnify_sandbox.business.life import membership, pipeline
from omnify_sandbox.business.people import People, Person
from omnify_sandbox.market import Market
from omnify_sandbox.shopify.shop import Shop
from tests.builders.sandbox_wire import TODAY, pristine_market, sandbox_config

LAST = timedelta(1)


@cache
def harbour() -> Market:
    return Market(sandbox_config(), SHOP)


@cache
def shop_people() -> list[Person]:
    return People(harbour()).until(harbour().now())


def opened_shop(market: Market) -> Shop:
    opened = datetime.combine(market.world.first_day, datetime.min.time(), UTC)
    shop = Shop(market.seed, "s", People(market), opened, lambda *_: None)
    shop.catch_up(market.now())
    return shop


def claimed(market: Market) -> dict[str, int]:
    """Conversions that each platform reports for all days but the last, which is not over."""
    figures = market.figures(market.world.first_day, TODAY - LAST)
    return {
        platform.value: int(
            figures.conversions[:, [ad.index for ad in market.on(platform).catalog.ads]].sum()
        )
        for platform in SHOP.accounts
    }


def test_every_platform_claims_more_buyers_than_the_shop_saw_come_from_it() -> None:
    came = Counter(person.source for person in shop_people())
    claims = claimed(harbour())
    for platform, count in claims.items():
        assert 0.3 * count < came[platform] < 0.97 * count, (platform, count, came[platform])
    assert sum(claims.values()) > 1.2 * (len(shop_people()) - came["direct"])


def test_one_in_three_buyers_is_claimed_by_a_second_platform() -> None:
    brought = [person for person in shop_people() if person.campaign is not None]
    twice = [person for person in brought if person.met is not None]
    assert 0.25 < len(twice) / len(brought) < 0.42
    assert all(one.met and one.campaign and one.met.platform is not one.campaign.platform for one in twice)


def test_while_tracking_is_broken_a_platform_reports_nothing_and_buyers_come_all_the_same() -> None:
    market = pristine_market()
    days = range(6, 4, -1)
    broken = next(
        shock.campaign
        for shock in market.world.shocks.active(TODAY.toordinal() - 6)
        if shock.kind == "tracking_break" and shock.tracked == 0
    )
    mine = market.world.traits.campaign_of == broken
    for ago in days:
        rows = market.world.closed[(TODAY - timedelta(ago) - market.world.first_day).days]
        assert rows.clicks[mine].sum() > 100
        assert rows.conversions[mine].sum() == 0
        assert rows.brought[mine].sum() > 1


def test_an_order_tells_first_who_was_met_first_and_last_who_brought_the_buyer() -> None:
    orders = opened_shop(harbour()).orders.values()
    journeys = [order["customerJourneySummary"] for order in orders]
    firsts = [one for one in journeys if one["customerOrderIndex"] == 0]
    two = [one for one in firsts if one["firstVisit"]["source"] != one["lastVisit"]["source"]]
    assert len(two) > 100
    assert all(one["firstVisit"]["utmParameters"]["campaign"] for one in two)
    assert all(one["lastVisit"]["source"] == "direct" for one in journeys if one["customerOrderIndex"])


def test_customers_buy_again_and_most_lapse() -> None:
    counts = Counter(order["customer"]["id"] for order in opened_shop(harbour()).orders.values())
    again = sum(count > 1 for count in counts.values()) / len(counts)
    assert 0.2 < again < 0.6
    assert max(counts.values()) >= 5


def test_while_the_best_goods_are_gone_fewer_buy_and_the_shelf_says_so() -> None:
    market = harbour()
    out = [ago for ago in range(1, 60) if market.world.shocks.is_out_of_stock(TODAY.toordinal() - ago)]
    assert 19 in out
    rates = np.array(
        [
            market.world.closed[(TODAY - timedelta(ago) - market.world.first_day).days].brought.sum()
            for ago in range(1, 60)
        ]
    )
    gone = np.array([ago in out for ago in range(1, 60)])
    assert rates[gone].mean() < 0.8 * rates[~gone].mean()

    people, noon = People(market), datetime.combine(TODAY - timedelta(17), datetime.min.time(), UTC)
    shop = Shop(market.seed, "s", people, noon - timedelta(90), lambda *_: None)
    best = next(iter(shop.products.values()))["variants"](None, first=3)["nodes"][0]["inventoryItem"]["id"]
    shop.catch_up(noon)
    assert shop.stock[best] == 0
    shop.catch_up(noon + timedelta(5))
    assert shop.stock[best] > 0


def test_a_deal_that_is_won_becomes_a_subscription_that_is_paid() -> None:
    market = pristine_market()
    people = People(market).until(market.now())
    won = [one for one in people if pipeline(market.seed, one)[-1].status == "won"]
    assert len(won) > 10
    for person in won:
        life = membership(market.seed, person, SAAS.trade)
        assert life.starts
        assert life.months >= 1


@pytest.mark.parametrize("seed", [7, 8])
def test_the_same_people_come_however_often_one_asks(seed: int) -> None:
    market = Market(sandbox_config(seed), SHOP)
    once = People(market).until(market.now())
    slowly = People(market)
    for days in range(100, -1, -20):
        slowly.until(market.now() - timedelta(days))
    assert slowly.until(market.now()) == once
