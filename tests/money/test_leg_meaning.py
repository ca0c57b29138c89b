"""What each kind of leg can add to spending, what it is called, and when it is its turn."""

from __future__ import annotations

from decimal import Decimal

import pytest

from omnify_core.campaigns import Level, Status
from omnify_core.legs import (
    AnyLeg,
    InventoryLeg,
    NameLeg,
    StageLeg,
    SubscriptionLeg,
    TagsLeg,
    TargetingLeg,
    WorkflowLeg,
    object_key,
)
from omnify_core.money import Money
from omnify_core.policy import Operation as Op
from omnify_core.rates import Rates
from omnify_core.specs import SubscriptionTerms, Targeting
from omnify_guardrails.legs import (
    Move,
    creates,
    daily_raise,
    in_execution_order,
    leg_key,
    objects_of,
    on_ads,
    operation_of,
    raises,
    stake,
    total_raise,
)
from tests.builders import legs as a
from tests.builders.legs import bid_leg, campaign_leg, dollars, group_leg, keyword_leg, status_leg
from tests.builders.plans import budget_leg

TERMS = SubscriptionTerms(price_id="p", quantity=1, ends_with_period=False)
TARGETING = TargetingLeg(ref=a.GROUP, name="g", after=Targeting(countries=("US",)))
NAME = NameLeg(ref=a.GROUP, name="g", before="Good", after="Better")
CONTACT = a.a_ref(Level.CONTACT)
TAGS = TagsLeg(ref=CONTACT, name="c", after=("vip",))
STAGE = StageLeg(ref=a.a_ref(Level.OPPORTUNITY), name="d", pipeline_id="p", after="won")
WORKFLOW = WorkflowLeg(ref=CONTACT, name="w", workflow_id="w1")
STOCK = InventoryLeg(ref=a.a_ref(Level.PRODUCT), name="i", item_id="i", location_id="l", after=3)
SEATS = SubscriptionLeg(ref=a.a_ref(Level.SUBSCRIPTION), name="s", item_id="i", after=TERMS)
SETTINGS: tuple[AnyLeg, ...] = (NAME, TARGETING, TAGS, STAGE, WORKFLOW, STOCK, SEATS)
EUR = Rates("USD", {"EUR": Decimal("1.10")})


