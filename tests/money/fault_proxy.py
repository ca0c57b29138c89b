"""A proxy between our adapters and the platforms that loses, cuts and doubles what it carries."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx

# The share of writes that meet each; what is left goes through.
LOST_REQUEST, LOST_REPLY, CUT, DOUBLED = 0.2, 0.2, 0.1, 0.1
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length", "host"}


_VALIDATES = re.compile(rb'"validateOnly":\s*true|validate_only')


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_write(self) -> bool:
        """A change of an object; searches, sign-ins and validations go through undisturbed."""
        asks = any(part in self.path for part in ("search", "token", "insights"))
        asks = asks or _VALIDATES.search(self.body) is not None
        return self.method == "POST" and not asks


@dataclass
class FaultProxy:
    """`writes` counts the same write by what was sent; `met` the faults."""

    upstream: str
    rng: random.Random
    http: httpx.AsyncClient
    writes: Counter[tuple[str, bytes]] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            reply = await self._through(request) if request else b""
            writer.write(reply)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client gave up
        finally:
            writer.close()

    async def _through(self, request: Request) -> bytes:
        """The bytes that reach the client; none where it hears nothing."""
        fault = self._fault(request)
        if request.is_write:
            self.writes[request.path, request.body] += 1
            self.met[fault] += 1
        if fault == "lost request":
            return b""
        reply = await self._forward(request)
        if fault == "doubled":
            await self._forward(request)
        if fault == "lost reply":
            return b""
        return reply[: len(reply) // 2] if fault == "cut" else reply

    def _fault(self, request: Request) -> str:
        if not request.is_write:
            return "none"
        names = ("lost request", "lost reply", "cut", "doubled", "none")
        shares = (LOST_REQUEST, LOST_REPLY, CUT, DOUBLED)
        return self.rng.choices(names, (*shares, 1 - sum(shares)))[0]

    async def _forward(self, request: Request) -> bytes:
        reply = await self.http.request(
            request.method, self.upstream + request.path, headers=request.headers, content=request.body
        )
        kept = [f"{name}: {value}" for name, value in reply.headers.items() if name.lower() not in _HOP]
        head = [f"HTTP/1.1 {reply.status_code} {reply.reason_phrase}", *kept]
        head += [f"content-length: {len(reply.content)}", "connection: close"]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + reply.content


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = dict(line.split(": ", 1) for line in head[1:] if line)
    length = int(next((value for name, value in headers.items() if name.lower() == "content-length"), 0))
    body = await reader.readexactly(length) if length else b""
    kept = {name: value for name, value in headers.items() if name.lower() not in _HOP}
    return Request(method, path, kept, body)


@asynccontextmanager
async def fault_proxy(upstream: str, seed: int) -> AsyncIterator[tuple[FaultProxy, str]]:
    """The proxy, and the address at which it listens."""
    async with httpx.AsyncClient(verify=False, trust_env=False, timeout=30) as http:
        proxy = FaultProxy(upstream, random.Random(seed), http)
        server = await asyncio.start_server(proxy.carry, "127.0.0.1", 0)
        try:
            yield proxy, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
