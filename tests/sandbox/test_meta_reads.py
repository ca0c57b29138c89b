"""Meta v26.0: nodes, edges and paging over the wire."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from omnify_sandbox.meta.contract import fields_of
from tests.builders.contract_shapes import meta_faults
from tests.builders.sandbox_wire import ACCOUNT, SandboxWire, open_wire

NODES = {"campaigns": "Campaign", "adsets": "AdSet", "ads": "Ad", "adcreatives": "AdCreative"}


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def ids(wire: SandboxWire, edge: str, **params: Any) -> list[str]:
    reply = await wire.graph(f"{ACCOUNT}/{edge}", limit="500", **params)
    assert reply.status_code == 200, reply.text
    return [item["id"] for item in reply.json()["data"]]


def error_of(body: dict[str, Any]) -> tuple[int, int | None]:
    error = body["error"]
    assert error["fbtrace_id"]
    assert error["message"]
    assert error["type"]
    return error["code"], error.get("error_subcode")


async def test_the_user_has_two_ad_accounts(wire: SandboxWire) -> None:
    reply = await wire.graph(
        "me/adaccounts", fields="id,account_id,name,currency,timezone_name,account_status"
    )
    accounts = reply.json()["data"]
    assert [a["currency"] for a in accounts] == ["USD", "USD"]
    assert accounts[0]["id"] == f"act_{accounts[0]['account_id']}" == ACCOUNT
    assert [meta_faults("AdAccount", account) for account in accounts] == [[], []]


@pytest.mark.parametrize("edge", NODES)
async def test_nodes_have_the_names_and_types_of_the_contract(wire: SandboxWire, edge: str) -> None:
    node = NODES[edge]
    wanted = [
        name for name in fields_of(node) if name not in ("source_campaign", "source_ad", "source_adset")
    ]
    reply = await wire.graph(f"{ACCOUNT}/{edge}", fields=",".join(wanted), limit="500")
    items = reply.json()["data"]
    assert items
    assert [faults for item in items if (faults := meta_faults(node, item))] == []


async def test_only_what_is_asked_for_comes_back(wire: SandboxWire) -> None:
    campaign = (await ids(wire, "campaigns"))[0]
    assert set((await wire.graph(campaign)).json()) == {"id"}
    assert set((await wire.graph(campaign, fields="name,status")).json()) == {"id", "name", "status"}
    as_array = await wire.graph(campaign, fields='["name","status"]')
    assert set(as_array.json()) == {"id", "name", "status"}


async def test_a_trailing_slash_is_the_same_node(wire: SandboxWire) -> None:
    campaign = (await ids(wire, "campaigns"))[0]
    plain, slashed = (
        await wire.graph(campaign, fields="name"),
        await wire.graph(f"{campaign}/", fields="name"),
    )
    assert plain.json() == slashed.json()


async def test_sub_fields_are_resolved(wire: SandboxWire) -> None:
    reply = await wire.graph(
        f"{ACCOUNT}/ads", fields="name,creative{title,body,image_url},campaign{name}", limit="1"
    )
    ad = reply.json()["data"][0]
    assert set(ad) == {"id", "name", "creative", "campaign"}
    assert set(ad["creative"]) == {"id", "title", "body", "image_url"}
    picture = await wire.http.get(ad["creative"]["image_url"])
    assert picture.headers["content-type"].startswith("image/png")
    assert picture.content.startswith(b"\x89PNG")


async def test_budgets_are_strings_of_minor_units(wire: SandboxWire) -> None:
    reply = await wire.graph(f"{ACCOUNT}/campaigns", fields="daily_budget,budget_remaining")
    for campaign in reply.json()["data"]:
        assert campaign["daily_budget"].isdigit()
        assert int(campaign["daily_budget"]) % 100 == 0
        assert 0 <= int(campaign["budget_remaining"]) <= int(campaign["daily_budget"])


async def test_pages_end_where_next_is_missing(wire: SandboxWire) -> None:
    everything = await ids(wire, "ads")
    found, url = [], ""
    reply = await wire.graph(f"{ACCOUNT}/ads", limit="7", summary="true")
    assert reply.json()["summary"]["total_count"] == len(everything)
    while True:
        body = reply.json()
        found += [ad["id"] for ad in body["data"]]
        url = body["paging"].get("next", "")
        if not url:
            break
        reply = await wire.http.get(url)
    assert found == everything
    assert {"before", "after"} == set(body["paging"]["cursors"])


async def test_the_default_page_has_25(wire: SandboxWire) -> None:
    body = (await wire.graph(f"{ACCOUNT}/ads")).json()
    assert len(body["data"]) == 25
    assert "next" in body["paging"]


async def test_a_token_in_the_header_does_not_leak_into_next(wire: SandboxWire) -> None:
    token = wire.credentials["meta"]["access_token"]
    reply = await wire.http.get(
        f"/meta-ads/v26.0/{ACCOUNT}/ads", headers={"Authorization": f"Bearer {token}"}, params={"limit": "2"}
    )
    assert reply.status_code == 200
    assert token not in reply.json()["paging"]["next"]


async def test_children_belong_to_their_parents(wire: SandboxWire) -> None:
    campaign = (await ids(wire, "campaigns"))[0]
    sets = (await wire.graph(f"{campaign}/adsets", fields="campaign_id")).json()["data"]
    assert {item["campaign_id"] for item in sets} == {campaign}
    ads = (await wire.graph(f"{sets[0]['id']}/ads", fields="adset_id")).json()["data"]
    assert {ad["adset_id"] for ad in ads} == {sets[0]["id"]}
    creatives = (await wire.graph(f"{ads[0]['id']}/adcreatives", fields="title")).json()["data"]
    assert len(creatives) == 1


async def test_effective_status_follows_the_parents(wire: SandboxWire) -> None:
    campaign = (await ids(wire, "campaigns", effective_status='["ACTIVE"]'))[0]
    await wire.graph_post(campaign, status="PAUSED")
    sets = (await wire.graph(f"{campaign}/adsets", fields="status,effective_status")).json()["data"]
    assert {(s["status"], s["effective_status"]) for s in sets} == {("ACTIVE", "CAMPAIGN_PAUSED")}


async def test_listings_hide_what_is_archived_or_deleted(wire: SandboxWire) -> None:
    first, second, *rest = await ids(wire, "campaigns")
    await wire.graph_post(first, status="ARCHIVED")
    await wire.graph_post(second, status="DELETED")
    assert await ids(wire, "campaigns") == rest
    assert await ids(wire, "campaigns", effective_status='["ARCHIVED"]') == [first]
    test = json.dumps([{"field": "campaign.effective_status", "operator": "IN", "value": ["DELETED"]}])
    assert await ids(wire, "campaigns", filtering=test) == [second]


@pytest.mark.parametrize(
    ("path", "params", "code", "subcode"),
    [
        ("999", {}, 100, 33),
        ("act_1", {}, 100, 33),
        (ACCOUNT, {"fields": "nmae"}, 100, None),
        (f"{ACCOUNT}/campaigns", {"fields": "daily_budgett"}, 100, None),
        (f"{ACCOUNT}/campaigns", {"limt": "5"}, 100, None),
        (f"{ACCOUNT}/campaigns", {"limit": "many"}, 100, None),
        (f"{ACCOUNT}/campaigns", {"after": "???"}, 100, None),
        (f"{ACCOUNT}/campaigns", {"pretty": "1"}, 100, None),
        (f"{ACCOUNT}/keywords", {}, 2500, None),
        (f"{ACCOUNT}/campaigns/ads", {}, 2500, None),
        ("", {"ids": "1,2"}, 100, None),
        (ACCOUNT, {"fields": "name,business{id"}, 2500, None),
    ],
)
async def test_reads_that_meta_refuses(
    wire: SandboxWire, path: str, params: dict[str, str], code: int, subcode: int | None
) -> None:
    reply = await wire.graph(path, **params)
    assert reply.status_code == 400
    assert error_of(reply.json()) == (code, subcode)


async def test_tokens_are_checked(wire: SandboxWire) -> None:
    assert error_of((await wire.graph(ACCOUNT, access_token="")).json()) == (2500, None)
    assert error_of((await wire.graph(ACCOUNT, access_token="EAAnonsense")).json()) == (190, None)
    assert (await wire.graph(ACCOUNT, access_token="EAAnonsense")).status_code == 400


async def test_the_app_secret_proof_must_fit_where_it_is_sent(wire: SandboxWire) -> None:
    own = wire.credentials["meta"]
    proof = hmac.new(own["app_secret"].encode(), own["access_token"].encode(), hashlib.sha256).hexdigest()
    assert (await wire.graph(ACCOUNT, appsecret_proof=proof)).status_code == 200
    assert error_of((await wire.graph(ACCOUNT, appsecret_proof="0" * 64)).json()) == (100, None)


async def test_an_exchanged_token_lives_sixty_days(wire: SandboxWire) -> None:
    own = wire.credentials["meta"]
    reply = await wire.http.get(
        "/meta-ads/v26.0/oauth/access_token",
        params={
            "grant_type": "fb_exchange_token",
            "client_id": own["app_id"],
            "client_secret": own["app_secret"],
            "fb_exchange_token": own["access_token"],
        },
    )
    given = reply.json()
    assert given["expires_in"] == timedelta(days=60).total_seconds()
    assert (await wire.graph(ACCOUNT, access_token=given["access_token"])).status_code == 200
    wire.market.advance(60)
    late = await wire.graph(ACCOUNT, access_token=given["access_token"])
    assert (late.status_code, *error_of(late.json())) == (400, 190, 463)
    assert (await wire.graph(ACCOUNT)).status_code == 200


async def test_versions_that_have_ended_are_refused(wire: SandboxWire) -> None:
    token = {"access_token": wire.credentials["meta"]["access_token"]}
    old = await wire.http.get(f"/meta-ads/v24.0/{ACCOUNT}", params=token)
    assert error_of(old.json()) == (2635, None)
    assert (await wire.http.get(f"/meta-ads/v25.0/{ACCOUNT}", params=token)).status_code == 200


async def test_usage_comes_in_headers(wire: SandboxWire) -> None:
    headers = (await wire.graph(f"{ACCOUNT}/campaigns")).headers
    assert 0 <= json.loads(headers["x-app-usage"])["call_count"] <= 100
    assert "acc_id_util_pct" in json.loads(headers["x-ad-account-usage"])
    (case,) = json.loads(headers["x-business-use-case-usage"])[ACCOUNT.removeprefix("act_")]
    assert case["estimated_time_to_regain_access"] == 0


async def test_a_batch_answers_each_operation(wire: SandboxWire) -> None:
    campaign = (await ids(wire, "campaigns"))[0]
    batch = [
        {"method": "GET", "relative_url": f"v26.0/{campaign}?fields=name"},
        {"method": "POST", "relative_url": campaign, "body": "daily_budget=4500"},
        {"method": "GET", "relative_url": "999"},
    ]
    replies = (await wire.graph_post("", batch=json.dumps(batch))).json()
    assert [reply["code"] for reply in replies] == [200, 200, 400]
    assert json.loads(replies[1]["body"]) == {"success": True}
    assert (await wire.graph(campaign, fields="daily_budget")).json()["daily_budget"] == "4500"
