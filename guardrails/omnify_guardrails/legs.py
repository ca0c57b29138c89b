"""What a leg means: whether it can raise spend, by how much, and whether a read shows it done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from omnify_core.campaigns import EntityState, Status
from omnify_core.change_sets import BudgetLeg, StatusLeg, object_key
from omnify_core.money import Money
from omnify_core.policy import Operation
from omnify_core.rates import Rates

AnyLeg = BudgetLeg | StatusLeg


def daily_raise(leg: AnyLeg) -> Money:
    """The most that the leg can add to the daily budgets in force; zero where it lowers.

    The one list of everything that can raise spend: a new kind of leg does not type-check
    before it says here what it can add.
    """
    if isinstance(leg, BudgetLeg):
        zero = Money.zero(leg.after.currency)
        return max(leg.after - leg.before, zero)
    if isinstance(leg, StatusLeg):
        return leg.daily_budget if leg.after is Status.ENABLED else Money.zero(leg.daily_budget.currency)
    assert_never(leg)


def raises(leg: AnyLeg) -> bool:
    """Enabling raises even where nothing is at stake yet: what stands below may be given a budget."""
    return daily_raise(leg).minor > 0 or (isinstance(leg, StatusLeg) and leg.after is Status.ENABLED)


def total_raise(legs: Iterable[AnyLeg], rates: Rates) -> Money:
    """All raises added up in the base currency, decreases not set against them.

    Raises in a currency without a rate are left out here; the policy refuses them by name.
    """
    amounts = [daily_raise(leg) for leg in legs]
    known = (rates.convert(amount).minor for amount in amounts if rates.knows(amount.currency))
    return Money(sum(known), rates.base)


def operation_of(leg: AnyLeg) -> Operation:
    """What the leg does, in the policy's words."""
    if isinstance(leg, BudgetLeg):
        return Operation.RAISE_BUDGET if leg.after > leg.before else Operation.LOWER_BUDGET
    return Operation.ENABLE if leg.after is Status.ENABLED else Operation.PAUSE


def in_execution_order(legs: Sequence[AnyLeg]) -> tuple[AnyLeg, ...]:
    """Decreases before increases, otherwise as given; the order that is hashed, shown and sent."""
    return tuple(sorted(legs, key=raises))


def budget_object(leg: AnyLeg) -> str:
    """The budget that the leg touches, in the form of `object_key`."""
    return f"{leg.ref.platform.value}/{leg.ref.account_id}/{leg.budget_key}"


def objects_of(leg: AnyLeg) -> frozenset[str]:
    """What nobody else may change meanwhile: the object written to, and the budget behind it.

    Without the second, one plan could raise the budget of a campaign that another one enables,
    each within the caps alone.
    """
    return frozenset({object_key(leg), budget_object(leg)} if leg.budget_key else {object_key(leg)})


class Move(NamedTuple):
    """A leg without its name: which object goes from where to where."""

    object: str
    before: str
    after: str

    @classmethod
    def of(cls, leg: AnyLeg) -> Move:
        return cls(object_key(leg), str(leg.before), str(leg.after))

    def inverse(self) -> Move:
        return Move(self.object, self.after, self.before)


def before_text(leg: AnyLeg) -> str:
    return str(leg.before)


def after_text(leg: AnyLeg) -> str:
    return str(leg.after)


def seen_text(leg: AnyLeg, state: EntityState) -> str:
    """The leg's field as the platform shows it."""
    return str(_seen(leg, state)) if _seen(leg, state) is not None else "no daily budget"


def shows_before(leg: AnyLeg, state: EntityState) -> bool:
    """Whether the platform still holds what the approver saw, what the leg is worth included."""
    if isinstance(leg, BudgetLeg):
        return state.daily_budget == leg.before and state.budget_key == leg.budget_key
    same_stake = state.daily_budget is None or state.daily_budget == leg.daily_budget
    return state.status == leg.before and (same_stake or not raises(leg))


def shows_after(leg: AnyLeg, state: EntityState) -> bool:
    if isinstance(leg, BudgetLeg):
        return state.daily_budget == leg.after and state.budget_key == leg.budget_key
    return state.status == leg.after


def _seen(leg: AnyLeg, state: EntityState) -> Money | Status | None:
    return state.daily_budget if isinstance(leg, BudgetLeg) else state.status
