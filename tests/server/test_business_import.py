"""The import of business platforms: kind by kind, from where the last one began."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessCapabilities, Selection
from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import PlatformForbidden, PlatformUnavailable
from omnify_core.ports import SyncState
from omnify_memory import open_sqlite, stores_on
from omnify_server.business_import import BusinessImport
from tests.builders.business import NOON, order
from tests.builders.platform_wire import TENANT

START = SyncState(platform=Platform.SHOPIFY)


class FakeShop:
    """Answers `records`; a kind in `failing` breaks after its first row."""

    platform = Platform.SHOPIFY
    capabilities = BusinessCapabilities(kinds=(Kind.ORDER, Kind.PRODUCT), changes=())

    def __init__(self, rows: int = 0) -> None:
        self.rows = rows
        self.asked: list[tuple[Kind, datetime | None]] = []
        self.failing: dict[Kind, Exception] = {}

    async def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        self.asked.append((kind, since))
        for number in range(self.rows if kind is Kind.ORDER else 0):
            yield order(str(number), minutes=number)
        if kind in self.failing:
            raise self.failing[kind]

    async def business(self, _tenant: object) -> Any:
        return {self.platform: self}


async def test_the_next_import_goes_on_where_the_last_began() -> None:
    shop, clock = FakeShop(rows=2_500), FixedClock(NOON)
    async with open_sqlite(None) as documents:
        store = stores_on(documents).business
        importing = BusinessImport(shop, store, clock)
        steps = [step async for step in importing.steps(TENANT, START)]
        assert [step.metric_rows for step in steps] == [0, 1000, 2000, 2500, 2500, 2500]
        assert [step.share for step in steps][-2:] == [0.5, 1.0]
        page = await store.select(TENANT, Selection(kind=Kind.ORDER, limit=1000))
        assert len(page.items) == 1000
        clock.move_to(NOON + timedelta(hours=1))
        async for _ in importing.steps(TENANT, START):
            pass
        assert shop.asked[0] == (Kind.ORDER, None)
        assert shop.asked[2] == (Kind.ORDER, NOON - timedelta(minutes=15))


async def test_an_import_that_is_cut_short_starts_again_and_keeps_what_it_has() -> None:
    shop, clock = FakeShop(rows=1_500), FixedClock(NOON)
    shop.failing[Kind.ORDER] = PlatformUnavailable("Shopify did not answer")
    async with open_sqlite(None) as documents:
        store = stores_on(documents).business
        importing = BusinessImport(shop, store, clock)
        with pytest.raises(PlatformUnavailable):
            [step async for step in importing.steps(TENANT, START)]
        (state,) = await store.imports(TENANT)
        assert (state.running, state.through, state.rows) == (False, None, 1000)
        assert "did not answer" in state.error
        shop.failing.clear()
        assert [step async for step in importing.steps(TENANT, START)][-1].metric_rows == 1500
        assert shop.asked[-2] == (Kind.ORDER, None)


async def test_a_kind_that_may_not_be_read_does_not_stop_the_others() -> None:
    shop = FakeShop(rows=1)
    shop.failing[Kind.ORDER] = PlatformForbidden("no read_orders")
    async with open_sqlite(None) as documents:
        store = stores_on(documents).business
        importing = BusinessImport(shop, store, FixedClock(NOON))
        [step async for step in importing.steps(TENANT, START)]
        states = {state.kind: state for state in await store.imports(TENANT)}
        assert (states[Kind.ORDER].error, states[Kind.ORDER].through) == ("no read_orders", None)
        assert (states[Kind.PRODUCT].error, states[Kind.PRODUCT].through) == ("", NOON)
