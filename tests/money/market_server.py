"""The platforms in a process that nobody kills: JSON lines over TCP, one call per connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter

from omnify_core.campaigns import AdAccount, AdGroup, Campaign, EntityRef, EntityState, Platform
from omnify_core.errors import OutcomeUnknown, PlatformRejected
from omnify_core.legs import Leg
from tests.builders.money import FakeAds, World

_LEG: TypeAdapter[Any] = TypeAdapter(Leg)
Point = Callable[[str], Awaitable[None]]


@asynccontextmanager
async def serving_market(world: World) -> AsyncIterator[int]:
    """The port on which the world can be read and written."""
    ads = {platform: FakeAds(world, platform) for platform in (Platform.META, Platform.GOOGLE)}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line.endswith(b"\n"):
            writer.write(json.dumps(await _carried_out(ads, json.loads(line))).encode() + b"\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _carried_out(ads: dict[Platform, FakeAds], call: dict[str, Any]) -> Any:
    adapter = ads[Platform(call["platform"])]
    if call["what"] == "campaigns":
        (account,) = await adapter.accounts()
        return [one.model_dump(mode="json") async for one in adapter.campaigns(account)]
    if call["what"] == "read":
        return (await adapter.read(EntityRef(**call["ref"]))).model_dump(mode="json")
    await adapter.write(_LEG.validate_python(call["leg"]), key=call["key"])
    return {}


class RemoteAds(FakeAds):
    """The adapter in the process that is killed. `point` is told before and after each call."""

    def __init__(self, platform: Platform, port: int, point: Point) -> None:
        super().__init__(World(None), platform)  # type: ignore[arg-type]  # its own world stays empty
        self._port = port
        self._point = point

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        for one in await self._call("campaigns"):
            yield Campaign(**one)

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        for one in ():
            yield one

    async def read(self, ref: EntityRef) -> EntityState:
        return EntityState(**await self._call("read", ref=ref.model_dump(mode="json")))

    async def write(self, leg: Any, *, key: str) -> None:
        await self._call("write", leg=leg.model_dump(mode="json"), key=key)

    async def _call(self, what: str, **told: Any) -> Any:
        await self._point(f"before {what}")
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(json.dumps({"what": what, "platform": self.platform.value, **told}).encode() + b"\n")
        await writer.drain()
        if what == "write":
            await self._point("sent write")
        line = await reader.readline()
        writer.close()
        if not line:
            raise OutcomeUnknown("no answer") if what == "write" else PlatformRejected("no answer")
        await self._point(f"after {what}")
        return json.loads(line)
