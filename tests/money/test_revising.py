"""A person changes a waiting plan: a new hash, judged anew; the old hash opens nothing any more."""

from __future__ import annotations

import pytest

from omnify_core.campaigns import Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import BadInput, Conflict, Forbidden, PolicyDenied
from omnify_core.ids import EntityId, ThreadId
from omnify_core.people import Actor
from omnify_guardrails import WantedBudget, WantedStatus
from tests.builders.money import OURS, MoneyHouse, a_policy, actor, money_house, usd

S = ChangeSetStatus


async def two(house: MoneyHouse) -> ChangeSet:
    first, second = house.world.campaign("1", "100"), house.world.campaign("2", "100")
    return await house.propose(
        WantedBudget(entity_id=first, amount=usd(120)), WantedBudget(entity_id=second, amount=usd(90))
    )


async def revise(
    house: MoneyHouse, plan: ChangeSet, *, by: str = "owner", leave_out: tuple[str, ...] = (), **amounts: str
) -> ChangeSet:
    return await house.money.revise(
        actor(by),
        plan.id,
        plan_hash=plan.plan_hash,
        amounts={EntityId(name.replace("_", ":")): amount for name, amount in amounts.items()},
        leave_out=[EntityId(one) for one in leave_out],
    )


async def test_a_revision_has_its_own_hash_and_only_that_one_can_be_approved(house: MoneyHouse) -> None:
    plan = await two(house)
    revised = await revise(house, plan, meta_1="110")
    assert (revised.id, revised.plan.revision, revised.status) == (plan.id, 2, S.PROPOSED)
    assert revised.plan_hash == revised.plan.hash != plan.plan_hash
    with pytest.raises(Conflict, match="not the plan that was shown"):
        await house.approve(plan)
    await house.approve(revised)
    assert (await house.until_settled(revised)).status is S.DONE
    assert house.world.budget(EntityId("meta:1")) == usd(110)
    row = next(r for r in await house.stores.audit.rows(OURS) if r.action == "change_set.revised")
    assert (row.facts["former_hash"], row.facts["plan_hash"]) == (plan.plan_hash, revised.plan_hash)


async def test_a_leg_can_be_left_out_and_the_title_follows(house: MoneyHouse) -> None:
    revised = await revise(house, await two(house), leave_out=("meta:1",))
    assert [leg.ref.id for leg in revised.plan.legs] == ["meta:2"]
    assert "90.00" in revised.title
    assert "120.00" not in revised.title


async def test_what_the_policy_refuses_leaves_the_plan_as_it_was(house: MoneyHouse) -> None:
    plan = await two(house)
    with pytest.raises(PolicyDenied, match="would pass"):
        await revise(house, plan, meta_1="151")
    assert await house.stored(plan) == plan


async def test_who_revised_a_plan_is_not_its_second_person() -> None:
    async with money_house(a_policy(second_person_above=usd(5))) as house:
        revised = await revise(house, await two(house), by="owner", meta_1="115")
        with pytest.raises(Forbidden, match="somebody else"):
            await house.approve(revised, by="owner")
        assert (await house.approve(revised, by="admin")).status is S.APPROVED


async def test_what_makes_no_sense_is_named(house: MoneyHouse) -> None:
    plan = await two(house)
    with pytest.raises(BadInput, match=r"no budget of meta:9"):
        await revise(house, plan, meta_9="10")
    with pytest.raises(BadInput, match=r"nothing of meta:9"):
        await revise(house, plan, leave_out=("meta:9",))
    with pytest.raises(BadInput, match="reject it instead"):
        await revise(house, plan, leave_out=("meta:1", "meta:2"))
    with pytest.raises(BadInput, match="nothing would change"):
        await revise(house, plan)
    with pytest.raises(Forbidden, match="viewer"):
        await revise(house, plan, by="viewer", meta_1="110")
    with pytest.raises(Forbidden, match="agents never"):
        await house.money.revise(
            actor("owner", agent="VOICE"),
            plan.id,
            plan_hash=plan.plan_hash,
            amounts={EntityId("meta:1"): "1"},
        )


