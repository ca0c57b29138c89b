"""The fault matrix: what each fault does to a read, to a write and to a dry run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformForbidden,
    PlatformNotFound,
    PlatformRejected,
    PlatformUnavailable,
    RateLimited,
    ReconnectNeeded,
)
from omnify_platforms import google
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Call, Means, Transport
from tests.builders.platform_wire import (
    NOON,
    FakePace,
    Reply,
    budget_leg,
    connection,
    currency_reply,
    fresh_token,
    google_error,
    json_reply,
    meta_error,
    ref,
    rig,
    state_reply,
    written_reply,
)

BOTH = (Platform.GOOGLE, Platform.META)
QUOTA = {"quotaErrorDetails": {"rateScope": "ACCOUNT", "rateName": "x", "retryDelay": "30s"}}


@dataclass(frozen=True)
class Fault:
    """`read` and `write` are the error that is left, or None where the call then succeeds.

    A fault strikes once; `write_calls` counts how often the write itself was sent.
    """

    name: str
    reply: Callable[[Platform], Reply]
    read: type[PlatformError] | None
    write: type[PlatformError] | None
    write_calls: int = 1
    renews: bool = False


def on_the_wire(error: type[httpx.TransportError]) -> Callable[[Platform], Reply]:
    return lambda _platform: error("the wire broke")


def http(status: int, text: str = "<html>") -> Callable[[Platform], Reply]:
    return lambda _platform: httpx.Response(
        status, text=text, headers={"location": "https://elsewhere.test/"}
    )


def says(google: tuple[str, str, int], meta: tuple[int, int]) -> Callable[[Platform], Reply]:
    def reply(platform: Platform) -> Reply:
        if platform is Platform.META:
            return meta_error(*meta)
        return google_error(google[0], google[1], status=google[2])

    return reply


def rate_limited(platform: Platform) -> Reply:
    if platform is Platform.GOOGLE:
        return google_error("quotaError", "RESOURCE_EXHAUSTED", status=429, details=QUOTA)
    return meta_error(80004, 2446079)


FAULTS = [
    Fault("no connection", on_the_wire(httpx.ConnectError), None, None, write_calls=2),
    Fault("connecting takes too long", on_the_wire(httpx.ConnectTimeout), None, None, write_calls=2),
    Fault("no free connection", on_the_wire(httpx.PoolTimeout), None, None, write_calls=2),
    Fault("no answer in time", on_the_wire(httpx.ReadTimeout), None, OutcomeUnknown),
    Fault("lost while sending", on_the_wire(httpx.WriteError), None, OutcomeUnknown),
    Fault("lost while answering", on_the_wire(httpx.ReadError), None, OutcomeUnknown),
    Fault("closed without an answer", on_the_wire(httpx.RemoteProtocolError), None, OutcomeUnknown),
    Fault("500 without details", http(500), None, OutcomeUnknown),
    Fault("502 of a gateway", http(502), None, OutcomeUnknown),
    Fault("503", http(503), None, OutcomeUnknown),
    Fault("408", http(408), None, OutcomeUnknown),
    Fault("200 that is not JSON", http(200), None, OutcomeUnknown),
    Fault("a redirect", http(302), None, OutcomeUnknown),
    Fault("transient", says(("internalError", "TRANSIENT_ERROR", 500), (2, 0)), None, OutcomeUnknown),
    Fault("rate limit", rate_limited, None, RateLimited),
    Fault("expired token", says(("authenticationError", "OAUTH_TOKEN_EXPIRED", 401), (190, 463)), None, None,
          write_calls=2, renews=True),
    Fault("revoked", says(("authenticationError", "OAUTH_TOKEN_REVOKED", 401), (190, 460)),
          ReconnectNeeded, ReconnectNeeded),
    Fault("no permission", says(("authorizationError", "USER_PERMISSION_DENIED", 403), (200, 0)),
          PlatformForbidden, PlatformForbidden),
    Fault("validation", says(("rangeError", "TOO_LOW", 400), (100, 1885272)),
          PlatformRejected, PlatformRejected),
    Fault("policy", says(("policyViolationError", "POLICY_ERROR", 400), (368, 0)),
          PlatformRejected, PlatformRejected),
    Fault("no such object", says(("mutateError", "RESOURCE_NOT_FOUND", 404), (100, 33)),
          PlatformNotFound, PlatformNotFound),
]  # fmt: skip


def after_the_fault(fault: Fault, platform: Platform, success: httpx.Response) -> list[Reply]:
    renewal: list[Reply] = [fresh_token()] if fault.renews else []
    return [fault.reply(platform), *renewal, success]


def asked_currency(platform: Platform) -> list[Reply]:
    """Meta's nodes do not name their currency: it is asked of the account."""
    return [currency_reply(platform)] if platform is Platform.META else []


