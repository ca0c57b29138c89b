"""Whose accounts a market holds: names, currencies, campaigns to be, and what the business sells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from omnify_core.campaigns import Platform
from omnify_core.money import exponent

USD_PER_UNIT = {"USD": 1.0, "EUR": 1.09, "GBP": 1.27, "JPY": 0.0068}
"""Rates of the market's own; the world itself reckons in USD."""


class Angle(NamedTuple):
    """What an ad says."""

    short: str
    headline: str
    body: str


class Brand(NamedTuple):
    """A house whose campaigns never meet another's buyers. `line`: what it sells, in a word."""

    name: str
    site: str
    line: str
    angles: tuple[Angle, ...]
    order_usd: float | None = None
    """What an order is worth, where all campaigns sell the same goods."""


class Account(NamedTuple):
    id: str
    name: str
    brand: Brand
    currency: str = "USD"


class Manager(NamedTuple):
    """A manager account of Google Ads, through which all customers are reached."""

    id: str
    name: str


class Plan(NamedTuple):
    """One campaign to be. `budget`: a day, in whole units of the account's currency; campaigns of one
    account with the same `pool` share one."""

    account: str
    kind: str
    name: str
    budget: int
    ads: int
    pool: str = ""
    is_paused: bool = False


class Trade(NamedTuple):
    """What the business systems show of it. Prices are in minor units of `currency`.

    `one_in`: so many conversions that are true make one person known by name. `order`: what an order is
    worth on average. `plans` are paid monthly, by the `subscribing_share` of people (0-1) who begin one.
    """

    line: str
    currency: str
    one_in: float
    organic_a_day: float
    shop_domain: str
    goods: tuple[tuple[str, int], ...]
    order: int
    plans: tuple[tuple[str, int], ...]
    subscribing_share: float
    trial_days: int = 0
    is_shop: bool = False
    """Everybody who comes buys goods, best the first of them; else they come as leads."""


@dataclass(frozen=True, slots=True)
class Advertiser:
    """`shift` moves all ids away from those of other advertisers."""

    slug: str
    name: str
    zone: str
    brands: tuple[Brand, ...]
    accounts: Mapping[Platform, tuple[Account, ...]]
    plans: Mapping[Platform, tuple[Plan, ...]]
    trade: Trade
    business: tuple[Platform, ...] = ()
    """Which CRM, shop and payment platforms it uses."""
    managers: Mapping[Platform, Manager] = field(default_factory=dict)
    channel: str = ""
    organization: str = ""
    shift: int = 0

    @property
    def platforms(self) -> tuple[Platform, ...]:
        return (*self.accounts, *self.business)

    def held(self, platform: Platform) -> dict[str, Account]:
        """A platform's accounts by id."""
        return {account.id: account for account in self.accounts.get(platform, ())}

    def account(self, id_: str) -> Account:
        return next(one for held in self.accounts.values() for one in held if one.id == id_)

    def is_manager(self, customer: str) -> bool:
        return any(customer == manager.id for manager in self.managers.values())

    def customers_of(self, manager: str) -> dict[str, Account]:
        """By id; none for a customer that manages nobody."""
        platforms = [platform for platform, held in self.managers.items() if held.id == manager]
        return self.held(platforms[0]) if platforms else {}


def minor_per_unit(currency: str) -> int:
    """Smallest units in one: 100 cents, 1 yen."""
    return int(10 ** exponent(currency))


def micros_per_minor(currency: str) -> int:
    """Millionths of a unit in the smallest one: 10,000 for a cent, a million for a yen."""
    return 1_000_000 // minor_per_unit(currency)
