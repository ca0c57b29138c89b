"""How far a bid or a budget may move: both ends of the range, and what would pass."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest

from omnify_core.change_sets import Finding
from omnify_core.ledger import BudgetChange
from omnify_core.legs import AnyLeg
from omnify_core.money import Money
from omnify_guardrails.case import Case
from omnify_guardrails.exposure import Picture
from omnify_guardrails.legs import Move, budget_object
from omnify_guardrails.shares import bounded, day_share, percent, step_share, week_share
from tests.builders.legs import a_keyword, bid_leg, campaign_leg, dollars, keyword_leg
from tests.builders.money import NOON, a_policy
from tests.builders.plans import budget_leg

LEG = budget_leg("100", "120")


def case(*legs: AnyLeg, changes: tuple[BudgetChange, ...] = (), restored: bool = False) -> Case:
    policy = a_policy(max_day_share=Decimal("0.30"), max_week_share=Decimal("0.40"))
    moves = frozenset(Move.of(leg) for leg in legs) if restored else frozenset()
    return Case(policy=policy, legs=legs, picture=Picture(), now=NOON, changes=changes, restored=moves)


def step(leg: AnyLeg) -> Finding:
    (finding,) = step_share(case(leg))
    return finding


def change(before: int, after: int, hours: float, *, currency: str = "USD", key: str = "") -> BudgetChange:
    at = NOON - timedelta(hours=hours)
    key = key or budget_object(LEG)
    return BudgetChange(object_key=key, at=at, before_minor=before, after_minor=after, currency=currency)


@pytest.mark.parametrize(("after", "passes"), [(49, False), (50, True), (150, True), (151, False)])
def test_a_bid_moves_as_far_as_a_step_in_either_direction(after: int, passes: bool) -> None:
    for leg in (
        bid_leg(dollars(100), dollars(after)),
        keyword_leg(a_keyword(100), a_keyword(after)),
    ):
        found = step(leg)
        assert found.passed is passes
        assert found.cure == ("" if passes else "Between 0.50 USD and 1.50 USD would pass.")
        assert "one step may change a bid by 50 %" in found.message


def test_a_step_says_from_where_to_where_and_by_how_much() -> None:
    found = step(LEG)
    assert "goes from 100.00 USD to 120.00 USD a day; one step may change a budget by 50 %." in found.message
    assert (found.actual, found.limit) == ("+20.0 %", "50 %")
    assert step(budget_leg("100", "75")).actual == "-25.0 %"
    assert step(bid_leg(dollars(0), dollars(5))).actual == "from zero"


@pytest.mark.parametrize(
    "leg",
    [
        bid_leg(None, dollars(500)),
        bid_leg(Money(100, "EUR"), dollars(500)),
        keyword_leg(None, a_keyword(500)),
        keyword_leg(a_keyword(100), None),
        keyword_leg(a_keyword(100), a_keyword(None)),
        campaign_leg(),
    ],
)
def test_what_moves_no_amount_that_stood_before_is_no_step(leg: AnyLeg) -> None:
    assert list(step_share(case(leg))) == []


def test_going_back_is_granted_and_says_where_to() -> None:
    back = budget_leg("200", "20")
    (finding,) = step_share(case(back, restored=True))
    assert finding.passed
    assert "goes back to 20.00 USD" in finding.message
    raised = case(budget_leg("20", "200"), restored=True)
    assert [*day_share(raised), *week_share(raised)] == []


def test_a_step_is_judged_for_each_leg_that_takes_one() -> None:
    legs = (campaign_leg(), LEG, bid_leg(dollars(100), dollars(500)))
    assert [finding.passed for finding in step_share(case(*legs))] == [True, False]


def test_a_days_raises_are_added_up_from_where_the_first_began() -> None:
    raised = (change(8_000, 9_000, 23), change(9_000, 10_000, 1))
    (finding,) = day_share(case(LEG, changes=raised))
    assert not finding.passed
    assert "raised by 40.00 USD within 24 hours; 24.00 USD is allowed (30 % of 80.00 USD)" in finding.message
    assert (finding.actual, finding.limit) == ("40.00 USD", "24.00 USD")
    assert finding.cure == "At most 104.00 USD a day would pass now."


def test_the_first_change_is_the_oldest_in_whatever_order_they_are_kept() -> None:
    raised = (change(9_000, 10_000, 1), change(8_000, 9_000, 23))
    (finding,) = day_share(case(LEG, changes=raised))
    assert "30 % of 80.00 USD" in finding.message


def test_lowering_in_between_gives_no_room_back() -> None:
    (finding,) = day_share(case(LEG, changes=(change(10_000, 12_000, 5), change(12_000, 10_000, 4))))
    assert (finding.actual, finding.passed) == ("40.00 USD", False)


def test_what_used_up_its_room_may_not_be_raised_at_all() -> None:
    (finding,) = day_share(case(LEG, changes=(change(5_000, 10_000, 5),)))
    assert finding.cure == "At most 100.00 USD a day would pass now."


@pytest.mark.parametrize(
    "other",
    [
        change(1_000, 9_000, 24),
        change(1_000, 9_000, 1, currency="EUR"),
        change(1_000, 9_000, 1, key="meta/act_1/campaign/8"),
    ],
)
def test_what_is_a_day_old_or_of_another_budget_or_currency_does_not_count(other: BudgetChange) -> None:
    (finding,) = day_share(case(LEG, changes=(other,)))
    assert (finding.actual, finding.passed) == ("20.00 USD", True)


def test_a_week_counts_what_a_day_has_forgotten_and_ends_after_seven() -> None:
    (finding,) = week_share(case(LEG, changes=(change(9_000, 12_000, 167),)))
    assert finding.rule == "week_share"
    assert "raised by 50.00 USD within 7 days; 36.00 USD is allowed (40 % of 90.00 USD)" in finding.message
    (fresh,) = week_share(case(LEG, changes=(change(9_000, 12_000, 168),)))
    assert fresh.passed
    (day,) = day_share(case(LEG))
    assert (day.rule, day.passed) == ("day_share", True)


def test_lowering_is_asked_neither_of_the_day_nor_of_the_week() -> None:
    lower = case(budget_leg("120", "100"))
    assert [*day_share(lower), *week_share(lower)] == []


def test_limits_are_rounded_inwards_and_shares_told_in_percent() -> None:
    assert bounded(Money(333, "USD"), Decimal("0.5"), ROUND_FLOOR) == Money(166, "USD")
    assert bounded(Money(333, "USD"), Decimal("0.5"), ROUND_CEILING) == Money(167, "USD")
    assert (percent(Decimal("0.50")), percent(Decimal("0.125")), percent(Decimal(2))) == (
        "50 %",
        "12.5 %",
        "200 %",
    )
