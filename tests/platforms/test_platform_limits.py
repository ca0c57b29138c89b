"""The rate limiter and the circuit breaker, in a time that only moves when somebody sleeps."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import OutcomeUnknown, PlatformRejected, PlatformUnavailable, RateLimited
from omnify_platforms.breaker import Breaker
from omnify_platforms.limiter import Limiter, Usage
from tests.builders.platform_wire import (
    FakePace,
    google_error,
    json_reply,
    ref,
    rig,
    state_reply,
)

GOOGLE, META = Platform.GOOGLE, Platform.META


def limiter(pace: FakePace) -> Limiter:
    return Limiter(GOOGLE, pace, rate_per_s=2.0, burst=3, patience_s=10.0)


async def test_a_burst_passes_at_once_and_then_the_rate_holds() -> None:
    pace = FakePace()
    limit = limiter(pace)
    for _ in range(5):
        await limit.admit("501")
    assert pace.slept == [0.5, 0.5]


async def test_callers_that_come_together_are_spread_out() -> None:
    class Recording(FakePace):
        async def sleep(self, seconds: float) -> None:
            self.slept.append(seconds)

    pace = Recording()
    limit = limiter(pace)
    await asyncio.gather(*(limit.admit("501") for _ in range(6)))
    assert pace.slept == [0.5, 1.0, 1.5]


async def test_accounts_do_not_use_each_other_s_allowance() -> None:
    pace = FakePace()
    limit = limiter(pace)
    for _ in range(3):
        await limit.admit("501")
        await limit.admit("502")
    assert pace.slept == []


async def test_a_pause_is_slept_through_up_to_our_patience_and_refused_beyond() -> None:
    pace = FakePace()
    limit = limiter(pace)
    limit.pause("501", 8)
    await limit.admit("501")
    assert pace.slept == [8]
    limit.pause("", 60)
    with pytest.raises(RateLimited) as caught:
        await limit.admit("502")
    assert caught.value.wait_s == 60


async def test_calls_slow_down_as_the_allowance_runs_out() -> None:
    pace = FakePace()
    limit = limiter(pace)
    limit.heed("501", Usage(used_share=0.875))
    for _ in range(4):
        await limit.admit("501")
    assert pace.slept == [1.0]
    limit.heed("501", Usage(used_share=0.2))
    pace.now_s += 60
    for _ in range(4):
        await limit.admit("501")
    assert pace.slept == [1.0, 0.5]


async def test_meta_s_usage_headers_stop_the_next_call_of_that_account() -> None:
    entry = {
        "type": "ads_management",
        "call_count": 97,
        "total_time": 20,
        "estimated_time_to_regain_access": 3,
    }
    full = {"x-business-use-case-usage": json.dumps({"501": [entry]})}
    state = state_reply(META)
    state.headers.update(full)
    desk = rig(META, state)
    with pytest.raises(RateLimited, match="Try again in 180 s"):
        await desk.ads.read(ref(META))
    assert len(desk.script.asked) == 1


async def test_google_s_developer_limit_stops_every_account() -> None:
    quota = {"quotaErrorDetails": {"rateScope": "DEVELOPER", "retryDelay": "600s"}}
    desk = rig(GOOGLE, google_error("quotaError", "RESOURCE_EXHAUSTED", status=429, details=quota))
    with pytest.raises(RateLimited):
        await desk.ads.read(ref(GOOGLE))
    other = ref(GOOGLE).model_copy(update={"account_id": "502"})
    with pytest.raises(RateLimited, match="nothing was sent"):
        await desk.ads.read(other)


def fail(breaker: Breaker, error: Exception) -> None:
    with pytest.raises(type(error)), breaker.passage():
        raise error


def test_the_breaker_opens_after_failures_in_a_row_and_one_probe_closes_it() -> None:
    pace = FakePace()
    breaker = Breaker(GOOGLE, pace, failures=3, rest_s=30)
    for _ in range(3):
        fail(breaker, PlatformUnavailable("down"))
    assert breaker.state == "open"
    with (
        pytest.raises(PlatformUnavailable, match="failed 3 times in a row; it was not called"),
        breaker.passage(),
    ):
        raise AssertionError("nothing passes while it is open")
    pace.now_s += 30
    assert breaker.state == "half_open"
    with breaker.passage(), pytest.raises(PlatformUnavailable), breaker.passage():
        raise AssertionError("one probe at a time")
    assert breaker.state == "closed"


def test_a_failed_probe_opens_it_again_at_once() -> None:
    pace = FakePace()
    breaker = Breaker(GOOGLE, pace, failures=2, rest_s=30)
    fail(breaker, PlatformUnavailable("down"))
    fail(breaker, OutcomeUnknown("down"))
    pace.now_s += 30
    fail(breaker, PlatformUnavailable("still down"))
    assert breaker.state == "open"


def test_refusals_and_successes_start_the_count_anew() -> None:
    breaker = Breaker(GOOGLE, FakePace(), failures=2)
    fail(breaker, PlatformUnavailable("down"))
    fail(breaker, PlatformRejected("no"))
    fail(breaker, PlatformUnavailable("down"))
    assert breaker.state == "closed"


def test_a_cancelled_probe_leaves_the_way_to_the_next() -> None:
    pace = FakePace()
    breaker = Breaker(GOOGLE, pace, failures=1)
    fail(breaker, PlatformUnavailable("down"))
    pace.now_s += 30
    with pytest.raises(asyncio.CancelledError), breaker.passage():
        raise asyncio.CancelledError
    with breaker.passage():
        pass
    assert breaker.state == "closed"


async def test_an_open_breaker_keeps_reads_and_writes_off_the_wire() -> None:
    desk = rig(GOOGLE, *[httpx.ReadTimeout("silence") for _ in range(5)], json_reply({}))
    for _ in range(2):
        with pytest.raises(PlatformUnavailable):
            await desk.ads.read(ref(GOOGLE))
    assert len(desk.script.asked) == 5
    assert desk.pace.slept == [1.0, 2.0, 4.0]
    with pytest.raises(PlatformUnavailable, match="was not called"):
        await desk.ads.read(ref(GOOGLE))
    assert len(desk.script.asked) == 5
