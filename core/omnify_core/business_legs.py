"""Changes to business platforms: typed, with what was read before, so that drift shows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from omnify_core.campaigns import Frozen, Platform


class _Leg(Frozen):
    """`name` is what the card calls the object: the owner's text, never an instruction."""

    account_id: str
    name: str


class ContactTagsLeg(_Leg):
    """Set a contact's tags."""

    kind: Literal["contact_tags"] = "contact_tags"
    platform: Literal[Platform.GOHIGHLEVEL] = Platform.GOHIGHLEVEL
    contact_id: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class StageLeg(_Leg):
    """Move an opportunity to another stage of its pipeline."""

    kind: Literal["opportunity_stage"] = "opportunity_stage"
    platform: Literal[Platform.GOHIGHLEVEL] = Platform.GOHIGHLEVEL
    opportunity_id: str
    pipeline_id: str
    before: str
    after: str


class WorkflowLeg(_Leg):
    """Add a contact to a workflow. No read shows afterwards whether it happened."""

    kind: Literal["add_to_workflow"] = "add_to_workflow"
    platform: Literal[Platform.GOHIGHLEVEL] = Platform.GOHIGHLEVEL
    contact_id: str
    workflow_id: str


class InventoryLeg(_Leg):
    """Set the available pieces of an item at a location; refused by the shop where `before` has changed."""

    kind: Literal["inventory"] = "inventory"
    platform: Literal[Platform.SHOPIFY] = Platform.SHOPIFY
    product_id: str
    item_id: str
    location_id: str
    before: int
    after: int


class SubscriptionTerms(Frozen):
    price_id: str
    quantity: int = Field(ge=0)
    ends_with_period: bool


class SubscriptionLeg(_Leg):
    """Change price, quantity or end of one item of a subscription."""

    kind: Literal["subscription"] = "subscription"
    platform: Literal[Platform.STRIPE] = Platform.STRIPE
    subscription_id: str
    item_id: str
    before: SubscriptionTerms
    after: SubscriptionTerms


BusinessLeg = Annotated[
    ContactTagsLeg | StageLeg | WorkflowLeg | InventoryLeg | SubscriptionLeg, Field(discriminator="kind")
]
