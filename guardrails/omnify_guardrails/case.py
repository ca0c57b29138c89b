"""What a verdict rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from omnify_core.change_sets import BudgetLeg
from omnify_core.ids import ChangeSetId
from omnify_core.ledger import BudgetChange
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_guardrails.exposure import Picture
from omnify_guardrails.legs import AnyLeg, Move, total_raise


@dataclass(frozen=True, kw_only=True)
class Case:
    """`legs` are in execution order; `held` are the objects of other plans in flight, and `picture`
    already holds what those may still raise; `restored` are legs that put back exactly what a recent
    change of ours had changed.
    """

    policy: MoneyPolicy
    legs: tuple[AnyLeg, ...]
    picture: Picture
    now: datetime
    changes: tuple[BudgetChange, ...] = ()
    held: Mapping[str, ChangeSetId] = field(default_factory=dict)
    restored: frozenset[Move] = frozenset()
    by_agent: bool = False

    @property
    def budget_legs(self) -> tuple[BudgetLeg, ...]:
        return tuple(leg for leg in self.legs if isinstance(leg, BudgetLeg))

    def restores(self, leg: AnyLeg) -> bool:
        return Move.of(leg) in self.restored

    @property
    def raised(self) -> Money:
        """All of the plan's raises together, in the base currency."""
        return total_raise(self.legs, self.policy.base_currency)
