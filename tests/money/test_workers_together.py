"""Several workers, several approvers, one tenant: nobody is served twice, no cap is broken jointly."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict, PolicyDenied
from omnify_guardrails import MoneyPath, WantedBudget
from omnify_memory import open_sqlite, stores_on
from tests.builders.money import (
    NOON,
    OURS,
    FakePlatforms,
    World,
    a_policy,
    actor,
    money_path_on,
    settle_in,
    usd,
)
from tests.money.chaos import Chaos, SimAds, Watched
from tests.money.schedule import TIMING
from tests.money.virtual import LoopClock, run_virtually

S = ChangeSetStatus
Scene = Callable[[MoneyPath, World], Awaitable[Any]]


def together(scene: Scene, *, seed: int, cap: int, campaigns: int = 4) -> Any:
    """Runs the scene with every store call a point where another task may come between."""

    async def run() -> Any:
        clock, chaos = LoopClock(NOON), Chaos(random.Random(seed), calm=True)
        world = World(clock)
        for number in range(campaigns):
            world.campaign(str(number), "100", platform=(Platform.META, Platform.GOOGLE)[number % 2])
        ads = [SimAds(world, platform, chaos) for platform in (Platform.META, Platform.GOOGLE)]
        async with open_sqlite(None) as documents:
            inner = stores_on(documents)
            await settle_in(inner, a_policy(daily_cap_total=usd(cap)))
            for adapter in ads:
                (account,) = await adapter.accounts()
                await inner.market.save_campaigns(OURS, [one async for one in adapter.campaigns(account)])
            names = ("change_sets", "ledger", "audit", "policies", "switches", "people")
            stores = replace(inner, **{name: Watched(getattr(inner, name), chaos) for name in names})
            return await scene(money_path_on(stores, FakePlatforms(*ads), clock, timing=TIMING), world)

    return run_virtually(run())


async def propose_each(money: MoneyPath, world: World, amount: int) -> list[ChangeSet]:
    return [
        await money.propose(
            actor("analyst"), [WantedBudget(entity_id=id_, amount=usd(amount))], title="", reason=""
        )
        for id_ in sorted(world.held)
    ]


async def approve(money: MoneyPath, change_set: ChangeSet, who: str = "owner") -> ChangeSet:
    return await money.approve(actor(who), change_set.id, plan_hash=change_set.plan_hash, via="api")


def test_parallel_approvers_cannot_break_the_cap_together() -> None:
    async def scene(money: MoneyPath, world: World) -> list[Any]:
        plans = await propose_each(money, world, 140)
        return await asyncio.gather(*(approve(money, plan) for plan in plans), return_exceptions=True)

    for seed in range(30):
        answers = together(scene, seed=seed, cap=499)
        approved = [answer for answer in answers if isinstance(answer, ChangeSet)]
        assert len(approved) == 2, seed
        assert all(isinstance(answer, ChangeSet | PolicyDenied) for answer in answers)


def test_of_many_clicks_one_wins_and_the_others_hear_who() -> None:
    async def scene(money: MoneyPath, world: World) -> list[Any]:
        (plan,) = await propose_each(money, world, 140)
        clicks = [approve(money, plan, who) for who in ("owner", "admin", "owner", "admin")]
        clicks.append(money.reject(actor("owner"), plan.id, plan_hash=plan.plan_hash, reason="no", via="web"))
        return await asyncio.gather(*clicks, return_exceptions=True)

    for seed in range(30):
        answers = together(scene, seed=seed, cap=1000, campaigns=1)
        won = [answer for answer in answers if isinstance(answer, ChangeSet)]
        lost = [answer for answer in answers if isinstance(answer, Conflict)]
        assert (len(won), len(lost)) == (1, 4), seed
        assert won[0].approval is not None
        assert all(f"already by {won[0].approval.by_name}" in str(answer) for answer in lost)


def test_several_workers_send_each_leg_once() -> None:
    async def scene(money: MoneyPath, world: World) -> tuple[World, list[S]]:
        plans = [await approve(money, plan) for plan in await propose_each(money, world, 140)]

        async def worker(name: str) -> None:
            for _ in range(20):
                await money.apply_due(name)
                await asyncio.sleep(0.5)

        await asyncio.gather(*(worker(f"worker-{number}") for number in range(6)))
        stored = [await money._ports.change_sets.get(OURS, plan.id) for plan in plans]
        return world, [one.status for one in stored]

    for seed in range(15):
        world, statuses = together(scene, seed=seed, cap=1000)
        assert statuses == [S.DONE] * 4, seed
        assert len(world.api_writes) == 4


def test_the_audit_chain_survives_writers_that_race_for_each_number() -> None:
    async def scene(money: MoneyPath, world: World) -> list[int]:
        await asyncio.gather(*(money.turn_switch(actor("owner"), stopped=bool(n % 2)) for n in range(20)))
        return [row.seq for row in await money._ports.trail.store.rows(OURS)]

    assert together(scene, seed=1, cap=1000) == list(range(1, 21))
