"""Money as LinkedIn takes it: a decimal text in currency units, with the account's currency."""

from __future__ import annotations

import re
from typing import Any

from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.linkedin.errors import InputError, missing, unpermitted, wrong_value

_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,3})?", re.ASCII)
_LEAST_A_DAY = 10


def least_of_day(currency: str) -> int:
    """The smallest daily budget, in minor units."""
    return _LEAST_A_DAY * minor_per_unit(currency)


def minor_of(path: str, value: Any, currency: str, *, least: int = 0, inside: str = "") -> int | InputError:
    """Minor units; numbers are refused. `inside`: what leads to `path` in the body."""
    if not isinstance(value, dict):
        return wrong_value(path, value)
    strange = [f"{inside}{path}/{name}" for name in value if name not in ("amount", "currencyCode")]
    if strange:
        raise unpermitted("REQUEST_BODY", strange)
    for name in ("amount", "currencyCode"):
        if name not in value:
            return missing(f"{path}/{name}")
    amount, given = value["amount"], value["currencyCode"]
    if given != currency:
        why = f"Value {given} of {path}/currencyCode expected to match value {currency} of account"
        return InputError("MISMATCH_FIELDS", f"{path}/currencyCode", why)
    if not isinstance(amount, str) or not _DECIMAL.fullmatch(amount):
        return wrong_value(f"{path}/amount", repr(amount))
    try:
        minor = Money.parse(amount, currency).minor
    except BadInput:
        return wrong_value(f"{path}/amount", repr(amount))
    if minor < least:
        low = Money(least, currency).amount
        why = f"{path}/amount value {amount} can't be lower than {low}"
        return InputError("FIELD_VALUE_TOO_LOW", f"{path}/amount", why)
    return minor
