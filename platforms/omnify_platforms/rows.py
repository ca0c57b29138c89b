"""Reading a platform's rows: a field that is not as the contract says is named, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, PlatformError
from omnify_core.money import Money
from omnify_platforms.refusals import quoted

T = TypeVar("T")
_LONGEST_TEXT = 2000


class Row:
    """A JSON object by dotted paths: `row.text("campaign.name")`. Platforms leave unset fields out."""

    def __init__(self, platform: Platform, data: Any) -> None:
        self._platform = platform
        self._data = data

    @property
    def platform(self) -> Platform:
        return self._platform

    def raw(self, path: str) -> Any:
        """The value, or None where any step is absent."""
        value = self._data
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def text(self, path: str) -> str:
        """The owner's text as it is, at most 2,000 characters; '' where absent."""
        value = self.raw(path)
        return value[:_LONGEST_TEXT] if isinstance(value, str) else ""

    def id(self, path: str) -> str:
        value = str(self.raw(path))
        if not (value.isascii() and value.isdigit()):
            raise self.broken(path)
        return value

    def count(self, path: str) -> int:
        """A whole number that platforms send as text; 0 where absent."""
        number = self.decimal(path)
        if number != number.to_integral_value():
            raise self.broken(path)
        return int(number)

    def decimal(self, path: str) -> Decimal:
        value = self.raw(path)
        try:
            number = Decimal(str(value if value is not None else 0))
        except InvalidOperation:
            raise self.broken(path) from None
        if not number.is_finite():
            raise self.broken(path)
        return number

    def required(self, path: str) -> str:
        return self.text(path) or self._break(path)

    def exact(self, path: str, convert: Callable[[int, str], Money], currency: str) -> Money:
        """Money in the platform's own count, converted without rounding."""
        try:
            return convert(self.count(path), currency)
        except BadInput:
            raise self.broken(path) from None

    def money(self, path: str, currency: str) -> Money:
        """An amount in currency units, text or number, taken over without rounding."""
        try:
            return Money.exactly(self.decimal(path), currency)
        except BadInput:
            raise self.broken(path) from None

    def day(self, path: str) -> date | None:
        """The date that a date or time starts with; None where absent."""
        if self.raw(path) is None:
            return None
        try:
            return date.fromisoformat(str(self.raw(path))[:10])
        except ValueError:
            raise self.broken(path) from None

    def moment(self, path: str) -> datetime | None:
        """An ISO time with its offset; None where absent."""
        if self.raw(path) is None:
            return None
        try:
            return datetime.fromisoformat(str(self.raw(path)))
        except ValueError:
            raise self.broken(path) from None

    def one_of(self, path: str, words: Mapping[str, T]) -> T:
        value = self.raw(path)
        if not isinstance(value, str) or value not in words:
            raise self.broken(path)
        return words[value]

    def rows(self, path: str) -> list[Row]:
        value = self.raw(path)
        return [Row(self._platform, item) for item in value] if isinstance(value, list) else []

    def _break(self, path: str) -> NoReturn:
        raise self.broken(path)

    def broken(self, path: str) -> PlatformError:
        return PlatformError(
            f"{self._platform.label} sent {path} as {quoted(str(self.raw(path)))}, which its contract does "
            "not allow; the row was not used. Check the API version of the adapter",
            platform=self._platform.value,
        )


def digits(native_id: str, what: str) -> str:
    """An id that may stand in a path or a query. Raises BadInput."""
    if not (native_id.isascii() and native_id.isdigit()):
        raise BadInput(f"{what} must be digits, as the platform lists it, not {native_id!r}")
    return native_id


def word(native_id: str, what: str) -> str:
    """An id of letters, digits, '_' and '-' that may stand in a path. Raises BadInput."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", native_id):
        raise BadInput(f"{what} must be as the platform lists it, not {native_id!r}")
    return native_id


def same_currency(amount: Money, currency: str, *, account_id: str) -> None:
    """Raises BadInput where a write's money is not the account's."""
    if amount.currency != currency:
        raise BadInput(f"account {account_id} counts in {currency}; {amount} cannot be set there")


def as_told(found: Iterable[T], told: tuple[T, ...]) -> tuple[T, ...]:
    """A set of values in the order in which somebody named the same set, else sorted."""
    held = tuple(found)
    same = len(held) == len(told) and set(held) == set(told)
    return told if same else tuple(sorted(held, key=str))
