"""What a leg means: whether it can raise spend, by how much, what it does, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from omnify_core.campaigns import AD_LEVELS, Level, Status
from omnify_core.legs import (
    ActivityLeg,
    AdGroupLeg,
    AdLeg,
    AnyLeg,
    AudienceLeg,
    BidLeg,
    BudgetLeg,
    CampaignLeg,
    ContactLeg,
    CreationLeg,
    InventoryLeg,
    KeywordLeg,
    NameLeg,
    SpendLeg,
    StageLeg,
    StatusLeg,
    SubscriptionLeg,
    TagsLeg,
    TargetingLeg,
    WorkflowLeg,
    object_key,
)
from omnify_core.money import Money
from omnify_core.policy import Operation
from omnify_core.rates import Rates
from omnify_guardrails.wording import value_key

__all__ = ["AnyLeg", "Move", "daily_raise", "raises"]


def daily_raise(leg: AnyLeg) -> Money | None:
    """The most that the leg can add to the daily budgets in force; zero where it lowers.

    None where it touches no budget in force: what is created is created paused, and bids, keywords and
    targeting only spend what the budgets allow. The one list of everything that can raise spend: a new
    kind of leg does not type-check before it stands here and in `raises`.
    """
    match leg:
        case BudgetLeg():
            return max(leg.after - leg.before, Money.zero(leg.after.currency))
        case StatusLeg():
            at_stake = leg.daily_budget
            return at_stake if leg.after is Status.ENABLED else Money.zero(at_stake.currency)
        case NameLeg() | BidLeg() | TargetingLeg() | KeywordLeg() | AdLeg() | AdGroupLeg() | CampaignLeg():
            return None
        case AudienceLeg() | TagsLeg() | StageLeg() | WorkflowLeg() | ContactLeg() | InventoryLeg():
            return None
        case ActivityLeg() | SubscriptionLeg():
            return None
    assert_never(leg)


def raises(leg: AnyLeg) -> bool:
    """Whether more may be spent afterwards, within the budgets or beyond.

    Enabling raises even where nothing is at stake yet: what stands below may be given a budget. A new
    keyword and a changed targeting let a campaign use more of its budget.
    """
    match leg:
        case BudgetLeg():
            return leg.after > leg.before
        case StatusLeg():
            return leg.after is Status.ENABLED
        case BidLeg():
            return _is_more(leg.before, leg.after)
        case KeywordLeg(after=after) if after is not None and not after.negative:
            return leg.before is None or _is_more(leg.before.bid, after.bid)
        case KeywordLeg(before=before, after=None) if before is not None:
            return before.negative
        case TargetingLeg():
            return True
    return False


def _is_more(before: Money | None, after: Money | None) -> bool:
    if before is None or after is None or before.currency != after.currency:
        return before != after
    return after > before


def total_raise(legs: Iterable[AnyLeg], rates: Rates) -> Money:
    """All raises added up in the base currency, decreases not set against them.

    Raises in a currency without a rate are left out here; the policy refuses them by name.
    """
    amounts = [amount for leg in legs if (amount := daily_raise(leg)) is not None]
    known = (rates.convert(amount).minor for amount in amounts if rates.knows(amount.currency))
    return Money(sum(known), rates.base)


def operation_of(leg: AnyLeg) -> Operation:
    """What the leg does, in the policy's words."""
    match leg:
        case BudgetLeg():
            return Operation.RAISE_BUDGET if leg.after > leg.before else Operation.LOWER_BUDGET
        case StatusLeg():
            return _STATUSES[leg.after]
        case BidLeg():
            return Operation.RAISE_BID if raises(leg) else Operation.LOWER_BID
        case CampaignLeg() | AdGroupLeg() | AdLeg() | AudienceLeg():
            return Operation.CREATE if leg.after is not None else Operation.REMOVE
    return _OPERATIONS[leg.kind]


_STATUSES = {
    Status.ENABLED: Operation.ENABLE,
    Status.PAUSED: Operation.PAUSE,
    Status.REMOVED: Operation.REMOVE,
}
_OPERATIONS = {
    "name": Operation.RENAME,
    "keyword": Operation.CHANGE_KEYWORDS,
    "targeting": Operation.CHANGE_TARGETING,
    "contact_tags": Operation.CHANGE_CRM,
    "opportunity_stage": Operation.CHANGE_CRM,
    "workflow": Operation.CHANGE_CRM,
    "contact": Operation.CHANGE_CRM,
    "inventory": Operation.CHANGE_SHOP,
    "marketing_activity": Operation.CHANGE_SHOP,
    "subscription": Operation.CHANGE_SUBSCRIPTION,
}
_DEPTHS = {Level.ACCOUNT: 0, Level.CAMPAIGN: 1, Level.AD_GROUP: 2, Level.AD: 3}


def in_execution_order(legs: Sequence[AnyLeg]) -> tuple[AnyLeg, ...]:
    """The order that is hashed, shown and sent: what lowers, what creates, what raises.

    Creations from the account downwards, so that nothing is used before it is there; removals the other
    way round; otherwise as given.
    """
    return tuple(sorted(legs, key=_rank))


def _rank(leg: AnyLeg) -> tuple[int, int]:
    depth = _DEPTHS.get(leg.ref.level, 0)
    if isinstance(leg, CreationLeg):
        # A keyword that waits for its new ad group comes with the creations, after its parent.
        return (0, -depth) if leg.after is None else (1, depth) if leg.within else (1 + raises(leg), depth)
    return (2, 0) if raises(leg) else (0, 0)


def creates(leg: AnyLeg) -> bool:
    return isinstance(leg, CreationLeg) and leg.before is None and leg.after is not None


def stake(leg: AnyLeg) -> Money | None:
    """The daily budget that the entity has afterwards, where the leg says so."""
    if isinstance(leg, SpendLeg):
        return leg.after if isinstance(leg, BudgetLeg) else leg.daily_budget
    if isinstance(leg, CampaignLeg | AdGroupLeg) and leg.after is not None:
        return leg.after.daily_budget
    return None


def on_ads(leg: AnyLeg) -> bool:
    """Whether the leg changes something that ad figures are counted for."""
    return leg.ref.level in AD_LEVELS


def budget_object(leg: SpendLeg) -> str:
    """The budget that the leg touches, in the form of `object_key`."""
    return f"{leg.ref.platform.value}/{leg.ref.account_id}/{leg.budget_key}"


def objects_of(leg: AnyLeg) -> frozenset[str]:
    """What nobody else may change meanwhile: the object written to, and the budget behind it.

    Without the second, one plan could raise the budget of a campaign that another one enables,
    each within the caps alone.
    """
    if isinstance(leg, SpendLeg) and leg.budget_key:
        return frozenset({object_key(leg), budget_object(leg)})
    return frozenset({object_key(leg)})


def leg_key(leg: AnyLeg) -> str:
    """Tells the leg from all others of its plan."""
    return f"{object_key(leg)}#{leg.kind}"


class Move(NamedTuple):
    """A leg without its name: which object goes from where to where."""

    object: str
    before: str
    after: str

    @classmethod
    def of(cls, leg: AnyLeg) -> Move:
        return cls(object_key(leg), value_key(leg.before), value_key(leg.after))

    def inverse(self) -> Move:
        return Move(self.object, self.after, self.before)
