"""Exchange rates into one base currency, dated, as the policy keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal

from pydantic import Field, field_validator

from omnify_core.campaigns import Frozen
from omnify_core.errors import BadInput
from omnify_core.money import Money, exponent


class DatedRates(Frozen):
    """`per_unit`: what one unit of each currency costs in the base currency, e.g. EUR 1.0842 for USD."""

    day: date
    source: str = Field(max_length=200)
    per_unit: dict[str, Decimal]

    @field_validator("per_unit")
    @classmethod
    def _rates_are_positive(cls, rates: dict[str, Decimal]) -> dict[str, Decimal]:
        for code, rate in rates.items():
            if not (len(code) == 3 and code.isascii() and code.isupper()):
                raise BadInput(f"rates: {code!r} is no ISO 4217 code such as 'EUR'")
            if not (rate.is_finite() and rate > 0):
                raise BadInput(f"rates: one {code} must cost more than 0, not {rate}")
        return rates


@dataclass(frozen=True)
class Rates:
    """The rates that may be used today. Limits are judged with amounts rounded up."""

    base: str
    per_unit: Mapping[str, Decimal] = field(default_factory=dict)

    def knows(self, currency: str) -> bool:
        return currency == self.base or currency in self.per_unit

    def convert(self, money: Money) -> Money:
        """In the base currency, rounded up to its minor unit. The currency must be known."""
        if money.currency == self.base:
            return money
        assert self.knows(money.currency), "unknown currencies are refused by name before amounts are added"
        units = money.units * self.per_unit[money.currency]
        scaled = units.scaleb(exponent(self.base)).to_integral_value(ROUND_CEILING)
        return Money(int(scaled), self.base)
