"""Faults on demand: which request meets which, and what each does on the wire."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from omnify_core.errors import BadInput
from omnify_sandbox.randomness import named_generator

HEADER = b"x-sandbox-fault"
_TOKEN_PATHS = (
    "/token",
    "/revoke",
    "/access_token",
    "/oauth2/access_token/",
    "/oauth/v2/accessToken",
    "/oauth/v2/introspectToken",
)
_QUERY_PATHS = (
    "/contacts/search",
    "/opportunities/search",
    "/invoices/create_preview",
    ":search",
    ":searchStream",
    "/report/task/create/",
    "/report/task/cancel/",
    *_TOKEN_PATHS,
)
_TUNNEL = b"x-http-method-override"
# All of GraphQL is posted to one address: what it does stands in the body.
_GRAPHQL_PATH = "/graphql.json"
_MUTATION = re.compile(rb'"query"\s*:\s*"(?:\s|\\n|\\t)*mutation\b')


class FaultKind(StrEnum):
    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    TIMEOUT_BEFORE = "timeout_before"
    """Nothing is done; no answer comes for `seconds`."""
    TIMEOUT_AFTER = "timeout_after"
    """It is done; the answer is held for `seconds`."""
    CUT_REPLY = "cut_reply"
    """It is done; the connection breaks in the middle of the answer."""
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - a fault, not a secret
    LYING_SUCCESS = "lying_success"
    """The write is answered as done and not done."""
    STALE_READ = "stale_read"
    """The read shows the objects as they were `seconds` ago."""
    PARTIAL_BATCH = "partial_batch"
    """Every second operation of a write fails on the platform's side."""
    REVOKED = "revoked"
    """Consent is gone until the fault is cleared: tokens and refreshes are refused."""
    DUPLICATE_WEBHOOK = "duplicate_webhook"
    """The next webhook is sent twice."""
    CLOCK_SKEW = "clock_skew"
    """The next webhook is signed by a clock that is `seconds` late."""


_NOT_OF_REQUESTS = (FaultKind.REVOKED, FaultKind.DUPLICATE_WEBHOOK, FaultKind.CLOCK_SKEW)


@dataclass(slots=True)
class Fault:
    """`writes`: True for writes only, False for reads only, None for both. `path`: a part of it.

    Token endpoints meet faults only where `path` names them.
    Without `probability` it meets the next `times` requests that match.
    """

    kind: FaultKind
    platform: str = ""
    writes: bool | None = None
    path: str = ""
    times: int | None = 1
    probability: float | None = None
    seconds: float = 30.0
    met: int = 0

    @classmethod
    def read(cls, raw: Any) -> Fault:
        """From JSON. Raises BadInput."""
        if not isinstance(raw, dict) or not set(raw) <= set(cls.__slots__) - {"met"}:
            raise BadInput(f"a fault has the fields {sorted(set(cls.__slots__) - {'met'})}, not {raw!r}")
        if raw.get("kind") not in list(FaultKind):
            raise BadInput(f"kind must be one of {[k.value for k in FaultKind]}, not {raw.get('kind')!r}")
        fault = cls(**{**raw, "kind": FaultKind(raw["kind"])})
        if fault.kind is FaultKind.REVOKED or (fault.probability is not None and "times" not in raw):
            fault.times = None
        return fault

    def fits(self, platform: str, path: str, is_write: bool) -> bool:
        if self.kind in (FaultKind.LYING_SUCCESS, FaultKind.PARTIAL_BATCH) and not is_write:
            return False
        if self.kind is FaultKind.STALE_READ and is_write:
            return False
        if path.endswith(_TOKEN_PATHS) and not self.path:
            return False
        return (
            self.platform in ("", platform)
            and self.path in path
            and self.writes in (None, is_write)
            and (self.times is None or self.met < self.times)
        )


class FaultPlan:
    def __init__(self, seed: int) -> None:
        self.faults: list[Fault] = []
        self.withdrawn: set[str] = set()
        """Platforms whose consent was given back, until somebody agrees again."""
        self._rng = named_generator(seed, "faults")

    def pick(self, platform: str, path: str, is_write: bool) -> Fault | None:
        """The fault that this request meets; counted."""
        for fault in self.faults:
            if fault.kind in _NOT_OF_REQUESTS or not fault.fits(platform, path, is_write):
                continue
            if fault.probability is None or self._rng.random() < fault.probability:
                fault.met += 1
                return fault
        return None

    def meets(self, kind: FaultKind, platform: str) -> Fault | None:
        """The fault of this kind that a webhook of the platform meets; counted."""
        for fault in self.faults:
            wanted = fault.kind is kind and fault.platform in ("", platform)
            if wanted and (fault.times is None or fault.met < fault.times):
                fault.met += 1
                return fault
        return None

    def is_revoked(self, platform: str) -> bool:
        return self.is_refused(platform) or platform in self.withdrawn

    def is_refused(self, platform: str) -> bool:
        """By a planned fault: not even a new sign-in helps."""
        return any(f.kind is FaultKind.REVOKED and f.platform in ("", platform) for f in self.faults)


