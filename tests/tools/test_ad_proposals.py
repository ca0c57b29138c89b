"""Proposals besides budgets and statuses: each becomes a typed leg that starts from a fresh look."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents import FunctionTool
from omnify_core.business import person_of
from omnify_core.campaigns import AdGroup, EntityRef, Level, Platform, Status
from omnify_core.crm import Contact
from omnify_core.ids import ChangeSetId
from omnify_core.legs import AnyLeg, BidLeg, KeywordLeg, TargetingLeg, object_key
from omnify_core.specs import AdGroupSpec, CampaignSpec, Gender, Keyword, Match, Targeting
from omnify_tools.audiences import propose_audience
from omnify_tools.keywords import propose_keyword_removal, propose_keywords, propose_negative_keywords
from omnify_tools.launches import propose_ad, propose_ad_group, propose_campaign
from omnify_tools.settings import propose_bid, propose_name, propose_removal, propose_targeting
from tests.builders.copilot import NOON, OURS, Client, a_client, account, usd

GROUP = EntityRef(platform=Platform.META, account_id="act_9", level=Level.AD_GROUP, native_id="77")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """One campaign with one ad group, imported."""
    async with a_client() as opened:
        campaign = await opened.campaign("1", "Spring", budget="100")
        await opened.stores.market.save_accounts(OURS, [account()])
        group = AdGroup(ref=GROUP, campaign_id=campaign, name="Runners", status=Status.ENABLED, read_at=NOON)
        await opened.stores.market.save_ad_groups(OURS, [group])
        yield opened


OPTIONAL = {
    propose_targeting.name: "countries excluded_countries languages ages genders"
    " audiences excluded_audiences",
    propose_keywords.name: "bid",
    propose_campaign.name: "ad_group keywords account",
    propose_ad_group.name: "keywords bid daily_budget",
    propose_ad.name: "image video brand",
    propose_audience.name: "tag account",
}


async def called(client: Client, tool: FunctionTool, **arguments: Any) -> Any:
    """What is not given is sent empty, as models do: proposals have no defaults."""
    return await client.call(tool, **(dict.fromkeys(OPTIONAL.get(tool.name, "").split(), "") | arguments))


async def legs_of(client: Client, card: dict[str, Any]) -> tuple[AnyLeg, ...]:
    assert card.get("status") == "proposed", card
    assert client.world.requests == []
    stored = await client.stores.change_sets.get(OURS, ChangeSetId(card["change_set_id"]))
    return stored.plan.legs


async def refusal(client: Client, tool: FunctionTool, **arguments: Any) -> str:
    return str((await called(client, tool, **arguments))["message"])


def holds(client: Client, leg: AnyLeg, value: Any) -> None:
    client.world.fields[object_key(leg), leg.kind] = value


@pytest.mark.parametrize(("amount", "becomes"), [("1.20", "1.20"), ("+10%", "1.10"), ("-0.15", "0.85")])
async def test_a_bid_is_an_amount_or_a_change_of_what_stands(
    client: Client, amount: str, becomes: str
) -> None:
    holds(client, BidLeg(ref=GROUP, name="", after=usd(1)), usd("1.00"))
    card = await called(client, propose_bid, entity_id="meta:77", amount=amount)
    (leg,) = await legs_of(client, card)
    assert (leg.before, leg.after) == (usd("1.00"), usd(becomes))


async def test_a_change_of_no_bid_asks_for_the_amount(client: Client) -> None:
    assert "say the amount itself" in await refusal(client, propose_bid, entity_id="meta:77", amount="+10%")


async def test_targeting_changes_what_is_named_and_keeps_the_rest(client: Client) -> None:
    before = Targeting(countries=("US",), age_min=25, age_max=54, genders=(Gender.FEMALE,))
    holds(client, TargetingLeg(ref=GROUP, name="", after=before), before)
    card = await called(
        client, propose_targeting, entity_id="meta:77", countries="us; ca", genders="any", ages="18+"
    )
    (leg,) = await legs_of(client, card)
    assert leg.after == Targeting(countries=("CA", "US"), age_min=18, age_max=65)


@pytest.mark.parametrize(
    ("arguments", "says_what"),
    [
        ({"countries": "Germany"}, "not a code"),
        ({"ages": "young"}, "25-54"),
        ({"ages": "54-25"}, "run from 13 to 65"),
        ({"genders": "robots"}, "female, male or any"),
        ({}, "say what to change"),
    ],
)
async def test_targeting_that_makes_no_sense_names_the_field_and_the_cure(
    client: Client, arguments: dict[str, str], says_what: str
) -> None:
    assert says_what in await refusal(client, propose_targeting, entity_id="meta:77", **arguments)


async def test_keywords_are_one_plan_with_a_leg_each(client: Client) -> None:
    card = await called(
        client,
        propose_keywords,
        ad_group_id="meta:1",
        keywords="Running Shoes; trail shoes",
        match="exact",
        bid="0.80",
    )
    legs = await legs_of(client, card)
    assert [leg.after for leg in legs] == [
        Keyword(text="running shoes", match=Match.EXACT, bid=usd("0.80")),
        Keyword(text="trail shoes", match=Match.EXACT, bid=usd("0.80")),
    ]
    assert {leg.ref for leg in legs} == {GROUP}


async def test_negative_keywords_may_stand_on_a_campaign(client: Client) -> None:
    card = await called(client, propose_negative_keywords, entity_id="Spring", keywords="free", match="broad")
    (leg,) = await legs_of(client, card)
    assert (leg.ref.level, leg.after) == (
        Level.CAMPAIGN,
        Keyword(text="free", match=Match.BROAD, negative=True),
    )


async def test_only_a_keyword_that_is_there_can_be_taken_away(client: Client) -> None:
    spec = Keyword(text="free", match=Match.BROAD, negative=True)
    asked = {"entity_id": "meta:77", "keywords": "free", "match": "broad", "negative": True}
    assert "has no such keyword" in await refusal(client, propose_keyword_removal, **asked)
    holds(client, KeywordLeg(ref=GROUP, name="free", after=spec), spec)
    (leg,) = await legs_of(client, await called(client, propose_keyword_removal, **asked))
    assert (leg.before, leg.after) == (spec, None)


async def test_a_new_campaign_comes_with_its_group_and_keywords(client: Client) -> None:
    card = await called(
        client,
        propose_campaign,
        platform="meta",
        name="Summer",
        objective="sales",
        daily_budget="80.00",
        countries="US; CA",
        ad_group="Beach",
        keywords="sandals; beach towel",
    )
    legs = await legs_of(client, card)
    assert [leg.kind for leg in legs] == ["campaign", "ad_group", "keyword", "keyword"]
    assert any("created paused" in warning for warning in card["warnings"])


@pytest.mark.parametrize(
    ("change", "says_what"),
    [
        ({"objective": "fame"}, "objective must be one of"),
        ({"daily_budget": "0"}, "above 0"),
        ({"platform": "google"}, "connect Google Ads first"),
        ({"account": "Other"}, "called 'Other'"),
        ({"keywords": "sandals"}, "name the ad_group"),
        ({"countries": "Mars"}, "not a code"),
    ],
)
async def test_a_new_campaign_that_lacks_something_says_what(
    client: Client, change: dict[str, str], says_what: str
) -> None:
    whole = {
        "platform": "meta",
        "name": "Summer",
        "objective": "sales",
        "daily_budget": "80.00",
        "countries": "US",
    }
    assert says_what in await refusal(client, propose_campaign, **(whole | change))


async def test_a_new_ad_group_has_no_budget_beside_its_campaigns(client: Client) -> None:
    refused = await refusal(client, propose_ad_group, campaign_id="meta:1", name="Walkers", daily_budget="40")
    assert "budget of its own" in refused
    card = await called(
        client, propose_ad_group, campaign_id="meta:1", name="Walkers", keywords="walking shoes"
    )
    assert [leg.kind for leg in await legs_of(client, card)] == ["ad_group", "keyword"]


async def targets_by_group(client: Client) -> None:
    """As Meta does."""
    ads = (await client.platforms.of(OURS))[Platform.META]
    ads.capabilities = ads.capabilities.model_copy(update={"targeting_level": Level.AD_GROUP})


async def test_countries_go_to_the_new_ad_group_where_ads_are_targeted_there(client: Client) -> None:
    await targets_by_group(client)
    asked = {
        "platform": "meta",
        "name": "Summer",
        "objective": "sales",
        "daily_budget": "80.00",
        "countries": "US; CA",
    }
    assert "name the ad_group" in await refusal(client, propose_campaign, **asked)
    card = await called(client, propose_campaign, **asked, ad_group="Beach")
    campaign, group = await legs_of(client, card)
    assert isinstance(campaign.after, CampaignSpec)
    assert isinstance(group.after, AdGroupSpec)
    assert campaign.after.targeting == Targeting()
    assert group.after.targeting == Targeting(countries=("CA", "US"))


async def test_a_new_ad_group_is_shown_to_whom_its_sibling_is(client: Client) -> None:
    held = Targeting(countries=("GB",), age_min=30)
    holds(client, TargetingLeg(ref=GROUP, name="", after=held), held)
    for targeting in (Targeting(), held):
        card = await called(client, propose_ad_group, campaign_id="meta:1", name="Walkers")
        (leg,) = await legs_of(client, card)
        assert isinstance(leg.after, AdGroupSpec)
        assert leg.after.targeting == targeting
        await targets_by_group(client)


async def test_a_new_ad_needs_a_whole_address(client: Client) -> None:
    ad = {"ad_group_id": "meta:77", "name": "First", "headlines": "Run", "descriptions": "Far; fast"}
    assert "https://" in await refusal(client, propose_ad, **ad, url="shop.example")
    card = await called(client, propose_ad, **ad, url="https://shop.example/run")
    (leg,) = await legs_of(client, card)
    assert leg.after is not None
    assert (leg.name, leg.kind) == ("First", "ad")


async def test_removing_is_refused_until_an_owner_allows_it_and_says_that_it_is_for_good(
    client: Client,
) -> None:
    card = await called(client, propose_removal, entity_id="meta:1")
    assert card["status"] == "denied"
    assert any("cannot be undone" in warning for warning in card["warnings"])


async def test_a_name_is_cleaned_of_what_cannot_be_seen(client: Client) -> None:
    campaign = await client.campaign("2", "Autumn")
    ref = client.world.held[campaign].ref
    client.world.fields[f"meta/{ref.account_id}/campaign/2", "name"] = "Autumn"
    card = await called(client, propose_name, entity_id="meta:2", name="Winter\u202e sale")
    (leg,) = await legs_of(client, card)
    assert (leg.before, leg.after) == ("Autumn", "Winter sale")


async def test_an_audience_holds_hashes_of_those_who_may_be_contacted(client: Client) -> None:
    contacts = [contact(number, may_be_contacted=number != 3) for number in range(25)]
    await client.stores.business.save(OURS, contacts)
    card = await called(client, propose_audience, platform="meta", name="Customers", tag="customer")
    (leg,) = await legs_of(client, card)
    assert leg.kind == "audience"
    assert leg.after is not None
    assert len(leg.after.members) == 24
    assert person_of("p3@shop.example") not in leg.after.members
    assert "@" not in leg.model_dump_json()


async def test_a_list_of_too_few_people_is_not_made(client: Client) -> None:
    await client.stores.business.save(OURS, [contact(number) for number in range(5)])
    assert "to protect people" in await refusal(client, propose_audience, platform="meta", name="Few")


def contact(number: int, *, may_be_contacted: bool = True) -> Contact:
    return Contact(
        platform=Platform.GOHIGHLEVEL,
        account_id="loc1",
        native_id=f"c{number}",
        at=NOON,
        updated_at=NOON,
        read_at=NOON,
        person=person_of(f"p{number}@shop.example"),
        tags=("customer",),
        may_be_contacted=may_be_contacted,
    )
