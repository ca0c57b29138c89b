"""Each fault on each of the eight platforms, with what it does to a read and to a write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_sandbox import SandboxConfig
from omnify_sandbox.market import Market
from tests.builders.sandbox_samples import SAMPLES, open_sample
from tests.builders.sandbox_wire import NOON, SEED, TODAY

ALL = pytest.mark.parametrize("platform", SAMPLES, ids=lambda one: one.value)
REFUSED = ("rate_limit", "server_error", "expired_token")


def asked(kind: str, seconds: float = 0.01) -> dict[str, str]:
    return {"X-Sandbox-Fault": f"{kind};{seconds}"}


@contextmanager
def the_line_breaks() -> Iterator[None]:
    """The transport's own check that an answer came to its end."""
    with pytest.raises(AssertionError):
        yield


@ALL
async def test_without_a_fault_a_write_is_read_back_and_stands_in_the_log(platform: Platform) -> None:
    async with open_sample(platform) as sample:
        assert sample.is_good(await sample.write(sample.first, {}))
        assert await sample.value() == sample.first
        writes = await sample.wire.writes()
        assert (writes[-1]["platform"], writes[-1]["origin"]) == (platform.value, "api")
        assert int(writes[-1]["after"]) == sample.first
        assert writes[-1]["request_id"]


@ALL
@pytest.mark.parametrize("kind", REFUSED)
async def test_a_refusal_is_said_and_nothing_is_done(platform: Platform, kind: str) -> None:
    async with open_sample(platform) as sample:
        before = await sample.value()
        assert not sample.is_good(await sample.read(asked(kind)))
        assert not sample.is_good(await sample.write(sample.first, asked(kind)))
        assert await sample.value() == before
        assert sample.first not in await sample.written()


@ALL
async def test_a_timeout_before_the_commit_has_done_nothing(platform: Platform) -> None:
    async with open_sample(platform) as sample:
        assert (await sample.write(sample.first, asked("timeout_before"))).status_code == 504
        assert await sample.value() != sample.first
        assert sample.first not in await sample.written()


@ALL
async def test_after_the_commit_silence_and_a_broken_line_hide_what_was_done(platform: Platform) -> None:
    async with open_sample(platform) as sample:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await sample.write(sample.first, asked("timeout_after", 60))
        assert await sample.value() == sample.first
        with the_line_breaks():
            await sample.write(sample.second, asked("cut_reply"))
        assert await sample.value() == sample.second
        assert (await sample.written())[-2:] == [sample.first, sample.second]


@ALL
async def test_a_lie_is_answered_as_a_success(platform: Platform) -> None:
    async with open_sample(platform) as sample:
        before = await sample.value()
        assert sample.is_good(await sample.write(sample.first, asked("lying_success")))
        assert await sample.value() == before
        assert sample.first not in await sample.written()


@ALL
async def test_a_stale_read_shows_what_was_and_a_fresh_one_what_is(platform: Platform) -> None:
    clock = FixedClock(NOON)
    async with open_sample(platform, Market(SandboxConfig(SEED, TODAY, None, clock))) as sample:
        await sample.write(sample.first, {})
        clock.move_to(NOON + timedelta(seconds=60))
        await sample.write(sample.second, {})
        assert sample.value_of(await sample.read(asked("stale_read", 30))) == sample.first
        assert await sample.value() == sample.second
        clock.move_to(NOON + timedelta(seconds=120))
        assert sample.value_of(await sample.read(asked("stale_read", 30))) == sample.second


@ALL
async def test_consent_that_was_withdrawn_shuts_everything_until_it_is_given_again(
    platform: Platform,
) -> None:
    async with open_sample(platform) as sample:
        await sample.wire.control("POST", "faults", {"kind": "revoked", "platform": platform.value})
        assert not sample.is_good(await sample.read({}))
        assert not sample.is_good(await sample.write(sample.first, {}))
        await sample.wire.control("DELETE", "faults")
        assert sample.first not in await sample.written()
        assert sample.is_good(await sample.read({}))


@ALL
async def test_a_planned_fault_for_writes_lets_reads_through(platform: Platform) -> None:
    async with open_sample(platform) as sample:
        plan = {"kind": "server_error", "platform": platform.value, "writes": True}
        await sample.wire.control("POST", "faults", plan)
        assert sample.is_good(await sample.read({}))
        assert not sample.is_good(await sample.write(sample.first, {}))
        assert sample.is_good(await sample.write(sample.first, {}))


@ALL
async def test_a_fault_by_chance_meets_about_its_share(platform: Platform) -> None:
    async with open_sample(platform) as sample:
        plan = {"kind": "server_error", "platform": platform.value, "probability": 0.4}
        await sample.wire.control("POST", "faults", plan)
        good = [sample.is_good(await sample.read({})) for _ in range(60)]
    assert 20 < sum(good) < 52