async def test_a_revision_keeps_what_was_not_named_and_says_who_made_it(house: MoneyHouse) -> None:
    plan = await two(house)
    house.pass_time(minutes=5)
    revised = await revise(house, plan, by="manager", meta_1="110")
    assert {leg.ref.id: leg.after for leg in revised.plan.legs} == {"meta:1": usd(110), "meta:2": usd(90)}
    assert (revised.revised_by, revised.updated_at) == (actor("manager").user_id, house.clock.now())
    assert (revised.proposed_by, revised.created_at) == (plan.proposed_by, plan.created_at)
    assert revised.effect is not None
    assert revised.effect.worst_case == usd("12.50")
    rows = [row for row in await house.stores.audit.rows(OURS) if row.action == "change_set.revised"]
    assert [row.actor for row in rows] == [actor("manager").user_id]
    assert house.news[-1].plan_hash == revised.plan_hash


async def test_a_status_stays_in_the_plan_as_it_was_asked_for(house: MoneyHouse) -> None:
    first, second = house.world.campaign("1", "100"), house.world.campaign("2", "100")
    plan = await house.propose(
        WantedBudget(entity_id=first, amount=usd(120)), WantedStatus(entity_id=second, status=Status.PAUSED)
    )
    with pytest.raises(BadInput, match=r"sets no budget of meta:2"):
        await revise(house, plan, meta_2="110")
    revised = await revise(house, plan, meta_1="110")
    assert {leg.ref.id: leg.after for leg in revised.plan.legs} == {
        first: usd(110),
        second: Status.PAUSED,
    }


async def test_all_strays_are_named_in_order(house: MoneyHouse) -> None:
    plan = await two(house)
    with pytest.raises(BadInput, match="sets no budget of meta:8, meta:9"):
        await revise(house, plan, meta_9="10", meta_8="10")
    with pytest.raises(BadInput, match="changes nothing of meta:8, meta:9"):
        await revise(house, plan, leave_out=("meta:9", "meta:8"))


@pytest.mark.parametrize(
    ("proposed_in", "revised_in", "by", "may"),
    [
        ("th_1", "th_1", "analyst", True),
        ("th_1", "th_2", "analyst", False),
        ("th_1", None, "analyst", False),
        (None, None, "analyst", False),
        ("th_1", "th_1", "manager", False),
    ],
)
async def test_an_agent_revises_only_what_its_own_conversation_proposed(
    house: MoneyHouse, proposed_in: str | None, revised_in: str | None, by: str, may: bool
) -> None:
    def agent_of(who: str, thread: str | None) -> Actor:
        return actor(who, agent="VOICE").model_copy(
            update={"thread_id": ThreadId(thread) if thread else None}
        )

    campaign = house.world.campaign("1", "100")
    wanted = [WantedBudget(entity_id=campaign, amount=usd(120))]
    await house.import_market()
    plan = await house.money.propose(agent_of("analyst", proposed_in), wanted, title="", reason="")
    asking = house.money.revise_own(agent_of(by, revised_in), plan.id, amounts={campaign: "110"})
    if not may:
        with pytest.raises(Forbidden, match="not proposed in this conversation"):
            await asking
        return
    assert (await asking).plan.legs[0].after == usd(110)
    (row,) = [row for row in await house.stores.audit.rows(OURS) if row.action == "change_set.revised"]
    assert row.actor == f"{actor('analyst').user_id}/VOICE"


async def test_an_approved_plan_is_not_revised_any_more(house: MoneyHouse) -> None:
    plan = await two(house)
    await house.approve(plan)
    with pytest.raises(Conflict, match="approved already by Owner"):
        await revise(house, plan, meta_1="110")
