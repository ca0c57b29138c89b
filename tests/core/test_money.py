"""Money is exact, knows its currency's places and never mixes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.errors import BadInput, MixedCurrencies
from omnify_core.money import Money, exponent, total

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLP"])
MINOR = st.integers(-(10**12), 10**12)


@given(MINOR, CURRENCIES)
def test_the_printed_amount_parses_back_to_the_same_money(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.amount, currency) == money


@given(st.lists(MINOR, max_size=20), CURRENCIES)
def test_a_total_is_the_sum_of_its_minor_units(minors: list[int], currency: str) -> None:
    assert total([Money(minor, currency) for minor in minors], currency) == Money(sum(minors), currency)


@pytest.mark.parametrize(("currency", "places"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 2)])
def test_places_follow_the_currency(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize("text", ["", "abc", "1,5", "NaN", "Infinity", "12.345", "--3"])
def test_what_is_no_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Money.parse(text, "USD")


def test_yen_have_no_cents() -> None:
    assert Money.parse("120", "JPY").minor == 120
    with pytest.raises(BadInput, match="finer than JPY"):
        Money.parse("120.5", "JPY")


def test_unlike_money_is_never_added_or_compared() -> None:
    with pytest.raises(MixedCurrencies):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(MixedCurrencies):
        assert Money(1, "USD") < Money(1, "EUR")
    with pytest.raises(MixedCurrencies):
        total([Money(1, "EUR")], "USD")


@pytest.mark.parametrize("minor", [1.0, True, "1"])
def test_minor_units_are_whole_numbers(minor: object) -> None:
    with pytest.raises(BadInput):
        Money(minor, "USD")  # type: ignore[arg-type]


def test_scaling_rounds_half_to_even() -> None:
    assert Money(5, "USD").times(Decimal("0.5")) == Money(2, "USD")
    assert Money(15, "USD").times(Decimal("0.1")) == Money(2, "USD")


def test_a_share_of_nothing_is_missing_not_zero() -> None:
    assert Money(5, "USD").share_of(Money(0, "USD")) is None


@pytest.mark.parametrize("currency", ["usd", "US", "USDX", "ÄÖÜ", ""])
def test_a_currency_is_three_capitals(currency: str) -> None:
    with pytest.raises(BadInput, match="ISO 4217"):
        Money(1, currency)


def test_every_operation_refuses_unlike_money() -> None:
    dollar, euro = Money(1, "USD"), Money(1, "EUR")
    for mixed in (
        dollar.__sub__,
        dollar.__lt__,
        dollar.__le__,
        dollar.__gt__,
        dollar.__ge__,
        dollar.share_of,
    ):
        with pytest.raises(MixedCurrencies, match="convert first"):
            mixed(euro)


@given(MINOR, MINOR)
def test_money_is_ordered_and_turned_as_its_minor_units_are(left: int, right: int) -> None:
    one, other = Money(left, "USD"), Money(right, "USD")
    assert (one < other, one <= other) == (left < right, left <= right)
    assert (one > other, one >= other) == (left > right, left >= right)
    assert -one == Money(-left, "USD")
    assert one - other == Money(left - right, "USD")
    assert one >= one


def test_a_share_is_a_part_of_the_whole() -> None:
    assert Money(1, "USD").share_of(Money(4, "USD")) == 0.25
