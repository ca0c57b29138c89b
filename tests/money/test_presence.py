"""Whoever gives a yes shows that it is they, and is told what keeps them from giving it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_core.change_sets import ChangeSet
from omnify_core.errors import Conflict, Forbidden, FreshCodeNeeded, PolicyDenied
from omnify_core.people import Actor, Role
from omnify_guardrails.approvals import Approvals
from tests.builders.money import NOON, OURS, PEOPLE, MoneyHouse, a_policy, actor, money_house, usd


async def with_a_factor(house: MoneyHouse, who: str = "owner") -> None:
    person = await house.stores.people.user(OURS, PEOPLE[who].id)
    await house.stores.people.replace_user(person.model_copy(update={"has_second_factor": True}))


def shown(minutes_ago: float, who: str = "owner") -> Actor:
    return actor(who).model_copy(update={"code_at": NOON - timedelta(minutes=minutes_ago)})


async def approve_as(house: MoneyHouse, who: Actor, plan: ChangeSet) -> ChangeSet:
    return await house.money.approve(who, plan.id, plan_hash=plan.plan_hash, via="api")


async def test_a_yes_takes_a_code_that_was_shown_lately(house: MoneyHouse) -> None:
    await with_a_factor(house)
    plan = await house.raise_to(house.world.campaign("1", "100"), 120)
    for late in (actor("owner"), shown(15.1)):
        assert await house.money.must_prove(late)
        with pytest.raises(FreshCodeNeeded, match="authenticator"):
            await approve_as(house, late, plan)
    assert not await house.money.must_prove(shown(15))
    assert (await approve_as(house, shown(15), plan)).approval is not None


async def test_without_a_factor_of_ones_own_none_is_asked_for(house: MoneyHouse) -> None:
    assert not await house.money.must_prove(actor("owner"))


async def test_a_policy_may_ask_for_a_factor_of_everybody() -> None:
    async with money_house(a_policy(second_factor_for_approval=True)) as house:
        plan = await house.raise_to(house.world.campaign("1", "100"), 120)
        with pytest.raises(Forbidden, match="set one up under Settings"):
            await house.approve(plan)
        assert "second factor" in await house.money.why_not(actor("owner"), plan)


async def test_how_long_a_code_lasts_is_the_policys_to_say() -> None:
    async with money_house(a_policy(second_factor_minutes=60)) as house:
        await with_a_factor(house)
        assert not await house.money.must_prove(shown(59))
        assert await house.money.must_prove(shown(61))


async def test_that_a_code_is_missing_is_no_reason_against(house: MoneyHouse) -> None:
    await with_a_factor(house)
    plan = await house.raise_to(house.world.campaign("1", "100"), 120)
    assert await house.money.why_not(actor("owner"), plan) == ""


async def test_a_stored_agent_never_decides(house: MoneyHouse) -> None:
    person = await house.stores.people.user(OURS, PEOPLE["admin"].id)
    await house.stores.people.replace_user(person.model_copy(update={"role": Role.AGENT}))
    plan = await house.raise_to(house.world.campaign("1", "100"), 120)
    with pytest.raises(Forbidden, match="agents never decide"):
        await house.approve(plan, by="admin")


async def test_what_keeps_somebody_from_a_yes_is_said_before_the_click() -> None:
    async with money_house(a_policy(second_person_above=usd(10))) as house:
        plan = await house.raise_to(house.world.campaign("1", "100"), 120, by="owner")
        small = await house.raise_to(house.world.campaign("2", "100"), 105, by="owner")
        may = house.money.may_decide
        assert may(actor("owner"), plan).startswith("above this amount somebody else")
        assert may(actor("owner"), small) == ""
        assert may(actor("admin"), plan) == ""
        assert "may not approve" in may(actor("analyst"), plan)
        assert may(actor("owner", agent="face"), plan) == "agents never approve; a person must"
        assert "somebody else" in await house.money.why_not(actor("owner"), plan)
        assert await house.money.why_not(actor("admin"), plan) == ""
        assert "may not approve" in await house.money.why_not(actor("analyst"), plan)
        approved = await house.approve(plan, by="admin")
        assert may(actor("admin"), approved).startswith("it is approved already by Admin at 2026-11-02 12:00")
        house.pass_time(hours=25)
        assert may(actor("owner"), small) == "it has expired; ask for it again"
        await house.money.expire_due()
        assert await house.money.why_not(actor("admin"), await house.stored(small)) == "it is expired already"
        ended = await house.stored(approved)
        assert may(actor("admin"), ended).endswith("UTC, now expired")


async def test_a_denied_approval_stands_in_the_audit_chain(house: MoneyHouse) -> None:
    plan = await house.raise_to(house.world.campaign("1", "100"), 120)
    policy = await house.stores.policies.get(OURS)
    tight = policy.model_copy(update={"version": 2, "daily_cap_total": usd(1)})
    await house.money.change_policy(actor("owner"), tight)
    with pytest.raises(PolicyDenied, match="the cap is"):
        await house.approve(plan)
    last = (await house.stores.audit.rows(OURS))[-1]
    assert (last.action, last.subject, last.actor) == ("change_set.approval_denied", plan.id, "u_owner")
    assert last.facts == {"plan_hash": plan.plan_hash, "rules": ["daily_cap_total"]}


async def test_who_keeps_losing_against_others_is_told_so(house: MoneyHouse) -> None:
    plan = await house.raise_to(house.world.campaign("1", "100"), 120)
    tries = 0

    async def beaten(*_: object, **__: object) -> ChangeSet:
        nonlocal tries
        tries += 1
        raise Conflict("somebody was first")

    approvals: Approvals = house.money._approvals
    approvals._approve = approvals._reject = beaten  # type: ignore[method-assign, assignment]
    with pytest.raises(Conflict, match="being decided by others"):
        await house.approve(plan)
    assert tries == 20
    with pytest.raises(Conflict, match="being decided by others"):
        await house.money.reject(actor("owner"), plan.id, plan_hash=plan.plan_hash, reason="no", via="web")
    assert tries == 40
