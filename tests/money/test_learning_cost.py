"""What a reset learning phase costs, in money, from what earlier steps cost; or that it cannot be told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from omnify_core.campaigns import DailyMetrics, Platform
from omnify_core.change_sets import EffectInputs
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_guardrails.effects import effect_from
from omnify_guardrails.learning_cost import Learning, LearningCost, learning_cost
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.replaying import packed
from tests.builders.money import usd
from tests.builders.plans import budget_leg
from tests.builders.stores import day_of_figures

BEGIN, AS_OF = date(2026, 7, 5), date(2026, 11, 1)
USD = Rates("USD")


def history(
    native_id: str, spend: int, *, steps: dict[int, int] | None = None, dearer: float = 1.25, since: int = 0
) -> list[DailyMetrics]:
    """A conversion costs 10.00, and `dearer` times that in the week after each step. Days count from 0."""
    rows, last = [], -99
    for day in range(since, (AS_OF - BEGIN).days + 1):
        if day in (steps or {}):
            spend, last = (steps or {})[day], day
        cost = 10 * (dearer if last <= day < last + 7 else 1)
        rows.append(
            day_of_figures(
                BEGIN + timedelta(days=day),
                f"meta:{native_id}",
                spend=Money(spend * 100, "USD"),
                conversions=spend / cost,
            )
        )
    return rows


def cost_of(rows: list[DailyMetrics], *legs: AnyLeg, **changes: object) -> LearningCost:
    learning = Learning(**changes)  # type: ignore[arg-type]
    return learning_cost(rows, legs, as_of=AS_OF, learning=learning, rates=USD)


TWO_STEPS = history("1", 100, steps={30: 150}) + history("2", 100, steps={50: 60})


def test_a_step_costs_what_earlier_steps_cost() -> None:
    """A quarter dearer means that a fifth of what is spent in the week brings nothing."""
    cost = cost_of([*TWO_STEPS, *history("1201", 100)], budget_leg("100", "150"))
    assert cost.money == usd("210")  # a fifth of 7 days at 150
    (note,) = cost.notes
    assert "begins it anew with a step above 20 %" in note
    assert "over 7 days that is expected to cost 210.00 USD" in note
    assert "after 2 such steps on Meta Ads a conversion cost 25% more at first" in note


def test_a_campaign_that_uses_half_its_budget_loses_half_as_much() -> None:
    cost = cost_of([*TWO_STEPS, *history("1201", 50)], budget_leg("100", "150"))
    assert cost.money == usd("105")


@pytest.mark.parametrize(("after", "resets"), [("120", False), ("121", True), ("80", False), ("79", True)])
def test_only_a_step_above_the_share_begins_it_anew(after: str, resets: bool) -> None:
    cost = cost_of([*TWO_STEPS, *history("1201", 100)], budget_leg("100", after))
    assert bool(cost.notes) is resets
    assert (cost.money is not None) is resets


def test_all_legs_that_begin_it_anew_are_added_up() -> None:
    rows = [*TWO_STEPS, *history("1201", 100), *history("1202", 100)]
    legs = (budget_leg("100", "150"), budget_leg("100", "50", native_id="1202"))
    assert cost_of(rows, *legs).money == usd("280")


def test_steps_that_made_nothing_dearer_cost_nothing() -> None:
    rows = history("1", 100, steps={30: 150}, dearer=1) + history("2", 100, steps={50: 60}, dearer=0.9)
    assert cost_of([*rows, *history("1201", 100)], budget_leg("100", "150")).money == usd(0)


@pytest.mark.parametrize(
    "rows",
    [
        history("1", 100, steps={30: 150}),  # one step only
        history("1", 2, steps={30: 3}) + history("2", 2, steps={50: 1}),  # too few conversions
        history("1", 100, steps={30: 115}) + history("2", 100, steps={50: 90}),  # no step is large
        history("1", 100) + history("2", 100),  # what ran when the history begins did not start there
        history("1", 100, steps={110: 150}) + history("2", 100, steps={112: 60}),  # not over yet
        [],
    ],
)
def test_with_too_little_to_go_by_it_says_so(rows: list[DailyMetrics]) -> None:
    cost = cost_of(rows, budget_leg("100", "150"))
    assert cost.money is None
    assert "cannot be told: the history shows" in cost.notes[0]


def test_a_start_is_a_step() -> None:
    first = history("1", 100)
    starts = [history(str(n), 100, steps={n: 100}, since=n) for n in (20, 40)]
    assert cost_of([*first, *starts[0], *starts[1]], budget_leg("100", "150")).money == usd("210")


def test_steps_on_another_platform_say_nothing() -> None:
    leg = budget_leg("100", "150", platform=Platform.GOOGLE)
    assert cost_of(TWO_STEPS, leg).money is None


def test_how_long_and_from_which_step_on_is_the_policys_to_say() -> None:
    rows = [*TWO_STEPS, *history("1201", 100)]
    assert cost_of(rows, budget_leg("100", "150"), step_share=Decimal("0.5")).money is None
    longer = cost_of(rows, budget_leg("100", "150"), days=14)
    assert longer.money is not None
    assert "over 14 days" in longer.notes[0]


def test_without_a_rate_it_is_not_added_up() -> None:
    leg = budget_leg("100", "150", currency="EUR")
    cost = cost_of(TWO_STEPS, leg)
    assert cost.money is None
    assert "there is no rate for EUR" in cost.notes[0]


def test_the_card_comes_out_again_from_what_was_kept() -> None:
    inputs = EffectInputs(snapshot="", as_of=AS_OF, base_currency="USD", code="")
    rows, legs = [*TWO_STEPS, *history("1201", 100)], (budget_leg("100", "150"),)
    card = effect_from(rows, legs, inputs)
    kept = TypeAdapter(list[DailyMetrics]).validate_json(packed(rows)[0])
    assert card.learning_cost == usd("210")
    assert effect_from(kept, legs, inputs).model_dump_json() == card.model_dump_json()
