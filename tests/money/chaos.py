"""What the simulation does to the money path: preempts it, kills it, and lies to it."""

from __future__ import annotations

import asyncio
import contextvars
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

from omnify_core.campaigns import EntityRef, EntityState, Platform
from omnify_core.change_sets import ChangeSet
from omnify_core.errors import OutcomeUnknown, PlatformRejected, PlatformUnavailable
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.platform_ports import Look
from tests.builders.money import FakeAds, World

T = TypeVar("T")
_process: contextvars.ContextVar[Process] = contextvars.ContextVar("process")


@dataclass
class Process:
    """A program that runs until it is killed at its `dies_at`-th point; 0 never."""

    name: str
    dies_at: int = 0
    points: int = 0
    task: asyncio.Task[None] | None = None


class Request(NamedTuple):
    """One call that left us, as the network saw it."""

    number: int
    at: datetime
    leg: AnyLeg


class Stored(NamedTuple):
    """One stored version of a change set, with how many audit rows stood before it."""

    change_set: ChangeSet
    rows: int
    at: datetime


@dataclass
class Chaos:
    """One seed is one schedule. `calm` ends all troubles, so that everything can come to rest."""

    rng: random.Random
    calm: bool = False
    points: int = 0
    deaths: int = 0
    requests: list[Request] = field(default_factory=list)
    request_rows: list[int] = field(default_factory=list)
    history: list[Stored] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)

    async def point(self) -> None:
        """Here the process may be preempted for a moment, or be killed."""
        self.points += 1
        process = _process.get(None)
        if process is not None:
            process.points += 1
            if 0 < process.dies_at <= process.points:  # whichever of its tasks comes to a point
                self.deaths += process.points == process.dies_at
                raise asyncio.CancelledError(f"{process.name} was killed")
        if self.rng.random() < 0.25:
            await asyncio.sleep(self.rng.choice((0.0, 0.001, 0.01, 0.2)))

    async def alive(self, process: Process, work: Awaitable[Any]) -> bool:
        """Runs the work as that process; False where it was killed."""

        async def run() -> None:
            _process.set(process)
            await work

        task = process.task = asyncio.ensure_future(run())
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
        if task.cancelled():
            return False
        task.result()
        return True

    def happens(self, chance: float) -> bool:
        return not self.calm and self.rng.random() < chance


class Watched:
    """A store of which every call is a point, before and after; `seen` is told what was stored."""

    def __init__(self, inner: Any, chaos: Chaos, seen: Callable[[str, Any, Any], None] | None = None) -> None:
        self._inner = inner
        self._chaos = chaos
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        async def call(*args: Any, **options: Any) -> Any:
            await self._chaos.point()
            result = await method(*args, **options)
            if self._seen is not None:
                self._seen(name, args, result)
            await self._chaos.point()
            return result

        self.__dict__[name] = call
        return call


class SimAds(FakeAds):
    """A platform behind a bad network."""

    def __init__(self, world: World, platform: Platform, chaos: Chaos) -> None:
        super().__init__(world, platform)
        self._chaos = chaos
        self._past: list[tuple[float, dict[Any, EntityState]]] = []

    async def listing(self) -> None:
        await self._chaos.point()
        if self._chaos.happens(0.03):
            raise PlatformUnavailable("the listing failed")

    async def look(self, leg: FieldLeg) -> Look:
        return await self._seen(partial(super().look, leg))

    async def read(self, ref: EntityRef) -> EntityState:
        return await self._seen(partial(super().read, ref))

    async def _seen(self, look: Callable[[], Awaitable[T]]) -> T:
        """A read may fail, be slow, and be old when it arrives."""
        await self._chaos.point()
        if self._chaos.happens(0.05):
            raise PlatformUnavailable("the read failed")
        if self._chaos.happens(0.03):
            await asyncio.sleep(self._chaos.rng.uniform(1, 20))
        seen = await look()
        if self._chaos.happens(0.3):
            await asyncio.sleep(self._chaos.rng.uniform(0, 2))
        await self._chaos.point()
        return seen

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        chaos, loop = self._chaos, asyncio.get_running_loop()
        await chaos.point()
        request = Request(len(chaos.requests) + 1, self.world.clock.now(), leg)
        chaos.requests.append(request)
        chaos.request_rows.append(len(chaos.rows))
        trouble = chaos.rng.choice(_TROUBLES) if chaos.happens(0.45) else "none"
        arrive = lambda: self.world.carry_out(leg, request.number)  # noqa: E731 - a timer's callback
        if trouble == "refused":
            raise PlatformRejected("not like this")
        if trouble == "busy":
            raise PlatformUnavailable("busy, not carried out")
        if trouble in ("late", "hangs"):
            loop.call_later(chaos.rng.uniform(0.5, 90), arrive)
        elif trouble not in ("lost request", "lying"):
            await asyncio.sleep(chaos.rng.choice((0.0, 0.05, 1.0)))
            await chaos.point()
            arrive()
            await chaos.point()
        if trouble == "duplicate":
            loop.call_later(0.1, arrive)
        if trouble == "hangs":
            await asyncio.sleep(600)
        if trouble in ("lost request", "lost reply", "late"):
            raise OutcomeUnknown("no answer")
        if trouble == "broken":
            raise KeyError("results")


_TROUBLES = (
    "lost request",
    "lost request",
    "lost reply",
    "lost reply",
    "lying",
    "late",
    "hangs",
    "refused",
    "busy",
    "duplicate",
    "broken",
)
