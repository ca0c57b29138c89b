"""A process that works on the money path and is killed, for real, at a point or by somebody else.

`python -m tests.money.lives` reads one life per line and forks a child for each, so that a life costs
milliseconds and not an interpreter's start. It answers with the child's pid, then with how it ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.clock import SystemClock
from omnify_core.errors import OmnifyError
from omnify_core.ids import ChangeSetId
from omnify_guardrails import MoneyPath, Timing
from omnify_memory import Stores, open_sqlite, stores_on
from tests.builders.money import OURS, FakePlatforms, actor, money_path_on
from tests.money.chaos import Watched
from tests.money.market_server import RemoteAds
from tests.money.planted import planted

QUICK = Timing(
    lease_s=0.6,
    beat_s=0.2,
    margin_s=0.05,
    call_bound_s=2,
    read_bound_s=2,
    listing_bound_s=5,
    retry_s=0.05,
    read_back_s=(0.1, 0.3, 1.0),
)
WATCHED = ("change_sets", "ledger", "audit", "policies", "switches", "people")
_UNFINISHED = (ChangeSetStatus.APPROVED, ChangeSetStatus.APPLYING)


class Reaper:
    """Counts points and kills its own process, as `kill -9` does, at one of them."""

    def __init__(self, dies_at: int | str) -> None:
        self._dies_at = dies_at
        self.points = 0

    async def point(self, name: str = "") -> None:
        self.points += 1
        if self._dies_at in (self.points, name or None):
            os.kill(os.getpid(), signal.SIGKILL)


async def live(told: dict[str, Any]) -> int:
    """Approves one plan and applies until it has ended, or works on whatever comes; returns its points."""
    reaper = Reaper(told["dies_at"])
    timing = Timing() if told.get("real_timing") else QUICK
    with planted(told.get("bug", "")):
        await _live(told, reaper, timing)
    return reaper.points


async def _live(told: dict[str, Any], reaper: Reaper, timing: Timing) -> None:
    async with open_sqlite(Path(told["path"])) as documents:
        inner = stores_on(documents)
        watched: Any = {name: Watched(getattr(inner, name), reaper) for name in WATCHED}  # type: ignore[arg-type]
        ads = [RemoteAds(one, told["port"], reaper.point) for one in (Platform.META, Platform.GOOGLE)]
        clock = SystemClock()
        money = money_path_on(replace(inner, **watched), FakePlatforms(*ads), clock, timing=timing)
        work = _one_plan(money, inner, told) if told.get("plan") else _everything(money, inner, told)
        await work


async def _one_plan(money: MoneyPath, stores: Stores, told: dict[str, Any]) -> None:
    id_ = ChangeSetId(told["plan"])
    with suppress(OmnifyError):  # approved in a life before this one
        await money.approve(actor("owner"), id_, plan_hash=told["hash"], via="api")
    while True:
        await money.apply_due(told["holder"])
        plan = await stores.change_sets.get(OURS, id_)
        if plan.status.is_final or plan.status is ChangeSetStatus.NEEDS_PERSON:
            await money.apply_due(told["holder"])  # sweeps what a death after the end left behind
            return
        await asyncio.sleep(0.05)


async def _everything(money: MoneyPath, stores: Stores, told: dict[str, Any]) -> None:
    """For ever, or until nothing approved is unfinished."""
    while not told.get("until_rest") or await stores.change_sets.in_status(_UNFINISHED):
        with suppress(OmnifyError):
            await money.apply_due(told["holder"])
        await asyncio.sleep(0.005)


def run_lives() -> None:
    """The zygote: no threads, no loop, so that forking is safe."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            points = asyncio.run(_ended(live(json.loads(line))))
            os.write(1, f"points {points}\n".encode())
            os._exit(0)
        os.write(1, f"pid {pid}\n".encode())
        os.write(1, f"end {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


async def _ended(work: Awaitable[int]) -> int:
    return await work


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    run_lives()
