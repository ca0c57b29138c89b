"""Carrying out what was approved: once, in order, read back, and honest about what is not known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_core.campaigns import EntityRef, EntityState, Platform, Status
from omnify_core.change_sets import ChangeSetStatus, Lease, LegRecord, LegStatus
from omnify_core.legs import BudgetLeg
from omnify_guardrails import WantedBudget, WantedStatus
from tests.builders.money import OURS, MoneyHouse, Trouble, a_policy, actor, usd

S = ChangeSetStatus


async def test_an_approved_change_is_written_once_and_read_back(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    await house.work(rounds=3)
    done = await house.stored(approved)
    assert done.status is S.DONE
    assert house.world.budget(campaign) == usd(120)
    assert len(house.world.requests) == 1
    assert done.records[0].read_back == "120.00 USD"
    assert "from 100.00 USD to 120.00 USD" in done.outcome


async def test_nothing_is_sent_before_a_person_approved(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.raise_to(campaign, 120)
    await house.work(rounds=3)
    assert house.world.requests == []


async def test_decreases_go_before_increases(house: MoneyHouse) -> None:
    up = house.world.campaign("1", "100", platform=Platform.GOOGLE)
    down = house.world.campaign("2", "100")
    moved = await house.propose(
        WantedBudget(entity_id=up, amount=usd(140)), WantedBudget(entity_id=down, amount=usd(60))
    )
    await house.approve(moved)
    await house.work()
    assert [leg.ref.id for leg in house.world.requests] == [down, up]
    assert [leg.ref.id for leg in moved.plan.legs] == [down, up]


async def test_an_edit_by_somebody_else_fails_the_plan_and_nothing_is_sent(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.world.set_budget(campaign, usd(90))
    await house.work()
    failed = await house.stored(approved)
    assert failed.status is S.FAILED
    assert house.world.requests == []
    assert "somebody else changed it" in failed.records[0].note
    assert "90.00 USD" in failed.outcome
    assert "Nothing was changed" in failed.outcome


async def test_a_campaign_moved_to_another_budget_of_the_same_size_is_drift_too(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    house.world.campaign("2", "100", shared="shared/7")
    approved = await house.approved(campaign, 120)
    house.world.held[campaign].budget_key = "shared/7"
    await house.work()
    assert (await house.stored(approved)).status is S.FAILED
    assert house.world.requests == []


async def test_enabling_fails_when_its_budget_grew_after_the_proposal(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100", status=Status.PAUSED)
    approved = await house.approve(
        await house.propose(WantedStatus(entity_id=campaign, status=Status.ENABLED))
    )
    house.world.set_budget(campaign, usd(140))
    await house.work()
    assert (await house.stored(approved)).status is S.FAILED
    assert house.world.requests == []


async def test_a_lost_reply_is_settled_by_reading(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(Trouble.LOST_REPLY)
    await house.work()
    assert (await house.stored(approved)).status is S.DONE
    assert len(house.world.requests) == 1


async def test_a_call_that_broke_in_our_own_code_may_have_been_written(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(Trouble.BROKEN)
    await house.work()
    assert (await house.stored(approved)).status is S.DONE


@pytest.mark.parametrize("trouble", [Trouble.LOST_REQUEST, Trouble.LYING_SUCCESS])
async def test_what_reading_cannot_settle_a_person_must(house: MoneyHouse, trouble: Trouble) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(trouble)
    await house.work()
    waiting = await house.stored(approved)
    assert (waiting.status, waiting.records[0].status) == (S.APPLYING, LegStatus.UNKNOWN)
    unclear = await house.until_settled(approved)
    assert unclear.status is S.NEEDS_PERSON
    assert len(house.world.requests) == 1
    assert house.meta.reads < 15
    assert "Look at the platform" in unclear.outcome


async def test_an_answer_that_arrives_late_is_found_by_a_later_read(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(Trouble.LATE)
    await house.work(rounds=5, every_s=2)
    house.meta.arrive()
    assert (await house.until_settled(approved)).status is S.DONE
    assert len(house.world.requests) == 1


async def test_an_unclear_plan_keeps_its_object_until_a_person_has_looked(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(Trouble.LOST_REQUEST)
    await house.until_settled(approved)
    second = await house.raise_to(campaign, 110)
    assert [finding.rule for finding in second.verdict.denials] == ["in_flight"]

    closed = await house.money.settle(actor("owner"), approved.id)
    assert closed.status is S.FAILED
    assert "Owner looked" in closed.outcome
    assert (await house.raise_to(campaign, 110)).status is S.PROPOSED


async def test_a_person_who_looks_later_finds_what_arrived(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(Trouble.LATE)
    await house.until_settled(approved)
    house.meta.arrive()
    assert (await house.money.settle(actor("owner"), approved.id)).status is S.DONE


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.UNAVAILABLE])
async def test_a_refusal_ends_the_plan_and_is_not_tried_again(house: MoneyHouse, trouble: Trouble) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.write_troubles.append(trouble)
    failed = await house.until_settled(approved)
    assert (failed.status, failed.records[0].status) == (S.FAILED, LegStatus.FAILED)
    assert len(house.world.requests) == 1
    assert "refused" in failed.outcome


async def test_a_plan_that_fails_half_way_says_what_changed_and_what_did_not(house: MoneyHouse) -> None:
    ids = [house.world.campaign(str(number), "100") for number in (1, 2, 3)]
    approved = await house.approve(
        await house.propose(*[WantedBudget(entity_id=id_, amount=usd(120)) for id_ in ids])
    )
    house.meta.write_troubles.extend([Trouble.NONE, Trouble.REFUSED])
    await house.work()
    failed = await house.stored(approved)
    assert failed.status is S.FAILED
    assert [record.status for record in failed.records] == [
        LegStatus.DONE,
        LegStatus.FAILED,
        LegStatus.SKIPPED,
    ]
    changed, rest = failed.outcome.split("Not changed:")
    assert ids[0] in changed
    assert ids[1] not in changed
    assert "the budget is too small" in rest
    assert "an earlier step did not succeed" in rest


async def test_a_read_that_fails_before_sending_is_waited_for(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.meta.read_troubles.append(Trouble.UNAVAILABLE)
    await house.work()
    assert (await house.stored(approved)).status is S.APPLYING
    assert house.world.requests == []
    assert (await house.until_settled(approved)).status is S.DONE


async def test_the_kill_switch_holds_back_until_it_is_off(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    await house.money.turn_switch(actor("owner"), stopped=True)
    await house.work(rounds=5, every_s=10)
    assert house.world.requests == []
    await house.money.turn_switch(actor("owner"), stopped=False)
    assert (await house.until_settled(approved)).status is S.DONE


async def test_the_global_switch_stops_every_tenant(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    await house.stores.switches.set_stopped(None, True)
    await house.work(rounds=3)
    assert (await house.stored(approved)).status is S.APPROVED
    assert house.world.requests == []


async def test_the_kill_switch_stops_a_plan_between_two_steps(house: MoneyHouse) -> None:
    ids = [house.world.campaign(str(number), "100") for number in (1, 2)]
    approved = await house.approve(
        await house.propose(*[WantedBudget(entity_id=id_, amount=usd(120)) for id_ in ids])
    )
    read = house.meta.read

    async def read_and_stop(ref: EntityRef) -> EntityState:
        if house.world.requests:
            await house.stores.switches.set_stopped(OURS, True)
        return await read(ref)

    house.meta.read = read_and_stop  # type: ignore[method-assign]
    await house.work(rounds=3, every_s=5)
    assert len(house.world.requests) == 1
    assert (await house.stored(approved)).status is S.APPLYING


async def test_an_approval_that_nobody_applied_in_time_expires(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    house.pass_time(hours=24)
    await house.work()
    expired = await house.stored(approved)
    assert expired.status is S.EXPIRED
    assert house.world.requests == []
    assert "Nothing was changed" in expired.outcome
    assert (await house.stores.ledger.get(OURS)).in_flight == {}


async def test_a_plan_changed_after_its_approval_is_not_sent(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    leg = approved.plan.legs[0]
    assert isinstance(leg, BudgetLeg)
    more = approved.plan.model_copy(update={"legs": (leg.model_copy(update={"after": usd(900)}),)})
    await house.stores.change_sets.replace(approved.model_copy(update={"plan": more}))
    await house.work()
    assert (await house.stored(approved)).status is S.FAILED
    assert house.world.requests == []


async def test_a_policy_tightened_after_the_approval_still_counts(house: MoneyHouse) -> None:
    approved = await house.approved(house.world.campaign("1", "100"), 120)
    await house.stores.policies.save(a_policy(daily_cap_total=usd(110), version=2))
    await house.work()
    stopped = await house.stored(approved)
    assert stopped.status is S.FAILED
    assert "the policy no longer allows it" in stopped.outcome
    assert house.world.requests == []


async def test_a_leg_found_in_sending_is_read_and_never_sent_again(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    died = approved.model_copy(
        update={
            "status": S.APPLYING,
            "records": (LegRecord(status=LegStatus.SENDING, attempt=1, sent_at=house.clock.now()),),
            "lease": Lease(holder="dead", until=house.clock.now() + timedelta(seconds=30), fence=1),
        }
    )
    await house.stores.change_sets.replace(died)
    await house.work()
    assert (await house.stored(approved)).lease == died.lease
    unclear = await house.until_settled(approved)
    assert unclear.status is S.NEEDS_PERSON
    assert house.world.requests == []


async def test_one_plan_that_cannot_be_carried_on_does_not_hold_up_the_next(house: MoneyHouse) -> None:
    bad, good = house.world.campaign("1", "100"), house.world.campaign("2", "100", platform=Platform.GOOGLE)
    first, second = await house.approved(bad, 120), await house.approved(good, 120)
    reads = house.meta.read

    async def broken(ref: EntityRef) -> EntityState:
        raise ZeroDivisionError

    house.meta.read = broken  # type: ignore[method-assign]
    await house.work()
    assert (await house.stored(second)).status is S.DONE
    assert (await house.stored(first)).status is S.APPLYING
    house.meta.read = reads  # type: ignore[method-assign]
    assert (await house.until_settled(first)).status is S.DONE


async def test_applied_budgets_enter_the_ledgers_history_and_free_their_objects(house: MoneyHouse) -> None:
    await house.approved(house.world.campaign("1", "100"), 120)
    assert (await house.stores.ledger.get(OURS)).reserved != {}
    await house.work()
    ledger = await house.stores.ledger.get(OURS)
    assert (ledger.in_flight, ledger.reserved) == ({}, {})
    (change,) = ledger.changes
    assert (change.before_minor, change.after_minor) == (10_000, 12_000)


async def test_every_new_status_is_told_once(house: MoneyHouse) -> None:
    await house.approved(house.world.campaign("1", "100"), 120)
    await house.work()
    assert [change_set.status for change_set in house.news] == [S.PROPOSED, S.APPROVED, S.APPLYING, S.DONE]
