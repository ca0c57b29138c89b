"""Micros and Meta's units: exact both ways, in every currency, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.errors import BadInput, Unsupported
from omnify_core.money import Money, exponent
from omnify_platforms.units import (
    from_meta_units,
    from_micros,
    measured,
    measured_micros,
    meta_offset,
    meta_units,
    micros,
)

ISO = ["USD", "EUR", "JPY", "KRW", "VND", "KWD", "BHD", "JOD", "TND", "HUF", "TWD", "CLP", "ISK"]
OF_META = ["USD", "EUR", "JPY", "KRW", "VND", "HUF", "TWD", "COP", "IDR", "CLP", "BHD", "JOD"]
AMOUNTS = st.integers(min_value=0, max_value=10**12)


@given(AMOUNTS, st.sampled_from(ISO))
def test_money_survives_micros_exactly(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert from_micros(micros(money), currency) == money


@given(AMOUNTS, st.sampled_from(ISO))
def test_a_currency_unit_is_a_million_micros(units: int, currency: str) -> None:
    assert micros(Money.exactly(Decimal(units), currency)) == units * 1_000_000


@given(AMOUNTS, st.sampled_from(ISO))
def test_micros_finer_than_the_currency_are_refused_as_a_budget(count: int, currency: str) -> None:
    step = 10 ** (6 - exponent(currency))
    if count % step == 0:
        assert micros(from_micros(count, currency)) == count
    else:
        with pytest.raises(BadInput, match="finer than"):
            from_micros(count, currency)


@given(AMOUNTS, st.sampled_from(ISO))
def test_a_measured_cost_is_off_by_half_a_minor_unit_at_most(count: int, currency: str) -> None:
    off = abs(measured_micros(Decimal(count), currency).units - Decimal(count).scaleb(-6))
    assert off <= Decimal(5).scaleb(-exponent(currency) - 1)


@given(AMOUNTS, st.sampled_from(OF_META))
def test_meta_s_units_survive_exactly_or_are_refused(count: int, currency: str) -> None:
    assert meta_units(from_meta_units(count, currency)) == count


@given(AMOUNTS, st.sampled_from(OF_META))
def test_no_budget_is_rounded_on_its_way_to_meta(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    exact = money.units * meta_offset(currency)
    if exact == exact.to_integral_value():
        assert meta_units(money) == exact
    else:
        with pytest.raises(BadInput, match="finer than Meta counts"):
            meta_units(money)


@pytest.mark.parametrize(
    ("amount", "currency", "count"),
    [
        ("50.00", "USD", 5000),
        ("5000", "JPY", 5000),
        ("12000", "HUF", 12000),  # ISO has two places, Meta none
        ("300.00", "TWD", 300),
        ("12.340", "BHD", 1234),  # ISO has three places, Meta two
    ],
)
def test_meta_s_table_is_not_iso_s(amount: str, currency: str, count: int) -> None:
    assert meta_units(Money.parse(amount, currency)) == count
    assert from_meta_units(count, currency) == Money.parse(amount, currency)


@pytest.mark.parametrize(("amount", "currency"), [("12.50", "HUF"), ("12.345", "BHD")])
def test_what_meta_cannot_count_is_refused_with_the_step_that_it_can(amount: str, currency: str) -> None:
    with pytest.raises(BadInput, match="use steps of"):
        meta_units(Money.parse(amount, currency))


def test_a_currency_that_meta_s_table_lacks_is_not_guessed() -> None:
    with pytest.raises(Unsupported, match="KWD"):
        meta_units(Money.parse("1", "KWD"))


@pytest.mark.parametrize(
    ("units", "currency", "minor"), [("12.345", "USD", 1234), ("12.5", "JPY", 12), ("1.2345", "KWD", 1234)]
)
def test_measured_figures_round_half_even(units: str, currency: str, minor: int) -> None:
    assert measured(Decimal(units), currency) == Money(minor, currency)
