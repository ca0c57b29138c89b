"""LinkedIn: patches, faults, and what the log of writes says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.market import Market
from tests.builders.sandbox_linkedin import FINDER, NAMER, PATCH, LinkedInWire, open_linkedin
from tests.builders.sandbox_wire import open_wire, sandbox_config


@pytest.fixture
async def wire() -> AsyncIterator[LinkedInWire]:
    async with open_linkedin() as opened:
        yield opened


async def first(wire: LinkedInWire) -> str:
    return f"adAccounts/{NAMER}/adCampaigns/{(await wire.campaigns())[0]['id']}"


def dollars(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currencyCode": "USD"}


async def test_a_budget_is_changed_and_read_back(wire: LinkedInWire) -> None:
    path = await first(wire)
    reply = await wire.patch(path, dailyBudget=dollars("312.5"))
    assert (reply.status_code, reply.content) == (204, b"")
    assert (await wire.get(path)).json()["dailyBudget"] == dollars("312.50")
    (write,) = await wire.sandbox.writes()
    assert (write["platform"], write["account"], write["field"]) == ("linkedin", NAMER, "daily_budget")
    assert write["object"] == path.split("/", 2)[2].replace("adCampaigns", "campaign")
    assert write["after"] == 31_250
    assert write["request_id"] == reply.headers["x-li-uuid"]


async def test_a_campaign_is_paused_and_resumed(wire: LinkedInWire) -> None:
    path = await first(wire)
    for status in ("PAUSED", "ACTIVE"):
        assert (await wire.patch(path, status=status)).status_code == 204
        assert (await wire.get(path)).json()["status"] == status


async def test_a_paused_campaign_stops_spending(wire: LinkedInWire) -> None:
    path = await first(wire)
    await wire.patch(path, status="PAUSED")
    wire.sandbox.market.advance(3)
    stage = wire.sandbox.market.on(Platform.LINKEDIN)
    ads = [ad.index for ad in stage.catalog.ads if ad.campaign.id == path.rpartition("/")[2]]
    days = stage.figures(stage.today(), stage.today()).by_day(ads)
    assert [day.impressions for day in days] == [0]


@pytest.mark.parametrize(
    ("wanted", "code", "path"),
    [
        ({"dailyBudget": dollars(75)}, "INVALID_VALUE_FOR_FIELD", "dailyBudget/amount"),
        ({"dailyBudget": dollars("75.001")}, "INVALID_VALUE_FOR_FIELD", "dailyBudget/amount"),
        ({"dailyBudget": dollars("7.5e1")}, "INVALID_VALUE_FOR_FIELD", "dailyBudget/amount"),
        ({"dailyBudget": dollars("9.99")}, "FIELD_VALUE_TOO_LOW", "dailyBudget/amount"),
        ({"dailyBudget": {"amount": "75.00"}}, "MISSING_FIELD", "dailyBudget/currencyCode"),
        (
            {"dailyBudget": {"amount": "75.00", "currencyCode": "EUR"}},
            "MISMATCH_FIELDS",
            "dailyBudget/currencyCode",
        ),
        ({"status": "ENABLED"}, "INVALID_VALUE_FOR_FIELD", "status"),
        ({"status": "DRAFT"}, "STATUS_CHANGE_NOT_ALLOWED", "status"),
        ({"objectiveType": "ENGAGEMENT"}, "IMMUTABLE_CAMPAIGN_OBJECTIVE_TYPE", "objectiveType"),
        ({"id": 5}, "FIELD_NOT_ALLOWED", "id"),
        ({"name": "  "}, "INVALID_VALUE_BLANK_FIELD", "name"),
    ],
)
async def test_values_that_linkedin_refuses(
    wire: LinkedInWire, wanted: dict[str, Any], code: str, path: str
) -> None:
    reply = await wire.patch(await first(wire), **wanted)
    error = reply.json()
    assert (reply.status_code, error["code"]) == (400, code)
    assert error["errorDetails"]["inputErrors"][0]["input"]["inputPath"] == {"fieldPath": path}
    assert await wire.sandbox.writes() == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"patch": {"$set": {"dailyBudgt": {}}}}, "/patch/$set/dailyBudgt"),
        ({"patch": {"$set": {"dailyBudget": {"amout": "1"}}}}, "/patch/$set/dailyBudget/amout"),
        ({"patch": {"$inc": {}}}, "/patch/$inc"),
        ({"patch": {"$set": {"status": "PAUSED"}}, "more": 1}, "/more"),
    ],
)
async def test_unknown_names_in_a_body_are_not_permitted(wire: LinkedInWire, body: Any, where: str) -> None:
    reply = await wire.call("POST", await first(wire), body=body, headers=PATCH)
    assert (reply.status_code, reply.json()["code"]) == (403, "ACCESS_DENIED")
    assert reply.json()["message"].endswith(f"[{where}]")


async def test_one_wrong_field_stops_the_other_and_all_are_named(wire: LinkedInWire) -> None:
    path = await first(wire)
    reply = await wire.patch(path, status="OFF", name="", dailyBudget=dollars("50.00"))
    assert reply.json()["code"] == "MULTIPLE_VALIDATIONS_FAILED"
    assert len(reply.json()["errorDetails"]["inputErrors"]) == 2
    assert await wire.sandbox.writes() == []


async def test_a_patch_must_be_named_in_the_header(wire: LinkedInWire) -> None:
    reply = await wire.call("POST", await first(wire), body={"patch": {"$set": {"status": "PAUSED"}}})
    assert reply.status_code == 400
    assert "PARTIAL_UPDATE" in reply.json()["message"]


async def test_only_drafts_are_deleted_and_others_marked_for_it(wire: LinkedInWire) -> None:
    path = await first(wire)
    reply = await wire.call("DELETE", path)
    assert (reply.status_code, reply.json()["code"]) == (400, "DELETE_ALLOWED_ONLY_FOR_DRAFT_STATUS")
    await wire.patch(path, status="PENDING_DELETION")
    assert (await wire.get(path)).json()["status"] == "PENDING_DELETION"
    assert (await wire.patch(path, status="ACTIVE")).json()["code"] == "STATUS_CHANGE_NOT_ALLOWED"


async def test_a_creative_is_paused(wire: LinkedInWire) -> None:
    base = f"adAccounts/{NAMER}/creatives"
    id_ = (await wire.get(f"{base}?q=criteria", FINDER)).json()["elements"][0]["id"]
    path = f"{base}/{quote(id_, safe='')}"
    assert (await wire.patch(path, intendedStatus="PAUSED")).status_code == 204
    assert (await wire.get(path)).json()["intendedStatus"] == "PAUSED"
    refused = (await wire.patch(path, intendedStatus="OFF")).json()
    assert set(refused) == {"message", "status"}
    assert (await wire.sandbox.writes())[0]["object"] == f"creative/{id_.rpartition(':')[2]}"


async def test_campaign_groups_are_not_created_here(wire: LinkedInWire) -> None:
    reply = await wire.call("POST", f"adAccounts/{NAMER}/adCampaignGroups", body={"name": "x"})
    assert reply.status_code == 501


async def test_a_batch_carries_out_the_good_ones(wire: LinkedInWire) -> None:
    ids = [str(c["id"]) for c in await wire.campaigns()][:2]
    entities = {
        ids[0]: {"patch": {"$set": {"status": "PAUSED"}}},
        ids[1]: {"patch": {"$set": {"status": "X"}}},
    }
    path = f"adAccounts/{NAMER}/adCampaigns?ids=List({','.join(ids)})"
    headers = {"X-RestLi-Method": "BATCH_PARTIAL_UPDATE"}
    reply = (await wire.call("POST", path, body={"entities": entities}, headers=headers)).json()
    assert reply["results"] == {ids[0]: {"status": 204}}
    assert reply["errors"][ids[1]]["status"] == 400
    assert len(await wire.sandbox.writes()) == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("rate_limit", 429), ("server_error", 500), ("expired_token", 401)]
)
async def test_planned_faults_are_answered_in_linkedins_words(
    wire: LinkedInWire, kind: str, status: int
) -> None:
    path = await first(wire)
    await wire.sandbox.control("POST", "faults", {"kind": kind, "platform": "linkedin"})
    reply = await wire.get(path)
    assert (reply.status_code, reply.json()["status"]) == (status, status)
    assert "retry-after" not in reply.headers
    assert (await wire.get(path)).status_code == 200


async def test_a_lie_answers_as_done_and_does_nothing(wire: LinkedInWire) -> None:
    path = await first(wire)
    await wire.sandbox.control("POST", "faults", {"kind": "lying_success", "platform": "linkedin"})
    assert (await wire.patch(path, status="PAUSED")).status_code == 204
    assert (await wire.get(path)).json()["status"] == "ACTIVE"


async def test_a_stale_read_shows_what_was(wire: LinkedInWire) -> None:
    path = await first(wire)
    await wire.patch(path, status="PAUSED")
    await wire.sandbox.control(
        "POST", "faults", {"kind": "stale_read", "platform": "linkedin", "path": "adCampaigns"}
    )
    assert (await wire.get(path)).json()["status"] == "ACTIVE"
    assert (await wire.get(path)).json()["status"] == "PAUSED"


async def test_an_edit_in_the_platforms_own_ui_is_seen(wire: LinkedInWire) -> None:
    path = await first(wire)
    edit = {"platform": "linkedin", "campaign_id": path.rpartition("/")[2], "daily_budget": "444.00"}
    assert (await wire.sandbox.control("POST", "ui-edit", edit)).status_code == 200
    assert (await wire.get(path)).json()["dailyBudget"]["amount"] == "444.00"
    assert (await wire.sandbox.writes())[0]["origin"] == "ui"


async def test_a_restarted_market_remembers_linkedin(tmp_path: Path) -> None:
    config = sandbox_config(path=tmp_path / "log.jsonl")
    async with open_wire(Market(config)) as opened:
        wire = LinkedInWire(opened)
        path = await first(wire)
        await wire.patch(path, dailyBudget=dollars("99.00"), status="PAUSED")
        await opened.control("POST", "advance", {"days": 2})
    async with open_wire(Market(config)) as opened:
        again: httpx.Response = await LinkedInWire(opened).get(path)
    assert again.json()["status"] == "PAUSED"
    assert again.json()["dailyBudget"]["amount"] == "99.00"
