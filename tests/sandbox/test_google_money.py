"""Google's micros on the sandbox's side, in currencies with two decimals, none, and three."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_sandbox.advertiser import micros_per_minor
from omnify_sandbox.google.errors import GoogleProblem
from omnify_sandbox.google.money import minor_of
from omnify_sandbox.google.refusing import check_bid

CURRENCIES = st.sampled_from(("USD", "EUR", "JPY", "KRW", "BHD", "KWD"))


@given(st.integers(min_value=1, max_value=10**7), CURRENCIES)
def test_whole_minor_units_are_kept_exactly(minor: int, currency: str) -> None:
    smallest = micros_per_minor(currency)
    assert smallest == {"JPY": 1_000_000, "KRW": 1_000_000, "BHD": 1_000, "KWD": 1_000}.get(currency, 10_000)
    assert minor_of(minor * smallest, smallest, ()) == minor


@given(st.integers(min_value=1, max_value=10**7), st.integers(min_value=1, max_value=999), CURRENCIES)
def test_what_is_finer_than_the_currency_is_refused(minor: int, more: int, currency: str) -> None:
    smallest = micros_per_minor(currency)
    with pytest.raises(GoogleProblem) as budget:
        minor_of(minor * smallest + more, smallest, ())
    assert budget.value.code == "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"
    with pytest.raises(GoogleProblem):
        check_bid(minor * smallest + more, smallest, ())


@given(st.integers(min_value=1, max_value=10**5), CURRENCIES)
def test_bids_of_whole_minor_units_are_taken(minor: int, currency: str) -> None:
    check_bid(minor * micros_per_minor(currency), micros_per_minor(currency), ())
