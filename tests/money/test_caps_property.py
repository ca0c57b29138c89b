"""Caps against a count of its own, on plans that nobody thought of."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from omnify_core.campaigns import EntityRef, Platform, Status
from omnify_core.clock import FixedClock
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_guardrails.caps import daily_caps
from omnify_guardrails.case import Case
from omnify_guardrails.exposure import Picture, Spender
from omnify_guardrails.legs import AnyLeg, in_execution_order, raises
from tests.builders.money import NOON, World, a_policy

amounts = st.integers(1, 50_000).map(lambda minor: Money(minor, "USD"))
statuses = st.sampled_from([Status.ENABLED, Status.PAUSED])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World(FixedClock(NOON))
    for number in range(draw(st.integers(1, 6))):
        platform = draw(st.sampled_from([Platform.GOOGLE, Platform.META]))
        shared = draw(st.sampled_from(["", "", f"shared/{platform.value}"]))
        world.campaign(str(number), draw(amounts), platform=platform, shared=shared, status=draw(statuses))
    return world


@st.composite
def plans(draw: st.DrawFn) -> tuple[World, tuple[AnyLeg, ...]]:
    world = draw(worlds())
    legs: list[AnyLeg] = []
    for held in world.held.values():
        now = world.budgets[held.budget_key]
        if draw(st.booleans()):
            after = draw(amounts.filter(lambda amount, now=now: amount != now))
            legs.append(
                BudgetLeg(ref=held.ref, name=held.name, budget_key=held.budget_key, before=now, after=after)
            )
        if draw(st.booleans()):
            flip = Status.PAUSED if held.status is Status.ENABLED else Status.ENABLED
            legs.append(
                StatusLeg(
                    ref=held.ref,
                    name=held.name,
                    budget_key=held.budget_key,
                    before=held.status,
                    after=flip,
                    daily_budget=now,
                )
            )
    return world, in_execution_order(legs)


def picture_of_world(world: World) -> Picture:
    def full(ref: EntityRef, key: str) -> str:
        return f"{ref.platform.value}/{ref.account_id}/{key}"

    return Picture(
        spenders={
            id_: Spender(held.ref.platform, full(held.ref, held.budget_key), None)
            for id_, held in world.held.items()
        },
        budgets={
            full(held.ref, held.budget_key): world.budgets[held.budget_key] for held in world.held.values()
        },
        enabled=frozenset(id_ for id_, held in world.held.items() if held.status is Status.ENABLED),
    )


@settings(max_examples=120, deadline=None)
@given(plans(), amounts, st.sampled_from([None, Platform.GOOGLE, Platform.META]))
def test_a_plan_passes_exactly_if_no_raise_ends_above_a_cap(
    planned: tuple[World, tuple[AnyLeg, ...]], cap: Money, scope: Platform | None
) -> None:
    world, legs = planned
    caps = {"daily_cap_total": cap} if scope is None else {"daily_cap_by_platform": {scope: cap}}
    picture = picture_of_world(world)
    policy = a_policy(**{"daily_cap_total": Money(10**9, "USD"), **caps})
    findings = list(daily_caps(Case(policy=policy, legs=legs, picture=picture, now=NOON)))
    over = False
    for leg in legs:
        world.carry_out(leg, 1)
        touches = scope in (None, leg.ref.platform)
        over = over or (touches and raises(leg) and world.daily_total(scope) > cap.minor)
    assert all(finding.passed for finding in findings) is not over


@settings(max_examples=80, deadline=None)
@given(plans())
def test_a_leg_of_another_plan_bounds_what_it_may_still_become(
    planned: tuple[World, tuple[AnyLeg, ...]],
) -> None:
    """The overlaid picture is at or above the total, whichever of the legs were carried out already."""
    world, legs = planned
    overlaid = picture_of_world(world)
    for leg in legs:
        overlaid = overlaid.at_most(leg)
    bound = overlaid.daily_total(Rates("USD")).minor
    assert world.daily_total() <= bound
    for leg in legs:
        world.carry_out(leg, 1)
        assert world.daily_total() <= bound
