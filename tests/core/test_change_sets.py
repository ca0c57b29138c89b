"""The plan hash stands for exactly what is shown and sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.canonical import canonical_json, sha256_of
from omnify_core.change_sets import Plan
from omnify_core.legs import object_key
from tests.builders.plans import budget_leg, plan


def test_the_same_plan_has_the_same_hash_after_a_round_trip() -> None:
    original = plan(budget_leg("100", "120"))
    assert Plan.model_validate_json(original.model_dump_json()).hash == original.hash


@pytest.mark.parametrize(
    "other",
    [
        plan(budget_leg("100", "121")),
        plan(budget_leg("99", "120")),
        plan(budget_leg(native_id="1202")),
        plan(revision=2),
        plan(tenant="t2"),
        plan(budget_leg(), budget_leg(native_id="7")),
    ],
)
def test_any_difference_changes_the_hash(other: Plan) -> None:
    assert other.hash != plan().hash


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none(), max_size=6))
def test_canonical_json_does_not_depend_on_order(value: dict[str, object]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(backwards)
    assert sha256_of(value) == sha256_of(backwards)


def test_a_float_has_no_canonical_form() -> None:
    with pytest.raises(AssertionError, match="float"):
        canonical_json({"amount": 1.5})


def test_legs_of_one_shared_budget_lock_one_object() -> None:
    shared = {"budget_key": "campaignBudgets/9"}
    first = budget_leg(native_id="1").model_copy(update=shared)
    second = budget_leg(native_id="2").model_copy(update=shared)
    assert object_key(first) == object_key(second)
