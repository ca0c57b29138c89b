"""What is seen of an object, and whether that is what stood before or what was wanted."""

from __future__ import annotations

import pytest

from omnify_core.campaigns import EntityState, Platform, Status
from omnify_core.errors import PlatformNotFound
from omnify_core.legs import StatusLeg
from omnify_core.money import Money
from omnify_core.platform_ports import Look
from omnify_guardrails.sight import created_id, see, seen_text, shows_after, shows_before
from tests.builders import linkedin_wire
from tests.builders.legs import bid_leg, campaign_leg, dollars
from tests.builders.legs import status_leg as status_of
from tests.builders.plans import NOON, budget_leg
from tests.builders.platform_wire import status_leg

LINKEDIN = Platform.LINKEDIN
BUDGET = budget_leg("100", "120")
BID = bid_leg(dollars(80), dollars(90))
UNSEEN = Look(None, can_tell=False)


def state(
    daily: Money | None = None, *, key: str = BUDGET.budget_key, status: Status = Status.PAUSED
) -> EntityState:
    return EntityState(ref=BUDGET.ref, status=status, daily_budget=daily, budget_key=key, read_at=NOON)


async def test_a_draft_that_was_deleted_without_a_trace_counts_as_removed() -> None:
    leg = status_leg(LINKEDIN, Status.REMOVED)
    sight = await see(linkedin_wire.desk(linkedin_wire.error(404)).ads, leg)
    assert shows_after(leg, sight) is True
    assert not shows_before(leg, sight)


async def test_what_is_to_be_paused_and_is_gone_is_an_error() -> None:
    with pytest.raises(PlatformNotFound):
        await see(linkedin_wire.desk(linkedin_wire.error(404)).ads, status_leg(LINKEDIN, Status.PAUSED))


def test_a_budget_is_the_same_only_as_the_same_amount_of_the_same_budget() -> None:
    before, after = dollars(10_000), dollars(12_000)
    assert shows_before(BUDGET, state(before))
    assert not shows_before(BUDGET, state(after))
    assert not shows_before(BUDGET, state(before, key="shared/9"))
    assert shows_after(BUDGET, state(after)) is True
    assert shows_after(BUDGET, state(before)) is False
    assert shows_after(BUDGET, state(after, key="shared/9")) is False


@pytest.mark.parametrize(
    ("leg", "daily", "same"),
    [
        (status_of(Status.ENABLED), dollars(7_000), True),
        (status_of(Status.ENABLED), None, True),
        (status_of(Status.ENABLED), dollars(7_001), False),
        (status_of(Status.REMOVED), dollars(7_001), True),
    ],
)
def test_enabling_waits_for_the_stake_that_was_approved_and_stopping_does_not(
    leg: StatusLeg, daily: Money | None, same: bool
) -> None:
    assert shows_before(leg, state(daily, status=leg.before)) is same
    assert not shows_before(leg, state(daily, status=leg.after))


def test_a_status_is_reached_when_it_is_shown() -> None:
    leg = status_of(Status.ENABLED)
    assert shows_after(leg, state(status=Status.ENABLED)) is True
    assert shows_after(leg, state(status=Status.PAUSED)) is False


def test_a_setting_is_held_against_what_stood_and_what_was_wanted() -> None:
    assert shows_before(BID, Look(dollars(80)))
    assert not shows_before(BID, Look(dollars(90)))
    assert shows_after(BID, Look(dollars(90))) is True
    assert shows_after(BID, Look(dollars(80))) is False


def test_where_no_read_can_tell_the_leg_may_be_sent_and_is_never_seen_as_done() -> None:
    assert shows_before(BID, UNSEEN)
    assert shows_after(BID, UNSEEN) is None
    assert seen_text(BID, UNSEEN) == "nothing that could be read"


def test_what_is_seen_is_told_in_the_words_of_the_leg() -> None:
    assert seen_text(BUDGET, state(dollars(9_000))) == "90.00 USD"
    assert seen_text(BUDGET, state(None)) == "no daily budget"
    assert seen_text(status_of(Status.ENABLED), state(status=Status.REMOVED)) == "removed"
    assert seen_text(BID, Look(dollars(80))) == "0.80 USD"
    assert seen_text(BID, Look(None)) == "not there"


def test_only_what_was_created_has_a_new_id() -> None:
    assert created_id(campaign_leg(), Look(campaign_leg().after, "9000")) == "9000"
    assert created_id(campaign_leg(gone=True), Look(None, "9000")) == ""
    assert created_id(BID, Look(dollars(90), "9000")) == ""
    assert created_id(BUDGET, state(dollars(12_000))) == ""
