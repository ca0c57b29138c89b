"""Kills the working process with signal 9, at every point or at random under load, and judges what is left.

The judge reads the platforms' own log of effective writes, which live in a process that is never killed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.clock import SystemClock
from omnify_core.errors import OmnifyError
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_guardrails import MoneyPath, WantedBudget, verify_chain
from omnify_memory import Stores, open_sqlite, stores_on
from tests.builders.money import OURS, FakeAds, FakePlatforms, World, a_policy, actor, money_path_on
from tests.builders.money import settle_in as settle_people_in
from tests.money.lives import QUICK
from tests.money.market_server import serving_market

S = ChangeSetStatus
ROOT = Path(__file__).parents[2]


class Zygote:
    """A process that forks one life after another."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = 0
        self.born = asyncio.Event()

    async def live(self, **told: Any) -> int:
        """The points that the life passed; 0 where it was killed."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told, default=str).encode() + b"\n")
        await self._process.stdin.drain()
        points = 0
        while True:
            word, number = (await self._line()).split()
            if word == "pid":
                self.pid = int(number)
                self.born.set()
            elif word == "points":
                points = int(number)
            else:
                self.pid = 0
                self.born.clear()
                assert int(number) in (0, -signal.SIGKILL), f"a life ended with {number}"
                return points

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the zygote itself ended"
        return line.decode()


@asynccontextmanager
async def zygote() -> AsyncIterator[Zygote]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.money.lives",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    try:
        yield Zygote(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@dataclass
class Scene:
    """One tenant on a file, the platforms beside it, and a money path in the process that survives."""

    path: Path
    port: int
    world: World
    stores: Stores
    money: MoneyPath
    acknowledged: list[ChangeSet] = field(default_factory=list)


@asynccontextmanager
async def scene(folder: Path, campaigns: int) -> AsyncIterator[Scene]:
    clock = SystemClock()
    world = World(clock)
    for number in range(campaigns):
        world.campaign(str(number), "100", platform=(Platform.META, Platform.GOOGLE)[number % 2])
    ads = [FakeAds(world, platform) for platform in (Platform.META, Platform.GOOGLE)]
    path = folder / "omnify.sqlite3"
    async with serving_market(world) as port, open_sqlite(path) as documents:
        stores = stores_on(documents)
        await settle_people_in(stores, a_policy(daily_cap_total=Money(10**9, "USD")))
        for adapter in ads:
            (account,) = await adapter.accounts()
            await stores.market.save_campaigns(OURS, [one async for one in adapter.campaigns(account)])
        money = money_path_on(stores, FakePlatforms(*ads), clock, timing=QUICK)
        yield Scene(path, port, world, stores, money)


class Aftermath(NamedTuple):
    status: ChangeSetStatus
    points: int
    writes: list[int]
    requests: int
    sound: bool
    leaked: bool


async def matrix_row(folder: Path, lives: Zygote, *deaths: int, bug: str = "") -> Aftermath:
    """One plan of two legs, one life after the other, each killed at its point (0 never)."""
    async with scene(folder, 2) as at:
        wanted = [
            WantedBudget(entity_id=EntityId(f"{name}:{number}"), amount=Money(amount, "USD"))
            for name, number, amount in (("meta", 0, 6_000), ("google", 1, 14_000))
        ]
        plan = await at.money.propose(actor("analyst"), wanted, title="", reason="")
        points = 0
        for number, dies_at in enumerate(deaths):
            points = await lives.live(
                path=at.path,
                port=at.port,
                dies_at=dies_at,
                plan=plan.id,
                hash=plan.plan_hash,
                holder=f"life-{number}",
                bug=bug,
            )
        ended = await at.stores.change_sets.get(OURS, plan.id)
        ledger = await at.stores.ledger.get(OURS)
        written = Counter(write.entity for write in at.world.api_writes)
        return Aftermath(
            status=ended.status,
            points=points,
            writes=[written[leg.ref.id] for leg in plan.plan.legs],
            requests=len(at.world.requests),
            sound=(await verify_chain(at.stores.audit, OURS)).ok,
            leaked=bool(ledger.in_flight or ledger.reserved),
        )


def faults(row: Aftermath) -> list[str]:
    """What must not be, whenever the process died."""
    found = {
        "not ended": row.status not in {S.DONE, S.NEEDS_PERSON},
        "written twice": max(row.writes) > 1,
        "sent twice": row.requests > 2,
        "done but not written": row.status is S.DONE and row.writes != [1, 1],
        "chain broken": not row.sound,
        "objects leaked": row.leaked is not (row.status is S.NEEDS_PERSON),
    }
    return [name for name, is_so in found.items() if is_so]


async def matrix(
    folder: Path, *, parallel: int = 4, every: int = 1, bug: str = ""
) -> dict[tuple[int, ...], Aftermath]:
    """Every `every`-th point of a plan's life: killed there, again in the next life, then left alone."""
    async with zygote() as first:
        (folder / "calm").mkdir()
        points = (await matrix_row(folder / "calm", first, 0)).points
    assert points > 100, points
    rng = random.Random(9)
    todo = [(dies_at, rng.randrange(1, points), 0) for dies_at in range(1, points + 1, every)]
    rows: dict[tuple[int, ...], Aftermath] = {}

    async def work() -> None:
        async with zygote() as lives:
            while todo:
                deaths = todo.pop()
                at = folder / "-".join(map(str, deaths))
                at.mkdir()
                rows[deaths] = await matrix_row(at, lives, *deaths, bug=bug)

    await asyncio.gather(*(work() for _ in range(parallel)))
    return rows


