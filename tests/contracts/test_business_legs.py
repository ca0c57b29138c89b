"""Each change of CRM, shop and payments on the sandbox's wire, there and back, lost and found again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest

from omnify_core.business_ports import BusinessPlatform
from omnify_core.campaigns import Platform
from omnify_core.clock import SystemClock
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformRejected
from omnify_core.legs import AnyLeg
from omnify_platforms.connected import open_business
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders import business_legs as legs
from tests.builders.business_legs import CASES, HIGHLEVEL, SHOPIFY, STRIPE, Case, back, read_from
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import SandboxServer, sandbox_server

_numbers = count()


def a_key() -> str:
    return f"cs_{next(_numbers)}-1-0"


@dataclass
class Desk:
    """The three business adapters on one running sandbox, and its own log of what they did."""

    by_platform: dict[Platform, BusinessPlatform]
    hurried: dict[Platform, BusinessPlatform]
    sandbox: SandboxServer

    @property
    def logged(self) -> int:
        return len(self.sandbox.writes())

    async def proposed(self, case: Case) -> tuple[BusinessPlatform, Any]:
        business = self.by_platform[case.platform]
        leg = await case.make(business)
        look = await business.look(leg)
        return business, read_from(leg, look.value) if look.can_tell else leg


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_server() as server:
        yield server


@pytest.fixture
async def desk(sandbox: SandboxServer) -> AsyncIterator[Desk]:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    async with httpx.AsyncClient(verify=False, trust_env=False) as http:
        calm, hurried = (
            {
                platform: open_business(
                    sandbox.connection(platform), Means(http, SystemClock(), FakePace(), limit_s), keep=keep
                )
                for platform in (HIGHLEVEL, SHOPIFY, STRIPE)
            }
            for limit_s in (20.0, 1.0)
        )
        yield Desk(calm, hurried, sandbox)
    sandbox.heal()


def every_case(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, CASES.values(), ids=CASES.keys())


@every_case("case")
async def test_a_change_is_seen_where_it_was_made_and_so_is_its_way_back(desk: Desk, case: Case) -> None:
    business, leg = await desk.proposed(case)
    before = desk.logged
    assert not business.capabilities.why_not(leg)
    assert await business.dry_run(leg)
    assert desk.logged == before
    await business.write(leg, key=a_key())
    assert (await business.look(leg)).value == leg.after
    assert desk.logged >= before + case.writes
    undo = back(leg)
    assert (await business.look(undo)).value == undo.before
    assert await business.dry_run(undo)
    await business.write(undo, key=a_key())
    assert (await business.look(undo)).value == undo.after == leg.before
    assert (await business.look(leg)).value == leg.before


@every_case("case")
async def test_what_moved_meanwhile_is_seen_before_anything_is_sent(desk: Desk, case: Case) -> None:
    business, leg = await desk.proposed(case)
    await business.write(leg, key=a_key())
    before = desk.logged
    with pytest.raises(PlatformRejected):
        await business.dry_run(leg)
    assert (await business.look(leg)).value != leg.before
    assert desk.logged == before
    await business.write(back(leg), key=a_key())


@every_case("case")
@pytest.mark.parametrize("fault", ["timeout_after", "cut_reply"])
async def test_a_lost_answer_is_found_by_a_look_and_never_doubled(desk: Desk, case: Case, fault: str) -> None:
    business, leg = await desk.proposed(case)
    desk.sandbox.fault(fault, platform=case.platform.value, writes=True, seconds=2, times=1)
    before = desk.logged
    with pytest.raises(OutcomeUnknown):
        await desk.hurried[case.platform].write(leg, key=a_key())
    desk.sandbox.heal()
    assert (await business.look(leg)).value == leg.after
    once = desk.logged - before
    await business.write(back(leg), key=a_key())
    second = desk.logged
    await business.write(leg, key=a_key())
    assert desk.logged - second == once
    await business.write(back(leg), key=a_key())


@every_case("case")
async def test_a_request_that_never_arrived_leaves_everything_as_it_was(desk: Desk, case: Case) -> None:
    business, leg = await desk.proposed(case)
    desk.sandbox.fault("timeout_before", platform=case.platform.value, writes=True, seconds=2, times=1)
    before = desk.logged
    with pytest.raises(OutcomeUnknown):
        await desk.hurried[case.platform].write(leg, key=a_key())
    desk.sandbox.heal()
    assert (await business.look(leg)).value == leg.before
    assert desk.logged == before


@every_case("case")
async def test_a_lie_about_success_is_found_out(desk: Desk, case: Case) -> None:
    business, leg = await desk.proposed(case)
    desk.sandbox.fault("lying_success", platform=case.platform.value, times=1)
    await business.write(leg, key=a_key())
    desk.sandbox.heal()
    assert (await business.look(leg)).value == leg.before


async def test_a_workflow_is_entered_and_left_though_no_read_shows_it(desk: Desk) -> None:
    business, leg = await desk.proposed(Case(HIGHLEVEL, legs.workflow))
    assert not (await business.look(leg)).can_tell
    assert await business.dry_run(leg)
    before = desk.logged
    await business.write(leg, key=a_key())
    await business.write(back(leg), key=a_key())
    written = [(one["field"], one["before"], one["after"]) for one in desk.sandbox.writes(before)]
    assert written == [("workflow", "", leg.workflow_id), ("workflow", leg.workflow_id, "")]


async def test_a_contact_that_is_there_keeps_what_is_not_named(desk: Desk) -> None:
    business, leg = await desk.proposed(CASES["contact"])
    await business.write(leg, key=a_key())
    only_phone = leg.after.model_copy(
        update={"first_name": "", "last_name": "", "source": "", "tags": (), "phone": "+15550100999"}
    )
    named = leg.model_copy(update={"after": only_phone, "before": None})
    change = read_from(named, (await business.look(named)).value)
    assert change.before == only_phone.model_copy(update={"phone": leg.after.phone})
    before = desk.logged
    await business.write(change, key=a_key())
    assert [(one["field"], one["after"]) for one in desk.sandbox.writes(before)] == [
        ("phone", "+15550100999")
    ]
    await business.write(back(change), key=a_key())
    assert (await business.look(leg)).value == leg.after
    await business.write(back(leg), key=a_key())


async def test_an_upsert_never_changes_the_contact_of_a_stranger_with_that_phone(desk: Desk) -> None:
    business, leg = await desk.proposed(CASES["contact"])
    await business.write(leg, key=a_key())
    other = leg.model_copy(update={"after": leg.after.model_copy(update={"email": "erin@new.example"})})
    before = desk.logged
    for asked in (business.dry_run(other), business.write(other, key=a_key())):
        with pytest.raises(PlatformRejected, match="phone"):
            await asked
    assert desk.logged == before
    await business.write(back(leg), key=a_key())


BAD: dict[str, tuple[Platform, dict[str, Any]]] = {
    "phone": (HIGHLEVEL, {"phone": "0555 100"}),
    "tags": (HIGHLEVEL, {"tags": ("VIP",)}),
    "channel": (SHOPIFY, {"channel": "radio"}),
    "utm_source": (SHOPIFY, {"utm_source": ""}),
    "quantity": (STRIPE, {"quantity": 0}),
}


@pytest.mark.parametrize(("platform", "change"), BAD.values(), ids=BAD.keys())
async def test_what_would_be_kept_otherwise_is_refused_unsent(
    desk: Desk, platform: Platform, change: dict[str, Any]
) -> None:
    names = {HIGHLEVEL: "contact", SHOPIFY: "activity", STRIPE: "seats"}
    business, leg = await desk.proposed(CASES[names[platform]])
    wrong: AnyLeg = leg.model_copy(update={"after": leg.after.model_copy(update=change)})
    before = desk.logged
    with pytest.raises(BadInput):
        await business.write(wrong, key=a_key())
    assert desk.logged == before


async def test_a_payment_of_another_currency_is_not_listed(desk: Desk) -> None:
    business, leg = await desk.proposed(CASES["activity"])
    euro = legs.Money.parse("9.00", "EUR")
    wrong = leg.model_copy(update={"after": leg.after.model_copy(update={"daily_budget": euro})})
    with pytest.raises(PlatformRejected, match="counts in USD"):
        await business.dry_run(wrong)
    with pytest.raises(PlatformRejected, match="CURRENCY_CODE_MISMATCH_INPUT"):
        await business.write(wrong, key=a_key())


async def test_two_activities_cannot_share_a_campaign_name_in_their_links(desk: Desk) -> None:
    business, leg = await desk.proposed(CASES["activity"])
    await business.write(leg, key=a_key())
    twin = leg.model_copy(update={"after": leg.after.model_copy(update={"name": "Another"})})
    with pytest.raises(PlatformRejected, match="UTM_CAMPAIGN_ALREADY_EXISTS"):
        await business.write(twin, key=a_key())
    await business.write(back(leg), key=a_key())
