"""Faults on every kind of change that Google and YouTube carry out, beyond those of `test_field_legs.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    ReconnectNeeded,
)
from omnify_core.legs import AudienceLeg
from tests.builders import legs_google, legs_youtube
from tests.builders.field_legs import as_seen, leg_desk
from tests.builders.sandbox_server import SandboxServer, sandbox_server

CASES = {Platform.GOOGLE: legs_google.CASES, Platform.YOUTUBE: legs_youtube.CASES}
EACH = [
    pytest.param(platform, name, id=f"{platform.value}: {name}")
    for platform in CASES
    for name in CASES[platform]
]


class Fault(NamedTuple):
    """`done`: whether the change is seen afterwards. `tag` makes the leg's names its own."""

    kind: str
    error: type[PlatformError] | None
    done: bool
    tag: str


FAULTS = [
    Fault("timeout_before", OutcomeUnknown, False, "abc"),
    Fault("cut_reply", OutcomeUnknown, True, "abcd"),
    Fault("expired_token", None, True, "abcde"),
    Fault("revoked", ReconnectNeeded, False, "abcdef"),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_server() as server:
        yield server


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
@pytest.mark.parametrize(("platform", "name"), EACH)
async def test_a_change_under_a_fault_is_done_once_or_not_at_all_and_never_misreported(
    platform: Platform, name: str, fault: Fault, sandbox: SandboxServer
) -> None:
    async with leg_desk(platform, sandbox) as desk:
        leg = await as_seen(desk.ads, await CASES[platform][name](desk, fault.tag))
        ads = desk.hurried if fault.kind.startswith("timeout") else desk.ads
        await ads.look(leg)  # signs in and learns currencies and constants: the fault strikes later
        before = desk.write_count()
        desk.sandbox.fault(fault.kind, platform=platform.value, writes=fault.kind != "revoked", seconds=1.5)
        if fault.error is None:
            await ads.write(leg, key="k")
        else:
            with pytest.raises(fault.error) as caught:
                await ads.write(leg, key="k")
            assert type(caught.value) is fault.error
        desk.heal()
        assert (desk.write_count() > before) is fault.done
        seen = (await desk.ads.look(leg)).value
        if name == "create an audience" and fault.kind == "cut_reply":
            assert isinstance(leg, AudienceLeg)
            assert leg.after is not None
            assert seen == leg.after.model_copy(update={"members": ()})  # its members were never sent
        else:
            assert seen == (leg.after if fault.done else leg.before)


@pytest.mark.parametrize("kind", ["server_error", "rate_limit"])
@pytest.mark.parametrize("step", ["offlineUserDataJobs:create", ":addOperations", ":run"])
async def test_a_list_whose_members_were_not_taken_is_neither_done_nor_undone(
    kind: str, step: str, sandbox: SandboxServer
) -> None:
    """Whatever was refused: the list is there, and only its run hands the members over."""
    async with leg_desk(Platform.GOOGLE, sandbox) as desk:
        leg = await as_seen(desk.ads, await legs_google.audience(desk, f"{kind} {step}"))
        desk.sandbox.fault(kind, platform="google", path=step, writes=True)
        with pytest.raises(OutcomeUnknown) as caught:
            await desk.ads.write(leg, key="k")
        assert kind == "server_error" or "its members were not all taken" in str(caught.value)
        desk.heal()
        seen = (await desk.ads.look(leg)).value
        assert leg.after is not None
        assert seen == leg.after.model_copy(update={"members": ()})
        # What is there is not made again: the name is taken.
        with pytest.raises(PlatformError, match="already used"):
            await desk.ads.write(leg, key="k")


@pytest.mark.parametrize(
    ("kind", "error"),
    [("rate_limit", RateLimited), ("server_error", PlatformUnavailable), ("revoked", ReconnectNeeded)],
)
async def test_a_look_that_fails_says_so_instead_of_showing_nothing(
    kind: str, error: type[PlatformError], sandbox: SandboxServer
) -> None:
    async with leg_desk(Platform.GOOGLE, sandbox) as desk:
        leg = await legs_google.campaign(desk, f"look {kind}")
        desk.sandbox.fault(kind, platform="google", writes=False, times=9)
        with pytest.raises(error):
            await desk.ads.look(leg)
