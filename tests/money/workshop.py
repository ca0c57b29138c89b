"""One tenant's money path worked on by several processes at once, each with its own door to the store."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import OmnifyError
from omnify_core.ids import ChangeSetId
from omnify_core.policy import MoneyPolicy
from omnify_guardrails import MoneyPath, verify_chain
from omnify_memory import Stores, stores_on
from omnify_memory.documents import Documents
from tests.builders.ad_world import NOON, OURS, FakePlatforms, World
from tests.builders.money import actor, money_path_on, settle_in
from tests.money.chaos import Chaos, Process, SimAds, Stored, Watched
from tests.money.judge import Evidence, Violation, violations
from tests.money.markets import open_market
from tests.money.schedule import TIMING
from tests.money.virtual import LoopClock

Opening = Callable[[Path], AbstractAsyncContextManager[Documents]]
_STORES = ("change_sets", "ledger", "audit", "policies", "switches", "people", "market")
_UNFINISHED = (ChangeSetStatus.APPROVED, ChangeSetStatus.APPLYING)
_LONGEST_CALM_S = 400


class Workshop:
    """`opening` opens one process's door to the store in a folder; the seed draws who waits how long."""

    def __init__(self, opening: Opening, folder: Path, seed: int) -> None:
        self._opening = opening
        self._folder = folder
        self.rng = random.Random(seed)
        self.chaos = Chaos(random.Random(seed + 1_000_000_007), calm=True)
        self.clock = LoopClock(NOON)
        self.world = World(self.clock)
        self.plans: dict[str, Any] = {}
        self.acknowledged: list[ChangeSetId] = []
        self.stops: list[tuple[datetime, datetime]] = []
        self.policies: list[tuple[datetime, MoneyPolicy]] = []
        self.processes: list[Process] = []
        self._doors = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopped_at: datetime | None = None

    async def open(self, workers: int) -> None:
        policy, self.room = open_market(self.world, self.rng, rush=True)
        self.policies = [(NOON, policy)]
        self.inner = await self._door()
        await settle_in(self.inner, policy)
        self.ads = [SimAds(self.world, one, self.chaos) for one in (Platform.GOOGLE, Platform.META)]
        for adapter in self.ads:
            (account,) = await adapter.accounts()
            campaigns = [one async for one in adapter.campaigns(account)]
            await self.inner.market.save_campaigns(OURS, campaigns)
        self._first = (
            dict(self.world.budgets),
            {id_: held.status for id_, held in self.world.held.items()},
        )
        self.desk = self._money(self.inner)
        for number in range(workers):
            process = Process(f"worker-{number}")
            self.processes.append(process)
            money = self._money(await self._door())
            self._tasks.append(asyncio.ensure_future(self._lives(process, money)))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._doors.aclose()
        broken = [one for one in ended if isinstance(one, Exception)]
        assert not broken, broken

    async def _door(self) -> Stores:
        return stores_on(await self._doors.enter_async_context(self._opening(self._folder)))

    def _money(self, inner: Stores) -> MoneyPath:
        seen = {"change_sets": self._change_set_seen, "audit": self._row_seen}
        watched: Any = {name: Watched(getattr(inner, name), self.chaos, seen.get(name)) for name in _STORES}
        stores = replace(inner, **watched)
        return money_path_on(stores, FakePlatforms(*self.ads), self.clock, timing=TIMING)

    def _change_set_seen(self, name: str, args: Any, result: Any) -> None:
        if name in ("replace", "add"):
            stored = result if name == "replace" else args[0]
            self.chaos.history.append(Stored(stored, len(self.chaos.rows), self.clock.now()))

    def _row_seen(self, name: str, args: Any, result: Any) -> None:
        if name == "append":
            self.chaos.rows.append(args[0])

    async def _lives(self, process: Process, money: MoneyPath) -> None:
        """One life after the other; each forgets everything that was not stored."""
        for life in itertools.count(1):
            process.points = process.dies_at = 0
            await self.chaos.alive(process, self._work(f"{process.name}-{life}", money))
            await asyncio.sleep(self.rng.uniform(0, 8))

    async def _work(self, holder: str, money: MoneyPath) -> None:
        while True:
            if self._is_due() or self.rng.random() < 0.05:
                with suppress(OmnifyError):
                    await money.expire_due()
                    await money.apply_due(holder)
            await asyncio.sleep(self.rng.uniform(0.1, 2))

    def _is_due(self) -> bool:
        """Whether a round of a worker could do anything but look."""
        now = self.clock.now()
        last = {stored.change_set.id: stored.change_set for stored in self.chaos.history}
        due = [one for one in last.values() if one.status in _UNFINISHED]
        return any(one.lease is None or one.lease.until <= now for one in due)

    async def person(self, doing: Awaitable[ChangeSet], dies_at: int = 0) -> ChangeSet | None:
        """What a person asked for, in a process that may die of it; None where nothing came of it."""
        answers: list[ChangeSet] = []

        async def ask() -> None:
            with suppress(OmnifyError):
                answers.append(await doing)

        await self.chaos.alive(Process("door", dies_at), ask())
        return answers[0] if answers else None

    async def change_policy(self, changes: dict[str, Any]) -> None:
        """Dated by when it was asked for: from then on either may be read."""
        now = await self.inner.policies.get(OURS)
        wanted = now.model_copy(update={**changes, "version": now.version + 1})
        asked_at = self.clock.now()
        with suppress(OmnifyError):
            self.policies.append((asked_at, await self.desk.change_policy(actor("owner"), wanted)))

    async def kill(self, number: int, after: int) -> None:
        """After so many of its points; for 0 now, whatever it awaits."""
        process = self.processes[number % len(self.processes)]
        process.dies_at = process.points + after if after else 0
        if after == 0 and process.task is not None:
            process.task.cancel()
            await asyncio.sleep(0)

    async def turn_switch(self, *, stopped: bool) -> None:
        """Told only once it is stored."""
        await self.inner.switches.set_stopped(OURS, stopped)
        if stopped:
            self._stopped_at = self._stopped_at or self.clock.now()
        elif self._stopped_at is not None:
            self.stops.append((self._stopped_at, self.clock.now()))
            self._stopped_at = None

    async def come_to_rest(self) -> None:
        self.chaos.calm = True
        await self.turn_switch(stopped=False)
        for _ in range(_LONGEST_CALM_S):
            await asyncio.sleep(1)
            last = {stored.change_set.id: stored.change_set.status for stored in self.chaos.history}
            if not any(status in _UNFINISHED for status in last.values()):
                break
        await asyncio.sleep(10)
        await self.desk.expire_due()
        await self.desk.apply_due("last")  # sweeps what a death left behind, as any worker's next round does

    async def found(self, *, at_rest: bool = False) -> list[Violation]:
        last = await self.inner.change_sets.of_tenant(OURS, limit=1000)
        now_stopped = [(self._stopped_at, self.clock.now())] if self._stopped_at else []
        evidence = Evidence(
            chaos=self.chaos,
            world=self.world,
            policies=self.policies,
            first_budgets=self._first[0],
            first_statuses=self._first[1],
            plans=self.plans,
            acknowledged=self.acknowledged,
            stops=[*self.stops, *now_stopped],
            last={change_set.id: change_set for change_set in last},
            ledger=await self.inner.ledger.get(OURS),
            chain=await verify_chain(self.inner.audit, OURS),
        )
        return violations(evidence, at_rest=at_rest)

    def tallies(self) -> Counter[str]:
        """So that a quiet machine cannot pass for a safe one."""
        counts = Counter(examples=1, deaths=self.chaos.deaths, calls=len(self.chaos.requests))
        counts["effective writes"] = len(self.world.api_writes)
        counts["approvals"] = len(self.acknowledged)
        counts["policies"] = len(self.policies) - 1
        return counts
