"""Each rule of the money policy, with its numbers and what would pass."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest

from omnify_core.campaigns import AdGroup, EntityRef, Level, Platform, Status
from omnify_core.change_sets import Finding
from omnify_core.errors import BadInput
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.ledger import BudgetChange
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.policy import Hours, MoneyPolicy, Operation
from omnify_core.rates import DatedRates
from omnify_guardrails.case import Case, Evidence, Stage
from omnify_guardrails.exposure import Picture, Spender
from omnify_guardrails.legs import AnyLeg, Move, budget_object
from omnify_guardrails.policy import judge
from tests.builders.ad_world import ACCOUNTS, NOON, usd
from tests.builders.money import a_policy


def ref(native_id: str, platform: Platform = Platform.META) -> EntityRef:
    return EntityRef(
        platform=platform, account_id=ACCOUNTS[platform], level=Level.CAMPAIGN, native_id=native_id
    )


def budget(
    before: str, after: str, native_id: str = "1", *, key: str = "", platform: Platform = Platform.META
) -> BudgetLeg:
    return BudgetLeg(
        ref=ref(native_id, platform),
        name=f"Campaign {native_id}",
        budget_key=key or f"campaign/{native_id}",
        before=usd(before),
        after=usd(after),
    )


def status(after: Status, daily: str = "100", native_id: str = "1", *, key: str = "") -> StatusLeg:
    other = Status.PAUSED if after is Status.ENABLED else Status.ENABLED
    return StatusLeg(
        ref=ref(native_id),
        name=f"Campaign {native_id}",
        budget_key=key or f"campaign/{native_id}",
        before=other,
        after=after,
        daily_budget=usd(daily),
    )


def picture(
    *spending: tuple[str, str], paused: tuple[str, ...] = (), shared: dict[str, str] | None = None
) -> Picture:
    """Campaigns as (native id or platform:id, budget); `shared` names budgets that several use."""
    spenders, budgets, enabled = {}, {}, set()
    for name, amount in spending:
        platform_name, _, native = name.rpartition(":")
        platform = Platform(platform_name or "meta")
        key = (shared or {}).get(name, f"campaign/{native}")
        full = f"{platform.value}/{ACCOUNTS[platform]}/{key}"
        entity = EntityId(f"{platform.value}:{native}")
        spenders[entity] = Spender(platform, full, None)
        budgets[full] = Money.parse(*amount.split()) if " " in amount else usd(amount)
        if name not in paused:
            enabled.add(entity)
    return Picture(spenders=spenders, budgets=budgets, enabled=frozenset(enabled))


def denials(*legs: AnyLeg, seen: Picture, **changes: object) -> dict[str, Finding]:
    case_fields = {*Case.__dataclass_fields__} - {"policy", "legs", "picture"}
    of_case = {name: changes.pop(name) for name in list(changes) if name in case_fields}
    of_case.setdefault("now", NOON)
    case = Case(policy=a_policy(**changes), legs=legs, picture=seen, **of_case)  # type: ignore[arg-type]
    return {finding.rule: finding for finding in judge(case).denials}


def test_a_raise_within_all_limits_passes_and_says_what_the_caps_leave() -> None:
    case = Case(policy=a_policy(), legs=(budget("100", "120"),), picture=picture(("1", "100")), now=NOON)
    verdict = judge(case)
    assert verdict.allowed
    (cap,) = [finding for finding in verdict.findings if finding.rule == "daily_cap_total"]
    assert cap.message == (
        "Daily budgets on all platforms: 100.00 USD now, 120.00 USD with this change; "
        "the cap is 10,000.00 USD."
    )


def test_the_total_cap_counts_every_platform_and_says_what_would_pass() -> None:
    seen = picture(("1", "100"), ("google:2", "300"))
    found = denials(budget("100", "150"), seen=seen, daily_cap_total=usd(440))
    assert found["daily_cap_total"].actual == "450.00 USD"
    assert found["daily_cap_total"].limit == "440.00 USD"
    assert found["daily_cap_total"].cure.startswith("Raise by 10.00 USD less")


def test_exactly_the_cap_passes() -> None:
    seen = picture(("1", "100"), ("google:2", "300"))
    assert not denials(budget("100", "140"), seen=seen, daily_cap_total=usd(440))


def test_a_shared_budget_counts_once() -> None:
    both = {"1": "shared/7", "2": "shared/7"}
    seen = picture(("1", "100"), ("2", "100"), shared=both)
    assert not denials(budget("100", "140", key="shared/7"), seen=seen, daily_cap_total=usd(140))
    assert denials(budget("100", "141", key="shared/7"), seen=seen, daily_cap_total=usd(140))


def test_each_platform_has_its_own_cap() -> None:
    seen = picture(("1", "100"), ("google:2", "300"))
    caps = {Platform.META: usd(110), Platform.GOOGLE: usd(200)}
    found = denials(budget("100", "120"), seen=seen, daily_cap_by_platform=caps)
    assert list(found) == ["daily_cap_platform"]
    assert "Meta Ads" in found["daily_cap_platform"].message


def test_the_cap_holds_after_every_step_and_not_only_at_the_end() -> None:
    seen = picture(("1", "100"), ("2", "100"))
    raise_first = (budget("100", "150", "1"), budget("100", "50", "2"))
    found = denials(*raise_first, seen=seen, daily_cap_total=usd(200))
    assert found["daily_cap_total"].actual == "250.00 USD"
    assert not denials(*reversed(raise_first), seen=seen, daily_cap_total=usd(200))


def test_lowering_is_allowed_above_the_cap_and_raising_is_not() -> None:
    seen = picture(("1", "100"), ("2", "500"))
    assert not denials(budget("100", "80"), seen=seen, daily_cap_total=usd(400))
    swap = (budget("100", "80", "1"), budget("500", "510", "2"))
    assert denials(*swap, seen=seen, daily_cap_total=usd(400))


def test_enabling_counts_its_whole_budget() -> None:
    seen = picture(("1", "100"), ("2", "300"), paused=("1",))
    assert denials(status(Status.ENABLED), seen=seen, daily_cap_total=usd(399))
    assert not denials(status(Status.ENABLED), seen=seen, daily_cap_total=usd(400))


def test_a_raise_of_a_paused_campaign_counts_once_it_is_enabled_in_the_same_plan() -> None:
    seen = picture(("1", "100"), paused=("1",))
    legs = (budget("100", "150"), status(Status.ENABLED, "150"))
    assert denials(*legs, seen=seen, daily_cap_total=usd(149))
    assert not denials(*legs, seen=seen, daily_cap_total=usd(150))


def test_enabling_what_has_no_readable_budget_is_refused() -> None:
    seen = Picture(spenders={EntityId("meta:1"): Spender(Platform.META, "", None)})
    leg = status(Status.ENABLED, "0").model_copy(update={"budget_key": ""})
    assert "known_stake" in denials(leg, seen=seen)


def test_groups_with_their_own_budgets_are_what_enabling_their_campaign_puts_at_stake() -> None:
    seen = Picture(
        spenders={
            EntityId("meta:1"): Spender(Platform.META, "", None),
            EntityId("meta:11"): Spender(Platform.META, "meta/act_9/ad_group/11", EntityId("meta:1")),
            EntityId("meta:12"): Spender(Platform.META, "meta/act_9/ad_group/12", EntityId("meta:1")),
        },
        budgets={"meta/act_9/ad_group/11": usd(40), "meta/act_9/ad_group/12": usd(60)},
        enabled=frozenset({EntityId("meta:11")}),
    )
    leg = status(Status.ENABLED, "40").model_copy(update={"budget_key": ""})
    assert denials(leg, seen=seen, daily_cap_total=usd(39)).keys() == {"daily_cap_total"}
    assert not denials(leg, seen=seen, daily_cap_total=usd(40))


def test_one_step_may_change_a_budget_by_so_much_in_either_direction() -> None:
    seen = picture(("1", "99.99"))
    assert not denials(budget("99.99", "149.98"), seen=seen)
    up = denials(budget("99.99", "149.99"), seen=seen)["step_share"]
    assert up.cure == "Between 50.00 USD and 149.98 USD a day would pass."
    assert up.actual == "+50.0 %"
    assert "step_share" in denials(budget("99.99", "49.99"), seen=seen)
    assert not denials(budget("99.99", "50.00"), seen=seen)


def test_a_day_of_small_steps_is_bounded_as_one() -> None:
    def step(before: str, after: str, hours_ago: float) -> BudgetChange:
        key = budget_object(budget("1", "2"))
        pair = usd(before).minor, usd(after).minor
        at = NOON - timedelta(hours=hours_ago)
        return BudgetChange(object_key=key, at=at, before_minor=pair[0], after_minor=pair[1], currency="USD")

    seen = picture(("1", "180"))
    steps = (step("100", "140", 20), step("140", "180", 2))
    found = denials(budget("180", "201"), seen=seen, changes=steps)
    assert found["day_share"].actual == "101.00 USD"
    assert found["day_share"].cure == "At most 200.00 USD a day would pass now."
    assert not denials(budget("180", "200"), seen=seen, changes=steps)
    older = (step("100", "140", 24), step("140", "180", 2))
    assert not denials(budget("180", "201"), seen=seen, changes=older)
    assert not denials(budget("180", "100"), seen=seen, changes=steps)


def test_going_back_to_where_it_stood_is_no_new_step() -> None:
    leg = budget("50", "100")
    seen = picture(("1", "50"))
    assert "step_share" in denials(leg, seen=seen)
    assert not denials(leg, seen=seen, restored=frozenset({Move.of(leg)}))
    capped = denials(leg, seen=seen, restored=frozenset({Move.of(leg)}), daily_cap_total=usd(99))
    assert list(capped) == ["daily_cap_total"]


def test_one_campaign_has_its_own_cap() -> None:
    seen = picture(("1", "100"), ("2", "130"), paused=("2",))
    assert denials(budget("100", "121"), seen=seen, daily_cap_per_entity=usd(120)).keys() == {"entity_cap"}
    enabling = status(Status.ENABLED, "130", "2")
    assert denials(enabling, seen=seen, daily_cap_per_entity=usd(120)).keys() == {"entity_cap"}
    assert not denials(budget("130", "125", "2"), seen=seen, daily_cap_per_entity=usd(120))


@pytest.mark.parametrize("leg", [budget("100", "110"), budget("100", "90"), status(Status.PAUSED)])
def test_what_must_not_be_touched_is_not(leg: AnyLeg) -> None:
    found = denials(leg, seen=picture(("1", "100")), never_touch=frozenset({EntityId("meta:1")}))
    assert "never-touch list" in found["never_touch"].message


def test_a_neighbor_on_the_same_budget_is_touched_as_well() -> None:
    seen = picture(("1", "100"), ("2", "100"), shared={"1": "shared/7", "2": "shared/7"})
    leg = budget("100", "110", key="shared/7")
    found = denials(leg, seen=seen, never_touch=frozenset({EntityId("meta:2")}))
    assert "would also change meta:2" in found["never_touch"].message


def test_what_stands_below_a_campaign_is_touched_by_its_status() -> None:
    ref_below = EntityRef(platform=Platform.META, account_id="act_9", level=Level.AD_GROUP, native_id="11")
    group = AdGroup(
        ref=ref_below, campaign_id=EntityId("meta:1"), name="", status=Status.ENABLED, read_at=NOON
    )
    seen = picture(("1", "100")).with_groups([group])
    found = denials(status(Status.PAUSED), seen=seen, never_touch=frozenset({EntityId("meta:11")}))
    assert "would also change meta:11" in found["never_touch"].message
    assert seen.uncounted() == []


def test_money_without_a_known_rate_fits_under_no_cap() -> None:
    seen = picture(("1", "100"), ("google:2", "90 EUR"))
    assert denials(budget("100", "110"), seen=seen)["currency"].actual == "EUR"
    assert not denials(budget("100", "90"), seen=seen)
    euros = budget("100", "110").model_copy(
        update={"before": Money(10_000, "EUR"), "after": Money(11_000, "EUR")}
    )
    assert "currency" in denials(euros, seen=picture(("1", "100 EUR")))


def test_an_object_in_flight_belongs_to_one_plan() -> None:
    leg = budget("100", "110")
    held = {budget_object(leg): ChangeSetId("cs_9")}
    assert "cs_9" in denials(leg, seen=picture(("1", "100")), held=held)["in_flight"].message


def test_enabling_waits_for_a_change_of_the_budget_behind_it() -> None:
    held = {budget_object(budget("100", "110")): ChangeSetId("cs_9")}
    seen = picture(("1", "100"), paused=("1",))
    assert "in_flight" in denials(status(Status.ENABLED), seen=seen, held=held)


def test_a_policy_may_keep_agents_from_asking() -> None:
    leg, seen = budget("100", "110"), picture(("1", "100"))
    assert "agent_may_propose" in denials(leg, seen=seen, by_agent=True, agent_may_propose=False)
    assert not denials(leg, seen=seen, by_agent=False, agent_may_propose=False)
    assert not denials(leg, seen=seen, by_agent=True)


def test_above_an_amount_a_second_person_is_needed() -> None:
    for after, needed in (("120", False), ("120.01", True)):
        policy = a_policy(second_person_above=usd(20), max_step_share=Decimal(1))
        case = Case(policy=policy, legs=(budget("100", after),), picture=picture(("1", "100")), now=NOON)
        assert judge(case).needs_second_person is needed


def test_what_the_caps_cannot_count_is_said_on_the_card() -> None:
    seen = picture(("1", "100"))
    blind = Picture(
        spenders={**seen.spenders, EntityId("meta:5"): Spender(Platform.META, "", None)},
        budgets=seen.budgets,
        enabled=seen.enabled | {EntityId("meta:5")},
    )
    verdict = judge(Case(policy=a_policy(), legs=(budget("100", "110"),), picture=blind, now=NOON))
    assert verdict.allowed
    assert any("meta:5" in finding.message for finding in verdict.findings if finding.rule == "uncounted")


EUROS = DatedRates(
    day=NOON.date(), source="typed by the owner", per_unit={"EUR": Decimal("1.10"), "JPY": Decimal("0.0066")}
)


def in_currency(before: str, after: str, currency: str) -> BudgetLeg:
    money = {"before": Money.parse(before, currency), "after": Money.parse(after, currency)}
    return budget("1", "2").model_copy(update=money)


def test_a_budget_in_another_currency_is_counted_at_the_days_rate() -> None:
    seen = picture(("1", "100 EUR"), ("2", "100"))
    leg = in_currency("100", "140", "EUR")
    assert denials(leg, seen=seen, rates=EUROS, daily_cap_total=usd("254.00")) == {}
    denied = denials(leg, seen=seen, rates=EUROS, daily_cap_total=usd("253.99"))
    assert denied["daily_cap_total"].actual == "254.00 USD"


def test_a_conversion_never_rounds_a_raise_below_a_cap() -> None:
    seen = picture(
        ("1", "1000 JPY"),
    )
    leg = in_currency("1000", "1400", "JPY")  # 9.24 USD
    assert "daily_cap_total" in denials(leg, seen=seen, rates=EUROS, daily_cap_total=usd("9.23"))
    assert denials(leg, seen=seen, rates=EUROS, daily_cap_total=usd("9.24")) == {}
    odd = in_currency("1000", "1401", "JPY")  # 9.2466 USD counts as 9.25
    assert "daily_cap_total" in denials(odd, seen=seen, rates=EUROS, daily_cap_total=usd("9.24"))


def test_a_rate_that_is_too_old_counts_as_none_and_says_so() -> None:
    seen = picture(
        ("1", "100 EUR"),
    )
    old = EUROS.model_copy(update={"day": NOON.date() - timedelta(days=8)})
    denied = denials(in_currency("100", "110", "EUR"), seen=seen, rates=old)
    assert "older than 7 days" in denied["currency"].message
    assert denials(in_currency("100", "90", "EUR"), seen=seen, rates=old) == {}


def test_a_monthly_cap_counts_what_was_spent_and_every_day_that_is_left() -> None:
    seen, at = (
        picture(
            ("1", "100"),
        ),
        NOON.replace(month=11, day=21),
    )  # ten days left
    spent = {Platform.META: usd(1_500), Platform.GOOGLE: usd(500)}
    leg = budget("100", "120")
    assert denials(leg, seen=seen, now=at, spent=spent, monthly_cap_total=usd(3_200)) == {}
    denied = denials(leg, seen=seen, now=at, spent=spent, monthly_cap_total=usd(3_199))
    assert denied["monthly_cap_total"].actual == "3,200.00 USD"
    assert "119.90 USD" in denied["monthly_cap_total"].cure
    of_meta = {"monthly_cap_by_platform": {Platform.META: usd(2_699)}}
    assert "monthly_cap_platform" in denials(leg, seen=seen, now=at, spent=spent, **of_meta)
    assert denials(budget("100", "90"), seen=seen, now=at, spent=spent, monthly_cap_total=usd(1)) == {}
    assert "monthly_cap_total" in denials(leg, seen=seen, now=at, spent=None, monthly_cap_total=usd(9_999))


def test_a_budgets_raises_of_a_week_are_added_up() -> None:
    key = budget_object(budget("100", "120"))
    six_days_ago = BudgetChange(
        object_key=key, at=NOON - timedelta(days=6), before_minor=10_000, after_minor=14_000, currency="USD"
    )
    seen = picture(
        ("1", "140"),
    )
    loose = {"max_day_share": Decimal(9), "changes": (six_days_ago,)}
    assert denials(budget("140", "150"), seen=seen, max_week_share=Decimal("0.5"), **loose) == {}
    assert "week_share" in denials(budget("140", "151"), seen=seen, max_week_share=Decimal("0.5"), **loose)
    eight = six_days_ago.model_copy(update={"at": NOON - timedelta(days=8)})
    loose["changes"] = (eight,)
    assert denials(budget("140", "151"), seen=seen, max_week_share=Decimal("0.5"), **loose) == {}


def test_a_budget_is_raised_only_on_enough_data() -> None:
    seen, leg = (
        picture(
            ("1", "100"),
        ),
        budget("100", "120"),
    )
    few = {leg.ref.id: Evidence(days=6, conversions=40.0, created_on=None)}
    denied = denials(leg, seen=seen, evidence=few, min_days=7, min_conversions=30)
    assert denied["min_data"].actual == "6 days, 40 conversions"
    assert denials(leg, seen=seen, evidence=few, min_days=6, min_conversions=40) == {}
    assert "min_data" in denials(leg, seen=seen, min_days=1)
    assert denials(budget("100", "80"), seen=seen, min_days=7) == {}


def test_a_campaign_that_is_being_learned_moves_in_small_steps() -> None:
    seen, day = (
        picture(
            ("1", "100"),
        ),
        NOON.date(),
    )
    young = {budget("100", "130").ref.id: Evidence(9, 9.0, day - timedelta(days=6))}
    denied = denials(budget("100", "130"), seen=seen, evidence=young, learning_days=7)
    assert "Between 80.00 USD and 120.00 USD" in denied["learning_phase"].cure
    assert denials(budget("100", "120"), seen=seen, evidence=young, learning_days=7) == {}
    assert denials(budget("100", "130"), seen=seen, evidence=young, learning_days=6) == {}
    key = budget_object(budget("100", "130"))
    big = BudgetChange(
        object_key=key, at=NOON - timedelta(days=2), before_minor=7_000, after_minor=10_000, currency="USD"
    )
    loose = {"max_day_share": Decimal(9), "changes": (big,), "learning_days": 7}
    assert "learning_phase" in denials(budget("100", "130"), seen=seen, **loose)


@pytest.mark.parametrize(("hour", "quiet"), [(21, False), (22, True), (23, True), (5, True), (6, False)])
def test_nothing_is_approved_in_quiet_hours_of_the_tenants_own_clock(hour: int, quiet: bool) -> None:
    seen, leg = (
        picture(
            ("1", "100"),
        ),
        budget("100", "120"),
    )
    at = NOON.replace(hour=hour) - timedelta(hours=1)  # Berlin is an hour ahead
    hours = {"quiet_hours": Hours(begin=time(22), end=time(6)), "now": at, "time_zone": "Europe/Berlin"}
    assert denials(leg, seen=seen, **hours) == {}, "asking is free"
    for stage in (Stage.APPROVAL, Stage.APPLY):
        assert ("quiet_hours" in denials(leg, seen=seen, stage=stage, **hours)) is quiet


def test_changes_are_made_on_allowed_weekdays_only() -> None:
    seen, leg = (
        picture(
            ("1", "100"),
        ),
        budget("100", "120"),
    )
    today = NOON.weekday()
    others = frozenset(range(7)) - {today}
    assert denials(leg, seen=seen, allowed_weekdays=others) == {}
    assert "allowed_weekdays" in denials(leg, seen=seen, allowed_weekdays=others, stage=Stage.APPROVAL)
    assert denials(leg, seen=seen, allowed_weekdays=frozenset({today}), stage=Stage.APPROVAL) == {}


def test_a_blocked_operation_is_refused_and_its_opposite_is_not() -> None:
    seen = picture(
        ("1", "100"),
    )
    blocked = {"blocked": frozenset({Operation.RAISE_BUDGET, Operation.PAUSE})}
    assert "blocked" in denials(budget("100", "120"), seen=seen, **blocked)
    assert denials(budget("100", "80"), seen=seen, **blocked) == {}
    assert "blocked" in denials(status(Status.PAUSED), seen=seen, **blocked)


def test_a_policy_whose_limits_are_in_another_currency_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="second_person_above"):
        MoneyPolicy(**{**a_policy().model_dump(), "second_person_above": Money.parse("5", "EUR")})
