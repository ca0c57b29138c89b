"""Every kind of leg on every adapter that offers it, over real HTTP against the sandbox market.

A platform joins by its `tests/builders/legs_*.py` and one line in `CASES`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext, suppress

import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformError, Unsupported
from omnify_core.legs import AudienceLeg, CreationLeg
from omnify_core.platform_ports import Action, action_of
from tests.builders import legs_google, legs_linkedin, legs_meta, legs_tiktok, legs_youtube
from tests.builders.field_legs import Cases, LegDesk, MakeLeg, as_seen, leg_desk, undone
from tests.builders.sandbox_server import SandboxServer, sandbox_server

CASES: dict[Platform, Cases] = {
    Platform.GOOGLE: legs_google.CASES,
    Platform.LINKEDIN: legs_linkedin.CASES,
    Platform.META: legs_meta.CASES,
    Platform.TIKTOK: legs_tiktok.CASES,
    Platform.YOUTUBE: legs_youtube.CASES,
}
# TikTok makes a list with its members in one call; the others fill it by a second one.
FILLED_LATER = {Platform.GOOGLE, Platform.META, Platform.YOUTUBE}
EACH = [
    pytest.param((platform, make), id=f"{platform.value}: {name}")
    for platform, cases in CASES.items()
    for name, make in cases.items()
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_server() as server:
        yield server


@pytest.fixture(params=EACH)
async def case(
    request: pytest.FixtureRequest, sandbox: SandboxServer
) -> AsyncIterator[tuple[LegDesk, MakeLeg]]:
    platform, make = request.param
    async with leg_desk(platform, sandbox) as desk:
        yield desk, make


async def test_what_was_wanted_is_what_is_seen_afterwards_and_can_be_taken_back(
    case: tuple[LegDesk, MakeLeg],
) -> None:
    desk, make = case
    leg = await as_seen(desk.ads, await make(desk, "one"))
    assert action_of(leg) in desk.ads.capabilities.actions
    assert leg.before != leg.after
    await desk.ads.write(leg, key=f"k-1 {leg.kind} {leg.name}")
    seen = await desk.ads.look(leg)
    assert seen.value == leg.after
    assert bool(seen.native_id) is isinstance(leg, CreationLeg)
    await desk.ads.write(undone(leg), key=f"k-2 {leg.kind} {leg.name}")
    assert (await desk.ads.look(leg)).value == leg.before


async def test_a_write_whose_answer_was_lost_is_found_by_looking(case: tuple[LegDesk, MakeLeg]) -> None:
    desk, make = case
    leg = await as_seen(desk.ads, await make(desk, "lost"))
    desk.strike("timeout_after", leg, seconds=1.5)
    before = desk.write_count()
    with pytest.raises(OutcomeUnknown):
        await desk.hurried.write(leg, key=f"k-3 {leg.kind} {leg.name}")
    desk.heal()
    assert desk.write_count() == before + 1
    seen = (await desk.ads.look(leg)).value
    if isinstance(leg, AudienceLeg) and leg.after and desk.ads.platform in FILLED_LATER:
        # The list was made, and its members were never handed over: neither done nor undone.
        assert seen == leg.after.model_copy(update={"members": ()})
    else:
        assert seen == leg.after


@pytest.mark.parametrize("kind", ["server_error", "lying_success", "rate_limit"])
async def test_a_write_that_did_not_happen_is_not_seen(case: tuple[LegDesk, MakeLeg], kind: str) -> None:
    desk, make = case
    leg = await as_seen(desk.ads, await make(desk, kind))
    desk.strike(kind, leg)
    before = desk.write_count()
    if kind == "lying_success":
        # A list that is not there cannot be filled: that is noticed at once.
        with suppress(OutcomeUnknown) if isinstance(leg, AudienceLeg) else nullcontext():
            await desk.ads.write(leg, key=f"k-4 {leg.kind} {leg.name}")
    else:
        with pytest.raises(PlatformError):
            await desk.ads.write(leg, key=f"k-4 {leg.kind} {leg.name}")
    desk.heal()
    assert desk.write_count() == before
    assert (await desk.ads.look(leg)).value == leg.before


async def test_a_stranger_s_account_is_neither_looked_at_nor_written_to(
    case: tuple[LegDesk, MakeLeg],
) -> None:
    desk, make = case
    leg = await make(desk, "stranger")
    ref = leg.ref.model_copy(update={"account_id": "12345678901"})
    strange = leg.model_copy(update={"ref": ref})
    before = desk.write_count()
    with pytest.raises((PlatformError, BadInput, Unsupported)):
        await desk.ads.look(strange)
    with pytest.raises((PlatformError, BadInput, Unsupported)):
        await desk.ads.write(strange, key=f"k-5 {leg.kind} {leg.name}")
    assert desk.write_count() == before


@pytest.mark.parametrize("platform", CASES, ids=lambda platform: platform.value)
async def test_everything_that_is_offered_is_held_to_this_contract(
    platform: Platform, sandbox: SandboxServer
) -> None:
    """Budgets, statuses and removals have their own in `test_ad_platforms.py`."""
    async with leg_desk(platform, sandbox) as desk:
        shown = {action_of(await make(desk, "offered")) for make in CASES[platform].values()}
        elsewhere = {Action.DAILY_BUDGET, Action.STATUS, Action.REMOVE}
        assert shown == set(desk.ads.capabilities.actions) - elsewhere
