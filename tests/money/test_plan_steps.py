"""Each step of carrying a plan out: what it checks first, what it writes down, and where it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from omnify_core.campaigns import Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_core.errors import PlatformUnavailable
from omnify_core.legs import FieldLeg
from omnify_core.platform_ports import Look
from omnify_guardrails import WantedBudget, WantedStatus
from omnify_guardrails.timing import Timing
from tests.builders.money import OURS, FakePlatforms, MoneyHouse, Trouble, money_path_on, usd
from tests.money.test_field_legs import BID

S = ChangeSetStatus
DONE = LegRecord(status=LegStatus.DONE, attempt=1)
FAILED = LegRecord(status=LegStatus.FAILED, attempt=1, note="refused")


async def two_raises(house: MoneyHouse) -> ChangeSet:
    ids = [house.world.campaign(number, "100") for number in ("1", "2")]
    return await house.approve(
        await house.propose(*[WantedBudget(entity_id=id_, amount=usd(120)) for id_ in ids])
    )


async def changed(house: MoneyHouse, plan: ChangeSet, **update: Any) -> ChangeSet:
    return await house.stores.change_sets.replace(plan.model_copy(update=update))


async def worked(house: MoneyHouse, plan: ChangeSet) -> ChangeSet:
    await house.work()
    return await house.stored(plan)


async def test_what_an_earlier_worker_saw_fail_ends_the_plan_for_the_next_one(house: MoneyHouse) -> None:
    plan = await changed(house, await two_raises(house), status=S.APPLYING, records=(FAILED, LegRecord()))
    ended = await worked(house, plan)
    assert (ended.status, ended.lease) == (S.FAILED, None)
    assert ended.records[0] == FAILED
    assert ended.records[1].note == "an earlier step did not succeed"
    assert not house.world.requests


async def test_a_plan_whose_steps_are_all_done_ends_without_a_new_check(house: MoneyHouse) -> None:
    plan = await changed(house, await two_raises(house), status=S.APPLYING, records=(DONE, DONE))
    house.pass_time(days=2)
    assert (await worked(house, plan)).status is S.DONE
    assert not house.world.requests


async def test_nothing_is_sent_without_a_yes_to_exactly_this_plan(house: MoneyHouse) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    assert plan.approval is not None
    refused = plan.approval.model_copy(update={"decision": "rejected"})
    other = plan.approval.model_copy(update={"plan_hash": "0" * 64})
    for update, why in (
        ({"approval": None}, "nobody approved it"),
        ({"approval": refused}, "nobody approved it"),
        ({"approval": other}, "not the one that was approved"),
        ({"plan_hash": "0" * 64}, "not the one that was approved"),
    ):
        stored = await house.stored(plan)
        again = {"status": S.APPROVED, "records": (LegRecord(),), "approval": plan.approval}
        await changed(house, stored, **(again | {"plan_hash": plan.plan.hash} | update))
        ended = await worked(house, plan)
        assert ended.status is S.FAILED
        assert why in ended.outcome
    assert not house.world.requests


@pytest.mark.parametrize(("left_s", "status"), [(12, S.EXPIRED), (13, S.DONE)])
async def test_a_call_starts_only_if_it_is_over_before_the_approval_ends(
    house: MoneyHouse, left_s: int, status: S
) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    assert plan.approval is not None
    until = house.clock.now() + timedelta(seconds=left_s)
    await changed(house, plan, approval=plan.approval.model_copy(update={"valid_until": until}))
    ended = await worked(house, plan)
    assert ended.status is status
    assert len(house.world.requests) == (1 if status is S.DONE else 0)


async def test_an_approval_that_ends_half_way_leaves_the_rest_and_the_plan_failed(house: MoneyHouse) -> None:
    plan = await two_raises(house)
    house.meta.before_write = lambda: house.pass_time(days=1)
    ended = await worked(house, plan)
    assert ended.status is S.FAILED
    assert [record.status for record in ended.records] == [LegStatus.DONE, LegStatus.SKIPPED]
    assert ended.records[1].note == "the approval expired before this was sent"
    assert len(house.world.requests) == 1


async def test_a_plan_that_lost_its_hold_is_not_sent(house: MoneyHouse) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    ledger = await house.stores.ledger.get(OURS)
    await house.stores.ledger.replace(ledger.model_copy(update={"in_flight": {}}))
    ended = await worked(house, plan)
    assert "does not hold what it writes to" in ended.outcome
    assert not house.world.requests


@pytest.mark.parametrize(("took_s", "sent"), [(4.9, 1), (5.0, 0)])
async def test_a_lease_that_is_about_to_end_is_no_time_to_call(
    house: MoneyHouse, took_s: float, sent: int
) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    slow_once_sending(house, took_s)
    await house.work()
    assert len(house.world.requests) == sent
    if not sent:
        assert (await house.until_settled(plan)).status is S.NEEDS_PERSON
        assert not house.world.requests


@pytest.mark.parametrize(("took_s", "sent"), [(29.9, 1), (30.0, 0)])
async def test_an_approval_that_ended_while_the_intent_was_written_is_no_yes(
    house: MoneyHouse, took_s: float, sent: int
) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    assert plan.approval is not None
    until = house.clock.now() + timedelta(seconds=30)
    await changed(house, plan, approval=plan.approval.model_copy(update={"valid_until": until}))
    adapters, patient = FakePlatforms(house.google, house.meta), Timing(lease_s=100)
    house.money = money_path_on(house.stores, adapters, house.clock, timing=patient)
    slow_once_sending(house, took_s)
    await house.work()
    assert len(house.world.requests) == sent


def slow_once_sending(house: MoneyHouse, took_s: float) -> None:
    replace = house.stores.change_sets.replace

    async def slow(following: ChangeSet) -> ChangeSet:
        stored = await replace(following)
        if LegStatus.SENDING in {record.status for record in following.records}:
            house.pass_time(seconds=took_s)
        return stored

    house.stores.change_sets.replace = slow  # type: ignore[method-assign]


async def test_each_call_has_its_own_key_of_plan_revision_and_step(house: MoneyHouse) -> None:
    plan = await two_raises(house)
    await house.work()
    assert house.meta.keys == [f"{plan.id}-1-0", f"{plan.id}-1-1"]


async def test_the_yes_of_a_platform_counts_where_nothing_can_be_read(house: MoneyHouse) -> None:
    async def shows_nothing(_: FieldLeg) -> Look:
        return Look(None, can_tell=False)

    house.meta.look = shows_nothing  # type: ignore[method-assign]
    done = await worked(house, await house.approve(await house.propose(BID)))
    assert done.status is S.DONE
    assert done.records[0].note == "Meta Ads said yes; it shows this nowhere, so it was not read back"
    house.meta.write_troubles.append(Trouble.LOST_REPLY)
    unclear = await house.until_settled(await house.approve(await house.propose(BID)))
    assert unclear.status is S.NEEDS_PERSON
    assert "shows nothing that could be read instead of 1.20 USD" in unclear.records[0].note


async def test_what_was_sent_and_cannot_be_read_is_unknown_until_it_can(house: MoneyHouse) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    house.meta.read_troubles.extend([Trouble.NONE, Trouble.UNAVAILABLE])
    (record,) = (await worked(house, plan)).records
    assert (record.status, record.read_back) == (LegStatus.UNKNOWN, "")
    assert record.note == "sent, but Meta Ads cannot be read: try again later"
    assert (await house.until_settled(plan)).records[0].note == ""


async def test_unchanged_news_is_written_once(house: MoneyHouse) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    house.meta.write_troubles.append(Trouble.LOST_REQUEST)
    assert (await house.until_settled(plan)).status is S.NEEDS_PERSON
    rows = [row.action for row in await house.stores.audit.rows(OURS)]
    assert (rows.count("leg.sending"), rows.count("leg.unknown")) == (1, 1)


async def test_the_journal_says_who_did_what_under_which_lease_and_when(house: MoneyHouse) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    house.meta.before_write = lambda: house.pass_time(seconds=2)
    began = house.clock.now()
    (record,) = (await worked(house, plan)).records
    assert (record.attempt, record.sent_at) == (1, began)
    assert record.settled_at == began + timedelta(seconds=2)
    rows = {row.action: row for row in await house.stores.audit.rows(OURS) if row.action.startswith("leg.")}
    assert set(rows) == {"leg.sending", "leg.done"}
    for row in rows.values():
        assert (row.actor, row.subject) == ("worker", f"{plan.id}/0")
        assert (row.facts["plan_hash"], row.facts["fence"]) == (plan.plan_hash, 1)
    assert rows["leg.sending"].facts["leg"]["after"] == {"minor": 12_000, "currency": "USD"}
    assert rows["leg.done"].facts["read_back"] == "120.00 USD"


@pytest.mark.parametrize("trouble", [PlatformUnavailable("busy"), TimeoutError()])
async def test_where_the_total_cannot_be_read_the_plan_waits(house: MoneyHouse, trouble: Exception) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)

    async def down() -> None:
        raise trouble

    house.google.listing = down  # type: ignore[method-assign]
    waiting = await worked(house, plan)
    assert waiting.status is S.APPLYING
    assert waiting.lease is not None
    assert waiting.lease.until == house.clock.now() + timedelta(seconds=3)
    assert not house.world.requests


async def test_a_campaign_that_is_gone_ends_the_plan_unsent(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    other = house.world.campaign("2", "100")
    plan = await house.approved(campaign, 120)
    house.world.held[campaign] = house.world.held.pop(other)
    del house.world.held[campaign]
    failed = await worked(house, plan)
    assert failed.status is S.FAILED
    assert failed.records[0].note == "not sent: no campaign meta:1"


async def test_a_stake_that_changed_is_told_apart_from_a_value_that_did(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100", status=Status.PAUSED)
    wanted = WantedStatus(entity_id=campaign, status=Status.ENABLED)
    plan = await house.approve(await house.propose(wanted))
    house.world.set_budget(campaign, usd(140))
    failed = await worked(house, plan)
    assert "what it is worth a day changed since this was proposed" in failed.records[0].note
