"""TikTok: who may call, and what is listed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnify_sandbox.tiktok.contract import field_names
from tests.builders.sandbox_tiktok import UK, US, TikTokWire, open_tiktok, outcome


@pytest.fixture
async def wire() -> AsyncIterator[TikTokWire]:
    async with open_tiktok() as opened:
        yield opened


async def test_a_consent_code_becomes_a_token_once(wire: TikTokWire) -> None:
    form = {name: wire.own[name] for name in ("app_id", "secret", "auth_code")}
    first = (await wire.post("oauth2/access_token/", **form)).json()
    assert first["data"]["access_token"] == wire.own["access_token"]
    assert first["data"]["advertiser_ids"] == [US, UK]
    assert "refresh_token" not in first["data"]
    assert outcome(await wire.post("oauth2/access_token/", **form))[0] == 40110


async def test_the_token_request_is_json_with_auth_code(wire: TikTokWire) -> None:
    form = {"app_id": wire.own["app_id"], "secret": wire.own["secret"], "code": wire.own["auth_code"]}
    assert outcome(await wire.post("oauth2/access_token/", **form)) == (40002, "code: Unknown field.")
    url = "/tiktok-ads/open_api/v1.3/oauth2/access_token/"
    assert outcome(await wire.sandbox.http.post(url, data=form))[0] == 40002


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"x": "y"}, 40104), ({"Access-Token": "nope"}, 40105), ({"Authorization": "Bearer x"}, 40104)],
)
async def test_the_token_comes_in_its_own_header(
    wire: TikTokWire, headers: dict[str, str], code: int
) -> None:
    reply = await wire.get("campaign/get/", headers=headers, advertiser_id=US)
    assert outcome(reply)[0] == code


async def test_revoked_consent(wire: TikTokWire) -> None:
    await wire.sandbox.control("POST", "faults", {"kind": "revoked", "platform": "tiktok"})
    assert outcome(await wire.get("campaign/get/", advertiser_id=US))[0] == 40105


async def test_advertisers_are_listed_and_told(wire: TikTokWire) -> None:
    app = {"app_id": wire.own["app_id"], "secret": wire.own["secret"]}
    granted = (await wire.get("oauth2/advertiser/get/", **app)).json()["data"]["list"]
    assert [one["advertiser_id"] for one in granted] == [US, UK]
    wanted = ["advertiser_id", "currency", "timezone"]
    told = (await wire.get("advertiser/info/", advertiser_ids=[UK], fields=wanted)).json()["data"]["list"]
    assert told == [{"advertiser_id": UK, "currency": "USD", "timezone": "America/New_York"}]


async def test_strangers_advertisers_are_refused(wire: TikTokWire) -> None:
    message = "No permission to operate advertiser 7001"
    assert outcome(await wire.get("campaign/get/", advertiser_id="7001")) == (40001, message)
    assert outcome(await wire.get("advertiser/info/", advertiser_ids=["7001"])) == (40001, message)


async def test_six_campaigns_with_long_ids_and_budgets_in_currency_units(wire: TikTokWire) -> None:
    held = [
        *(await wire.data("campaign/get/"))["list"],
        *(await wire.data("campaign/get/", advertiser_id=UK))["list"],
    ]
    assert len(held) == 6
    for campaign in held:
        assert isinstance(campaign["campaign_id"], str)
        assert len(campaign["campaign_id"]) == 19
        assert int(float(campaign["campaign_id"])) != int(campaign["campaign_id"])
        assert 50 <= campaign["budget"] <= 300
        assert campaign["budget_mode"] == "BUDGET_MODE_DAY"
    assert [c["operation_status"] for c in held].count("DISABLE") == 1


async def test_pages_are_numbered(wire: TikTokWire) -> None:
    first = await wire.data("campaign/get/", page=1, page_size=3)
    second = await wire.data("campaign/get/", page=2, page_size=3)
    assert first["page_info"] == {"page": 1, "page_size": 3, "total_number": 4, "total_page": 2}
    assert [len(first["list"]), len(second["list"])] == [3, 1]


async def test_fields_and_filters_are_json(wire: TikTokWire) -> None:
    id_ = (await wire.campaign())["campaign_id"]
    found = await wire.data(
        "campaign/get/", fields=["campaign_id", "budget"], filtering={"campaign_ids": [id_]}
    )
    assert [set(row) for row in found["list"]] == [{"campaign_id", "budget"}]
    paused = await wire.data("campaign/get/", filtering={"primary_status": "STATUS_DISABLE"})
    assert [c["secondary_status"] for c in paused["list"]] == ["CAMPAIGN_STATUS_DISABLE"]


async def test_ad_groups_and_ads_belong_to_their_campaign(wire: TikTokWire) -> None:
    id_ = (await wire.campaign())["campaign_id"]
    groups = (await wire.data("adgroup/get/", filtering={"campaign_ids": [id_]}))["list"]
    ads = (await wire.data("ad/get/", filtering={"campaign_ids": [id_]}))["list"]
    assert {ad["adgroup_id"] for ad in ads} == {group["adgroup_id"] for group in groups}
    assert {row["campaign_id"] for row in (*groups, *ads)} == {id_}
    one = (await wire.data("ad/get/", filtering={"ad_ids": [ads[0]["ad_id"]]}))["list"]
    assert one == [ads[0]]


@pytest.mark.parametrize(
    ("params", "code", "word"),
    [
        ({"page_sise": 5}, 40002, "page_sise: Unknown field."),
        ({"page": "one"}, 40002, "page: Not a valid integer."),
        ({"page_size": 1001}, 40002, "page_size"),
        ({"page": 0}, 40002, "page"),
        ({"fields": "campaign_id"}, 40002, "fields: Not a valid"),
        ({"fields": ["campaign"]}, 40002, "fields: campaign"),
        ({"filtering": {"campaign_id": "1"}}, 40002, "filtering.campaign_id: Unknown field."),
        ({"filtering": {"campaign_ids": [1]}}, 40002, "filtering.campaign_ids.0: Not a valid string."),
        ({"filtering": {"primary_status": "ACTIVE"}}, 40002, "filtering.primary_status"),
        ({"filtering": {"split_test_enabled": True}}, 40009, "split_test_enabled"),
    ],
)
async def test_parameters_that_tiktok_refuses(
    wire: TikTokWire, params: dict[str, Any], code: int, word: str
) -> None:
    found, message = outcome(await wire.get("campaign/get/", **{"advertiser_id": US, **params}))
    assert found == code
    assert word in message


async def test_a_missing_parameter_is_named(wire: TikTokWire) -> None:
    reply = await wire.get("campaign/get/")
    assert outcome(reply) == (40002, "advertiser_id: Missing data for required field.")
    assert reply.json()["data"] == {}
    assert reply.json()["request_id"]


async def test_paths_end_with_a_slash_and_versions_are_checked(wire: TikTokWire) -> None:
    code, message = outcome(await wire.get("campaign/get", advertiser_id=US))
    assert (code, "end with '/'" in message) == (40400, True)
    http, headers = wire.sandbox.http, wire.headers()
    assert outcome(await http.get("/tiktok-ads/open_api/v1.2/campaign/get/", headers=headers))[0] == 40051
    assert outcome(await wire.post("campaign/get/", advertiser_id=US))[0] == 40117


@pytest.mark.parametrize("node", ["campaign", "adgroup", "ad"])
async def test_objects_have_the_fields_of_the_contract(wire: TikTokWire, node: str) -> None:
    held = (await wire.data(f"{node}/get/", page_size=100))["list"]
    assert held
    assert all(set(one) <= field_names(node) for one in held)
