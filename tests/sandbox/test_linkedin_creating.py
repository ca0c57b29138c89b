"""LinkedIn: campaigns and creatives that are made, and everything that is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from omnify_core.campaigns import Platform
from tests.builders.contract_files import contract
from tests.builders.sandbox_linkedin import FINDER, NAMER, LinkedInWire, open_linkedin
from tests.builders.sandbox_wire import NOON

CREATE = {"X-RestLi-Method": "CREATE"}
CAMPAIGNS, CREATIVES = f"adAccounts/{NAMER}/adCampaigns", f"adAccounts/{NAMER}/creatives"
US = {"urn:li:adTargetingFacet:locations": ["urn:li:geo:103644278"]}


@pytest.fixture
async def wire() -> AsyncIterator[LinkedInWire]:
    async with open_linkedin() as opened:
        yield opened


def dollars(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currencyCode": "USD"}


def targeting(*included: dict[str, Any], excluded: dict[str, Any] | None = None) -> dict[str, Any]:
    criteria: dict[str, Any] = {"include": {"and": [{"or": block} for block in included or (US,)]}}
    return criteria | ({"exclude": {"or": excluded}} if excluded else {})


async def body(wire: LinkedInWire, without: str = "", **changes: Any) -> dict[str, Any]:
    """All that LinkedIn wants of a campaign, with its own page and campaign group."""
    account = (await wire.get(f"adAccounts/{NAMER}")).json()
    groups = (await wire.get(f"adAccounts/{NAMER}/adCampaignGroups?q=search", FINDER)).json()["elements"]
    fields = {
        "account": f"urn:li:sponsoredAccount:{NAMER}",
        "campaignGroup": f"urn:li:sponsoredCampaignGroup:{groups[0]['id']}",
        "name": "Made by API",
        "type": "SPONSORED_UPDATES",
        "objectiveType": "WEBSITE_VISITS",
        "optimizationTargetType": "MAX_CLICK",
        "costType": "CPM",
        "unitCost": dollars("0"),
        "dailyBudget": dollars("80.00"),
        "locale": {"country": "US", "language": "en"},
        "offsiteDeliveryEnabled": False,
        "politicalIntent": "NOT_POLITICAL",
        "targetingCriteria": targeting(),
        "runSchedule": {"start": int(NOON.timestamp() * 1000)},
        "associatedEntity": account["reference"],
        "status": "PAUSED",
    } | changes
    return {name: value for name, value in fields.items() if name != without}


async def create(wire: LinkedInWire, path: str, fields: dict[str, Any]) -> httpx.Response:
    return await wire.call("POST", path, body=fields, headers=CREATE)


async def made(wire: LinkedInWire, **changes: Any) -> str:
    reply = await create(wire, CAMPAIGNS, await body(wire, **changes))
    assert (reply.status_code, reply.content) == (201, b""), reply.text
    return reply.headers["x-restli-id"]


async def a_post(wire: LinkedInWire) -> str:
    rows = (await wire.get(f"{CREATIVES}?q=criteria", FINDER)).json()["elements"]
    return str(rows[0]["content"]["reference"])


async def test_a_campaign_is_made_paused_and_shows_what_it_was_made_of(wire: LinkedInWire) -> None:
    fields = await body(wire)
    shown = (await wire.get(f"{CAMPAIGNS}/{await made(wire)}")).json()
    kept = {name: value for name, value in fields.items() if name != "unitCost"}
    assert {name: shown[name] for name in kept} == kept
    assert shown["unitCost"] == dollars("0.00")
    (write,) = await wire.sandbox.writes()
    assert (write["field"], write["object"]) == ("created", f"campaign/{shown['id']}")


async def test_what_is_shown_of_it_stands_in_the_contract(wire: LinkedInWire) -> None:
    known = contract("linkedin_ads/campaign_contract_202602.json")
    shown = (await wire.get(f"{CAMPAIGNS}/{await made(wire)}")).json()
    assert set(shown) <= set(known["fields"])
    for name, about in known["fields"].items():
        assert shown.get(name) in about.get("values", [shown.get(name)])
    refused = {code for _, code, _ in WRONG} | {"MISSING_FIELD", "MULTIPLE_VALIDATIONS_FAILED"}
    codes = contract("linkedin_ads/error_codes.json")
    assert refused <= {one["code"] for group in codes["groups"] for one in group["codes"]}


async def test_a_new_campaign_delivers_once_it_and_its_creative_are_active(wire: LinkedInWire) -> None:
    id_ = await made(wire)
    urn = f"urn:li:sponsoredCampaign:{id_}"
    fields = {"campaign": urn, "content": {"reference": await a_post(wire)}, "name": "C"}
    reply = await create(wire, CREATIVES, fields | {"intendedStatus": "ACTIVE"})
    creative = reply.headers["x-restli-id"]
    assert creative.startswith(quote("urn:li:sponsoredCreative:", safe=""))
    assert (await wire.get(f"{CREATIVES}/{creative}")).json()["campaign"] == urn
    market = wire.sandbox.market
    market.advance(3)
    assert await impressions(wire, id_) == 0
    await wire.patch(f"{CAMPAIGNS}/{id_}", status="ACTIVE")
    market.advance(3)
    assert await impressions(wire, id_) > 100


async def impressions(wire: LinkedInWire, campaign_id: str) -> int:
    today = wire.sandbox.market.on(Platform.LINKEDIN).today()
    since = today - timedelta(20)
    span = ",".join(
        f"{n}:(year:{d.year},month:{d.month},day:{d.day})" for n, d in (("start", since), ("end", today))
    )
    urn = quote(f"urn:li:sponsoredCampaign:{campaign_id}", safe="")
    query = f"q=analytics&pivot=CAMPAIGN&timeGranularity=ALL&dateRange=({span})&campaigns=List({urn})"
    rows = (await wire.get(f"adAnalytics?{query}&fields=impressions", FINDER)).json()["elements"]
    return sum(int(row["impressions"]) for row in rows)


async def test_a_draft_is_deleted_and_nothing_else_is(wire: LinkedInWire) -> None:
    draft, paused = await made(wire, status="DRAFT"), await made(wire)
    refused = await wire.call("DELETE", f"{CAMPAIGNS}/{paused}")
    assert refused.json()["code"] == "DELETE_ALLOWED_ONLY_FOR_DRAFT_STATUS"
    assert (await wire.call("DELETE", f"{CAMPAIGNS}/{draft}")).status_code == 204
    assert (await wire.get(f"{CAMPAIGNS}/{draft}")).status_code == 404
    assert draft not in [str(row["id"]) for row in await wire.campaigns()]


REQUIRED = [
    "account", "campaignGroup", "name", "type", "costType", "unitCost", "locale", "status",
    "offsiteDeliveryEnabled", "politicalIntent", "targetingCriteria", "dailyBudget",
]  # fmt: skip


@pytest.mark.parametrize("name", REQUIRED)
async def test_what_a_campaign_must_have_is_asked_for(wire: LinkedInWire, name: str) -> None:
    reply = await create(wire, CAMPAIGNS, await body(wire, without=name))
    assert (reply.status_code, code_and_path(reply)) == (400, ("MISSING_FIELD", name))
    assert await wire.sandbox.writes() == []


def code_and_path(reply: httpx.Response) -> tuple[str, str]:
    (fault,) = reply.json()["errorDetails"]["inputErrors"]
    return fault["code"], fault["input"]["inputPath"]["fieldPath"]


GEO = "urn:li:adTargetingFacet:locations"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"dailyBudget": dollars(80)}, "INVALID_VALUE_FOR_FIELD", "dailyBudget/amount"),
    ({"dailyBudget": dollars("8.00")}, "FIELD_VALUE_TOO_LOW", "dailyBudget/amount"),
    ({"dailyBudget": {"amount": "80", "currencyCode": "EUR"}}, "MISMATCH_FIELDS", "dailyBudget/currencyCode"),
    ({"unitCost": dollars("5.00")}, "CONDITIONAL_INVALID_VALUE", "unitCost"),
    ({"optimizationTargetType": "NONE"}, "CONDITIONAL_INVALID_VALUE", "unitCost"),
    ({"optimizationTargetType": "MAX_LUCK"}, "INVALID_VALUE_FOR_FIELD", "optimizationTargetType"),
    (
        {"optimizationTargetType": "MAX_CONVERSION"},
        "CONVERSION_CAMPAIGN_MISSING_ASSOCIATED_CONVERSION",
        "optimizationTargetType",
    ),
    ({"costType": "CPV"}, "CONDITIONAL_INVALID_VALUE", "costType"),
    ({"type": "BANNER"}, "INVALID_VALUE_FOR_FIELD", "type"),
    ({"status": "ARCHIVED"}, "INVALID_VALUE_FOR_FIELD", "status"),
    ({"politicalIntent": "NO"}, "INVALID_VALUE_FOR_FIELD", "politicalIntent"),
    ({"offsiteDeliveryEnabled": "false"}, "INVALID_VALUE_FOR_FIELD", "offsiteDeliveryEnabled"),
    ({"locale": {"country": "us", "language": "en"}}, "INVALID_VALUE_FOR_FIELD", "locale"),
    ({"account": "urn:li:sponsoredAccount:1"}, "ACCOUNT_ID_MISMATCH_IN_PARAM_AND_BODY", "account"),
    ({"campaignGroup": "urn:li:sponsoredCampaignGroup:1"}, "FIELD_VALUE_DOES_NOT_EXIST", "campaignGroup"),
    ({"associatedEntity": "urn:li:organization:1"}, "FIELD_VALUE_DOES_NOT_EXIST", "associatedEntity"),
    ({"associatedEntity": None}, "CONDITIONAL_MISSING_FIELD", "associatedEntity"),
    ({"runSchedule": {"start": 1_700_000_000}}, "DATE_TOO_EARLY", "runSchedule/start"),
    ({"runSchedule": {"end": 1}}, "INVALID_VALUE_FOR_FIELD", "runSchedule"),
    ({"name": " "}, "INVALID_VALUE_BLANK_FIELD", "name"),
    ({"id": 7}, "FIELD_NOT_ALLOWED", "id"),
    ({"targetingCriteria": {}}, "INVALID_VALUE_FOR_FIELD", "targetingCriteria/include"),
    (
        {"targetingCriteria": targeting({GEO: ["US"]})},
        "FIELD_VALUE_DOES_NOT_EXIST",
        f"targetingCriteria/include/and/0/or/{GEO}",
    ),
    (
        {"targetingCriteria": targeting({GEO: "urn:li:geo:103644278"})},
        "INVALID_VALUE_FOR_FIELD",
        f"targetingCriteria/include/and/0/or/{GEO}",
    ),
    (
        {"targetingCriteria": targeting({"urn:li:adTargetingFacet:moods": ["x"]})},
        "INVALID_VALUE_FOR_FIELD",
        "targetingCriteria/include/and/0/or/urn:li:adTargetingFacet:moods",
    ),
    (
        {"targetingCriteria": targeting({"urn:li:adTargetingFacet:genders": ["urn:li:gender:MALE"]})},
        "MISSING_FIELD",
        "targetingCriteria/include",
    ),
    (
        {"targetingCriteria": targeting(US, excluded=US)},
        "FIELD_CANNOT_BE_BOTH_IN_INCLUDED_AND_EXCLUDED_TARGETING",
        "targetingCriteria",
    ),
]


@pytest.mark.parametrize(("changes", "code", "path"), WRONG)
async def test_a_campaign_that_linkedin_would_refuse(
    wire: LinkedInWire, changes: dict[str, Any], code: str, path: str
) -> None:
    fields = await body(wire, **changes)
    fields = {name: value for name, value in fields.items() if value is not None}
    reply = await create(wire, CAMPAIGNS, fields)
    assert (reply.status_code, *code_and_path(reply)) == (400, code, path)
    assert await wire.sandbox.writes() == []


async def test_all_that_is_wrong_is_named_at_once(wire: LinkedInWire) -> None:
    reply = await create(wire, CAMPAIGNS, await body(wire, without="locale", name="", costType="CPX"))
    assert reply.json()["code"] == "MULTIPLE_VALIDATIONS_FAILED"
    assert len(reply.json()["errorDetails"]["inputErrors"]) == 3


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"dailyBudgt": 1}, "/dailyBudgt"),
        ({"unitCost": {"amount": "0", "currencyCode": "USD", "x": 1}}, "/unitCost/x"),
        ({"targetingCriteria": {"include": {"and": [{"or": US}]}, "only": 1}}, "/targetingCriteria/only"),
    ],
)
async def test_misspelt_names_are_not_permitted(
    wire: LinkedInWire, changes: dict[str, Any], where: str
) -> None:
    reply = await create(wire, CAMPAIGNS, await body(wire, **changes))
    assert (reply.status_code, reply.json()["code"]) == (403, "ACCESS_DENIED")
    assert reply.json()["message"].endswith(f"[{where}]")


async def creative(wire: LinkedInWire, campaign_id: str, **changes: Any) -> httpx.Response:
    fields = {
        "campaign": f"urn:li:sponsoredCampaign:{campaign_id}",
        "content": {"reference": await a_post(wire)},
        "intendedStatus": "PAUSED",
    } | changes
    return await create(wire, CREATIVES, {name: value for name, value in fields.items() if value is not None})


TEXT = {"headline": "Hours back", "description": "Every week.", "landingPage": "https://a.example/x"}


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"campaign": None}, 400, "campaign is required"),
        ({"content": None}, 400, "content is required"),
        ({"intendedStatus": "ON"}, 400, "intendedStatus can't be set to ON"),
        ({"campaign": "urn:li:sponsoredCampaign:1"}, 400, "doesn't exist"),
        ({"content": {"reference": "urn:li:share:1"}}, 400, "doesn't exist"),
        ({"content": {"reference": "https://x"}}, 400, "can't be set"),
        ({"content": {"textAd": TEXT}}, 400, "can't be set"),
        ({"contents": {}}, 403, "/contents"),
    ],
)
async def test_a_creative_that_linkedin_would_refuse(
    wire: LinkedInWire, changes: dict[str, Any], status: int, says: str
) -> None:
    id_ = await made(wire)
    reply = await creative(wire, id_, **changes)
    assert reply.status_code == status
    assert says in reply.json()["message"]
    assert "errorDetails" not in reply.json()  # creatives never moved to the newer envelope
    assert len(await wire.sandbox.writes()) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"headline": "A headline of more than 25"}, "headline length"),
        ({"description": ""}, "description is required"),
        ({"landingPage": "a.example"}, "landingPage can't be set"),
    ],
)
async def test_a_text_ad_carries_its_own_texts(
    wire: LinkedInWire, changes: dict[str, Any], says: str
) -> None:
    id_ = await made(wire, type="TEXT_AD")
    reply = await creative(wire, id_, content={"textAd": TEXT | changes})
    if says:
        assert says in reply.json()["message"]
    else:
        shown = (await wire.get(f"{CREATIVES}/{reply.headers['x-restli-id']}")).json()
        assert shown["content"] == {"textAd": TEXT}


async def test_a_bid_is_set_only_where_the_advertiser_bids(wire: LinkedInWire) -> None:
    own = await made(wire, optimizationTargetType="NONE", unitCost=dollars("4.00"))
    assert (await wire.patch(f"{CAMPAIGNS}/{own}", unitCost=dollars("5.25"))).status_code == 204
    assert (await wire.get(f"{CAMPAIGNS}/{own}")).json()["unitCost"] == dollars("5.25")
    refused = await wire.patch(f"{CAMPAIGNS}/{await made(wire)}", unitCost=dollars("5.25"))
    assert code_and_path(refused) == ("CONDITIONAL_INVALID_VALUE", "unitCost")


async def test_targeting_is_replaced_whole(wire: LinkedInWire) -> None:
    id_, wanted = await made(wire), targeting(US, {"urn:li:adTargetingFacet:titles": ["urn:li:title:9"]})
    assert (await wire.patch(f"{CAMPAIGNS}/{id_}", targetingCriteria=wanted)).status_code == 204
    assert (await wire.get(f"{CAMPAIGNS}/{id_}")).json()["targetingCriteria"] == wanted
    assert (await wire.patch(f"{CAMPAIGNS}/{id_}", targetingCriteria={"include": 1})).status_code == 400


async def test_a_reader_of_the_past_does_not_see_a_new_campaign(wire: LinkedInWire) -> None:
    id_ = await made(wire)
    stale = {"X-Sandbox-Fault": "stale_read;3600"}
    assert (await wire.get(f"{CAMPAIGNS}/{id_}", stale)).status_code == 404
