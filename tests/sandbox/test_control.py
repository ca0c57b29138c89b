"""The judge's door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from omnify_sandbox import SandboxConfig, create_sandbox, credentials
from tests.builders.sandbox_wire import SandboxWire, open_wire, sandbox_config

BUSINESS = ("gohighlevel", "shopify", "stripe")


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def test_the_door_wants_its_own_token(wire: SandboxWire) -> None:
    for path in ("credentials", "clock", "writes", "faults", "truth"):
        assert (await wire.http.get(f"/_control/{path}")).status_code == 401
    headers = await wire.google_headers()
    assert (await wire.http.get("/_control/writes", headers=headers)).status_code == 401


async def test_the_door_is_for_this_machine_only() -> None:
    app = create_sandbox(sandbox_config())
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    token = credentials(sandbox_config())["control_token"]
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        reply = await http.get("/_control/clock", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 403


async def test_credentials_follow_from_the_seed(wire: SandboxWire) -> None:
    shown = (await wire.control("GET", "credentials")).json()
    assert shown == credentials(sandbox_config())
    assert set(shown) == {"google", "meta", "linkedin", "tiktok", "youtube", *BUSINESS, "control_token"}
    assert shown != credentials(SandboxConfig(8, sandbox_config().today))


async def test_the_clock_is_advanced(wire: SandboxWire) -> None:
    assert (await wire.control("GET", "clock")).json()["now"] == "2026-11-23T17:00:00+00:00"
    reply = await wire.control("POST", "advance", {"days": 2.5})
    assert reply.json() == {"now": "2026-11-26T05:00:00+00:00", "today": "2026-11-26"}


@pytest.mark.parametrize("days", [0, -3, "2", None, True])
async def test_the_clock_takes_a_number_of_days_above_zero(wire: SandboxWire, days: Any) -> None:
    assert (await wire.control("POST", "advance", {"days": days})).status_code == 422


@pytest.mark.parametrize("platform", ["google", "meta"])
async def test_somebody_edits_in_the_platforms_own_ui(wire: SandboxWire, platform: str) -> None:
    campaign = next(c for c in wire.market.catalog.campaigns if c.platform == platform)
    edit = {"platform": platform, "campaign_id": campaign.id, "daily_budget": "77.50", "status": "paused"}
    reply = await wire.control("POST", "ui-edit", edit)
    assert [write["origin"] for write in reply.json()["items"]] == ["ui", "ui"]
    if platform == "google":
        query = (
            "SELECT campaign.status, campaign_budget.amount_micros FROM campaign "
            f"WHERE campaign.id = {campaign.id}"
        )
        (row,) = await wire.rows(query)
        seen = (row["campaign"]["status"], row["campaignBudget"]["amountMicros"])
        assert seen == ("PAUSED", "77500000")
    else:
        node = (await wire.graph(campaign.id, fields="status,daily_budget")).json()
        assert (node["status"], node["daily_budget"]) == ("PAUSED", "7750")


@pytest.mark.parametrize(
    "edit",
    [
        {"platform": "meta", "campaign_id": "1", "daily_budget": "5.00"},
        {"platform": "google", "campaign_id": "120214000270189", "daily_budget": "5.00"},
        {"platform": "meta", "campaign_id": "120214000270189"},
        {"platform": "meta", "campaign_id": "120214000270189", "daily_budget": "5.001"},
        {"platform": "meta", "campaign_id": "120214000270189", "daily_budget": "-5"},
        {"platform": "meta", "campaign_id": "120214000270189", "status": "ACTIVE"},
        {"platform": "meta", "campaign_id": "120214000270189", "budget": "5"},
    ],
)
async def test_edits_that_make_no_sense_are_refused(wire: SandboxWire, edit: dict[str, str]) -> None:
    assert (await wire.control("POST", "ui-edit", edit)).status_code in (404, 422)
    assert await wire.writes() == []


async def test_the_log_is_read_from_where_one_left_off(wire: SandboxWire) -> None:
    campaign = next(c for c in wire.market.catalog.campaigns if c.platform == "meta")
    for budget in ("5000", "5000", "6000"):
        await wire.graph_post(campaign.id, daily_budget=budget)
    reply = (await wire.control("GET", "writes?after=1")).json()
    assert [(w["seq"], w["before"], w["after"]) for w in reply["items"]] == [(2, 5000, 5000), (3, 5000, 6000)]
    assert reply["last"] == 3


async def test_no_credential_of_a_client_opens_the_log(wire: SandboxWire) -> None:
    own = wire.credentials
    for token in (own["meta"]["access_token"], own["google"]["developer_token"], ""):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await wire.http.get("/_control/writes", headers=headers)).status_code == 401


async def test_the_truth_tells_response_wear_and_shocks(wire: SandboxWire) -> None:
    truth = (await wire.control("GET", "truth")).json()
    assert len(truth["ads"]) == len(wire.market.catalog.ads)
    assert {"id", "campaign_id", "exposures", "drop_at_four"} == set(truth["ads"][0])
    assert {row["form"] for row in truth["campaigns"]} == {"power", "exponential", "hill"}


async def test_the_root_tells_where_everything_is(wire: SandboxWire) -> None:
    addresses = (await wire.http.get("/")).json()
    assert addresses["google_ads"] == "http://sandbox.test/google-ads/v26"
    assert addresses["meta_ads"] == "http://sandbox.test/meta-ads/v26.0"
