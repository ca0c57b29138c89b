"""A tenant's money policy, as data."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from omnify_core.campaigns import Frozen, Platform
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId, TenantId
from omnify_core.money import Money
from omnify_core.rates import DatedRates, Rates

EVERY_DAY = frozenset(range(7))


class Operation(StrEnum):
    """What a change does, as a policy can block it."""

    RAISE_BUDGET = "raise_budget"
    LOWER_BUDGET = "lower_budget"
    ENABLE = "enable"
    PAUSE = "pause"
    REMOVE = "remove"  # cannot be undone; blocked unless an owner allows it
    CREATE = "create"
    RENAME = "rename"
    RAISE_BID = "raise_bid"
    LOWER_BID = "lower_bid"
    CHANGE_KEYWORDS = "change_keywords"
    CHANGE_TARGETING = "change_targeting"
    CHANGE_CRM = "change_crm"
    CHANGE_SHOP = "change_shop"
    CHANGE_SUBSCRIPTION = "change_subscription"


class Hours(Frozen):
    """A daily span of local time; one that ends before it begins runs over midnight."""

    begin: time
    end: time

    def __contains__(self, at: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M} to {self.end:%H:%M}"


class MoneyPolicy(Frozen):
    """Caps are caps on budgets: platforms may spend more on a day (Google 2x, Meta 1.25x).

    `max_step_share` bounds one change of one budget (0.5 = half up or down); `max_day_share` and
    `max_week_share` the sum of a budget's increases within 24 hours and seven days, against its level
    before them. Monthly caps bound what was spent this month plus the daily budgets until its end.
    `min_days` and `min_conversions` (over 30 days) must stand behind a campaign before its budget is
    raised; within `learning_days` of its start or of a larger change, a budget moves by
    `learning_step_share` at most. In quiet hours and on other than the allowed weekdays (Monday is 0, local
    time of the tenant) nothing is approved or applied.
    """

    tenant_id: TenantId
    version: int = Field(1, ge=1)
    base_currency: str
    daily_cap_total: Money
    daily_cap_by_platform: dict[Platform, Money] = Field(default_factory=dict)
    daily_cap_per_entity: Money | None = None
    monthly_cap_total: Money | None = None
    monthly_cap_by_platform: dict[Platform, Money] = Field(default_factory=dict)
    max_step_share: Decimal = Field(Decimal("0.50"), gt=0, le=100)
    max_day_share: Decimal = Field(Decimal("1.00"), gt=0, le=100)
    max_week_share: Decimal | None = Field(None, gt=0, le=100)
    min_days: int = Field(0, ge=0, le=30)
    min_conversions: int = Field(0, ge=0)
    learning_days: int = Field(0, ge=0, le=60)
    learning_step_share: Decimal = Field(Decimal("0.20"), gt=0, le=1)
    quiet_hours: Hours | None = None
    allowed_weekdays: frozenset[int] = EVERY_DAY
    blocked: frozenset[Operation] = frozenset({Operation.REMOVE})
    second_person_above: Money | None = None
    short_expiry_above: Money | None = None
    never_touch: frozenset[EntityId] = frozenset()
    agent_may_propose: bool = True
    propose_roll_back: bool = False
    second_factor_for_approval: bool = False
    second_factor_minutes: int = Field(15, ge=1, le=1440)
    rates: DatedRates | None = None
    max_rate_age_days: int = Field(7, ge=0, le=90)

    @model_validator(mode="after")
    def _limits_are_in_the_base_currency(self) -> MoneyPolicy:
        for name, money in self._limits():
            if money.currency != self.base_currency:
                raise BadInput(f"{name} is in {money.currency}; the policy's base is {self.base_currency}")
            if money.minor < 0:
                raise BadInput(f"{name} must not be below zero, not {money}")
        if not self.allowed_weekdays <= EVERY_DAY or not self.allowed_weekdays:
            raise BadInput("allowed_weekdays are numbers from 0 (Monday) to 6, at least one of them")
        return self

    def rates_on(self, day: date) -> Rates:
        """The rates that may be used on that day: none that are older than the policy allows."""
        if self.rates is None or day - self.rates.day > timedelta(days=self.max_rate_age_days):
            return Rates(self.base_currency)
        return Rates(self.base_currency, self.rates.per_unit)

    def _limits(self) -> list[tuple[str, Money]]:
        named = {
            "daily_cap_total": self.daily_cap_total,
            "daily_cap_per_entity": self.daily_cap_per_entity,
            "monthly_cap_total": self.monthly_cap_total,
            "second_person_above": self.second_person_above,
            "short_expiry_above": self.short_expiry_above,
        }
        by_platform = {
            f"{name}.{platform.value}": money
            for name, caps in (
                ("daily_cap_by_platform", self.daily_cap_by_platform),
                ("monthly_cap_by_platform", self.monthly_cap_by_platform),
            )
            for platform, money in caps.items()
        }
        return [(name, money) for name, money in (named | by_platform).items() if money is not None]
