"""Who spends from what: shared budgets, groups below, and what a listing did not show."""

from __future__ import annotations

from typing import Any

import pytest

from omnify_core.campaigns import Level, Platform, Status
from omnify_core.ids import EntityId
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_guardrails.case import Case
from omnify_guardrails.exposure import Picture, Spender
from omnify_guardrails.policy import agents_may_ask
from tests.builders.money import NOON, a_policy, usd
from tests.builders.plans import budget_leg

USD = Rates("USD")
LEG = budget_leg("100", "150")
ID, KEY = LEG.ref.id, "meta/act_1/campaign/1201"


def named(name: str) -> EntityId:
    return EntityId(f"meta:{name}")


def picture(**spenders: tuple[str, str | None]) -> Picture:
    """Each spender by its number: the budget that it spends from, and what stands above it; all enabled."""
    known = {
        named(name.lstrip("n")): Spender(Platform.META, budget, named(parent) if parent else None)
        for name, (budget, parent) in spenders.items()
    }
    budgets = {budget: usd(100) for budget, _ in spenders.values() if budget}
    return Picture(spenders=known, budgets=budgets, enabled=frozenset(known))


def enabling(**changes: Any) -> StatusLeg:
    told: dict[str, Any] = {
        "ref": LEG.ref,
        "name": "Spring",
        "budget_key": LEG.budget_key,
        "before": Status.PAUSED,
        "after": Status.ENABLED,
        "daily_budget": usd(70),
    }
    return StatusLeg(**(told | changes))


def test_who_shares_a_budget_is_touched_with_it() -> None:
    seen = picture(n1201=(KEY, None), n2=(KEY, None), n3=("other", None))
    assert seen.sharers(LEG) == {named("2")}
    assert seen.touched(LEG) == {ID, named("2")}


def test_without_a_budget_of_its_own_nothing_is_shared() -> None:
    seen = picture(n1201=("", None), n2=("", None))
    assert seen.sharers(LEG) == frozenset()
    assert Picture().sharers(LEG) == frozenset()


def test_what_stands_above_and_below_is_touched_and_nothing_else() -> None:
    below = picture(n1201=(KEY, None), n7=("", "1201"), n8=("", "3"), n3=("other", None))
    assert below.touched(LEG) == {ID, named("7")}
    above = picture(n1201=(KEY, "3"), n3=("", None), n4=("x", None))
    assert above.touched(LEG) == {ID, named("3")}
    assert Picture().touched(LEG) == {ID}


def test_a_stored_group_of_an_unknown_campaign_is_left_out() -> None:
    from omnify_core.campaigns import AdGroup, EntityRef

    def group(number: str, campaign: str) -> AdGroup:
        ref = EntityRef(platform=Platform.META, account_id="act_1", level=Level.AD_GROUP, native_id=number)
        told: dict[str, Any] = {"campaign_id": named(campaign), "name": "", "status": Status.ENABLED}
        return AdGroup(ref=ref, daily_budget=None, read_at=NOON, **told)

    seen = picture(n1201=(KEY, None)).with_groups([group("7", "1201"), group("8", "9")])
    assert set(seen.spenders) == {ID, named("7")}


@pytest.mark.parametrize(("now", "bound"), [("120", "150"), ("150", "150"), ("180", "180")])
def test_a_leg_in_flight_counts_as_the_higher_of_now_and_then(now: str, bound: str) -> None:
    seen = Picture(
        spenders={ID: Spender(Platform.META, KEY, None)}, budgets={KEY: usd(now)}, enabled=frozenset({ID})
    )
    assert seen.at_most(LEG).daily_total(USD) == usd(bound)
    assert seen.at_most(budget_leg("150", "100")) is seen


def test_other_currencies_are_not_held_against_each_other() -> None:
    seen = Picture(
        spenders={ID: Spender(Platform.META, KEY, None)},
        budgets={KEY: Money(10**9, "JPY")},
        enabled=frozenset({ID}),
    )
    assert seen.at_most(LEG).budgets[KEY] == usd(150)


def test_a_budget_that_no_listing_showed_counts_as_the_leg_says() -> None:
    unlisted = Picture(enabled=frozenset({ID})).after(budget_leg("100", "150"))
    assert unlisted.daily_total(USD) == usd(150)
    assert Picture().after(enabling()).daily_total(USD) == usd(70)


def test_a_listed_campaign_without_a_budget_gets_the_one_that_the_leg_sets() -> None:
    seen = picture(n1201=("", None), n3=("other", None))
    after = seen.after(LEG)
    assert after.budgets[KEY] == usd(150)
    assert after.spenders[ID] == Spender(Platform.META, KEY, None)
    assert after.daily_total(USD) == usd(250)


def test_enabling_a_listed_campaign_without_a_budget_adds_none() -> None:
    """What stands below it holds the budgets, and is counted there."""
    seen = picture(n1201=("", None))
    assert seen.after(enabling()).budgets == {}
    assert Picture().after(enabling(budget_key="")).budgets == {}


def test_a_known_budget_is_believed_and_not_the_leg() -> None:
    seen = picture(n1201=(KEY, None))
    assert seen.after(enabling(daily_budget=usd(999))).budgets == {KEY: usd(100)}


def test_a_leg_below_keeps_what_stands_above_it() -> None:
    below = LEG.model_copy(update={"ref": LEG.ref.model_copy(update={"level": Level.AD_GROUP})})
    seen = Picture(spenders={below.ref.id: Spender(Platform.META, "", named("5"))})
    assert isinstance(below, BudgetLeg)
    assert seen.after(below).spenders[below.ref.id].parent == named("5")


@pytest.mark.parametrize(("by_agent", "refused"), [(False, 0), (True, 1)])
def test_a_policy_may_keep_agents_from_asking_but_no_person(by_agent: bool, refused: int) -> None:
    policy = a_policy(agent_may_propose=False)
    case = Case(policy=policy, legs=(LEG,), picture=Picture(), now=NOON)
    assert not list(agents_may_ask(case))
    asked = Case(policy=policy, legs=(LEG,), picture=Picture(), now=NOON, by_agent=by_agent)
    assert len(list(agents_may_ask(asked))) == refused