@pytest.mark.parametrize(
    ("leg", "added"),
    [
        (budget_leg("100", "120"), 2_000),
        (budget_leg("120", "100"), 0),
        (status_leg(Status.ENABLED), 7_000),
        (status_leg(Status.PAUSED), 0),
        (status_leg(Status.REMOVED), 0),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_a_budget_adds_its_raise_and_enabling_adds_all_that_is_at_stake(leg: AnyLeg, added: int) -> None:
    assert daily_raise(leg) == dollars(added)


@pytest.mark.parametrize(
    "leg",
    [*SETTINGS, bid_leg(None, dollars(90)), keyword_leg(None, a.a_keyword()), group_leg(daily=500)],
    ids=lambda leg: leg.kind,
)
def test_what_touches_no_budget_in_force_adds_nothing_that_could_be_counted(leg: AnyLeg) -> None:
    assert daily_raise(leg) is None


@pytest.mark.parametrize(
    ("leg", "more"),
    [
        (budget_leg("100", "120"), True),
        (budget_leg("100", "100"), False),
        (budget_leg("120", "100"), False),
        (status_leg(Status.ENABLED), True),
        (status_leg(Status.PAUSED), False),
        (bid_leg(dollars(80), dollars(90)), True),
        (bid_leg(dollars(80), dollars(80)), False),
        (bid_leg(dollars(90), dollars(80)), False),
        (bid_leg(None, dollars(80)), True),
        (bid_leg(Money(100, "EUR"), dollars(80)), True),
        (keyword_leg(None, a.a_keyword()), True),
        (keyword_leg(a.a_keyword(80), a.a_keyword(90)), True),
        (keyword_leg(a.a_keyword(80), a.a_keyword(70)), False),
        (keyword_leg(a.a_keyword(80), a.a_keyword(None)), True),
        (keyword_leg(a.a_keyword(None), a.a_keyword(None)), False),
        (keyword_leg(a.a_keyword(), None), False),
        (keyword_leg(None, a.a_keyword(negative=True)), False),
        (keyword_leg(a.a_keyword(negative=True), None), True),
        (TARGETING, True),
        (NAME, False),
        (campaign_leg(), False),
        (SEATS, False),
    ],
)
def test_whether_more_may_be_spent_afterwards(leg: AnyLeg, more: bool) -> None:
    assert raises(leg) is more


def test_raises_are_added_up_in_one_currency_and_nothing_is_set_against_them() -> None:
    euros = budget_leg("100", "110", currency="EUR")
    yen = budget_leg("100", "900", currency="JPY")
    legs = [budget_leg("100", "120"), budget_leg("120", "20"), euros, yen, NAME]
    assert total_raise(legs, EUR) == dollars(2_000 + 1_100)
    assert total_raise([], EUR) == dollars(0)


@pytest.mark.parametrize(
    ("leg", "operation"),
    [
        (budget_leg("100", "120"), Op.RAISE_BUDGET),
        (budget_leg("100", "100"), Op.LOWER_BUDGET),
        (budget_leg("120", "100"), Op.LOWER_BUDGET),
        (status_leg(Status.ENABLED), Op.ENABLE),
        (status_leg(Status.PAUSED), Op.PAUSE),
        (status_leg(Status.REMOVED), Op.REMOVE),
        (bid_leg(dollars(80), dollars(90)), Op.RAISE_BID),
        (bid_leg(dollars(90), dollars(80)), Op.LOWER_BID),
        (campaign_leg(), Op.CREATE),
        (campaign_leg(gone=True), Op.REMOVE),
        (group_leg(gone=True), Op.REMOVE),
        (keyword_leg(a.a_keyword(), None), Op.CHANGE_KEYWORDS),
        (TARGETING, Op.CHANGE_TARGETING),
        (NAME, Op.RENAME),
        (TAGS, Op.CHANGE_CRM),
        (STAGE, Op.CHANGE_CRM),
        (WORKFLOW, Op.CHANGE_CRM),
        (STOCK, Op.CHANGE_SHOP),
        (SEATS, Op.CHANGE_SUBSCRIPTION),
    ],
)
def test_each_leg_is_called_what_a_policy_can_block(leg: AnyLeg, operation: Op) -> None:
    assert operation_of(leg) is operation


def test_what_lowers_comes_first_then_what_creates_and_what_raises_last() -> None:
    order: tuple[AnyLeg, ...] = (
        group_leg("Old", gone=True),
        budget_leg("120", "100"),
        campaign_leg("Former", gone=True),
        campaign_leg(),
        group_leg(within="Spring"),
        keyword_leg(None, a.a_keyword(negative=True)),
        keyword_leg(None, a.a_keyword(), within="Runners"),
        TARGETING,
        budget_leg("100", "120"),
        keyword_leg(None, a.a_keyword()),
    )
    backwards = [order[index] for index in (9, 7, 8, 5, 6, 4, 3, 1, 2, 0)]
    assert in_execution_order(backwards) == order


def test_legs_of_one_rank_stay_in_the_order_that_was_asked_for() -> None:
    legs = (budget_leg(native_id="2"), budget_leg(native_id="1"))
    assert in_execution_order(legs) == legs


def test_only_what_was_not_there_before_is_created() -> None:
    assert creates(campaign_leg())
    assert creates(keyword_leg(None, a.a_keyword()))
    for other in (campaign_leg(gone=True), keyword_leg(a.a_keyword(80), a.a_keyword(90)), NAME, TARGETING):
        assert not creates(other)


def test_the_stake_is_the_daily_budget_that_there_is_afterwards() -> None:
    assert stake(budget_leg("100", "120")) == dollars(12_000)
    assert stake(status_leg(Status.PAUSED)) == dollars(7_000)
    assert stake(campaign_leg()) == dollars(8_000)
    assert stake(group_leg(daily=500)) == dollars(500)
    assert stake(campaign_leg(gone=True)) is None
    assert stake(bid_leg(None, dollars(80))) is None


def test_ad_figures_are_counted_for_ads_and_not_for_contacts() -> None:
    assert on_ads(NAME)
    assert on_ads(budget_leg())
    assert not on_ads(TAGS)


def test_a_status_holds_its_campaign_and_the_budget_behind_it() -> None:
    shared = status_leg(Status.ENABLED, budget_key="shared/9")
    assert objects_of(shared) == {"meta/act_1/campaign/7", "meta/act_1/shared/9"}
    assert objects_of(status_leg(Status.ENABLED, budget_key="")) == {"meta/act_1/campaign/7"}
    assert objects_of(NAME) == {object_key(NAME)}


def test_two_changes_of_one_object_have_different_keys() -> None:
    assert leg_key(NAME) == "meta/act_1/ad_group/77#name"
    assert leg_key(NAME) != leg_key(TARGETING)


def test_a_move_and_its_inverse_lead_back_to_where_it_began() -> None:
    move = Move.of(budget_leg("100", "120"))
    assert move == Move("meta/act_1/campaign/1201", "100.00 USD", "120.00 USD")
    assert move.inverse() == Move.of(budget_leg("120", "100"))