class Toll(NamedTuple):
    kills: int
    approved: int
    ends: Counter[str]
    faults: list[str]


async def under_load(folder: Path, kills: int, *, workers: int = 3, campaigns: int = 24) -> Toll:
    """Workers are killed at random while plans are approved as fast as they are carried out."""
    rng, cents, count = random.Random(4), itertools.count(1), 0
    async with scene(folder, campaigns) as at:

        async def worker(number: int) -> None:
            nonlocal count
            async with zygote() as lives:
                for life in itertools.count():
                    if count >= kills:
                        return
                    holder = f"worker-{number}-{life}"
                    alive = asyncio.create_task(
                        lives.live(path=at.path, port=at.port, dies_at=0, holder=holder)
                    )
                    await lives.born.wait()
                    await asyncio.sleep(rng.uniform(0.02, 0.25))
                    lives.kill()
                    count += 1
                    await alive

        people = asyncio.gather(*(_approve_on(at, cents, random.Random(n)) for n in range(3)))
        await asyncio.gather(*(worker(number) for number in range(workers)))
        people.cancel()
        await asyncio.gather(people, return_exceptions=True)
        async with zygote() as lives:
            await lives.live(path=at.path, port=at.port, dies_at=0, holder="last", until_rest=True)
        ended = [await at.stores.change_sets.get(OURS, one.id) for one in at.acknowledged]
        return Toll(count, len(ended), Counter(one.status.value for one in ended), await _judge(at, ended))


async def _approve_on(at: Scene, cents: itertools.count[int], rng: random.Random) -> None:
    """Each plan has an amount of its own; what needs a person is looked at."""
    while True:
        entity = rng.choice(sorted(at.world.held))
        amount = Money((10_000 if next(cents) % 2 else 12_000) + next(cents) % 1_000, "USD")
        with suppress(OmnifyError):
            wanted = [WantedBudget(entity_id=entity, amount=amount)]
            plan = await at.money.propose(actor("analyst"), wanted, title="", reason="")
            await at.money.approve(actor("owner"), plan.id, plan_hash=plan.plan_hash, via="api")
            at.acknowledged.append(plan)
        for unclear in await at.stores.change_sets.in_status([S.NEEDS_PERSON]):
            with suppress(OmnifyError):
                await at.money.settle(actor("owner"), unclear.id)
        await asyncio.sleep(0.01)


async def _judge(at: Scene, ended: list[ChangeSet]) -> list[str]:
    found = [f"{one.id} is {one.status.value}" for one in ended if not _is_over(one)]
    legs = Counter(leg for one in ended for leg in one.plan.legs)
    for leg, times in Counter(at.world.requests).items():
        if times > legs[leg]:
            found.append(f"{leg.ref.id} to {leg.after} was sent {times} times for {legs[leg]} approvals")
    if not (await verify_chain(at.stores.audit, OURS)).ok:
        found.append("the audit chain is broken")
    ledger = await at.stores.ledger.get(OURS)
    unclear = {one.id for one in ended if one.status is S.NEEDS_PERSON}
    found += [f"{id_} still holds its objects" for id_ in ledger.reserved.keys() - unclear]
    return found


def _is_over(one: ChangeSet) -> bool:
    return one.status.is_final or one.status is S.NEEDS_PERSON


async def recovery_s(folder: Path) -> float:
    """From the kill, in the middle of a call, to the plan's end, with the timing that the product ships."""
    async with scene(folder, 1) as at, zygote() as lives:
        wanted = [WantedBudget(entity_id=EntityId("meta:0"), amount=Money(12_000, "USD"))]
        plan = await at.money.propose(actor("analyst"), wanted, title="", reason="")
        told = {
            "path": at.path,
            "port": at.port,
            "plan": plan.id,
            "hash": plan.plan_hash,
            "real_timing": True,
        }
        await lives.live(**told, dies_at="sent write", holder="first")
        killed_at = time.monotonic()
        await lives.live(**told, dies_at=0, holder="second")
        took = time.monotonic() - killed_at
        assert (await at.stores.change_sets.get(OURS, plan.id)).status is S.DONE
        assert len(at.world.api_writes) == 1
    return took
