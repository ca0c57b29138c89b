"""Google Ads v26: what an owner makes over the wire, and what Google refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_sandbox.market import Market
from tests.builders.sandbox_wire import US_CUSTOMER, SandboxWire, open_wire, sandbox_config

ME = f"customers/{US_CUSTOMER}"
Operation = dict[str, Any]


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


def budget(**more: Any) -> Operation:
    made = {"resourceName": f"{ME}/campaignBudgets/-1", "amountMicros": "75500000", "explicitlyShared": False}
    return {"campaignBudgetOperation": {"create": made | more}}


def campaign(**more: Any) -> Operation:
    made = {
        "resourceName": f"{ME}/campaigns/-2",
        "name": "New search",
        "status": "PAUSED",
        "advertisingChannelType": "SEARCH",
        "campaignBudget": f"{ME}/campaignBudgets/-1",
        "containsEuPoliticalAdvertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
        "maximizeConversions": {},
        "networkSettings": {"targetGoogleSearch": True},
    }
    return {"campaignOperation": {"create": {k: v for k, v in (made | more).items() if v is not None}}}


def group(**more: Any) -> Operation:
    made = {"resourceName": f"{ME}/adGroups/-3", "name": "Core", "campaign": f"{ME}/campaigns/-2"}
    return {"adGroupOperation": {"create": made | {"type": "SEARCH_STANDARD"} | more}}


def ad(**more: Any) -> Operation:
    shown = {
        "headlines": [{"text": text} for text in ("One", "Two", "Three")],
        "descriptions": [{"text": text} for text in ("First.", "Second.")],
    }
    made = {"finalUrls": ["https://techflow.example/x"], "responsiveSearchAd": shown} | more
    return {"adGroupAdOperation": {"create": {"adGroup": f"{ME}/adGroups/-3", "ad": made}}}


def keyword(text: str = "new flows", **more: Any) -> Operation:
    made = {"adGroup": f"{ME}/adGroups/-3", "keyword": {"text": text, "matchType": "PHRASE"}} | more
    return {"adGroupCriterionOperation": {"create": made}}


def place(**more: Any) -> Operation:
    made = {"campaign": f"{ME}/campaigns/-2", "location": {"geoTargetConstant": "geoTargetConstants/2276"}}
    return {"campaignCriterionOperation": {"create": made | more}}


WHOLE = (budget(), campaign(), place(), group(), keyword(), ad())


async def mutate(wire: SandboxWire, *operations: Operation, **more: Any) -> Any:
    body = {"mutateOperations": list(operations)} | more
    return await wire.google("googleAds:mutate", body)


def code(reply: Any) -> tuple[str, str]:
    """Family and code of the first error."""
    ((family, name),) = reply.json()["error"]["details"][0]["errors"][0]["errorCode"].items()
    return family, name


async def test_a_whole_campaign_is_made_in_one_request_and_read_back(wire: SandboxWire) -> None:
    reply = await mutate(wire, *WHOLE)
    parts = reply.json()["mutateOperationResponses"]
    names = [next(iter(part.values()))["resourceName"] for part in parts]
    assert names[2] == f"{ME}/campaignCriteria/{names[1].rpartition('/')[2]}~2276"
    (row,) = await wire.rows(
        "SELECT campaign.id, campaign.status, campaign.bidding_strategy_type, campaign_budget.amount_micros, "
        "campaign_budget.explicitly_shared FROM campaign WHERE campaign.name = 'New search'"
    )
    assert row["campaign"]["resourceName"] == names[1]
    assert (row["campaign"]["status"], row["campaign"]["biddingStrategyType"]) == (
        "PAUSED",
        "MAXIMIZE_CONVERSIONS",
    )
    assert row["campaignBudget"]["amountMicros"] == "75500000"
    (shown,) = await wire.rows(
        "SELECT ad_group_ad.ad.responsive_search_ad.headlines, ad_group_ad.ad.final_urls FROM ad_group_ad "
        f"WHERE campaign.id = {row['campaign']['id']}"
    )
    assert [h["text"] for h in shown["adGroupAd"]["ad"]["responsiveSearchAd"]["headlines"]] == [
        "One",
        "Two",
        "Three",
    ]
    writes = await wire.writes()
    assert [(w["object"].partition("/")[0], w["field"]) for w in writes] == [
        ("campaign", "created"),
        ("criterion", "created"),
        ("ad_group", "created"),
        ("criterion", "created"),
        ("ad", "created"),
    ]
    assert {w["request_id"] for w in writes} == {reply.headers["request-id"]}


async def test_a_rehearsal_makes_nothing(wire: SandboxWire) -> None:
    reply = await mutate(wire, *WHOLE, validateOnly=True)
    assert (reply.status_code, reply.json()) == (200, {})
    assert await wire.writes() == []


async def test_nothing_is_made_where_one_operation_is_refused(wire: SandboxWire) -> None:
    reply = await mutate(wire, *WHOLE[:-1], ad(finalUrls=["ftp://x.example"]))
    assert code(reply) == ("urlFieldError", "INVALID_PROTOCOL_IN_FINAL_URL")
    assert await wire.writes() == []


async def test_what_is_made_delivers_nothing_while_paused_and_starts_once_enabled(wire: SandboxWire) -> None:
    parts = (await mutate(wire, *WHOLE)).json()["mutateOperationResponses"]
    name = parts[1]["campaignResult"]["resourceName"]
    query = (
        "SELECT metrics.cost_micros, metrics.impressions FROM campaign "
        f"WHERE campaign.id = {name.rpartition('/')[2]} AND segments.date DURING LAST_7_DAYS"
    )
    wire.advance(3)
    assert (await wire.rows(query))[0]["metrics"]["impressions"] == "0"
    update = {"update": {"resourceName": name, "status": "ENABLED"}, "updateMask": "status"}
    await wire.google("campaigns:mutate", {"operations": [update]})
    wire.advance(3)
    (row,) = await wire.rows(query)
    assert 0 < int(row["metrics"]["costMicros"]) <= 4 * 2 * 75_500_000


async def test_a_restarted_market_remembers_what_was_made(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    query = (
        "SELECT campaign.name, ad_group.name, ad_group_criterion.keyword.text FROM ad_group_criterion "
        "WHERE ad_group_criterion.keyword.text = 'new flows'"
    )
    async with open_wire(Market(sandbox_config(path=path))) as wire:
        await mutate(wire, *WHOLE)
        before = await wire.rows(query)
        assert len(before) == 1
    async with open_wire(Market(sandbox_config(path=path))) as wire:
        assert await wire.rows(query) == before


def without(operation: Operation, field: str) -> Operation:
    ((kind, verb),) = operation.items()
    return {kind: {"create": {k: v for k, v in verb["create"].items() if k != field}}}


LONG = "x" * 31
VIDEO = campaign(advertisingChannelType="VIDEO", networkSettings=None)
REFUSED = [
    ([campaign()], ("mutateError", "RESOURCE_NOT_FOUND")),
    ([budget(amountMicros="75500001")], ("campaignBudgetError", "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT")),
    ([without(budget(), "explicitlyShared")], ("mutateError", "MUTATE_NOT_ALLOWED")),
    ([without(budget(), "amountMicros")], ("fieldError", "REQUIRED")),
    ([budget(id="77")], ("fieldError", "VALUE_MUST_BE_UNSET")),
    ([budget(), budget()], ("newResourceCreationError", "DUPLICATE_TEMP_IDS")),
    (
        [budget(), campaign(resourceName=f"{ME}/campaigns/77")],
        ("newResourceCreationError", "CANNOT_SET_ID_FOR_CREATE"),
    ),
    ([budget(), campaign(name="")], ("fieldError", "REQUIRED")),
    ([budget(), campaign(name="TF | Search | Brand | US")], ("campaignError", "DUPLICATE_CAMPAIGN_NAME")),
    (
        [budget(), campaign(containsEuPoliticalAdvertising=None)],
        ("mutateError", "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED"),
    ),
    ([budget(), campaign(maximizeConversions=None)], ("fieldError", "REQUIRED")),
    ([budget(), campaign(manualCpc={})], ("fieldError", "REQUIRED")),
    ([budget(), VIDEO], ("contextError", "OPERATION_NOT_PERMITTED_FOR_CONTEXT")),
    ([budget(), campaign(advertisingChannelType="SHOPPING")], ("mutateError", "MUTATE_NOT_ALLOWED")),
    (
        [budget(), campaign(networkSettings={"targetSearchNetwork": True})],
        ("campaignError", "CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH"),
    ),
    (
        [budget(), campaign(networkSettings=None)],
        ("campaignError", "CAMPAIGN_MUST_TARGET_AT_LEAST_ONE_NETWORK"),
    ),
    ([budget(), campaign(startDateTime="2026-11-30")], ("fieldError", "INVALID_VALUE")),
    (
        [budget(), campaign(startDateTime="2020-01-01 00:00:00")],
        ("campaignError", "CANNOT_SET_DATE_TO_PAST"),
    ),
    ([group(campaign=f"{ME}/campaigns/1")], ("mutateError", "RESOURCE_NOT_FOUND")),
    ([*WHOLE[:2], group(cpcBidMicros="5000")], ("biddingError", "BID_TOO_SMALL")),
    ([*WHOLE[:2], group(cpcBidMicros="1234567")], ("biddingError", "BID_TOO_MANY_FRACTIONAL_DIGITS")),
    ([*WHOLE[:2], group(cpcBidMicros="99000000000000")], ("biddingError", "BID_TOO_BIG")),
    (
        [*WHOLE[:2], group(type="DISPLAY_STANDARD")],
        ("adGroupError", "AD_GROUP_TYPE_NOT_VALID_FOR_ADVERTISING_CHANNEL_TYPE"),
    ),
    (
        [*WHOLE[:2], group(), group(resourceName=f"{ME}/adGroups/-4")],
        ("adGroupError", "DUPLICATE_ADGROUP_NAME"),
    ),
    ([*WHOLE[:2], group(targetRoas=2.0)], ("mutateError", "MUTATE_NOT_ALLOWED")),
    ([*WHOLE[:4], ad(name="A name")], ("adError", "CANNOT_SET_FIELD")),
    ([*WHOLE[:4], ad(finalUrls=[])], ("fieldError", "REQUIRED")),
    ([*WHOLE[:4], ad(finalUrls=["techflow.example"])], ("urlFieldError", "MISSING_PROTOCOL_IN_FINAL_URL")),
    (
        [*WHOLE[:4], ad(responsiveSearchAd={"headlines": [{"text": "One"}]})],
        ("collectionSizeError", "TOO_FEW"),
    ),
    (
        [*WHOLE[:4], ad(responsiveSearchAd={"headlines": [{"text": str(n)} for n in range(16)]})],
        ("collectionSizeError", "TOO_MANY"),
    ),
    (
        [*WHOLE[:4], ad(responsiveSearchAd={"headlines": [{"text": LONG}, {"text": "b"}, {"text": "c"}]})],
        ("stringLengthError", "TOO_LONG"),
    ),
    (
        [*WHOLE[:4], ad(responsiveSearchAd={"headlines": [{"text": "a"}, {"text": "a"}, {"text": "c"}]})],
        ("assetError", "DUPLICATE_ASSET"),
    ),
    ([*WHOLE[:4], keyword("a" * 81)], ("criterionError", "KEYWORD_TEXT_TOO_LONG")),
    ([*WHOLE[:4], keyword(" ".join("abcdefghijk"))], ("criterionError", "KEYWORD_HAS_TOO_MANY_WORDS")),
    ([*WHOLE[:4], keyword("a!b")], ("criterionError", "KEYWORD_HAS_INVALID_CHARS")),
    (
        [*WHOLE[:4], keyword(negative=True, cpcBidMicros="900000")],
        ("criterionError", "FIELD_INCOMPATIBLE_WITH_NEGATIVE_TARGETING"),
    ),
    ([*WHOLE[:4], keyword(), keyword()], ("mutateError", "RESOURCE_ALREADY_EXISTS")),
    (
        [*WHOLE[:4], keyword(gender={"type": "MALE"})],
        ("adGroupCriterionError", "CONCRETE_TYPE_REQUIRED"),
    ),
    (
        [*WHOLE[:2], place(location={"geoTargetConstant": "geoTargetConstants/2999"})],
        ("criterionError", "CANNOT_TARGET_CRITERION"),
    ),
    ([*WHOLE[:2], place(criterionId="2276")], ("fieldError", "VALUE_MUST_BE_UNSET")),
]


@pytest.mark.parametrize(("operations", "expected"), REFUSED, ids=lambda value: str(value)[-60:])
async def test_creations_that_google_refuses(
    wire: SandboxWire, operations: list[Operation], expected: tuple[str, str]
) -> None:
    reply = await mutate(wire, *operations)
    assert reply.status_code in (400, 404)
    assert code(reply) == expected
    assert await wire.writes() == []


@pytest.mark.parametrize(
    "operation",
    [
        campaign(naem="x"),
        campaign(maximizeConversions={"targetCpa": "1"}),
        campaign(status="ON"),
        campaign(networkSettings={"targetGoogleSearch": "yes"}),
        budget(amountMicros=75.5),
        keyword(keyword={"text": 7, "matchType": "PHRASE"}),
        keyword(keyword={"text": "x", "matchType": "FUZZY"}),
        ad(responsiveSearchAd={"headlines": ["One", "Two", "Three"]}),
        ad(responsiveSearchAd={"headlines": [{"txt": "One"}]}),
    ],
)
async def test_misspelt_fields_and_wrong_types_are_bad_json(wire: SandboxWire, operation: Operation) -> None:
    reply = await mutate(wire, budget(resourceName=f"{ME}/campaignBudgets/-9"), operation)
    assert reply.status_code == 400
    assert reply.json()["error"]["details"][0]["@type"].endswith("BadRequest")


async def test_a_keyword_cannot_be_meant_and_excluded_at_once(wire: SandboxWire) -> None:
    await mutate(wire, *WHOLE)
    (row,) = await wire.rows("SELECT ad_group.resource_name FROM ad_group WHERE ad_group.name = 'Core'")
    reply = await mutate(wire, keyword(adGroup=row["adGroup"]["resourceName"], negative=True))
    assert code(reply) == ("adGroupCriterionError", "CANNOT_TARGET_AND_EXCLUDE")


async def test_a_removed_keyword_can_be_added_again(wire: SandboxWire) -> None:
    parts = (await mutate(wire, *WHOLE)).json()["mutateOperationResponses"]
    name = parts[4]["adGroupCriterionResult"]["resourceName"]
    parent = parts[3]["adGroupResult"]["resourceName"]
    await wire.google("adGroupCriteria:mutate", {"operations": [{"remove": name}]})
    again = await wire.google("adGroupCriteria:mutate", {"operations": [{"remove": name}]})
    assert code(again) == ("contextError", "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE")
    assert (await mutate(wire, keyword(adGroup=parent))).status_code == 200
    query = "SELECT ad_group_criterion.status FROM ad_group_criterion WHERE ad_group.name = 'Core'"
    assert [row["adGroupCriterion"]["status"] for row in await wire.rows(query)] == ["ENABLED"]


async def test_a_negative_keyword_keeps_its_searches_away(wire: SandboxWire) -> None:
    query = (
        "SELECT search_term_view.search_term, metrics.clicks, campaign.resource_name FROM search_term_view "
        "WHERE campaign.name = 'TF | Search | IT Ticketing | US' AND segments.date DURING LAST_30_DAYS"
    )
    before = await wire.rows(query)
    assert any("reviews" in row["searchTermView"]["searchTerm"] for row in before)
    bad = {"campaign": before[0]["campaign"]["resourceName"], "negative": True}
    bad["keyword"] = {"text": "reviews", "matchType": "BROAD"}
    await wire.google("campaignCriteria:mutate", {"operations": [{"create": bad}]})
    after = await wire.rows(query)
    assert after
    assert not any("reviews" in row["searchTermView"]["searchTerm"] for row in after)


async def test_impression_shares_add_up_and_belong_to_search_alone(wire: SandboxWire) -> None:
    names = [f"search_{n}impression_share" for n in ("", "budget_lost_", "rank_lost_")]
    fields = ", ".join(f"metrics.{name}" for name in names)
    rows = await wire.rows(
        f"SELECT campaign.advertising_channel_type, {fields} FROM campaign "
        "WHERE segments.date DURING LAST_30_DAYS AND campaign.status = 'ENABLED'"
    )
    for row in rows:
        shares = [value for name, value in row.get("metrics", {}).items() if "ImpressionShare" in name]
        is_search = row["campaign"]["advertisingChannelType"] == "SEARCH"
        assert len(shares) == (3 if is_search else 0)
        assert not shares or sum(shares) == pytest.approx(1, abs=0.001)
