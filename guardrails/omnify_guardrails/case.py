"""What a verdict rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from omnify_core.campaigns import Platform
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.ledger import BudgetChange
from omnify_core.legs import BudgetLeg
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_core.rates import Rates
from omnify_guardrails.exposure import Picture
from omnify_guardrails.legs import AnyLeg, Move, total_raise


class Stage(StrEnum):
    """When a plan is judged: each time with fresh figures."""

    PROPOSAL = "proposal"
    APPROVAL = "approval"
    APPLY = "apply"


class Evidence(NamedTuple):
    """What stands behind a campaign: its last 30 days up to yesterday, and when it began."""

    days: int
    conversions: float
    created_on: date | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """`legs` are in execution order; `held` are the objects of other plans in flight, and `picture`
    already holds what those may still raise; `restored` are legs that put back exactly what a recent
    change of ours had changed. `spent` is this month's spend up to yesterday per platform, in the base
    currency, or None where it is unknown; `evidence` and `spent` are gathered only where a rule asks.
    """

    policy: MoneyPolicy
    legs: tuple[AnyLeg, ...]
    picture: Picture
    now: datetime
    time_zone: str = "UTC"
    stage: Stage = Stage.PROPOSAL
    changes: tuple[BudgetChange, ...] = ()
    held: Mapping[str, ChangeSetId] = field(default_factory=dict)
    restored: frozenset[Move] = frozenset()
    by_agent: bool = False
    spent: Mapping[Platform, Money] | None = None
    evidence: Mapping[EntityId, Evidence] = field(default_factory=dict)

    @property
    def rates(self) -> Rates:
        return self.policy.rates_on(self.now.date())

    @property
    def local(self) -> datetime:
        """Now on the tenant's clock."""
        return self.now.astimezone(ZoneInfo(self.time_zone))

    @property
    def budget_legs(self) -> tuple[BudgetLeg, ...]:
        return tuple(leg for leg in self.legs if isinstance(leg, BudgetLeg))

    def restores(self, leg: AnyLeg) -> bool:
        return Move.of(leg) in self.restored

    @property
    def raised(self) -> Money:
        """All of the plan's raises together, in the base currency."""
        return total_raise(self.legs, self.rates)

    def spent_this_month(self, platform: Platform | None) -> Money | None:
        """Up to yesterday, in the base currency; None where it is unknown."""
        if self.spent is None:
            return None
        if platform is not None:
            return self.spent.get(platform, Money.zero(self.rates.base))
        return Money(sum(money.minor for money in self.spent.values()), self.rates.base)
