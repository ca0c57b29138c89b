"""The money policy as the HTTP interface shows and takes it: amounts are decimals in the base currency."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from pydantic import BaseModel, Field

from omnify_core.campaigns import Platform
from omnify_core.ids import EntityId, TenantId
from omnify_core.money import Money
from omnify_core.policy import Hours, MoneyPolicy, Operation
from omnify_core.rates import DatedRates


class HoursView(BaseModel):
    begin: time
    end: time


class RatesView(BaseModel):
    """What one unit of each currency costs in the base currency."""

    day: date
    source: str = Field(max_length=200)
    per_unit: dict[str, Decimal]


class PolicyBody(BaseModel):
    """All limits; None or an empty collection is no limit. `version` is the one that was looked at."""

    version: int
    daily_cap_total: str
    daily_cap_by_platform: dict[Platform, str] = Field(default_factory=dict)
    daily_cap_per_entity: str | None = None
    monthly_cap_total: str | None = None
    monthly_cap_by_platform: dict[Platform, str] = Field(default_factory=dict)
    max_step_share: Decimal
    max_day_share: Decimal
    max_week_share: Decimal | None = None
    min_days: int = 0
    min_conversions: int = 0
    learning_days: int = 0
    learning_step_share: Decimal = Decimal("0.20")
    quiet_hours: HoursView | None = None
    allowed_weekdays: list[int] = Field(default_factory=lambda: list(range(7)))
    blocked: list[Operation] = Field(default_factory=list)
    second_person_above: str | None = None
    short_expiry_above: str | None = None
    never_touch: list[str] = Field(default_factory=list)
    agent_may_propose: bool = True
    propose_roll_back: bool = False
    second_factor_for_approval: bool = False
    second_factor_minutes: int = 15
    rates: RatesView | None = None
    max_rate_age_days: int = 7

    def next_policy(self, tenant: TenantId, currency: str) -> MoneyPolicy:
        """The version after the one that was looked at. Raises BadInput by the field's name."""

        def money(text: str | None) -> Money | None:
            return None if text is None else Money.parse(text, currency)

        def caps(texts: dict[Platform, str]) -> dict[Platform, Money]:
            return {platform: Money.parse(text, currency) for platform, text in texts.items()}

        plain = self.model_dump(include=_PLAIN)
        return MoneyPolicy(
            **plain,
            tenant_id=tenant,
            version=self.version + 1,
            base_currency=currency,
            daily_cap_total=Money.parse(self.daily_cap_total, currency),
            daily_cap_by_platform=caps(self.daily_cap_by_platform),
            daily_cap_per_entity=money(self.daily_cap_per_entity),
            monthly_cap_total=money(self.monthly_cap_total),
            monthly_cap_by_platform=caps(self.monthly_cap_by_platform),
            second_person_above=money(self.second_person_above),
            short_expiry_above=money(self.short_expiry_above),
            quiet_hours=Hours(**self.quiet_hours.model_dump()) if self.quiet_hours else None,
            never_touch=frozenset(EntityId(one) for one in self.never_touch),
            rates=DatedRates(**self.rates.model_dump()) if self.rates else None,
        )


_PLAIN = {
    "max_step_share",
    "max_day_share",
    "max_week_share",
    "min_days",
    "min_conversions",
    "learning_days",
    "learning_step_share",
    "allowed_weekdays",
    "blocked",
    "agent_may_propose",
    "propose_roll_back",
    "second_factor_for_approval",
    "second_factor_minutes",
    "max_rate_age_days",
}


class PolicyView(PolicyBody):
    base_currency: str

    @classmethod
    def of(cls, policy: MoneyPolicy) -> PolicyView:
        def text(money: Money | None) -> str | None:
            return None if money is None else money.amount

        def texts(caps: dict[Platform, Money]) -> dict[Platform, str]:
            return {platform: money.amount for platform, money in caps.items()}

        return cls(
            **policy.model_dump(include=_PLAIN - {"allowed_weekdays", "blocked"}),
            version=policy.version,
            base_currency=policy.base_currency,
            daily_cap_total=policy.daily_cap_total.amount,
            daily_cap_by_platform=texts(policy.daily_cap_by_platform),
            daily_cap_per_entity=text(policy.daily_cap_per_entity),
            monthly_cap_total=text(policy.monthly_cap_total),
            monthly_cap_by_platform=texts(policy.monthly_cap_by_platform),
            second_person_above=text(policy.second_person_above),
            short_expiry_above=text(policy.short_expiry_above),
            quiet_hours=HoursView(**policy.quiet_hours.model_dump()) if policy.quiet_hours else None,
            allowed_weekdays=sorted(policy.allowed_weekdays),
            blocked=sorted(policy.blocked),
            never_touch=sorted(policy.never_touch),
            rates=RatesView(**policy.rates.model_dump()) if policy.rates else None,
        )
