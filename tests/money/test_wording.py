"""Values in words: every field that is set, and nothing that could be taken for another field."""

from __future__ import annotations

import pytest

from omnify_core.campaigns import Status
from omnify_core.canonical import canonical_json, sha256_of
from omnify_core.legs import Value
from omnify_core.specs import AdGroupSpec, Gender, SubscriptionTerms, Targeting
from omnify_guardrails.wording import after_text, before_text, noted_text, value_key, value_parts, value_text
from tests.builders.business_legs import DANA
from tests.builders.legs import a_keyword, dollars
from tests.builders.plans import budget_leg

NARROW = Targeting(countries=("DE", "US"), age_min=18, genders=(Gender.FEMALE,))
NARROW_TEXT = "countries: DE, US; age min: 18; genders: female"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not there"),
        (Status.PAUSED, "paused"),
        (True, "in"),
        (False, "out"),
        ((), "none"),
        (("a", "b"), "a, b"),
        (("a, b",), '"a, b"'),
        (("",), '""'),
        ((" ",), '" "'),
        (("Schuhe für alle; (neu)",), '"Schuhe für alle; (neu)"'),
        (dollars(12_000), "120.00 USD"),
        (0, "0"),
        ("Spring: sale", "Spring: sale"),
        (Targeting(), "no restriction"),
        (NARROW, NARROW_TEXT),
        (a_keyword(80), "text: running shoes; match: phrase; negative: no; bid: 0.80 USD"),
        (AdGroupSpec(name="A"), "name: A"),
        (AdGroupSpec(name="A; B", targeting=NARROW), f'name: "A; B"; targeting ({NARROW_TEXT})'),
        (
            SubscriptionTerms(price_id="p", quantity=0, ends_with_period=True),
            "price id: p; quantity: 0; ends with period: yes",
        ),
    ],
)
def test_a_value_is_told_with_every_field_that_is_set(value: Value | None, text: str) -> None:
    assert value_text(value) == text


def test_twenty_entries_are_shown_and_more_are_counted_with_a_digest() -> None:
    few = tuple(str(number) for number in range(20))
    many = (*few, "20")
    assert value_text(few) == ", ".join(few)
    assert value_text(many) == f"21 entries with the SHA-256 {sha256_of(many)}"


def test_parts_name_each_field_once_and_a_single_thing_has_no_name() -> None:
    assert value_parts(None) == []
    assert value_parts(dollars(5)) == [("", "0.05 USD")]
    assert value_parts(NARROW) == [("countries", "DE, US"), ("age min", "18"), ("genders", "female")]
    group = AdGroupSpec(name="A", targeting=NARROW)
    assert value_parts(group) == [("name", "A"), ("targeting", NARROW_TEXT)]


def test_to_compare_by_a_record_is_its_canonical_form_and_all_else_its_text() -> None:
    assert value_key(NARROW) == canonical_json(NARROW)
    assert value_key(None) == "None"
    assert value_key(dollars(5)) == "0.05 USD"


def test_a_person_is_noted_as_a_hash_and_everything_else_in_full() -> None:
    assert DANA.email in value_text(DANA)
    assert DANA.email not in noted_text(DANA)
    assert noted_text(NARROW) == NARROW_TEXT
    leg = budget_leg("100", "120")
    assert (before_text(leg), after_text(leg)) == ("100.00 USD", "120.00 USD")
