"""Plans over the real adapters and the real HTTP stack, through a proxy that loses half of the writes.

The judge reads only the sandbox's own log of effective writes and the stored plans.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import NamedTuple

import httpx

from omnify_core.campaigns import Campaign, Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.clock import SystemClock
from omnify_core.errors import OmnifyError
from omnify_core.money import Money
from omnify_guardrails import MoneyPath, WantedBudget
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_platforms import ConnectedPlatforms, KeyRing
from tests.builders.money import OURS, a_policy, actor, money_path_on, settle_in
from tests.builders.sandbox_server import SandboxServer, sandbox_server
from tests.money.fault_proxy import FaultProxy, fault_proxy
from tests.money.lives import QUICK

S = ChangeSetStatus
BATCH = 12
_WAITING = (S.APPROVED, S.APPLYING)


class Toll(NamedTuple):
    plans: int
    met: Counter[str]
    ends: Counter[str]
    faults: list[str]


class HastyPace:
    """Waits a hundredth of what it is told: breakers and limits are real, only faster."""

    def elapsed_s(self) -> float:
        return time.monotonic() * 100

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)


class Desk(NamedTuple):
    sandbox: SandboxServer
    proxy: FaultProxy
    stores: Stores
    money: MoneyPath
    campaigns: list[Campaign]


async def over_http(plans: int, *, seed: int = 5) -> Toll:
    async with _desk(seed) as desk:
        rng, cents, asked = random.Random(seed), itertools.count(1), list[ChangeSet]()
        while len(asked) < plans:
            chosen = rng.sample(desk.campaigns, 2 * BATCH)
            wanted = [_wanted(chosen[at : at + 2], rng, cents) for at in range(0, len(chosen), 2)]
            asked += [one for one in await _approved(desk, wanted) if one]
            await _carried_out(desk.money, desk.stores)
        ended = [await desk.stores.change_sets.get(OURS, one.id) for one in asked]
        return Toll(
            len(ended), desk.proxy.met, Counter(one.status.value for one in ended), _judge(desk, ended)
        )


@asynccontextmanager
async def _desk(seed: int) -> AsyncIterator[Desk]:
    clock = SystemClock()
    with sandbox_server() as sandbox:
        async with (
            open_sqlite(None) as documents,
            fault_proxy(sandbox.url, seed) as (proxy, url),
            httpx.AsyncClient(verify=False, trust_env=False, timeout=5) as http,
        ):
            stores = stores_on(documents)
            await settle_in(stores, a_policy(daily_cap_total=Money(10**9, "USD"), max_day_share=Decimal(99)))
            ring = KeyRing({"k": b"k" * 32}, "k")
            platforms = ConnectedPlatforms(stores.connections, ring, http, clock, pace=HastyPace())
            for platform in (Platform.GOOGLE, Platform.META):
                there = sandbox.connection(platform, OURS)
                moved = {
                    "base_url": there.base_url.replace(sandbox.url, url),
                    "token_url": there.token_url.replace(sandbox.url, url),
                }
                await platforms.connect(there.model_copy(update=moved))
            campaigns = await _imported(platforms, stores)
            yield Desk(
                sandbox, proxy, stores, money_path_on(stores, platforms, clock, timing=QUICK), campaigns
            )


async def _imported(platforms: ConnectedPlatforms, stores: Stores) -> list[Campaign]:
    """Those with a budget of their own, to be changed."""
    found: list[Campaign] = []
    for adapter in (await platforms.of(OURS)).values():
        for account in await adapter.accounts():
            found += [one async for one in adapter.campaigns(account)]
    await stores.market.save_campaigns(OURS, found)
    keys = Counter(one.budget_key for one in found)
    own = [one for one in found if one.daily_budget and keys[one.budget_key] == 1]
    return [one for one in own if one.status is Status.ENABLED]


def _wanted(pair: list[Campaign], rng: random.Random, cents: itertools.count[int]) -> list[WantedBudget]:
    """One leg or two; every amount is one of its kind for its campaign."""
    chosen = pair if rng.random() < 0.3 else pair[:1]
    return [WantedBudget(entity_id=one.id, amount=_amount(one, rng, cents)) for one in chosen]


def _amount(one: Campaign, rng: random.Random, cents: itertools.count[int]) -> Money:
    assert one.daily_budget is not None
    units = int(one.daily_budget.minor * rng.uniform(0.9, 1.1)) // 10_000 * 10_000
    return Money(units + next(cents) % 10_000, one.daily_budget.currency)


async def _approved(desk: Desk, wanted: list[list[WantedBudget]]) -> list[ChangeSet | None]:
    async def one(legs: list[WantedBudget]) -> ChangeSet | None:
        try:
            plan = await desk.money.propose(actor("analyst"), legs, title="", reason="")
            return await desk.money.approve(actor("owner"), plan.id, plan_hash=plan.plan_hash, via="api")
        except OmnifyError:
            return None  # not acknowledged: nobody was promised anything

    return list(await asyncio.gather(*(one(legs) for legs in wanted)))


async def _carried_out(money: MoneyPath, stores: Stores) -> None:
    """To the end of everything approved; what needs a person is looked at by one."""
    async with asyncio.timeout(120):
        while await stores.change_sets.in_status(_WAITING):
            await money.apply_due("worker")
            await asyncio.sleep(0.02)
    for unclear in await stores.change_sets.in_status([S.NEEDS_PERSON]):
        await money.settle(actor("owner"), unclear.id)


def _judge(desk: Desk, ended: list[ChangeSet]) -> list[str]:
    # A request that the wire doubled finds its value there already: logged, but not effective.
    log = [one for one in desk.sandbox.writes() if one["before"] != one["after"]]
    written = Counter((one["campaign_ids"][0], one["after"]) for one in log)
    found = [f"{one.id} is stuck as {one.status.value}" for one in ended if not one.status.is_final]
    found += [f"{path} was sent {times} times" for (path, _), times in desk.proxy.writes.items() if times > 1]
    sent = sum(record.attempt for one in ended for record in one.records)
    if sent > sum(desk.proxy.met.values()):
        found.append(f"{sent} legs were sent, but only {desk.proxy.met} met the proxy as writes")
    expected: Counter[tuple[str, int]] = Counter()
    for one in ended:
        for leg, record in zip(one.plan.legs, one.records, strict=True):
            assert isinstance(leg.after, Money)
            key = (leg.ref.native_id, leg.after.minor)
            expected[key] += record.status is LegStatus.DONE
            if (record.status is LegStatus.DONE) is not (written[key] == 1):
                found.append(f"{one.id}: {leg.ref.id} is {record.status.value}, written {written[key]} times")
    found += [f"{key} was written and nobody approved it" for key in written.keys() - expected.keys()]
    return found
