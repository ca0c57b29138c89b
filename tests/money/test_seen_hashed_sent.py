"""What the approver saw is what was hashed and what is sent, whatever letters are in it."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from omnify_core.canonical import canonical_json
from omnify_core.change_sets import Plan
from omnify_core.money import Money
from omnify_guardrails.legs import Move
from omnify_guardrails.names import name_marks, visible
from omnify_guardrails.wording import after_text, before_text
from tests.builders.plans import budget_leg, plan
from tests.money.examples import examples

TRICKS = ["\u202e", "\u200b", "é", "e\u0301", "ﬁ", "Ａ", "а", "\U0001f600", "\n", '"', "\\", "\x7f", "İ", "ß"]
names = st.lists(st.sampled_from(TRICKS) | st.characters(exclude_categories=["Cs"]), max_size=12).map("".join)
minors = st.integers(1, 10**12)
currencies = st.sampled_from(["USD", "JPY", "KWD"])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    currency, legs = draw(currencies), []
    for number in range(draw(st.integers(1, 4))):
        amounts = {"before": Money(draw(minors), currency), "after": Money(draw(minors), currency)}
        legs.append(budget_leg(native_id=str(number)).model_copy(update={"name": draw(names), **amounts}))
    return plan(*legs)


@settings(max_examples=examples(100), deadline=None)
@given(plans())
def test_a_plan_read_from_its_canonical_text_has_the_same_hash_and_text(one: Plan) -> None:
    text = canonical_json(one)
    again = Plan.model_validate(json.loads(text))
    assert again == one
    assert (again.hash, canonical_json(again)) == (one.hash, text)
    assert Plan.model_validate_json(one.model_dump_json()).hash == one.hash  # as it is stored


@settings(max_examples=examples(100), deadline=None)
@given(plans())
def test_the_amounts_on_the_card_are_those_that_are_hashed_and_sent(one: Plan) -> None:
    for leg in one.legs:
        for text, money in ((before_text(leg), leg.before), (after_text(leg), leg.after)):
            assert isinstance(money, Money)
            amount, _, currency = text.rpartition(" ")
            assert Money.parse(amount.replace(",", ""), currency) == money
        assert Move.of(leg).inverse().inverse() == Move.of(leg)


@settings(max_examples=examples(60), deadline=None)
@given(plans(), plans())
def test_two_plans_have_one_hash_only_if_they_are_the_same(one: Plan, other: Plan) -> None:
    """Letters that only look alike, or are composed otherwise, are other letters."""
    assert (one.hash == other.hash) is (one == other)


@settings(max_examples=examples(100), deadline=None)
@given(names)
def test_a_name_on_the_card_hides_nothing_and_never_merges_with_another(name: str) -> None:
    leg = budget_leg().model_copy(update={"name": name})
    same_look = leg.model_copy(update={"name": visible(name)})
    if visible(name) != name:
        assert plan(leg).hash != plan(same_look).hash
    assert not {"bidi control", "zero-width character"} & set(name_marks(visible(name)))
