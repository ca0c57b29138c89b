"""What a server does by itself: apply what was approved, expire, import, run jobs, follow the clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from omnify_core.errors import OmnifyError
from omnify_core.ids import new_id
from omnify_server.jobs.schedule import run_due
from omnify_server.services import Services

_log = logging.getLogger("omnify.background")

_APPLY_EVERY_S = 1.0
_SYNC_CHECK_S = 20.0
_CLOCK_EVERY_S = 5.0
_JOBS_CHECK_S = 10.0
_MEMORY_EVERY_S = 300.0
_MARKS_EVERY_S = 60.0
_LEARN_CHECK_S = 60.0


@asynccontextmanager
async def background_work(services: Services) -> AsyncIterator[None]:
    """Runs the loops while the block lasts; each survives its own errors and says them in the log."""
    await services.copilot.recover()
    await _use_newest_key(services)
    holder = new_id("worker")
    loops = [
        asyncio.create_task(_repeat("apply", lambda _: apply_step(services, holder), services.worker_wanted)),
        asyncio.create_task(_repeat("sync", lambda asked: _sync_step(services, asked), services.sync_wanted)),
        asyncio.create_task(_repeat("clock", lambda _: services.refresh_clock(), asyncio.Event())),
        asyncio.create_task(_repeat("jobs", lambda _: run_due(services), asyncio.Event())),
        asyncio.create_task(
            _repeat("learn", lambda asked: learn_step(services, asked), services.learn_wanted)
        ),
        asyncio.create_task(_repeat("marks", lambda _: _marks_step(services), services.webhooks.marked)),
        asyncio.create_task(_repeat("memory", lambda _: _memory_step(services), asyncio.Event())),
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


_EVERY_S = {
    "apply": _APPLY_EVERY_S,
    "sync": _SYNC_CHECK_S,
    "clock": _CLOCK_EVERY_S,
    "jobs": _JOBS_CHECK_S,
    "memory": _MEMORY_EVERY_S,
    "marks": _MARKS_EVERY_S,
    "learn": _LEARN_CHECK_S,
}


async def _repeat(name: str, step: Callable[[bool], Awaitable[object]], wanted: asyncio.Event) -> None:
    """`step` is told whether somebody asked for it or its time has come."""
    while True:
        asked = wanted.is_set()
        wanted.clear()
        try:
            await step(asked)
        except OmnifyError as error:
            _log.warning("%s: %s", name, error)
        except Exception:  # noqa: BLE001 - the outermost edge: one bad step must not end the loop
            _log.exception("%s failed", name)
        try:
            async with asyncio.timeout(_EVERY_S[name]):
                await wanted.wait()
        except TimeoutError:
            pass


async def apply_step(services: Services, holder: str) -> int:
    """One round of the worker; returns how many change sets it moved."""
    return await services.money.expire_due() + await services.money.apply_due(holder)


async def _use_newest_key(services: Services) -> None:
    """Sealed connections follow a new key ring, so that its old keys can be taken out afterwards."""
    for tenant in await services.stores.people.tenants():
        changed = await services.platforms.rotate(tenant.id)
        if changed:
            _log.info("%d connections of %s are sealed with the newest key now", changed, tenant.id)


async def _sync_step(services: Services, asked: bool) -> None:
    for tenant in await services.stores.people.tenants():
        every = timedelta(minutes=services.settings.sync_minutes)
        if asked or await services.sync.is_due(tenant.id, every):
            await services.sync.run(tenant.id)


async def _learn_later(services: Services) -> None:
    """A server that has just started answers people first, and fits models once it has been up a while."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_EVERY_S["learn"]):
            await services.learn_wanted.wait()
    await _repeat("learn", lambda asked: learn_step(services, asked), services.learn_wanted)


async def learn_step(services: Services, asked: bool) -> None:
    """Fits what the latest complete day lacks; `asked`: everything anew."""
    for tenant in await services.stores.people.tenants():
        await services.learning.run(tenant.id, again=asked)


async def _marks_step(services: Services) -> None:
    for tenant in await services.stores.people.tenants():
        await services.business_import.reread(tenant.id)


async def _memory_step(services: Services) -> None:
    for tenant in await services.stores.people.tenants():
        await services.remembering.upkeep(tenant.id)
