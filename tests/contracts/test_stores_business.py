"""Imported business records, on every backend."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from omnify_core.business import Kind
from omnify_core.business_ports import ImportState, Mark, Selection
from omnify_core.campaigns import Platform
from omnify_core.errors import NotFound
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_memory.stores import Stores
from tests.builders.business import DANA, NOON, charge, contact, order
from tests.builders.stores import OURS, THEIRS

ORDERS = Selection(kind=Kind.ORDER)


async def test_records_come_back_as_saved_under_their_kind(stores: Stores) -> None:
    saved = [contact(tags=("vip",)), order(), charge()]
    await stores.business.save(OURS, saved)
    assert [await stores.business.get(OURS, one.id) for one in saved] == saved
    with pytest.raises(NotFound):
        await stores.business.get(THEIRS, saved[0].id)
    assert (await stores.business.select(THEIRS, ORDERS)).items == ()


async def test_pages_neither_repeat_nor_skip_where_many_share_a_moment(stores: Stores) -> None:
    saved = [order(str(number), minutes=number // 4) for number in range(10)]
    await stores.business.save(OURS, saved)
    seen, after, pages = [], "", 0
    while pages == 0 or after:
        page = await stores.business.select(OURS, Selection(kind=Kind.ORDER, limit=3, after=after))
        seen += [one.native_id for one in page.items]
        after, pages = page.next, pages + 1
    assert seen == ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]
    assert pages == 4


async def test_since_is_included_and_until_is_not(stores: Stores) -> None:
    await stores.business.save(OURS, [order(str(minute), minutes=minute) for minute in range(4)])
    wanted = Selection(kind=Kind.ORDER, since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=3))
    assert [one.native_id for one in (await stores.business.select(OURS, wanted)).items] == ["2", "1"]


async def test_by_customer_and_by_person(stores: Stores) -> None:
    await stores.business.save(OURS, [order("1"), order("2", customer_id="shopify:7", person="")])
    by_customer = Selection(kind=Kind.ORDER, customer_id="shopify:7")
    by_person = Selection(kind=Kind.ORDER, person=DANA)
    assert [one.native_id for one in (await stores.business.select(OURS, by_customer)).items] == ["2"]
    assert [one.native_id for one in (await stores.business.select(OURS, by_person)).items] == ["1"]


async def test_totals_are_by_the_days_of_the_zone_and_by_currency_net_of_refunds(stores: Stores) -> None:
    late = 11 * 60 + 30  # 23:30 UTC, the next day in Berlin
    await stores.business.save(
        OURS,
        [
            order("1", "100.00", refunded=Money.parse("20.00", "USD")),
            order("2", "7000", currency="JPY"),
            order("3", "5.00", minutes=late),
            order("4", "999.00", is_test=True),
        ],
    )
    first, second = date(2026, 11, 2), date(2026, 11, 3)

    async def totals(zone: str) -> list[tuple[date, int, str]]:
        found = await stores.business.daily_totals(OURS, Kind.ORDER, first, second, time_zone=zone)
        return [(one.day, one.count, str(one.amount)) for one in found]

    assert await totals("UTC") == [(first, 1, "7,000 JPY"), (first, 2, "85.00 USD")]
    assert await totals("Europe/Berlin") == [
        (first, 1, "7,000 JPY"),
        (first, 1, "80.00 USD"),
        (second, 1, "5.00 USD"),
    ]


async def test_who_is_forgotten_is_gone_and_bookkeeping_loses_the_link(stores: Stores) -> None:
    await stores.business.save(OURS, [contact(), order(), charge(), contact("c2", person="someone")])
    await stores.business.save(THEIRS, [contact()])
    assert await stores.business.forget(OURS, person=DANA, customer_id="stripe:cus_1") == 3
    with pytest.raises(NotFound):
        await stores.business.get(OURS, contact().id)
    kept = await stores.business.get(OURS, order().id)
    assert (kept.amount, kept.person, kept.customer_id) == (order().amount, "", "")
    assert (await stores.business.get(OURS, charge().id)).customer_id == ""
    assert await stores.business.get(OURS, contact("c2").id) == contact("c2", person="someone")
    assert await stores.business.get(THEIRS, contact().id) == contact()


async def test_a_later_import_does_not_bring_the_forgotten_back(stores: Stores) -> None:
    await stores.business.save(OURS, [contact()])
    await stores.business.forget(OURS, person=DANA)
    # Under another address, but the same customer; and an order that names the person again.
    await stores.business.save(OURS, [contact(person="other"), order("7")])
    with pytest.raises(NotFound):
        await stores.business.get(OURS, contact().id)
    kept = await stores.business.get(OURS, order("7").id)
    assert (kept.person, kept.customer_id) == ("", "")


async def test_a_shop_that_leaves_takes_its_records_states_and_marks(stores: Stores) -> None:
    state = ImportState(platform=Platform.SHOPIFY, kind=Kind.ORDER, through=NOON, rows=1)
    other = ImportState(platform=Platform.STRIPE, kind=Kind.CHARGE)
    mark = Mark(platform=Platform.SHOPIFY, kind=Kind.ORDER, native_id="1", at=NOON)
    await stores.business.save(OURS, [order(), charge()])
    await stores.business.save_import(OURS, state)
    await stores.business.save_import(OURS, other)
    await stores.business.mark(OURS, [mark])
    assert await stores.business.drop_platform(OURS, Platform.SHOPIFY) == 1
    assert await stores.business.imports(OURS) == [other]
    assert await stores.business.take_marks(OURS, limit=9) == []
    assert await stores.business.get(OURS, charge().id) == charge()


async def test_marks_are_taken_once_oldest_first_and_one_for_each_object(stores: Stores) -> None:
    def mark(native_id: str, minutes: int) -> Mark:
        at = NOON + timedelta(minutes=minutes)
        return Mark(platform=Platform.STRIPE, kind=Kind.INVOICE, native_id=native_id, at=at)

    await stores.business.mark(OURS, [mark("a", 3), mark("b", 1), mark("c", 2)])
    await stores.business.mark(OURS, [mark("b", 4)])
    taken = await stores.business.take_marks(OURS, limit=2)
    assert [one.native_id for one in taken] == ["c", "a"]
    assert await stores.business.take_marks(OURS, limit=9) == [mark("b", 4)]
    assert await stores.business.take_marks(OURS, limit=9) == []


async def test_a_delivery_is_claimed_once_until_it_is_old(stores: Stores) -> None:
    assert await stores.business.claim_delivery(OURS, "stripe/evt_1", NOON)
    assert not await stores.business.claim_delivery(OURS, "stripe/evt_1", NOON + timedelta(hours=71))
    assert await stores.business.claim_delivery(THEIRS, "stripe/evt_1", NOON)
    assert await stores.business.claim_delivery(OURS, "stripe/evt_1", NOON + timedelta(days=4))


async def test_dropping_one_record_leaves_the_others(stores: Stores) -> None:
    await stores.business.save(OURS, [order("1"), order("2")])
    await stores.business.drop(OURS, EntityId("shopify:order:1"))
    assert [one.native_id for one in (await stores.business.select(OURS, ORDERS)).items] == ["2"]
