"""LinkedIn: who may call, and what is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from omnify_sandbox.linkedin.contract import campaign_fields
from tests.builders.sandbox_linkedin import EMEA, FINDER, NAMER, LinkedInWire, open_linkedin


@pytest.fixture
async def wire() -> AsyncIterator[LinkedInWire]:
    async with open_linkedin() as opened:
        yield opened


async def test_a_refresh_keeps_the_refresh_token(wire: LinkedInWire) -> None:
    first, second = (await wire.token()).json(), (await wire.token()).json()
    assert first["expires_in"] == 5_184_000
    assert first["refresh_token"] == second["refresh_token"]
    assert first["scope"] == "r_ads,rw_ads,r_ads_reporting"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"refresh_token": "x"}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_token_request_says_why(
    wire: LinkedInWire, changes: dict[str, str], status: int, error: str
) -> None:
    reply = await wire.token(**changes)
    assert (reply.status_code, reply.json()["error"]) == (status, error)


async def test_a_consent_code_gives_tokens_and_they_can_be_introspected(wire: LinkedInWire) -> None:
    own = wire.sandbox.credentials["linkedin"]
    reply = await wire.token(grant_type="authorization_code", code=own["authorization_code"])
    form = {
        "client_id": own["client_id"],
        "client_secret": own["client_secret"],
        "token": reply.json()["access_token"],
    }
    shown = await wire.sandbox.http.post("/linkedin-ads/oauth/v2/introspectToken", data=form)
    assert (shown.json()["active"], shown.json()["status"]) == (True, "active")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn-Version": ""}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "202502"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "202712"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "2026-08"}, 400, "ILLEGAL_ARGUMENT"),
        ({"X-Restli-Protocol-Version": "3.0.0"}, 400, "ILLEGAL_ARGUMENT"),
        ({"Authorization": "Bearer AQXnever"}, 401, "INVALID_ACCESS_TOKEN"),
    ],
)
async def test_headers_that_linkedin_refuses(
    wire: LinkedInWire, headers: dict[str, str], status: int, code: str
) -> None:
    reply = await wire.get("adAccounts?q=search", headers)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_a_token_is_needed_and_dies_after_sixty_days(wire: LinkedInWire) -> None:
    reply = await wire.get("adAccounts?q=search", {"Authorization": ""})
    assert reply.json() == {
        "message": "Empty oauth2_access_token",
        "serviceErrorCode": 401,
        "status": 401,
    }
    await wire.headers()
    wire.sandbox.market.advance(61)
    reply = await wire.get("adAccounts?q=search")
    assert (reply.status_code, reply.json()["serviceErrorCode"]) == (401, 65602)


async def test_revoked_consent_is_told_by_its_own_code(wire: LinkedInWire) -> None:
    await wire.headers()
    await wire.sandbox.control("POST", "faults", {"kind": "revoked", "platform": "linkedin"})
    reply = await wire.get("adAccounts?q=search")
    assert (reply.status_code, reply.json()["serviceErrorCode"]) == (401, 65601)
    assert (await wire.token()).status_code == 400


async def test_accounts_are_found(wire: LinkedInWire) -> None:
    search = "q=search&search=(status:(values:List(ACTIVE)),test:false)"
    accounts = (await wire.get(f"adAccounts?{search}")).json()["elements"]
    assert [str(account["id"]) for account in accounts] == [NAMER, EMEA]
    assert accounts[0]["currency"] == "USD"
    one = (await wire.get(f"adAccounts/{EMEA}")).json()
    assert one["name"] == "TechFlow EMEA"


async def test_six_campaigns_have_budgets_as_decimal_texts_and_long_ids(wire: LinkedInWire) -> None:
    held = [*(await wire.campaigns(NAMER)), *(await wire.campaigns(EMEA))]
    assert len(held) == 6
    for campaign in held:
        assert isinstance(campaign["id"], int)
        assert re.fullmatch(r"\d+\.\d\d", campaign["dailyBudget"]["amount"])
        assert campaign["dailyBudget"]["currencyCode"] == "USD"
        assert campaign["account"].startswith("urn:li:sponsoredAccount:")
        assert campaign["runSchedule"]["start"] > 10**12
    assert [c["status"] for c in held].count("PAUSED") == 1


async def test_campaigns_are_searched_by_status_and_group(wire: LinkedInWire) -> None:
    paused = await wire.campaigns(query="q=search&search=(status:(values:List(PAUSED)))")
    assert [c["status"] for c in paused] == ["PAUSED"]
    group = quote(paused[0]["campaignGroup"], safe="")
    query = f"q=search&search=(campaignGroup:(values:List({group})),status:(values:List(ACTIVE,PAUSED)))"
    found = await wire.campaigns(query=query)
    assert {c["campaignGroup"] for c in found} == {paused[0]["campaignGroup"]}
    groups = (await wire.get(f"adAccounts/{NAMER}/adCampaignGroups?q=search")).json()["elements"]
    assert f"urn:li:sponsoredCampaignGroup:{groups[1]['id']}" == paused[0]["campaignGroup"]


async def test_pages_follow_a_token(wire: LinkedInWire) -> None:
    seen, token = [], ""
    while True:
        path = f"adAccounts/{NAMER}/adCampaigns?q=search&pageSize=3{token}"
        reply = (await wire.get(path)).json()
        seen += [c["id"] for c in reply["elements"]]
        if "nextPageToken" not in reply["metadata"]:
            break
        token = f"&pageToken={reply['metadata']['nextPageToken']}"
    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize(
    ("query", "status", "path"),
    [
        ("q=search&search=%28status%3A%28values%3AList%28ACTIVE%29%29%29", 400, "search"),
        ("q=search&search=(status:(values:List(ENABLED)))", 400, "search/status"),
        ("q=search&search=(status:(values:List(ACTIVE))", 400, "search"),
        ("q=search&search=(account:(values:List(urn:li:x:1)))", 400, "search"),
        ("q=serch", 400, "q"),
        ("q=search&pageSize=1001", 400, "pageSize"),
        ("q=search&pageToken=zzz", 400, "pageToken"),
    ],
)
async def test_queries_that_restli_refuses(wire: LinkedInWire, query: str, status: int, path: str) -> None:
    reply = await wire.get(f"adAccounts/{NAMER}/adCampaigns?{query}")
    error = reply.json()
    assert (reply.status_code, error["code"]) == (status, "ILLEGAL_ARGUMENT")
    assert error["errorDetails"]["inputErrors"][0]["input"]["inputPath"] == {"fieldPath": path}


@pytest.mark.parametrize("query", ["q=search&start=0", "q=search&search=(stauts:(values:List(ACTIVE)))"])
async def test_unknown_names_in_a_query_are_not_permitted(wire: LinkedInWire, query: str) -> None:
    reply = await wire.get(f"adAccounts/{NAMER}/adCampaigns?{query}")
    assert (reply.status_code, reply.json()["code"]) == (403, "ACCESS_DENIED")
    assert reply.json()["message"].startswith("Unpermitted fields present in PARAMETER")


async def test_structures_need_protocol_two(wire: LinkedInWire) -> None:
    path = f"adAccounts/{NAMER}/adCampaigns?q=search&search=(status:(values:List(ACTIVE)))"
    assert (await wire.get(path, {"X-Restli-Protocol-Version": ""})).status_code == 400


async def test_a_long_query_comes_through_a_tunnel(wire: LinkedInWire) -> None:
    headers = {
        **await wire.headers(),
        "X-HTTP-Method-Override": "GET",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    reply = await wire.sandbox.http.post(
        f"/linkedin-ads/rest/adAccounts/{NAMER}/adCampaigns",
        content="q=search&search=(status:(values:List(PAUSED)))",
        headers=headers,
    )
    assert [c["status"] for c in reply.json()["elements"]] == ["PAUSED"]


async def test_a_tunnelled_query_is_no_write_to_a_fault(wire: LinkedInWire) -> None:
    headers = {
        **await wire.headers(),
        "X-HTTP-Method-Override": "GET",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    path = f"/linkedin-ads/rest/adAccounts/{NAMER}/adCampaigns"
    await wire.sandbox.control("POST", "faults", {"kind": "server_error", "writes": True})
    assert (await wire.sandbox.http.post(path, content="q=search", headers=headers)).status_code == 200


async def test_several_campaigns_are_got_at_once(wire: LinkedInWire) -> None:
    first = (await wire.campaigns())[0]["id"]
    reply = (await wire.get(f"adAccounts/{NAMER}/adCampaigns?ids=List({first},5)")).json()
    assert (list(reply["results"]), list(reply["errors"])) == ([str(first)], ["5"])


async def test_creatives_want_their_method_named_and_their_account(wire: LinkedInWire) -> None:
    path = f"adAccounts/{NAMER}/creatives?q=criteria"
    assert (await wire.get(path)).status_code == 400
    found = (await wire.get(path, FINDER)).json()["elements"]
    assert len(found) == 12
    assert found[0]["id"].startswith("urn:li:sponsoredCreative:")
    moved = await wire.get("creatives?q=criteria", FINDER)
    assert set(moved.json()) == {"message", "status"}
    assert (await wire.get(f"{path}&pageSize=101", FINDER)).status_code == 400


async def test_creatives_are_found_by_campaign_and_read_by_encoded_urn(wire: LinkedInWire) -> None:
    campaign = f"urn:li:sponsoredCampaign:{(await wire.campaigns())[0]['id']}"
    query = f"q=criteria&campaigns=List({quote(campaign, safe='')})"
    found = (await wire.get(f"adAccounts/{NAMER}/creatives?{query}", FINDER)).json()["elements"]
    assert {one["campaign"] for one in found} == {campaign}
    id_ = found[0]["id"]
    one = await wire.get(f"adAccounts/{NAMER}/creatives/{quote(id_, safe='')}")
    assert one.json() == found[0]
    assert (await wire.get(f"adAccounts/{NAMER}/creatives/{id_}")).status_code == 400


async def test_strangers_accounts_and_campaigns(wire: LinkedInWire) -> None:
    stranger = await wire.get("adAccounts/999/adCampaigns?q=search")
    assert (stranger.status_code, stranger.json()["serviceErrorCode"]) == (403, 100)
    missing = await wire.get(f"adAccounts/{NAMER}/adCampaigns/1")
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")
    other = (await wire.campaigns(EMEA))[0]["id"]
    assert (await wire.get(f"adAccounts/{NAMER}/adCampaigns/{other}")).status_code == 404


async def test_campaigns_have_the_fields_and_words_of_the_contract(wire: LinkedInWire) -> None:
    known = campaign_fields()
    for campaign in await wire.campaigns():
        assert set(campaign) <= set(known)
        for name, value in campaign.items():
            assert value in known[name].get("values", [value]), name
        required = {"account", "campaignGroup", "costType", "locale", "unitCost", "politicalIntent"}
        assert required <= set(campaign)
