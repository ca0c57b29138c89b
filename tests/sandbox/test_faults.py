"""Faults on demand, in each platform's own form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_sandbox import SandboxConfig
from omnify_sandbox.market import Market
from tests.builders.sandbox_wire import ACCOUNT, NOON, SEED, TODAY, SandboxWire, open_wire

PING = {"query": "SELECT customer.id FROM customer"}


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def plan(wire: SandboxWire, **fault: Any) -> None:
    reply = await wire.control("POST", "faults", fault)
    assert reply.status_code == 200, reply.text


async def google_ping(wire: SandboxWire) -> httpx.Response:
    return await wire.google("googleAds:search", PING)


async def campaign(wire: SandboxWire) -> str:
    return str((await wire.graph(f"{ACCOUNT}/campaigns", limit="1")).json()["data"][0]["id"])


async def test_a_rate_limit_speaks_each_platforms_language(wire: SandboxWire) -> None:
    await plan(wire, kind="rate_limit", times=2)
    google, meta = await google_ping(wire), await wire.graph(f"{ACCOUNT}/campaigns")
    error = google.json()["error"]["details"][0]["errors"][0]
    assert (google.status_code, error["errorCode"]) == (429, {"quotaError": "RESOURCE_EXHAUSTED"})
    assert error["details"]["quotaErrorDetails"]["retryDelay"] == "30s"
    assert (meta.status_code, meta.json()["error"]["code"]) == (400, 80004)
    (case,) = json.loads(meta.headers["x-business-use-case-usage"])[ACCOUNT.removeprefix("act_")]
    assert (case["call_count"], case["estimated_time_to_regain_access"]) == (100, 1)
    assert (await google_ping(wire)).status_code == 200


async def test_a_server_error_is_marked_as_transient(wire: SandboxWire) -> None:
    await plan(wire, kind="server_error", times=2)
    google, meta = await google_ping(wire), await wire.graph(ACCOUNT)
    assert google.json()["error"]["details"][0]["errors"][0]["errorCode"] == {
        "internalError": "TRANSIENT_ERROR"
    }
    assert (google.status_code, meta.status_code) == (500, 500)
    assert meta.json()["error"]["is_transient"] is True


async def test_a_token_expires_early(wire: SandboxWire) -> None:
    await plan(wire, kind="expired_token", times=2)
    google, meta = await google_ping(wire), await wire.graph(ACCOUNT)
    assert google.status_code == 401
    assert (meta.status_code, meta.json()["error"]["error_subcode"]) == (400, 463)


async def test_consent_is_gone_until_the_fault_is_cleared(wire: SandboxWire) -> None:
    await wire.google_headers()
    await plan(wire, kind="revoked")
    assert (await google_ping(wire)).status_code == 401
    assert (await wire.refresh()).json()["error"] == "invalid_grant"
    assert (await wire.graph(ACCOUNT)).json()["error"]["error_subcode"] == 460
    await wire.control("DELETE", "faults")
    assert (await wire.refresh()).status_code == 200
    assert (await wire.graph(ACCOUNT)).status_code == 200


async def test_a_timeout_before_the_commit_writes_nothing(wire: SandboxWire) -> None:
    id_ = await campaign(wire)
    await plan(wire, kind="timeout_before", writes=True, seconds=0.01)
    assert (await wire.graph_post(id_, daily_budget="5000")).status_code == 504
    assert await wire.writes() == []


async def test_a_timeout_after_the_commit_has_written(wire: SandboxWire) -> None:
    id_ = await campaign(wire)
    await plan(wire, kind="timeout_after", writes=True, seconds=30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await wire.graph_post(id_, daily_budget="5000")
    (write,) = await wire.writes()
    assert write["after"] == 5000


async def test_a_held_reply_arrives_in_the_end(wire: SandboxWire) -> None:
    await plan(wire, kind="timeout_after", seconds=0.01)
    assert (await wire.graph(ACCOUNT)).json() == {"id": ACCOUNT}


async def test_a_lying_success_answers_and_does_nothing(wire: SandboxWire) -> None:
    id_ = await campaign(wire)
    before = (await wire.graph(id_, fields="daily_budget")).json()
    await plan(wire, kind="lying_success")
    assert (await wire.graph(id_)).status_code == 200
    assert (await wire.graph_post(id_, daily_budget="5000")).json() == {"success": True}
    assert (await wire.graph(id_, fields="daily_budget")).json() == before
    assert await wire.writes() == []


async def test_a_stale_read_shows_the_past_for_a_while() -> None:
    clock = FixedClock(NOON)
    async with open_wire(Market(SandboxConfig(SEED, TODAY, None, clock))) as wire:
        id_ = await campaign(wire)
        before = (await wire.graph(id_, fields="daily_budget")).json()["daily_budget"]
        await wire.graph_post(id_, daily_budget="5000")
        await plan(wire, kind="stale_read", seconds=20, times=3)
        assert (await wire.graph(id_, fields="daily_budget")).json()["daily_budget"] == before
        clock.move_to(NOON + timedelta(seconds=21))
        assert (await wire.graph(id_, fields="daily_budget")).json()["daily_budget"] == "5000"


async def test_google_lies_and_looks_back_as_well(wire: SandboxWire) -> None:
    query = "SELECT campaign_budget.amount_micros FROM campaign_budget LIMIT 1"
    (before,) = await wire.rows(query)
    name = before["campaignBudget"]["resourceName"]
    update = {"resourceName": name, "amountMicros": "10000000"}
    body = {"operations": [{"update": update, "updateMask": "amountMicros"}]}
    await plan(wire, kind="lying_success")
    assert (await wire.google("campaignBudgets:mutate", body)).json() == {"results": [{"resourceName": name}]}
    assert await wire.rows(query) == [before]
    await wire.google("campaignBudgets:mutate", body)
    await plan(wire, kind="stale_read", seconds=60)
    assert await wire.rows(query) == [before]
    assert (await wire.rows(query))[0]["campaignBudget"]["amountMicros"] == "10000000"


async def test_half_of_a_batch_fails_on_googles_side(wire: SandboxWire) -> None:
    rows = await wire.rows("SELECT campaign_budget.resource_name FROM campaign_budget LIMIT 4")
    operations = [
        {
            "update": {"resourceName": row["campaignBudget"]["resourceName"], "amountMicros": "10000000"},
            "updateMask": "amountMicros",
        }
        for row in rows
    ]
    await plan(wire, kind="partial_batch", platform="google")
    reply = await wire.google("campaignBudgets:mutate", {"operations": operations, "partialFailure": True})
    assert [bool(result) for result in reply.json()["results"]] == [True, False, True, False]
    assert len(await wire.writes()) == 2


async def test_half_of_a_graph_batch_fails_on_metas_side(wire: SandboxWire) -> None:
    ids = [one.id for one in wire.market.on(Platform.META).catalog.campaigns[:3]]
    batch = [{"method": "POST", "relative_url": id_, "body": "daily_budget=6100"} for id_ in ids]
    await plan(wire, kind="partial_batch", platform="meta")
    replies = (await wire.graph_post("", batch=json.dumps(batch))).json()
    assert [reply["code"] for reply in replies] == [200, 500, 200]
    assert json.loads(replies[1]["body"])["error"]["is_transient"] is True
    assert [write["object"] for write in await wire.writes()] == [f"campaign/{ids[0]}", f"campaign/{ids[2]}"]


async def test_faults_meet_only_what_they_are_planned_for(wire: SandboxWire) -> None:
    id_ = await campaign(wire)
    await plan(wire, kind="server_error", platform="meta", writes=True, path=id_)
    assert (await google_ping(wire)).status_code == 200
    assert (await wire.graph(id_)).status_code == 200
    assert (await wire.graph_post(id_, daily_budget="5000")).status_code == 500
    assert (await wire.graph_post(id_, daily_budget="5000")).status_code == 200


async def test_reads_through_post_are_reads(wire: SandboxWire) -> None:
    await plan(wire, kind="server_error", platform="google", writes=True)
    assert (await google_ping(wire)).status_code == 200


async def test_a_fault_by_chance_meets_about_its_share(wire: SandboxWire) -> None:
    await plan(wire, kind="server_error", platform="meta", probability=0.3)
    met = [(await wire.graph(ACCOUNT)).status_code == 500 for _ in range(120)]
    assert 20 <= sum(met) <= 55


async def test_a_single_request_asks_for_its_own_fault(wire: SandboxWire) -> None:
    reply = await wire.graph(ACCOUNT, headers={"x-sandbox-fault": "rate_limit"})
    assert reply.json()["error"]["code"] == 80004
    held = await wire.graph(ACCOUNT, headers={"x-sandbox-fault": "timeout_before;0.01"})
    assert held.status_code == 504
    assert (await wire.graph(ACCOUNT)).status_code == 200


@pytest.mark.parametrize("fault", [{"kind": "earthquake"}, {"kind": "rate_limit", "tims": 2}, {}])
async def test_a_fault_that_nobody_knows_is_refused(wire: SandboxWire, fault: dict[str, Any]) -> None:
    reply = await wire.control("POST", "faults", {"faults": [fault]})
    assert reply.status_code == 422
    assert (await wire.control("GET", "faults")).json() == {"faults": []}
