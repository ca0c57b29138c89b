"""Exchange rates: only codes and positive prices, and amounts rounded up against the limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_core.rates import DatedRates, Rates

DAY = date(2026, 11, 2)


def dated(**per_unit: str) -> DatedRates:
    return DatedRates(
        day=DAY, source="a bank", per_unit={code: Decimal(rate) for code, rate in per_unit.items()}
    )


def test_a_rate_is_kept_as_given() -> None:
    assert dated(EUR="1.0842", JPY="0.0001").per_unit == {"EUR": Decimal("1.0842"), "JPY": Decimal("0.0001")}


@pytest.mark.parametrize("code", ["eur", "EU", "EURO", "ÄÖÜ"])
def test_only_codes_name_currencies(code: str) -> None:
    with pytest.raises((BadInput, ValidationError), match="ISO 4217"):
        dated(**{code: "1"})


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity"])
def test_only_what_costs_something_is_a_rate(rate: str) -> None:
    with pytest.raises((BadInput, ValidationError)):
        dated(EUR=rate)


def test_amounts_are_rounded_up_to_the_base_currencys_places() -> None:
    rates = Rates("USD", {"EUR": Decimal("1.001"), "JPY": Decimal("0.0065"), "KWD": Decimal("3.25")})
    assert rates.convert(Money(1000, "EUR")) == Money(1001, "USD")
    assert rates.convert(Money(1, "EUR")) == Money(2, "USD")
    assert rates.convert(Money(1000, "JPY")) == Money(650, "USD")
    assert rates.convert(Money(1, "KWD")) == Money(1, "USD")
    assert rates.convert(Money(7, "USD")) == Money(7, "USD")


def test_a_currency_is_known_by_its_rate_or_as_the_base() -> None:
    rates = Rates("USD", {"EUR": Decimal(1)})
    assert (rates.knows("USD"), rates.knows("EUR"), rates.knows("JPY")) == (True, True, False)
