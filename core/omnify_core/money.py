"""Money: integer minor units and an ISO 4217 currency. Never a binary float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from omnify_core.errors import BadInput, MixedCurrencies

# Currencies whose minor unit is not a hundredth (ISO 4217).
_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_ZERO.split(), 0) | dict.fromkeys(_THREE.split(), 3)


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit: USD 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. `minor` counts the currency's smallest unit (cents, yen, fils)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise BadInput(f"minor must be a whole number of minor units, not {self.minor!r}")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise BadInput(f"currency must be an ISO 4217 code such as 'USD', not {self.currency!r}")

    @classmethod
    def parse(cls, amount: str, currency: str) -> Money:
        """From a decimal string in currency units: `Money.parse("120.50", "USD")`.

        Raises BadInput where the text is no number or finer than the currency allows.
        """
        try:
            units = Decimal(amount.strip())
        except InvalidOperation as error:
            raise BadInput(f"amount {amount!r} is not a number; write it as '120.00'") from error
        return cls.exactly(units, currency)

    @classmethod
    def exactly(cls, units: Decimal, currency: str) -> Money:
        """From currency units. Raises BadInput where rounding would be needed."""
        if not units.is_finite():
            raise BadInput(f"amount {units} is not a finite number")
        scaled = units.scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise BadInput(f"amount {units} is finer than {currency} allows ({exponent(currency)} decimals)")
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, units: Decimal, currency: str) -> Money:
        """From currency units, half-even: for measured figures, never for a write."""
        return cls(int(units.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def units(self) -> Decimal:
        """The amount in currency units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @property
    def amount(self) -> str:
        """Decimal string in currency units with all the currency's places: '120.00'."""
        return f"{self.units:.{exponent(self.currency)}f}"

    def __str__(self) -> str:
        return f"{self.units:,.{exponent(self.currency)}f} {self.currency}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be combined; convert first")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def times(self, factor: Decimal | int) -> Money:
        """Scaled and rounded half-even to the minor unit."""
        scaled = (Decimal(self.minor) * factor).to_integral_value(ROUND_HALF_EVEN)
        return Money(int(scaled), self.currency)

    def share_of(self, whole: Money) -> float | None:
        """This divided by `whole`, or None where `whole` is zero."""
        self._same(whole)
        return None if whole.minor == 0 else self.minor / whole.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum in one currency. Raises MixedCurrencies rather than add unlike money."""
    sum_ = Money.zero(currency)
    for amount in amounts:
        sum_ += amount
    return sum_