class Refusal(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]


Refuse = Callable[[FaultKind, str], Refusal | None]
"""A platform's own answer to a fault on a path; None where the fault is not an answer."""


class Faulty:
    """An ASGI layer that lets requests of one platform meet the planned faults."""

    def __init__(self, app: ASGIApp, platform: str, plan: FaultPlan, refuse: Refuse) -> None:
        self._app = app
        self._platform = platform
        self._plan = plan
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_write = False
        if scope["type"] == "http":
            is_write, receive = await _is_write(scope, receive)
        fault = self._fault(scope, is_write=is_write) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        refusal = self._refuse(fault.kind, scope["path"])
        match fault.kind:
            case _ if refusal is not None:
                await _answer(send, refusal)
            case FaultKind.TIMEOUT_BEFORE:
                await _wait_for_hang_up(receive, fault.seconds)
                await _answer(send, Refusal(504, {"error": "no answer in time"}, {}))
            case FaultKind.TIMEOUT_AFTER:
                sent = await self._run(scope, receive)
                await _wait_for_hang_up(receive, fault.seconds)
                for message in sent:
                    await send(message)
            case FaultKind.CUT_REPLY:
                await _cut(send, await self._run(scope, receive))
            case FaultKind.LYING_SUCCESS:
                await self._app({**scope, "sandbox.lie": True}, receive, send)
            case FaultKind.PARTIAL_BATCH:
                await self._app({**scope, "sandbox.partial": True}, receive, send)
            case _:
                await self._app({**scope, "sandbox.stale_s": fault.seconds}, receive, send)

    def _fault(self, scope: Scope, *, is_write: bool) -> Fault | None:
        named = dict(scope["headers"]).get(HEADER)
        if named is not None:
            fault = _asked_for(named.decode())
            return fault if fault.fits(self._platform, scope["path"], is_write) else None
        return self._plan.pick(self._platform, scope["path"], is_write)

    async def _run(self, scope: Scope, receive: Receive) -> list[Message]:
        """The application's answer, kept back."""
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, keep)
        return sent


def _asked_for(text: str) -> Fault:
    """The fault that a request names for itself: `timeout_after;2.5`."""
    kind, _, seconds = text.partition(";")
    assert kind in list(FaultKind), f"{HEADER.decode()} must name a fault, not {kind!r}"
    return Fault(FaultKind(kind), seconds=float(seconds or 30.0))


async def _is_write(scope: Scope, receive: Receive) -> tuple[bool, Receive]:
    """Whether the request writes, and a `receive` that still gives its whole body."""
    headers = dict(scope["headers"])
    method = headers.get(_TUNNEL, scope["method"].encode()).upper()
    if method == b"GET" or scope["path"].endswith(_QUERY_PATHS):
        return False, receive
    if not scope["path"].endswith(_GRAPHQL_PATH):
        return True, receive
    first = await receive()
    parts = [first]
    while parts[-1].get("more_body"):
        parts.append(await receive())
    body = b"".join(part.get("body", b"") for part in parts)
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return _MUTATION.search(body) is not None, again


async def _answer(send: Send, refusal: Refusal) -> None:
    raw = orjson.dumps(refusal.body)
    fixed = {"content-type": "application/json; charset=UTF-8", "content-length": str(len(raw))}
    headers = [(name.encode(), value.encode()) for name, value in {**fixed, **refusal.headers}.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": raw})


async def _wait_for_hang_up(receive: Receive, seconds: float) -> None:
    """Returns when the client has gone, or after `seconds`."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        async with asyncio.timeout(seconds):
            await gone()
    except TimeoutError:
        return


async def _cut(send: Send, sent: list[Message]) -> None:
    """Promises the whole answer and sends half: the server then drops the connection."""
    body = b"".join(message.get("body", b"") for message in sent[1:])
    await send(sent[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
