"""One way to call a platform: signed, paced, bounded in time, retried only where that is safe.

Reads are repeated on transient failures and on the platform's own waits. Writes are repeated only
where nothing had left, or where the platform refused the access token; anything else that leaves a
write without a clear answer is OutcomeUnknown.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import orjson
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    ReconnectNeeded,
    TokenExpired,
)
from omnify_platforms.breaker import Breaker
from omnify_platforms.connections import Connection
from omnify_platforms.downloads import lines_of
from omnify_platforms.limiter import Limiter, Usage
from omnify_platforms.pace import Pace, SystemPace
from omnify_platforms.refusals import UNSETTLED, Answer, Kind, Refusal
from omnify_platforms.tokens import Keep, TokenKeeper

# No byte of the request can have left when one of these is raised.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_CONNECT_S = 5.0
_ATTEMPTS = 4
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP call. `account` is whose rate limit it counts against; `path` may be a whole URL.

    `files` are, by field, a file's name and content. A `Decimal` in `body` is written
    as the JSON number that it is, never through a binary float.
    """

    method: str
    path: str
    account: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What the transport must know of one platform.

    `version` is the path segment below the base URL; `renew_ahead` how early a token is renewed.
    `silent_success` are the statuses that confirm a write without a body. A refusal of the sign-in
    is asked about once more after `settling_s`, where the platform refuses tokens that are too young.
    """

    platform: Platform
    version: str
    refusal: Callable[[Answer], Refusal | None]
    sign: Callable[[Call, Connection], Call]
    renewal: Callable[[Connection], Call]
    renew_ahead: timedelta
    usage: Callable[[Answer], Usage | None] = lambda _answer: None
    rate_per_s: float = 10.0
    burst: int = 20
    silent_success: frozenset[int] = frozenset()
    settling_s: float = 0.0
    grant: Callable[[Any], Any] = lambda body: body
    """A renewal's reply under OAuth2's own names."""


@dataclass(frozen=True, slots=True)
class Means:
    """What all adapters work with: one HTTP client, the time, and how long one call may take."""

    http: httpx.AsyncClient
    clock: Clock
    pace: Pace = field(default_factory=SystemPace)
    deadline_s: float = 30.0


@dataclass(slots=True)
class _Sending:
    """What is known of one call: whether bytes may have left, whether it may write."""

    writes: bool
    left: bool = False


class Transport:
    """Calls of one connection. `read` and `write` return decoded JSON; its fractions are Decimal."""

    def __init__(self, wire: Wire, connection: Connection, means: Means, *, keep: Keep) -> None:
        self.platform = wire.platform
        self._wire = wire
        self._means = means
        self._base_url = _versioned(connection.base_url, wire.version)
        self._breaker = Breaker(wire.platform, means.pace)
        self._limiter = Limiter(wire.platform, means.pace, rate_per_s=wire.rate_per_s, burst=wire.burst)
        self._tokens = TokenKeeper(
            connection, renew=self._renew, keep=keep, clock=means.clock, ahead=wire.renew_ahead
        )

    async def read(self, call: Call) -> Any:
        """A call that changes nothing (a query, a dry run): repeated while that can help."""
        sending = _Sending(writes=False)
        return await self._retrying(self._read_may_repeat)(self._signed_in, call, sending)

    def download(self, url: str, *, hosts: frozenset[str]) -> AsyncIterator[bytes]:
        """The lines of a file that a reply named, fetched without our token; see `lines_of`."""
        return lines_of(self._means.http, url, platform=self.platform, hosts=hosts, own=self._base_url)

    async def pause(self, seconds: float) -> None:
        """Between two looks at a report that is not ready yet."""
        await self._means.pace.sleep(seconds)

    async def write(self, call: Call) -> Any:
        """A call that changes something: carried out at most once. Raises OutcomeUnknown."""
        sending = _Sending(writes=True)

        def may_repeat(error: BaseException) -> bool:
            closed = self._breaker.state == "closed"
            return isinstance(error, PlatformUnavailable) and not sending.left and closed

        return await self._retrying(may_repeat)(self._signed_in, call, sending)

    def _read_may_repeat(self, error: BaseException) -> bool:
        if isinstance(error, RateLimited):
            return (error.wait_s or 0.0) <= self._limiter.patience_s
        return isinstance(error, PlatformUnavailable) and self._breaker.state == "closed"

    def _retrying(self, may_repeat: Callable[[BaseException], bool]) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception(may_repeat),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=_wait_s,
            sleep=self._means.pace.sleep,
            reraise=True,
        )

    async def _signed_in(self, call: Call, sending: _Sending) -> Any:
        connection = await self._tokens.current()
        try:
            return await self._settled(call, connection, sending)
        except TokenExpired:
            # The platform refused the token, so nothing was carried out: once more is safe, writes included.
            connection = await self._tokens.replace(connection)
        try:
            return await self._settled(call, connection, sending)
        except TokenExpired as error:
            raise ReconnectNeeded(
                f"{self.platform.label} refuses even a fresh access token; connect it again in Integrations",
                platform=self.platform.value,
                request_id=error.request_id,
            ) from error

    async def _settled(self, call: Call, connection: Connection, sending: _Sending) -> Any:
        try:
            return await self._send(call, connection, sending)
        except ReconnectNeeded:
            if not self._wire.settling_s:
                raise
        # A refused token proves that nothing was carried out, so a write may be sent once more, too.
        await self._means.pace.sleep(self._wire.settling_s)
        return await self._send(call, connection, sending)

    async def _send(self, call: Call, connection: Connection, sending: _Sending) -> Any:
        await self._limiter.admit(call.account)
        signed = self._wire.sign(call, connection)
        with self._breaker.passage():
            answer = await self._exchange(signed, sending)
            self._heed(call, answer)
            return self._outcome(call, answer, connection, sending)

    async def _renew(self, connection: Connection) -> Connection:
        """Raises ReconnectNeeded where consent is gone."""
        sending = _Sending(writes=False)
        answer = await self._exchange(self._wire.renewal(connection), sending)
        refusal = self._wire.refusal(answer)
        if refusal is not None and refusal.kind not in (Kind.RATE, Kind.TRANSIENT, Kind.BUSY):
            refusal = replace(refusal, kind=Kind.RECONNECT)
        if refusal is not None:
            raise self._error(refusal, connection, sending)
        grant = self._wire.grant(answer.body)
        if not (isinstance(grant, dict) and grant.get("access_token")):
            raise self._unreadable(answer, sending)
        return connection.renewed(grant, self._means.clock.now())

    async def _exchange(self, call: Call, sending: _Sending) -> Answer:
        request = self._means.http.build_request(
            call.method,
            call.path if "://" in call.path else self._base_url + call.path,
            params=call.query or None,
            data=call.form,
            files=call.files,
            content=None if call.body is None else orjson.dumps(call.body, default=_number),
            headers=call.headers if call.body is None else {**call.headers, "content-type": _JSON},
            timeout=httpx.Timeout(self._means.deadline_s, connect=_CONNECT_S, pool=_CONNECT_S),
        )
        try:
            async with asyncio.timeout(self._means.deadline_s):
                # A redirect would carry the token to wherever it points.
                response = await self._means.http.send(request, follow_redirects=False)
        except _NEVER_LEFT as error:
            raise PlatformUnavailable(
                f"{self.platform.label} could not be reached ({type(error).__name__}); nothing was sent. "
                "Check the network and try again",
                platform=self.platform.value,
            ) from error
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            sending.left = True
            raise self._lost(error, sending) from error
        sending.left = True
        return Answer(response.status_code, response.headers, _json(response))

    def _lost(self, error: Exception, sending: _Sending) -> PlatformError:
        reason = f"{self.platform.label} did not answer ({type(error).__name__})"
        if sending.writes:
            return OutcomeUnknown(f"{reason}. {UNSETTLED}", platform=self.platform.value)
        return PlatformUnavailable(
            f"{reason}; nothing was changed. Try again later", platform=self.platform.value
        )

    def _heed(self, call: Call, answer: Answer) -> None:
        usage = self._wire.usage(answer)
        if usage is not None:
            self._limiter.heed(call.account, usage)

    def _outcome(self, call: Call, answer: Answer, connection: Connection, sending: _Sending) -> Any:
        refusal = self._wire.refusal(answer)
        silent = sending.writes and answer.status in self._wire.silent_success
        if refusal is None and not silent and (answer.body is None or answer.status >= 300):
            raise self._unreadable(answer, sending)
        if refusal is None:
            return answer.body
        if refusal.kind is Kind.RATE and refusal.wait_s is not None:
            self._limiter.pause("" if refusal.whole_connection else call.account, refusal.wait_s)
        raise self._error(refusal, connection, sending)

    def _error(self, refusal: Refusal, connection: Connection, sending: _Sending) -> PlatformError:
        scrubbed = connection.scrubbed
        plain = replace(
            refusal,
            text=scrubbed(refusal.text),
            field=scrubbed(refusal.field),
            code=scrubbed(refusal.code),
        )
        return plain.error(self.platform, writes=sending.writes)

    def _unreadable(self, answer: Answer, sending: _Sending) -> PlatformError:
        reason = f"{self.platform.label} answered HTTP {answer.status} without the JSON of its contract"
        if sending.writes:
            return OutcomeUnknown(f"{reason}. {UNSETTLED}", platform=self.platform.value)
        return PlatformUnavailable(
            f"{reason}. Check the base URL, then try again", platform=self.platform.value
        )


def _wait_s(state: RetryCallState) -> float:
    """The platform's own wait where it named one, else doubling from a second."""
    error = state.outcome.exception() if state.outcome else None
    named = error.wait_s if isinstance(error, RateLimited) else None
    return named if named is not None else float(2 ** (state.attempt_number - 1))


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(f"{value:f}")
    raise TypeError(f"{value!r} cannot be sent as JSON")


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content, parse_float=Decimal)
    except ValueError:
        return None


def _versioned(base_url: str, version: str) -> str:
    """The base URL may be given with or without the version: `…/v26` or its parent."""
    if not version:
        return base_url
    return base_url if base_url.endswith(f"/{version}") else f"{base_url}/{version}"
