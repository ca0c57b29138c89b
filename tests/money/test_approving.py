"""A person's yes: to one hash, once, in time, by somebody who may."""

from __future__ import annotations

import pytest

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict, Forbidden, NotFound, PolicyDenied
from omnify_core.ids import TenantId
from omnify_core.money import Money
from omnify_core.people import Actor, Role
from omnify_guardrails import WantedBudget, verify_chain
from tests.builders.money import (
    NOON,
    OURS,
    PEOPLE,
    FakePlatforms,
    MoneyHouse,
    a_policy,
    actor,
    money_house,
    money_path_on,
    usd,
)

S = ChangeSetStatus


async def test_an_approval_names_the_hash_the_person_and_the_door(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    approved = await house.money.approve(actor("owner"), proposed.id, plan_hash=proposed.plan_hash, via="cli")
    assert approved.approval is not None
    assert approved.approval.plan_hash == proposed.plan.hash
    assert (approved.approval.by_name, approved.approval.role, approved.approval.via) == (
        "Owner",
        "owner",
        "cli",
    )
    assert approved.approval.valid_until == proposed.expires_at


async def test_another_hash_than_the_one_shown_is_refused(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    with pytest.raises(Conflict, match="not the plan that was shown"):
        await house.money.approve(actor("owner"), proposed.id, plan_hash="0" * 64, via="api")


async def test_a_plan_that_no_longer_matches_its_own_hash_is_refused(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    tampered = proposed.plan.model_copy(update={"revision": 2})
    await house.stores.change_sets.replace(proposed.model_copy(update={"plan": tampered}))
    with pytest.raises(Conflict, match="not the plan that was shown"):
        await house.approve(proposed)


@pytest.mark.parametrize("who", ["analyst", "viewer"])
async def test_a_role_that_may_not_approve_is_told_who_may(house: MoneyHouse, who: str) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    with pytest.raises(Forbidden, match="ask a manager, admin or owner"):
        await house.approve(proposed, by=who)
    assert "may not approve" in house.money.may_decide(actor(who), proposed)


async def test_the_role_is_read_from_the_store_and_not_from_the_caller(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    pretender = actor("viewer").model_copy(update={"role": Role.OWNER})
    with pytest.raises(Forbidden):
        await house.money.approve(pretender, proposed.id, plan_hash=proposed.plan_hash, via="api")


async def test_an_unknown_user_decides_nothing(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    ghost = actor("owner").model_copy(update={"user_id": "u_ghost"})
    with pytest.raises(Forbidden, match="known user"):
        await house.money.approve(ghost, proposed.id, plan_hash=proposed.plan_hash, via="api")


async def test_an_agent_never_decides_even_for_an_owner(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    for agent in (actor("owner", agent="VOICE"), actor("owner").model_copy(update={"role": Role.AGENT})):
        with pytest.raises(Forbidden, match="agents never"):
            await house.money.approve(agent, proposed.id, plan_hash=proposed.plan_hash, via="api")
        with pytest.raises(Forbidden, match="agents never"):
            await house.money.reject(agent, proposed.id, plan_hash=proposed.plan_hash, reason="", via="api")
        assert "agents never approve" in house.money.may_decide(agent, proposed)


async def test_a_foreign_tenants_change_set_is_as_unknown_as_none(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    stranger = Actor(tenant_id=TenantId("t2"), user_id=PEOPLE["owner"].id, name="X", role=Role.OWNER)
    with pytest.raises(NotFound):
        await house.money.approve(stranger, proposed.id, plan_hash=proposed.plan_hash, via="api")


async def test_a_manager_approves_up_to_the_own_limit(house: MoneyHouse) -> None:
    small = await house.raise_to(house.world.campaign("1", "100"), 150)
    large = await house.raise_to(house.world.campaign("2", "200"), "250.01")
    assert (await house.approve(small, by="manager")).status is S.APPROVED
    with pytest.raises(Forbidden, match=r"50\.01 USD; your limit is 50\.00 USD"):
        await house.approve(large, by="manager")
    assert "your limit" in await house.money.why_not(actor("manager"), large)


async def test_a_limit_in_another_currency_allows_no_raise(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    manager = PEOPLE["manager"].model_copy(
        update={"id": "u_euro", "email": "e@x", "approve_limit": Money(1_000_000, "EUR")}
    )
    await house.stores.people.add_user(manager)
    euro = actor("manager").model_copy(update={"user_id": "u_euro"})
    with pytest.raises(Forbidden, match="your limit is in EUR"):
        await house.money.approve(euro, proposed.id, plan_hash=proposed.plan_hash, via="api")


async def test_above_the_policys_amount_a_second_person_must_approve() -> None:
    async with money_house(a_policy(second_person_above=usd(20))) as house:
        proposed = await house.raise_to(house.world.campaign("1", "100"), 121, by="admin")
        assert proposed.verdict.needs_second_person
        assert "somebody else" in house.money.may_decide(actor("admin"), proposed)
        with pytest.raises(Forbidden, match="somebody else"):
            await house.approve(proposed, by="admin")
        assert (await house.approve(proposed, by="owner")).status is S.APPROVED


async def test_up_to_the_policys_amount_the_requester_may_approve() -> None:
    async with money_house(a_policy(second_person_above=usd(20))) as house:
        proposed = await house.raise_to(house.world.campaign("1", "100"), 120, by="admin")
        assert (await house.approve(proposed, by="admin")).status is S.APPROVED


async def test_the_second_click_is_told_who_decided(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    await house.approve(proposed, by="admin")
    for again in (house.approve(proposed, by="owner"), house.approve(proposed, by="admin")):
        with pytest.raises(Conflict, match="approved already by Admin"):
            await again
    with pytest.raises(Conflict, match="approved already by Admin"):
        await house.money.reject(
            actor("owner"), proposed.id, plan_hash=proposed.plan_hash, reason="", via="api"
        )


async def test_a_rejection_ends_it_with_its_reason(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    rejected = await house.money.reject(
        actor("owner"), proposed.id, plan_hash=proposed.plan_hash, reason=" too early\u202e ", via="web"
    )
    assert rejected.status is S.REJECTED
    assert rejected.outcome == "Rejected by Owner: too early⟨U+202E⟩."
    with pytest.raises(Conflict, match="rejected already by Owner"):
        await house.approve(proposed)


async def test_whoever_asked_may_take_it_back_and_other_analysts_may_not(house: MoneyHouse) -> None:
    mine = await house.raise_to(house.world.campaign("1", "100"), 120, by="analyst")
    theirs = await house.raise_to(house.world.campaign("2", "100"), 120, by="owner")
    with pytest.raises(Forbidden):
        await house.money.reject(
            actor("analyst"), theirs.id, plan_hash=theirs.plan_hash, reason="", via="api"
        )
    taken_back = await house.money.reject(
        actor("analyst"), mine.id, plan_hash=mine.plan_hash, reason="", via="api"
    )
    assert taken_back.status is S.REJECTED


async def test_after_its_time_it_can_no_longer_be_approved(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    house.pass_time(hours=24)
    assert "expired" in house.money.may_decide(actor("owner"), proposed)
    with pytest.raises(Conflict, match="expired at"):
        await house.approve(proposed)
    assert (await house.stored(proposed)).status is S.EXPIRED


async def test_what_nobody_decides_expires_by_itself(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    house.pass_time(hours=23, minutes=59)
    assert await house.money.expire_due() == 0
    house.pass_time(minutes=1)
    assert await house.money.expire_due() == 1
    assert (await house.stored(proposed)).outcome == "Nobody decided in time. Nothing was changed."


async def test_a_policy_that_no_longer_holds_denies_at_approval_and_leaves_it_open(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    other = house.world.campaign("2", "100", platform=Platform.GOOGLE)
    await house.stores.policies.save(a_policy(daily_cap_total=usd(230)))
    proposed = await house.raise_to(campaign, 120)
    house.world.set_budget(other, usd(150))
    with pytest.raises(PolicyDenied, match=r"270\.00 USD with this change; the cap is 230\.00 USD"):
        await house.approve(proposed)
    still_open = await house.stored(proposed)
    assert still_open.status is S.PROPOSED
    assert not still_open.verdict.allowed

    house.world.set_budget(other, usd(100))
    assert (await house.approve(proposed)).status is S.APPROVED


async def test_approved_raises_count_against_the_cap_before_they_are_applied(house: MoneyHouse) -> None:
    first, second = (
        house.world.campaign("1", "100"),
        house.world.campaign("2", "100", platform=Platform.GOOGLE),
    )
    await house.stores.policies.save(a_policy(daily_cap_total=usd(250)))
    one, two = await house.raise_to(first, 130), await house.raise_to(second, 130)
    await house.approve(one)
    with pytest.raises(PolicyDenied, match="cap is"):
        await house.approve(two)


async def test_room_that_a_decrease_makes_is_kept_for_its_own_plan(house: MoneyHouse) -> None:
    """A plan that lowers one budget to raise another may not lose its room to a third in between."""
    down, up = house.world.campaign("1", "200"), house.world.campaign("2", "200", platform=Platform.GOOGLE)
    third = house.world.campaign("3", "100")
    await house.stores.policies.save(a_policy(daily_cap_total=usd(500)))
    move = await house.approve(
        await house.propose(
            WantedBudget(entity_id=down, amount=usd(150)), WantedBudget(entity_id=up, amount=usd(250))
        )
    )
    house.world.set_budget(down, usd(150))  # the first step has happened
    greedy = await house.raise_to(third, 140)
    assert [finding.rule for finding in greedy.verdict.denials] == ["daily_cap_total"]
    assert move.status is S.APPROVED


async def test_one_object_has_one_approved_change_at_a_time(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    one, two = await house.raise_to(campaign, 120), await house.raise_to(campaign, 110)
    await house.approve(one)
    with pytest.raises(PolicyDenied, match="another approved change under way"):
        await house.approve(two)


async def test_each_decision_has_its_row_and_the_chain_holds(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    await house.approve(proposed)
    rows = await house.stores.audit.rows(OURS)
    assert [row.action for row in rows] == ["change_set.proposed", "change_set.approved"]
    assert rows[1].facts["approval"]["by"] == "u_owner"
    assert rows[0].at == NOON
    assert (await verify_chain(house.stores.audit, OURS)).ok


async def test_a_listener_that_fails_does_not_undo_a_decision(house: MoneyHouse) -> None:
    async def broken(change_set: ChangeSet) -> None:
        raise ZeroDivisionError

    deaf = money_path_on(house.stores, FakePlatforms(house.google, house.meta), house.clock, on_change=broken)
    proposed = await house.raise_to(house.world.campaign("1", "100"), 120)
    approved = await deaf.approve(actor("owner"), proposed.id, plan_hash=proposed.plan_hash, via="api")
    assert approved.status is S.APPROVED
