"""Meta v26.0: writing over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.builders.sandbox_wire import ACCOUNT, SandboxWire, open_wire


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def first(wire: SandboxWire, edge: str = "campaigns") -> str:
    reply = await wire.graph(f"{ACCOUNT}/{edge}", limit="1", effective_status='["ACTIVE"]')
    return str(reply.json()["data"][0]["id"])


async def budget_of(wire: SandboxWire, campaign: str) -> str:
    return str((await wire.graph(campaign, fields="daily_budget")).json()["daily_budget"])


async def test_a_budget_is_changed_and_read_back(wire: SandboxWire) -> None:
    campaign = await first(wire)
    before = await budget_of(wire, campaign)
    reply = await wire.graph_post(campaign, daily_budget="12345")
    assert reply.json() == {"success": True}
    assert await budget_of(wire, campaign) == "12345"
    (write,) = await wire.writes()
    assert (write["platform"], write["object"]) == ("meta", f"campaign/{campaign}")
    assert (write["before"], write["after"]) == (int(before), 12_345)
    assert write["request_id"] == reply.headers["x-fb-trace-id"]


async def test_a_trailing_slash_and_a_token_in_the_query_are_accepted(wire: SandboxWire) -> None:
    campaign = await first(wire)
    token = wire.credentials["meta"]["access_token"]
    reply = await wire.http.post(
        f"/meta-ads/v26.0/{campaign}/", params={"access_token": token}, data={"daily_budget": "2000"}
    )
    assert reply.json() == {"success": True}
    assert await budget_of(wire, campaign) == "2000"


async def test_validate_only_changes_nothing(wire: SandboxWire) -> None:
    campaign = await first(wire)
    before = await budget_of(wire, campaign)
    reply = await wire.graph_post(campaign, daily_budget="700", execution_options='["validate_only"]')
    assert reply.json() == {"success": True}
    assert await budget_of(wire, campaign) == before
    bad = await wire.graph_post(campaign, daily_budget="7", execution_options='["validate_only"]')
    assert bad.status_code == 400
    assert await wire.writes() == []


@pytest.mark.parametrize("amount", ["300.00", "$300", "-5", "3e4", "", "3 00", "٣٠٠"])
async def test_a_budget_is_an_unsigned_integer(wire: SandboxWire, amount: str) -> None:
    reply = await wire.graph_post(await first(wire), daily_budget=amount)
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == 100
    assert await wire.writes() == []


async def test_a_budget_below_the_minimum_says_so_to_the_user(wire: SandboxWire) -> None:
    error = (await wire.graph_post(await first(wire), daily_budget="99")).json()["error"]
    assert error["error_subcode"] == 1885272
    assert error["error_user_title"] == "Budget is too low"


async def test_an_ad_set_has_no_budget_while_its_campaign_has_one(wire: SandboxWire) -> None:
    reply = await wire.graph_post(await first(wire, "adsets"), daily_budget="5000")
    assert reply.json()["error"]["error_subcode"] == 1885621


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads"])
async def test_each_level_is_paused_and_resumed(wire: SandboxWire, edge: str) -> None:
    id_ = await first(wire, edge)
    for status in ("PAUSED", "ACTIVE"):
        assert (await wire.graph_post(id_, status=status)).json() == {"success": True}
        assert (await wire.graph(id_, fields="status")).json()["status"] == status


@pytest.mark.parametrize(
    "form", [{"status": "ENABLED"}, {"status": "paused"}, {"daily_budgt": "5"}, {"objective": "x"}]
)
async def test_wrong_words_are_refused(wire: SandboxWire, form: dict[str, str]) -> None:
    reply = await wire.graph_post(await first(wire), **form)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 100)
    assert await wire.writes() == []


async def test_two_fields_in_one_call_are_two_writes_of_one_request(wire: SandboxWire) -> None:
    campaign = await first(wire)
    await wire.graph_post(campaign, daily_budget="8000", status="PAUSED")
    fields = {write["field"] for write in await wire.writes()}
    assert fields == {"daily_budget", "status"}
    assert len({write["request_id"] for write in await wire.writes()}) == 1


async def test_one_wrong_field_stops_the_other(wire: SandboxWire) -> None:
    campaign = await first(wire)
    before = await budget_of(wire, campaign)
    await wire.graph_post(campaign, daily_budget="8000", status="OFF")
    assert await budget_of(wire, campaign) == before


async def test_deletion_is_final(wire: SandboxWire) -> None:
    campaign = await first(wire)
    token = {"access_token": wire.credentials["meta"]["access_token"]}
    reply = await wire.http.delete(f"/meta-ads/v26.0/{campaign}", params=token)
    assert reply.json() == {"success": True}
    assert (await wire.graph(campaign, fields="status")).json()["status"] == "DELETED"
    assert (await wire.graph_post(campaign, status="ACTIVE")).status_code == 400


async def test_the_archived_can_only_be_deleted(wire: SandboxWire) -> None:
    campaign = await first(wire)
    await wire.graph_post(campaign, status="ARCHIVED")
    assert (await wire.graph_post(campaign, status="ACTIVE")).status_code == 400
    assert (await wire.graph_post(campaign, status="DELETED")).status_code == 200


async def test_accounts_creatives_and_strangers_are_not_written(wire: SandboxWire) -> None:
    creative = (await wire.graph(f"{ACCOUNT}/adcreatives", limit="1")).json()["data"][0]["id"]
    for id_ in (ACCOUNT, creative, "999"):
        error = (await wire.graph_post(id_, status="PAUSED")).json()["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)
