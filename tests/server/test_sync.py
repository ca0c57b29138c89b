"""The import: what comes in, what a failure leaves behind, what is read anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from omnify_core.campaigns import AdAccount, DailyMetrics, Level, Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import PlatformUnavailable
from omnify_core.ids import TenantId
from omnify_core.ports import MarketStore, SyncState
from omnify_memory import open_sqlite, stores_on
from omnify_server.sync import Sync
from tests.builders.big_account import NOON, BigAccount
from tests.builders.sandbox_wire import TODAY
from tests.builders.sync_desk import TENANT, TheseOnly, open_sync

GOOGLE, META = Platform.GOOGLE, Platform.META
BEFORE = date(2025, 1, 1)
SECOND_META_ACCOUNT = "act_904417362288145"


async def stored(market: MarketStore, until: date = TODAY) -> list[DailyMetrics]:
    return [
        row
        for level in (Level.CAMPAIGN, Level.AD)
        for row in await market.metrics(TENANT, level, BEFORE, until)
    ]


async def test_campaigns_and_ads_of_both_platforms_come_in_and_progress_never_falls() -> None:
    seen: dict[Platform, list[SyncState]] = {GOOGLE: [], META: []}
    async with open_sync(GOOGLE, META, history_days=20) as desk:
        states = await desk.run(lambda state: seen[state.platform].append(state))
        rows = await stored(desk.market)
        assert {row.day for row in rows} == {TODAY - timedelta(days=n) for n in range(21)}
        assert sum(state.campaigns for state in states.values()) == 41
        assert sum(state.metric_rows for state in states.values()) == len(rows)
        assert all(row.frequency for row in rows if row.platform is META and row.level is Level.AD)
    for steps in seen.values():
        assert len(steps) == 2 * 3 + 1
        for name in ("share", "campaigns", "metric_rows"):
            values = [getattr(step, name) for step in steps]
            assert values == sorted(values), name
        assert (steps[-1].running, steps[-1].share, steps[-1].error) == (False, 1.0, "")


@pytest.mark.parametrize("kind", ["server_error", "rate_limit"])
async def test_an_import_that_fails_midway_says_so_and_the_next_one_completes_it(kind: str) -> None:
    async with open_sync(GOOGLE, META, history_days=16) as desk:
        await desk.fault(kind, platform="meta", path=f"{SECOND_META_ACCOUNT}/insights", times=None)
        failed = await desk.run()
        assert "try again" in failed[META].error.lower()
        assert (failed[META].synced_at, failed[META].running) == (None, False)
        assert 0 < failed[META].share < 1
        assert failed[GOOGLE].error == ""
        assert failed == {state.platform: state for state in await desk.market.sync_states(TENANT)}
        await desk.heal()
        again = await desk.run()
        assert (again[META].error, again[META].share) == ("", 1.0)
        async with open_sync(GOOGLE, META, history_days=16, wire=desk.wire) as other:
            await other.run()
            assert await stored(desk.market) == await stored(other.market)


@pytest.mark.parametrize(("kind", "times"), [("expired_token", 1), ("server_error", 2)])
async def test_a_fault_that_passes_is_not_seen_in_what_was_imported(kind: str, times: int) -> None:
    async with open_sync(META, history_days=16) as desk:
        await desk.fault(kind, platform="meta", path="insights", times=times)
        assert (await desk.run())[META].error == ""
        async with open_sync(META, history_days=16, wire=desk.wire) as other:
            await other.run()
            assert await stored(desk.market) == await stored(other.market)


def conversions(rows: Sequence[DailyMetrics], since: date, until: date) -> float:
    return sum(row.conversions for row in rows if since <= row.day <= until)


async def test_late_conversions_of_the_last_fortnight_are_read_anew() -> None:
    async with open_sync(GOOGLE, META, history_days=30) as desk:
        await desk.run()
        at_first = await stored(desk.market)
        await desk.advance(5)
        states = await desk.run()
        later = await stored(desk.market)
        fresh = TODAY - timedelta(days=6)
        assert conversions(later, fresh, TODAY) > conversions(at_first, fresh, TODAY)
        assert len({(row.level, row.entity_id, row.day) for row in later}) == len(later)
        assert sum(state.metric_rows for state in states.values()) < len(later) * 0.75
        async with open_sync(GOOGLE, META, history_days=30, wire=desk.wire) as other:
            await other.run()
            recent = TODAY - timedelta(days=9)
            assert after(later, recent) == after(await stored(other.market), recent)


def after(rows: Sequence[DailyMetrics], since: date) -> list[DailyMetrics]:
    return [row for row in rows if row.day >= since]


async def test_a_month_without_an_import_leaves_no_hole() -> None:
    async with open_sync(META, history_days=20) as desk:
        await desk.run()
        await desk.advance(31)
        await desk.run()
        last = TODAY + timedelta(days=31)
        days = {row.day for row in await stored(desk.market, last)}
        assert days == {last - timedelta(days=n) for n in range(20 + 31 + 1)}


async def windows(sync: Sync, platform: BigAccount) -> dict[str, int]:
    """Days read of each account by one more import."""
    platform.asked.clear()
    (state,) = await sync.run(TENANT)
    assert state.error == ""
    return {account: (until - since).days for account, (since, until) in platform.asked.items()}


async def test_an_account_that_is_new_gets_its_whole_history() -> None:
    clock, platform = FixedClock(NOON), BigAccount(2)
    async with open_sqlite(None) as documents:
        sync = Sync(TheseOnly(platform), stores_on(documents).market, clock, history_days=120)
        assert await windows(sync, platform) == {"501": 120}
        clock.move_to(NOON + timedelta(minutes=15))
        assert await windows(sync, platform) == {"501": 14}
        platform.account_ids = ("501", "502")
        assert await windows(sync, platform) == {"501": 14, "502": 120}
        clock.move_to(NOON + timedelta(days=2))
        assert await windows(sync, platform) == {"501": 16, "502": 16}


class HalfBroken(BigAccount):
    """Refuses the campaigns' figures and never answers for the ads'."""

    is_broken = True
    given_up = False

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        if self.is_broken and level is Level.CAMPAIGN:
            raise PlatformUnavailable("it is down; try again later")
        if self.is_broken:
            try:
                await asyncio.Event().wait()
            finally:
                self.given_up = True
        async for row in super().daily_metrics(account, level, since, until):
            yield row


async def test_a_level_that_fails_ends_the_other_and_the_account_keeps_its_claim_to_all_history() -> None:
    platform = HalfBroken(2)
    platform.is_broken = False
    async with open_sqlite(None) as documents:
        clock = FixedClock(NOON)
        sync = Sync(TheseOnly(platform), stores_on(documents).market, clock, history_days=120)
        assert await windows(sync, platform) == {"501": 120}
        platform.account_ids, platform.is_broken = ("502", "501"), True
        async with asyncio.timeout(5):
            (state,) = await sync.run(TENANT)
        assert (state.error, platform.given_up) == ("it is down; try again later", True)
        assert (state.synced_at, state.running) == (NOON, False)
        platform.is_broken = False
        assert await windows(sync, platform) == {"501": 14, "502": 120}


class CountingMarket:
    """A market store that keeps nothing but the sizes of what it was given."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:
        async def answer(tenant: TenantId, items: Any = ()) -> list[Any]:
            if name.startswith("save_") and name != "save_sync":
                self.sizes.append(len(items))
            return []

        return answer


async def test_a_large_account_is_imported_in_batches_of_bounded_size() -> None:
    market: Any = CountingMarket()
    sync = Sync(TheseOnly(BigAccount(1_000)), market, FixedClock(NOON), history_days=20)
    (state,) = await sync.run(TENANT)
    assert (state.campaigns, state.metric_rows) == (1_000, 2 * 21 * 1_000)
    assert max(market.sizes) <= 2_000
    assert sum(market.sizes) == 1 + 3 * 1_000 + state.metric_rows