@pytest.mark.parametrize("platform", BOTH)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_read_survives_what_passes_and_reports_what_does_not(
    fault: Fault, platform: Platform
) -> None:
    replies = after_the_fault(fault, platform, state_reply(platform))
    desk = rig(platform, *replies, *asked_currency(platform))
    if fault.read is None:
        assert (await desk.ads.read(ref(platform))).daily_budget == budget_leg(platform).before
    else:
        with pytest.raises(fault.read) as caught:
            await desk.ads.read(ref(platform))
        assert type(caught.value) is fault.read
        assert len(desk.script.asked) == 1


@pytest.mark.parametrize("platform", BOTH)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_write_is_sent_again_only_where_nothing_can_have_happened(
    fault: Fault, platform: Platform
) -> None:
    desk = rig(platform, currency_reply(platform), *after_the_fault(fault, platform, written_reply(platform)))
    if fault.write is None:
        await desk.ads.write(budget_leg(platform), key="k")
    else:
        with pytest.raises(fault.write) as caught:
            await desk.ads.write(budget_leg(platform), key="k")
        assert type(caught.value) is fault.write
    writes = [path for path in desk.script.paths[1:] if not path.endswith(("/token", "/access_token"))]
    assert len(writes) == fault.write_calls


@pytest.mark.parametrize("platform", BOTH)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_dry_run_is_repeated_like_a_read(fault: Fault, platform: Platform) -> None:
    desk = rig(platform, currency_reply(platform), *after_the_fault(fault, platform, written_reply(platform)))
    if fault.read is None:
        assert "nothing was carried out" in await desk.ads.dry_run(budget_leg(platform))
    else:
        with pytest.raises(fault.read):
            await desk.ads.dry_run(budget_leg(platform))


@pytest.mark.parametrize("platform", BOTH)
async def test_a_read_gives_up_after_four_tries(platform: Platform) -> None:
    desk = rig(platform, *[httpx.ReadTimeout("silence") for _ in range(4)])
    with pytest.raises(PlatformUnavailable, match="did not answer"):
        await desk.ads.read(ref(platform))
    assert desk.pace.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("writes", [False, True])
async def test_a_call_that_hangs_ends_at_its_deadline(writes: bool) -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def keep(_old: Connection, new: Connection) -> Connection:
        return new

    http = httpx.AsyncClient(transport=httpx.MockTransport(hang))
    means = Means(http, FixedClock(NOON), FakePace(), deadline_s=0.005)
    line = Transport(google.WIRE, connection(Platform.GOOGLE), means, keep=keep)
    call = Call(method="POST", path="/customers/501/campaigns:mutate", body={})
    with pytest.raises(OutcomeUnknown if writes else PlatformUnavailable, match="TimeoutError"):
        await (line.write(call) if writes else line.read(call))


async def test_connecting_has_a_shorter_deadline_than_answering() -> None:
    desk = rig(Platform.GOOGLE, state_reply(Platform.GOOGLE))
    await desk.ads.read(ref(Platform.GOOGLE))
    limits = desk.script.asked[0].extensions["timeout"]
    assert limits == {"connect": 5.0, "pool": 5.0, "read": 30.0, "write": 30.0}


async def test_google_s_wait_is_slept_before_the_read_is_repeated() -> None:
    quota = google_error("quotaError", "RESOURCE_EXHAUSTED", status=429, details=QUOTA)
    desk = rig(Platform.GOOGLE, quota, state_reply(Platform.GOOGLE))
    await desk.ads.read(ref(Platform.GOOGLE))
    assert desk.pace.slept == [30.0]


async def test_a_wait_longer_than_our_patience_is_handed_to_the_caller() -> None:
    hour = {"quotaErrorDetails": {"rateScope": "DEVELOPER", "retryDelay": "3600s"}}
    desk = rig(Platform.GOOGLE, google_error("quotaError", "RESOURCE_EXHAUSTED", status=429, details=hour))
    with pytest.raises(RateLimited) as caught:
        await desk.ads.read(ref(Platform.GOOGLE))
    assert caught.value.wait_s == 3600
    assert "Try again in 3600 s" in str(caught.value)
    with pytest.raises(RateLimited, match="nothing was sent"):
        await desk.ads.write(budget_leg(Platform.GOOGLE), key="k")
    assert len(desk.script.asked) == 1


async def test_concurrent_modification_proves_that_nothing_was_written() -> None:
    busy = google_error("databaseError", "CONCURRENT_MODIFICATION")
    desk = rig(Platform.GOOGLE, currency_reply(Platform.GOOGLE), busy)
    with pytest.raises(PlatformUnavailable, match="nothing was written"):
        await desk.ads.write(budget_leg(Platform.GOOGLE), key="k")
    assert len(desk.script.asked) == 2


@pytest.mark.parametrize("platform", BOTH)
async def test_a_write_answered_without_a_confirmation_is_unknown(platform: Platform) -> None:
    desk = rig(platform, currency_reply(platform), json_reply({"results": [{}]}))
    with pytest.raises(OutcomeUnknown, match="never send it again"):
        await desk.ads.write(budget_leg(platform), key="k")
