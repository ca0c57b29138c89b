"""Legs: the typed steps of a plan, each with what was read before, so that drift shows.

Three shapes. A setting has both `before` and `after`; a creation has no `before` and hangs below `ref`;
a removal of what a plan created has no `after`. What is created is known by its own name or text below
its parent, because no platform keeps a token of ours for it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from omnify_core.business import person_of
from omnify_core.campaigns import EntityRef, Frozen, Status
from omnify_core.money import Money
from omnify_core.specs import (
    ActivitySpec,
    AdGroupSpec,
    AdSpec,
    AudienceSpec,
    CampaignSpec,
    ContactSpec,
    Keyword,
    SubscriptionTerms,
    Targeting,
)


class _Leg(Frozen):
    """`name` is what the card calls the object: the owner's text, never an instruction."""

    ref: EntityRef
    name: str


class BudgetLeg(_Leg):
    """Set a daily budget. `budget_key` is the budget object that the write goes to."""

    kind: Literal["daily_budget"] = "daily_budget"
    budget_key: str
    before: Money
    after: Money


class StatusLeg(_Leg):
    """Pause, enable or remove. `daily_budget` is what enabling puts at stake each day, for the caps."""

    kind: Literal["status"] = "status"
    budget_key: str
    before: Status
    after: Status
    daily_budget: Money


class NameLeg(_Leg):
    """Rename a campaign, an ad group or an ad."""

    kind: Literal["name"] = "name"
    before: str = ""
    after: str = Field(min_length=1, max_length=255)


class BidLeg(_Leg):
    """Set the most that is paid per click (or per what the ad group is billed by)."""

    kind: Literal["bid"] = "bid"
    before: Money | None = None
    after: Money


class TargetingLeg(_Leg):
    """Set who may see the ads of a campaign or ad group."""

    kind: Literal["targeting"] = "targeting"
    before: Targeting | None = None
    after: Targeting


class _Below(_Leg):
    """Something below `ref`; `within` names what an earlier leg of the same plan creates there."""

    within: str = ""


class KeywordLeg(_Below):
    """Add, re-bid or remove a keyword or negative keyword of an ad group (or, negative, of a campaign)."""

    kind: Literal["keyword"] = "keyword"
    before: Keyword | None = None
    after: Keyword | None


class AdLeg(_Below):
    """Create an ad, paused, in an ad group."""

    kind: Literal["ad"] = "ad"
    before: AdSpec | None = None
    after: AdSpec | None


class AdGroupLeg(_Below):
    """Create an ad group, paused, in a campaign."""

    kind: Literal["ad_group"] = "ad_group"
    before: AdGroupSpec | None = None
    after: AdGroupSpec | None


class CampaignLeg(_Below):
    """Create a campaign, paused, in an account."""

    kind: Literal["campaign"] = "campaign"
    before: CampaignSpec | None = None
    after: CampaignSpec | None


class AudienceLeg(_Below):
    """Create a list of customers in an account."""

    kind: Literal["audience"] = "audience"
    before: AudienceSpec | None = None
    after: AudienceSpec | None


class TagsLeg(_Leg):
    """Set a contact's tags, sorted."""

    kind: Literal["contact_tags"] = "contact_tags"
    before: tuple[str, ...] = ()
    after: tuple[str, ...]


class StageLeg(_Leg):
    """Move an opportunity to another stage of its pipeline."""

    kind: Literal["opportunity_stage"] = "opportunity_stage"
    pipeline_id: str
    before: str = ""
    after: str = Field(min_length=1)


class WorkflowLeg(_Leg):
    """Put a contact into a workflow, or take it out. No read shows afterwards whether it happened."""

    kind: Literal["workflow"] = "workflow"
    workflow_id: str
    before: bool = False
    after: bool = True


class ContactLeg(_Below):
    """Create a contact, or set what is known of one with the same e-mail address."""

    kind: Literal["contact"] = "contact"
    before: ContactSpec | None = None
    after: ContactSpec | None


class InventoryLeg(_Leg):
    """Set the available pieces of an item at a location; refused by the shop where `before` has changed."""

    kind: Literal["inventory"] = "inventory"
    item_id: str
    location_id: str
    before: int = 0
    after: int = Field(ge=0)


class ActivityLeg(_Below):
    """List a campaign among the shop's marketing activities."""

    kind: Literal["marketing_activity"] = "marketing_activity"
    before: ActivitySpec | None = None
    after: ActivitySpec | None


class SubscriptionLeg(_Leg):
    """Change price, quantity or end of one item of a subscription."""

    kind: Literal["subscription"] = "subscription"
    item_id: str
    before: SubscriptionTerms | None = None
    after: SubscriptionTerms


SpendLeg = BudgetLeg | StatusLeg
AdSettingLeg = NameLeg | BidLeg | TargetingLeg
CreationLeg = CampaignLeg | AdGroupLeg | AdLeg | KeywordLeg | AudienceLeg | ContactLeg | ActivityLeg
BusinessLeg = TagsLeg | StageLeg | WorkflowLeg | ContactLeg | InventoryLeg | ActivityLeg | SubscriptionLeg
FieldLeg = AdSettingLeg | CreationLeg | TagsLeg | StageLeg | WorkflowLeg | InventoryLeg | SubscriptionLeg
"""Every leg whose `before` a platform is asked for by the leg itself (`Writer.look`)."""

AnyLeg = SpendLeg | FieldLeg
Leg = Annotated[AnyLeg, Field(discriminator="kind")]

Value = (
    Money
    | Status
    | str
    | int
    | tuple[str, ...]
    | Keyword
    | Targeting
    | AdSpec
    | AdGroupSpec
    | CampaignSpec
    | AudienceSpec
    | SubscriptionTerms
    | ContactSpec
    | ActivitySpec
)


def natural_key(leg: CreationLeg) -> str:
    """What tells the thing from its siblings below the same parent; of a person, their hash."""
    spec = leg.after or leg.before
    assert spec is not None, "a creation or removal has one of the two"
    if isinstance(spec, Keyword):
        return f"{'-' if spec.negative else '+'}{spec.match.value}:{spec.text.lower()}"
    return person_of(spec.email) if isinstance(spec, ContactSpec) else spec.name


def object_key(leg: AnyLeg) -> str:
    """The platform object that a leg writes to; one change in flight per object."""
    return f"{leg.ref.platform.value}/{leg.ref.account_id}/{_target(leg)}"


def _target(leg: AnyLeg) -> str:
    if isinstance(leg, BudgetLeg):
        return leg.budget_key
    own = f"{leg.ref.level.value}/{leg.ref.native_id}"
    if isinstance(leg, CreationLeg):
        return f"{own}/{leg.within}/{leg.kind}/{natural_key(leg)}"
    return f"{own}/{leg.item_id}/{leg.location_id}" if isinstance(leg, InventoryLeg) else own
