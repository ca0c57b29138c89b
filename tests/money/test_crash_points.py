"""The process dies at every single point of an approval and its application, and comes back."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import pytest

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import OmnifyError
from omnify_guardrails import MoneyPath, WantedBudget, verify_chain
from omnify_memory import Stores, open_sqlite, stores_on
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
from tests.money.chaos import Chaos, Process, SimAds, Watched
from tests.money.schedule import TIMING
from tests.money.virtual import LoopClock, run_virtually

S = ChangeSetStatus
STORES = ("change_sets", "ledger", "audit", "policies", "switches", "people")


class Afterwards(NamedTuple):
    first_points: int
    plan: ChangeSet
    calls: int
    writes_per_leg: list[int]
    chain_holds: bool
    leaked: bool


async def lives(*deaths: int) -> Afterwards:
    """One life after another, each dying at its point (0 never), until the plan has come to its end."""
    clock, chaos = LoopClock(NOON), Chaos(random.Random(7), calm=True)
    world = World(clock)
    world.campaign("1", "100")
    world.campaign("2", "100", platform=Platform.GOOGLE)
    ads = [SimAds(world, platform, chaos) for platform in (Platform.META, Platform.GOOGLE)]
    async with open_sqlite(None) as documents:
        inner = stores_on(documents)
        await settle_in(inner, a_policy())
        watched = replace(inner, **{name: Watched(getattr(inner, name), chaos) for name in STORES})
        money = money_path_on(watched, FakePlatforms(*ads), clock, timing=TIMING)
        proposed = await _proposed(inner, money, ads)
        processes = [Process(f"life-{number}", dies_at) for number, dies_at in enumerate(deaths)]
        for process in processes:
            await chaos.alive(process, _approve_and_apply(inner, money, proposed, process.name))
        plan = await inner.change_sets.get(OURS, proposed.id)
        ledger = await inner.ledger.get(OURS)
        chain = await verify_chain(inner.audit, OURS)
    written = [write.entity for write in world.api_writes]
    return Afterwards(
        first_points=processes[0].points,
        plan=plan,
        calls=len(chaos.requests),
        writes_per_leg=[written.count(leg.ref.id) for leg in plan.plan.legs],
        chain_holds=chain.ok,
        leaked=bool(ledger.in_flight or ledger.reserved),
    )


async def _proposed(stores: Stores, money: MoneyPath, ads: list[SimAds]) -> ChangeSet:
    for adapter in ads:
        (account,) = await adapter.accounts()
        await stores.market.save_campaigns(OURS, [one async for one in adapter.campaigns(account)])
    wanted = [
        WantedBudget(entity_id=one.id, amount=usd(amount))
        for one, amount in zip(await stores.market.campaigns(OURS), (60, 140), strict=True)
    ]
    return await money.propose(actor("analyst"), wanted, title="", reason="")


async def _approve_and_apply(stores: Stores, money: MoneyPath, proposed: ChangeSet, holder: str) -> None:
    with suppress(OmnifyError):  # approved in a life before this one
        await money.approve(actor("owner"), proposed.id, plan_hash=proposed.plan_hash, via="api")
    while True:
        await money.apply_due(holder)
        plan = await stores.change_sets.get(OURS, proposed.id)
        if plan.status.is_final or plan.status is S.NEEDS_PERSON:
            await money.apply_due(holder)  # sweeps what a death after the end left behind
            return
        await asyncio.sleep(2)


def check(after: Afterwards) -> None:
    assert after.plan.status in {S.DONE, S.NEEDS_PERSON}
    assert max(after.writes_per_leg) <= 1
    assert after.calls <= 2
    assert after.chain_holds
    assert after.leaked is (after.plan.status is S.NEEDS_PERSON)
    if after.plan.status is S.DONE:
        assert after.writes_per_leg == [1, 1]


def test_undisturbed_it_is_done() -> None:
    after = run_virtually(lives(0))
    check(after)
    assert after.plan.status is S.DONE


def test_death_at_every_point_loses_nothing_and_sends_nothing_twice() -> None:
    points = run_virtually(lives(0)).first_points
    assert points > 100
    ends = []
    for dies_at in range(1, points + 1):
        after = run_virtually(lives(dies_at, 0))
        check(after)
        ends.append(after.plan.status)
    # Only death between the stored intent and the settled outcome can need a person.
    assert ends.count(S.NEEDS_PERSON) < points / 10
    assert ends.count(S.DONE) > points / 2


@pytest.mark.parametrize("gap", [1, 4, 9])
def test_death_twice_in_a_row_changes_nothing_of_that(gap: int) -> None:
    points = run_virtually(lives(0)).first_points
    for dies_at in range(1 + gap, points, 5):
        check(run_virtually(lives(dies_at, gap * 3, 0)))
