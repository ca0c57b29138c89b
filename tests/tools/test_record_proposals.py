"""Proposals about single records of CRM, shop and payments: found by the ids that the lists print."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents import FunctionTool
from omnify_core.business import Kind, person_of
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.crm import Contact, Pipeline
from omnify_core.ids import ChangeSetId
from omnify_core.legs import (
    ActivityLeg,
    AnyLeg,
    ContactLeg,
    InventoryLeg,
    StageLeg,
    SubscriptionLeg,
    TagsLeg,
    WorkflowLeg,
)
from omnify_tools.crm_changes import (
    propose_contact,
    propose_contact_tags,
    propose_opportunity_stage,
    propose_workflow,
)
from omnify_tools.records import list_records
from omnify_tools.shop_changes import propose_inventory, propose_marketing_activity
from omnify_tools.subscription_changes import propose_subscription_change
from tests.builders.business_house import BusinessHouse, OneTenant, business_house
from tests.builders.business_legs import HIGHLEVEL, SHOPIFY, STRIPE
from tests.builders.copilot import Client
from tests.builders.money import OURS, FakeAds, FakePlatforms, World

ARGUMENTS = {
    propose_contact.name: "email first_name last_name phone source tags",
    propose_contact_tags.name: "add remove",
    propose_inventory.name: "variant location",
    propose_subscription_change.name: "price_id quantity at_period_end",
}


@pytest.fixture
async def house() -> AsyncIterator[BusinessHouse]:
    async with business_house() as built:
        await built.imported(HIGHLEVEL, Kind.CONTACT, Kind.OPPORTUNITY, Kind.PIPELINE, Kind.WORKFLOW)
        await built.imported(SHOPIFY, Kind.PRODUCT)
        await built.imported(STRIPE, Kind.SUBSCRIPTION)
        yield built


def client_of(house: BusinessHouse) -> Client:
    world = World(house.clock)
    ads = FakePlatforms(FakeAds(world, Platform.META))
    return Client(house.clock, world, house.stores, house.money, ads)


async def called(house: BusinessHouse, tool: FunctionTool, **arguments: Any) -> Any:
    """What is not given is sent empty, as models do."""
    client = client_of(house)
    copilot = client.copilot(business_platforms=OneTenant(house.adapters))
    given = dict.fromkeys(ARGUMENTS.get(tool.name, "").split(), "") | arguments
    return await client.call(tool, copilot=copilot, **given)


async def leg_of(house: BusinessHouse, card: dict[str, Any]) -> AnyLeg:
    assert card.get("status") == "proposed", card
    assert await house.writes() == []
    stored = await house.stores.change_sets.get(OURS, ChangeSetId(card["change_set_id"]))
    return stored.plan.legs[0]


async def an_id(house: BusinessHouse, kind: str, search: str = "") -> str:
    listing = await called(house, list_records, kind=kind, search=search, limit=1)
    return str(listing["rows"][0]["id"])


async def test_a_contact_is_proposed_by_address_and_the_model_sees_a_hash(house: BusinessHouse) -> None:
    card = await called(
        house, propose_contact, email=" Dana@New.example", first_name="Dana", tags="VIP; lead"
    )
    leg = await leg_of(house, card)
    assert isinstance(leg, ContactLeg)
    assert leg.after is not None
    assert (leg.after.email, leg.after.tags) == ("dana@new.example", ("lead", "vip"))
    assert "dana@" not in str(card).lower()
    assert person_of(leg.after.email)[:12] in str(card)


async def test_tags_start_from_what_the_contact_has_now(house: BusinessHouse) -> None:
    contact_id = await an_id(house, "contacts")
    crm = house.adapters[HIGHLEVEL]
    contact = await crm.record(Kind.CONTACT, contact_id.rpartition(":")[2])
    assert isinstance(contact, Contact)
    gone = contact.tags[0]
    card = await called(house, propose_contact_tags, contact_id=contact_id, add="VIP", remove=gone)
    leg = await leg_of(house, card)
    assert isinstance(leg, TagsLeg)
    assert leg.before == contact.tags
    assert leg.after == tuple(sorted({*contact.tags, "vip"} - {gone}))
    refused = await called(house, propose_contact_tags, contact_id=contact_id, remove="nobody")
    assert "has no tag 'nobody'" in refused["message"]


async def test_a_deal_moves_to_a_stage_by_its_name(house: BusinessHouse) -> None:
    deal_id = await an_id(house, "opportunities", "New lead")
    card = await called(house, propose_opportunity_stage, opportunity_id=deal_id, stage="demo booked")
    leg = await leg_of(house, card)
    assert isinstance(leg, StageLeg)
    pipeline = await house.adapters[HIGHLEVEL].record(Kind.PIPELINE, leg.pipeline_id)
    assert isinstance(pipeline, Pipeline)
    assert {one.id: one.name for one in pipeline.stages}[leg.after] == "Demo booked"
    refused = await called(house, propose_opportunity_stage, opportunity_id=deal_id, stage="Heaven")
    assert "names 0 stages" in refused["message"]


@pytest.mark.parametrize(("action", "after"), [("add", True), ("remove", False)])
async def test_a_contact_goes_into_or_out_of_a_workflow(
    house: BusinessHouse, action: str, after: bool
) -> None:
    contact_id = await an_id(house, "contacts")
    card = await called(
        house, propose_workflow, contact_id=contact_id, workflow="Welcome sequence", action=action
    )
    leg = await leg_of(house, card)
    assert isinstance(leg, WorkflowLeg)
    assert (leg.before, leg.after) == (not after, after)
    draft = await called(house, propose_workflow, contact_id=contact_id, workflow="Win-back", action=action)
    assert "draft" in draft["message"]


async def test_nobody_who_asked_not_to_be_contacted_is_put_into_a_workflow(house: BusinessHouse) -> None:
    contact_id = await an_id(house, "contacts")
    known = await house.stores.business.get(OURS, contact_id)  # type: ignore[arg-type]
    assert isinstance(known, Contact)
    await house.stores.business.save(OURS, [known.model_copy(update={"may_be_contacted": False})])
    refused = await called(
        house, propose_workflow, contact_id=contact_id, workflow="Welcome sequence", action="add"
    )
    assert "asked not to be contacted" in refused["message"]


@pytest.mark.parametrize(("quantity", "change"), [("+10", 10), ("-3", -3)])
async def test_stock_is_a_number_or_a_change_of_what_is_there(
    house: BusinessHouse, quantity: str, change: int
) -> None:
    product_id = await an_id(house, "products")
    card = await called(
        house, propose_inventory, product_id=product_id, variant="standard", quantity=quantity
    )
    leg = await leg_of(house, card)
    assert isinstance(leg, InventoryLeg)
    assert leg.after == leg.before + change
    which = await called(house, propose_inventory, product_id=product_id, quantity="40")
    assert "names 3 variants" in which["message"]
    less = await called(house, propose_inventory, product_id=product_id, variant="standard", quantity="-9999")
    assert "less than none" in less["message"]


async def test_a_campaign_is_listed_with_its_budget(house: BusinessHouse) -> None:
    client = client_of(house)
    campaign = await client.campaign("1201", "Spring", budget="80")
    copilot = client.copilot(business_platforms=OneTenant(house.adapters))
    utm = {"utm_campaign": "spring", "utm_source": "meta", "utm_medium": "cpc"}
    card = await client.call(
        propose_marketing_activity, copilot=copilot, campaign_id=campaign, channel="Social", **utm
    )
    leg = await leg_of(house, card)
    assert isinstance(leg, ActivityLeg)
    assert leg.after is not None
    assert (leg.after.channel, str(leg.after.daily_budget)) == ("social", "80.00 USD")


@pytest.mark.parametrize(
    ("wish", "field", "value"),
    [
        ({"quantity": "3"}, "quantity", 3),
        ({"at_period_end": "end"}, "ends_with_period", True),
    ],
)
async def test_a_subscription_changes_in_what_is_named_and_nothing_else(
    house: BusinessHouse, wish: dict[str, str], field: str, value: Any
) -> None:
    subscription_id = await an_id(house, "subscriptions", "active")
    card = await called(house, propose_subscription_change, subscription_id=subscription_id, **wish)
    leg = await leg_of(house, card)
    assert isinstance(leg, SubscriptionLeg)
    assert leg.before is not None
    assert leg.after == leg.before.model_copy(update={field: value})
    nothing = await called(house, propose_subscription_change, subscription_id=subscription_id)
    assert "nothing would change" in nothing["message"]


TOOLS: list[tuple[FunctionTool, dict[str, str]]] = [
    (propose_contact_tags, {"contact_id": "", "add": "vip"}),
    (propose_opportunity_stage, {"opportunity_id": "", "stage": "Demo booked"}),
    (propose_workflow, {"contact_id": "", "workflow": "Welcome sequence", "action": "add"}),
    (propose_inventory, {"product_id": "", "quantity": "4"}),
    (propose_subscription_change, {"subscription_id": "", "quantity": "4"}),
]


@pytest.mark.parametrize(("tool", "given"), TOOLS, ids=[tool.name for tool, _ in TOOLS])
async def test_a_foreign_id_and_one_of_another_kind_are_refused(
    house: BusinessHouse, tool: FunctionTool, given: dict[str, str]
) -> None:
    (name,) = [key for key, value in given.items() if not value]
    foreign = await called(house, tool, **(given | {name: "gohighlevel:contact:of-others"}))
    assert (foreign["kind"], foreign["code"]) == ("error", "not_found")
    other_kind = await an_id(house, "workflows")
    wrong = await called(house, tool, **(given | {name: other_kind}))
    assert "is a workflow, not a" in wrong["message"]


async def test_without_a_connection_it_says_so(house: BusinessHouse) -> None:
    client = client_of(house)
    given = dict.fromkeys(ARGUMENTS[propose_contact.name].split(), "") | {"email": "a@b.example"}
    refused = await client.call(propose_contact, **given)
    assert "not connected" in refused["message"]


async def test_a_proposal_of_a_tool_is_carried_out_as_approved(house: BusinessHouse) -> None:
    card = await called(house, propose_contact, email="erin@new.example", source="webinar")
    stored = await house.stores.change_sets.get(OURS, ChangeSetId(card["change_set_id"]))
    done = await house.applied(stored)
    assert done.status is ChangeSetStatus.DONE
    assert [(one["field"], one["platform"]) for one in await house.writes()] == [("created", "gohighlevel")]


async def test_lists_name_no_person_and_find_by_tag_stage_and_status(house: BusinessHouse) -> None:
    contacts = await called(house, list_records, kind="contacts", search="paid", limit=50)
    assert contacts["rows"]
    assert all("paid" in row["state"] for row in contacts["rows"])
    assert "@" not in str(contacts["rows"])
    active = await called(house, list_records, kind="subscriptions", search="active", limit=5)
    assert len(active["rows"]) == 5
    wrong = await called(house, list_records, kind="people")
    assert "kind must be one of" in wrong["message"]
