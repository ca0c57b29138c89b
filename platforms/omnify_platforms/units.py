"""Money at the platforms' edge. Nothing else in the product knows micros or Meta's offsets."""

from __future__ import annotations

from decimal import Decimal

from omnify_core.errors import BadInput, Unsupported
from omnify_core.money import Money

_MICROS_DIGITS = 6

# Meta's own table of currencies ("Currency Codes"), which is not ISO's: HUF or TWD count in whole
# units though ISO gives them two places, BHD and JOD in hundredths though ISO gives them three.
_META_WHOLE = "CLP COP CRC HUF ISK IDR JPY KRW PYG TWD VND"
_META_HUNDREDTHS = (
    "DZD ARS AUD BHD BDT BOB BGN BRL GBP CAD CNY HRK CZK DKK EGP EUR GTQ HNL HKD INR ILS JOD KES LVL LTL "
    "MOP MYR MXN NZD NIO NGN NOK PKR PEN PHP PLN QAR RON RUB SAR RSD SGD SKK ZAR SEK CHF LKR THB TRY AED "
    "UAH USD UYU VEF VES"
)
_META_OFFSETS = dict.fromkeys(_META_WHOLE.split(), 1) | dict.fromkeys(_META_HUNDREDTHS.split(), 100)


def micros(money: Money) -> int:
    """Millionths of the currency unit, as Google writes money."""
    return int(money.units.scaleb(_MICROS_DIGITS))


def from_micros(count: int, currency: str) -> Money:
    """A budget, exact. Raises BadInput where the micros are finer than the currency."""
    return Money.exactly(Decimal(count).scaleb(-_MICROS_DIGITS), currency)


def measured_micros(count: Decimal, currency: str) -> Money:
    """A measured cost, which Google may give finer than the currency: rounded half-even."""
    return Money.rounded(count.scaleb(-_MICROS_DIGITS), currency)


def meta_offset(currency: str) -> int:
    """How many of Meta's units make one currency unit. Raises Unsupported rather than guess."""
    if currency not in _META_OFFSETS:
        raise Unsupported(f"Meta's unit for {currency} is not known here; budgets in it are not touched")
    return _META_OFFSETS[currency]


def meta_units(money: Money) -> int:
    """Meta's whole units. Raises BadInput where the amount is finer than Meta counts."""
    scaled = money.units * meta_offset(money.currency)
    if scaled != scaled.to_integral_value():
        step = Decimal(1) / meta_offset(money.currency)
        raise BadInput(f"amount {money} is finer than Meta counts {money.currency}; use steps of {step}")
    return int(scaled)


def from_meta_units(count: int, currency: str) -> Money:
    """A budget, exact. Raises BadInput where ISO's minor unit is coarser than Meta's."""
    return Money.exactly(Decimal(count) / meta_offset(currency), currency)


def measured(units: Decimal, currency: str) -> Money:
    """A measured figure in currency units: rounded half-even."""
    return Money.rounded(units, currency)


# Stripe's own list, which is not ISO's: ISK and UGX have two places, which must be 0, and MGA has none.
_STRIPE_WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_STRIPE_THOUSANDTHS = "BHD JOD KWD OMR TND"
_STRIPE_EXPONENTS = dict.fromkeys(_STRIPE_WHOLE.split(), 0) | dict.fromkeys(_STRIPE_THOUSANDTHS.split(), 3)


def from_stripe_units(count: int, currency: str) -> Money:
    """Exact. Raises BadInput where Stripe's count is finer than the currency."""
    return Money.exactly(Decimal(count).scaleb(-_STRIPE_EXPONENTS.get(currency, 2)), currency)


def stripe_units(money: Money) -> int:
    """As Stripe counts. Raises BadInput where that is too coarse; thousandths go in tens."""
    places = _STRIPE_EXPONENTS.get(money.currency, 2)
    scaled = money.units.scaleb(places)
    if scaled != scaled.to_integral_value() or (places == 3 and scaled % 10):
        raise BadInput(f"amount {money} is finer than Stripe takes {money.currency}; round it")
    return int(scaled)
