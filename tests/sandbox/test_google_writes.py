"""Google Ads v26: writing over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.builders.sandbox_wire import EU_CUSTOMER, US_CUSTOMER, SandboxWire, open_wire


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def first_campaign(wire: SandboxWire, where: str = "") -> dict[str, Any]:
    query = (
        "SELECT campaign.id, campaign.status, campaign_budget.resource_name, campaign_budget.id, "
        f"campaign_budget.amount_micros FROM campaign {where} ORDER BY campaign.id LIMIT 1"
    )
    return (await wire.rows(query))[0]


def budget_update(name: str, amount: Any, mask: str = "amountMicros") -> dict[str, Any]:
    return {"update": {"resourceName": name, "amountMicros": amount}, "updateMask": mask}


def codes(body: dict[str, Any]) -> list[dict[str, str]]:
    return [error["errorCode"] for error in body["error"]["details"][0]["errors"]]


async def test_a_budget_is_changed_and_read_back(wire: SandboxWire) -> None:
    before = (await first_campaign(wire))["campaignBudget"]
    operation = budget_update(before["resourceName"], "251230000")
    reply = await wire.google("campaignBudgets:mutate", {"operations": [operation]})
    assert reply.json() == {"results": [{"resourceName": before["resourceName"]}]}
    after = (await first_campaign(wire))["campaignBudget"]
    assert after["amountMicros"] == "251230000"
    (write,) = await wire.writes()
    assert write["object"] == f"campaign_budget/{before['id']}"
    assert (write["field"], write["after"]) == ("daily_budget", 25_123)
    assert write["before"] * 10_000 == int(before["amountMicros"])
    assert (write["origin"], write["request_id"]) == ("api", reply.headers["request-id"])


async def test_a_number_is_tolerated_for_micros(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    reply = await wire.google("campaignBudgets:mutate", {"operations": [budget_update(name, 90_000_000)]})
    assert reply.status_code == 200


async def test_a_shared_budget_names_all_its_campaigns_in_the_log(wire: SandboxWire) -> None:
    row = await first_campaign(wire, "WHERE campaign_budget.explicitly_shared = TRUE")
    operation = budget_update(row["campaignBudget"]["resourceName"], "500000000")
    await wire.google("campaignBudgets:mutate", {"operations": [operation]})
    (write,) = await wire.writes()
    assert len(write["campaign_ids"]) == 3


async def test_validate_only_changes_nothing(wire: SandboxWire) -> None:
    before = (await first_campaign(wire))["campaignBudget"]
    body = {"operations": [budget_update(before["resourceName"], "1000000")], "validateOnly": True}
    assert (await wire.google("campaignBudgets:mutate", body)).json() == {}
    assert (await first_campaign(wire))["campaignBudget"] == before
    assert await wire.writes() == []


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("250000001", {"campaignBudgetError": "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"}),
        ("-10000", {"campaignBudgetError": "NEGATIVE_MONEY_AMOUNT"}),
        ("0", {"campaignBudgetError": "MONEY_AMOUNT_LESS_THAN_CURRENCY_MINIMUM_CPC"}),
        ("90000000000000000", {"campaignBudgetError": "MONEY_AMOUNT_TOO_LARGE"}),
    ],
)
async def test_amounts_that_google_refuses(wire: SandboxWire, amount: str, code: dict[str, str]) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    reply = await wire.google("campaignBudgets:mutate", {"operations": [budget_update(name, amount)]})
    assert reply.status_code == 400
    assert codes(reply.json()) == [code]
    steps = reply.json()["error"]["details"][0]["errors"][0]["location"]["fieldPathElements"]
    assert steps == [
        {"fieldName": "operations", "index": 0},
        {"fieldName": "update"},
        {"fieldName": "amount_micros"},
    ]
    assert await wire.writes() == []


@pytest.mark.parametrize("amount", ["250.00", 250.5, True, None, "2.5e8", ""])
async def test_amounts_that_are_no_whole_numbers_are_bad_json(wire: SandboxWire, amount: Any) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    reply = await wire.google("campaignBudgets:mutate", {"operations": [budget_update(name, amount)]})
    assert reply.status_code == 400
    assert "TYPE_INT64" in reply.json()["error"]["message"]


async def test_masks_are_lower_camel_case(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    operation = budget_update(name, "10000000", mask="amount_micros")
    reply = await wire.google("campaignBudgets:mutate", {"operations": [operation]})
    assert reply.status_code == 400
    assert "lowerCamelCase" in reply.text


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        ("amountMicross", {"fieldMaskError": "FIELD_NOT_FOUND"}),
        ("id", {"fieldError": "IMMUTABLE_FIELD"}),
        ("name", {"fieldError": "FIELD_CANNOT_BE_CLEARED"}),
        ("deliveryMethod", {"mutateError": "MUTATE_NOT_ALLOWED"}),
        (None, {"fieldMaskError": "FIELD_MASK_MISSING"}),
    ],
)
async def test_masks_that_google_refuses(wire: SandboxWire, mask: str | None, code: dict[str, str]) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    operation = budget_update(name, "10000000", mask=mask or "")
    if mask is None:
        del operation["updateMask"]
    reply = await wire.google("campaignBudgets:mutate", {"operations": [operation]})
    assert codes(reply.json()) == [code]


async def test_unknown_names_in_an_operation_are_refused(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    for operation in (
        {**budget_update(name, "10000000"), "updatemask": "x"},
        {"update": {"resourceName": name, "amount": "1"}, "updateMask": "amountMicros"},
    ):
        reply = await wire.google("campaignBudgets:mutate", {"operations": [operation]})
        assert "Unknown name" in reply.json()["error"]["message"]


async def test_a_campaign_is_paused_and_enabled(wire: SandboxWire) -> None:
    row = await first_campaign(wire, "WHERE campaign.status = 'ENABLED'")
    name = row["campaign"]["resourceName"]
    for status in ("PAUSED", "ENABLED"):
        operation = {"update": {"resourceName": name, "status": status}, "updateMask": "status"}
        body = {"operations": [operation], "responseContentType": "MUTABLE_RESOURCE"}
        reply = await wire.google("campaigns:mutate", body)
        assert reply.json()["results"][0]["campaign"] == {"resourceName": name, "status": status}
        assert (await first_campaign(wire, f"WHERE campaign.id = {row['campaign']['id']}"))["campaign"][
            "status"
        ] == status


async def test_ad_groups_and_ads_are_paused(wire: SandboxWire) -> None:
    row = (
        await wire.rows("SELECT ad_group_ad.resource_name, ad_group.resource_name FROM ad_group_ad LIMIT 1")
    )[0]
    for collection, part in (("adGroups", "adGroup"), ("adGroupAds", "adGroupAd")):
        operation = {
            "update": {"resourceName": row[part]["resourceName"], "status": "PAUSED"},
            "updateMask": "status",
        }
        reply = await wire.google(f"{collection}:mutate", {"operations": [operation]})
        assert reply.status_code == 200, reply.text
    after = await wire.rows("SELECT ad_group_ad.status, ad_group.status FROM ad_group_ad LIMIT 1")
    assert (after[0]["adGroupAd"]["status"], after[0]["adGroup"]["status"]) == ("PAUSED", "PAUSED")


async def test_removal_is_final(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaign"]["resourceName"]
    removed = await wire.google("campaigns:mutate", {"operations": [{"remove": name}]})
    assert removed.json() == {"results": [{"resourceName": name}]}
    assert (await first_campaign(wire))["campaign"]["status"] == "REMOVED"
    back = {"update": {"resourceName": name, "status": "ENABLED"}, "updateMask": "status"}
    reply = await wire.google("campaigns:mutate", {"operations": [back]})
    assert codes(reply.json()) == [{"contextError": "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"}]


async def test_removed_cannot_be_set_as_a_status(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaign"]["resourceName"]
    operation = {"update": {"resourceName": name, "status": "REMOVED"}, "updateMask": "status"}
    reply = await wire.google("campaigns:mutate", {"operations": [operation]})
    assert codes(reply.json()) == [{"enumError": "ENUM_VALUE_NOT_PERMITTED"}]


async def test_a_budget_in_use_is_not_removed(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    reply = await wire.google("campaignBudgets:mutate", {"operations": [{"remove": name}]})
    assert codes(reply.json()) == [{"campaignBudgetError": "CAMPAIGN_BUDGET_IN_USE"}]


async def test_one_bad_operation_stops_all(wire: SandboxWire) -> None:
    rows = await wire.rows("SELECT campaign_budget.resource_name FROM campaign_budget LIMIT 2")
    good, bad = (row["campaignBudget"]["resourceName"] for row in rows)
    operations = [budget_update(good, "10000000"), budget_update(bad, "3")]
    reply = await wire.google("campaignBudgets:mutate", {"operations": operations})
    assert reply.status_code == 400
    assert await wire.writes() == []


async def test_partial_failure_carries_out_the_good_ones(wire: SandboxWire) -> None:
    rows = await wire.rows("SELECT campaign_budget.resource_name FROM campaign_budget LIMIT 2")
    good, bad = (row["campaignBudget"]["resourceName"] for row in rows)
    operations = [budget_update(good, "10000000"), budget_update(bad, "3")]
    reply = await wire.google("campaignBudgets:mutate", {"operations": operations, "partialFailure": True})
    assert reply.status_code == 200
    assert reply.json()["results"] == [{"resourceName": good}, {}]
    error = reply.json()["partialFailureError"]
    assert error["code"] == 3
    assert error["details"][0]["errors"][0]["location"]["fieldPathElements"][0]["index"] == 1
    assert len(await wire.writes()) == 1


async def test_several_collections_in_one_request(wire: SandboxWire) -> None:
    row = await first_campaign(wire)
    pause = {
        "update": {"resourceName": row["campaign"]["resourceName"], "status": "PAUSED"},
        "updateMask": "status",
    }
    body = {
        "mutateOperations": [
            {"campaignBudgetOperation": budget_update(row["campaignBudget"]["resourceName"], "10000000")},
            {"campaignOperation": pause},
        ]
    }
    reply = await wire.google("googleAds:mutate", body)
    assert [list(part) for part in reply.json()["mutateOperationResponses"]] == [
        ["campaignBudgetResult"],
        ["campaignResult"],
    ]
    assert len(await wire.writes()) == 2


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({}, {"requestError": "OPERATION_REQUIRED"}),
        ({"remove": "x", "update": {}}, {"requestError": "OPERATION_REQUIRED"}),
        ({"update": {}, "updateMask": "status"}, {"requestError": "RESOURCE_NAME_MISSING"}),
        ({"remove": "campaigns/1"}, {"requestError": "RESOURCE_NAME_MALFORMED"}),
        ({"remove": f"customers/{US_CUSTOMER}/campaigns/1"}, {"mutateError": "RESOURCE_NOT_FOUND"}),
        ({"remove": f"customers/{EU_CUSTOMER}/campaigns/21804010007"}, {"mutateError": "RESOURCE_NOT_FOUND"}),
        ({"create": {"name": "x"}}, {"fieldError": "REQUIRED"}),
    ],
)
async def test_operations_that_google_refuses(
    wire: SandboxWire, operation: dict[str, Any], code: dict[str, str]
) -> None:
    reply = await wire.google("campaigns:mutate", {"operations": [operation]})
    assert reply.status_code in (400, 404)
    assert codes(reply.json()) == [code]


async def test_the_same_object_twice_is_refused(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaignBudget"]["resourceName"]
    operations = [budget_update(name, "10000000"), budget_update(name, "20000000")]
    reply = await wire.google("campaignBudgets:mutate", {"operations": operations})
    assert codes(reply.json()) == [{"mutateError": "ID_EXISTS_IN_MULTIPLE_MUTATES"}]


async def test_a_name_is_taken_once(wire: SandboxWire) -> None:
    rows = await wire.rows("SELECT campaign.name FROM campaign ORDER BY campaign.id LIMIT 2")
    operation = {
        "update": {"resourceName": rows[0]["campaign"]["resourceName"], "name": rows[1]["campaign"]["name"]},
        "updateMask": "name",
    }
    reply = await wire.google("campaigns:mutate", {"operations": [operation]})
    assert codes(reply.json()) == [{"campaignError": "DUPLICATE_CAMPAIGN_NAME"}]


async def test_nothing_to_do_is_refused(wire: SandboxWire) -> None:
    for body in ({}, {"operations": []}):
        reply = await wire.google("campaigns:mutate", body)
        assert codes(reply.json()) == [{"requestError": "REQUIRED_FIELD_MISSING"}]


async def test_a_status_of_another_platform_is_bad_json(wire: SandboxWire) -> None:
    name = (await first_campaign(wire))["campaign"]["resourceName"]
    operation = {"update": {"resourceName": name, "status": "ACTIVE"}, "updateMask": "status"}
    reply = await wire.google("campaigns:mutate", {"operations": [operation]})
    assert "TYPE_ENUM" in reply.json()["error"]["message"]
