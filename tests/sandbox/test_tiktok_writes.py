"""TikTok: budgets and statuses, faults, and what the log of writes says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_sandbox.market import Market
from tests.builders.sandbox_tiktok import UK, US, TikTokWire, open_tiktok, outcome
from tests.builders.sandbox_wire import open_wire, sandbox_config


@pytest.fixture
async def wire() -> AsyncIterator[TikTokWire]:
    async with open_tiktok() as opened:
        yield opened


async def update(wire: TikTokWire, **wanted: Any) -> Any:
    id_ = (await wire.campaign())["campaign_id"]
    return await wire.post("campaign/update/", advertiser_id=US, campaign_id=id_, **wanted)


async def set_status(wire: TikTokWire, word: str, ids: list[str]) -> Any:
    body = {"advertiser_id": US, "campaign_ids": ids, "operation_status": word}
    return await wire.post("campaign/status/update/", **body)


async def test_a_budget_is_changed_and_read_back(wire: TikTokWire) -> None:
    before = await wire.campaign()
    reply = await update(wire, budget=175.25)
    assert outcome(reply) == (0, "OK")
    assert (await wire.campaign())["budget"] == 175.25
    (write,) = await wire.sandbox.writes()
    assert (write["platform"], write["account"]) == ("tiktok", US)
    assert write["object"] == f"campaign/{before['campaign_id']}"
    assert (write["field"], write["after"]) == ("daily_budget", 17_525)
    assert write["before"] == round(before["budget"] * 100)
    assert write["request_id"] == reply.json()["request_id"]


@pytest.mark.parametrize(
    ("wanted", "code", "word"),
    [
        ({"budget": "175.25"}, 40002, "budget: Not a valid number."),
        ({"budget": True}, 40002, "budget: Not a valid number."),
        ({"budget": 175.255}, 40002, "decimal places"),
        ({"budget": 49.99}, 40002, "at least 50.00"),
        ({"budget": -60}, 40002, "at least 50.00"),
        ({"daily_budget": 60}, 40002, "daily_budget: Unknown field."),
        ({"campaign_name": " "}, 40002, "campaign_name"),
        ({"po_number": "7"}, 40009, "po_number"),
        ({}, 40012, "Nothing"),
    ],
)
async def test_updates_that_tiktok_refuses(
    wire: TikTokWire, wanted: dict[str, Any], code: int, word: str
) -> None:
    found, message = outcome(await update(wire, **wanted))
    assert found == code
    assert word in message
    assert await wire.sandbox.writes() == []


async def test_an_id_is_a_text(wire: TikTokWire) -> None:
    id_ = int((await wire.campaign())["campaign_id"])
    reply = await wire.post("campaign/update/", advertiser_id=US, campaign_id=id_, budget=60)
    assert outcome(reply) == (40002, "campaign_id: Not a valid string.")


async def test_another_advertisers_campaign_does_not_exist(wire: TikTokWire) -> None:
    id_ = (await wire.campaign())["campaign_id"]
    reply = await wire.post("campaign/update/", advertiser_id=UK, campaign_id=id_, budget=60)
    assert outcome(reply)[0] == 40007


async def test_a_campaign_is_paused_and_resumed(wire: TikTokWire) -> None:
    id_ = (await wire.campaign())["campaign_id"]
    for word in ("DISABLE", "ENABLE"):
        reply = await set_status(wire, word, [id_])
        assert reply.json()["data"] == {"campaign_ids": [id_], "status": word}
        campaign = await wire.campaign()
        assert campaign["operation_status"] == word
        assert campaign["secondary_status"] == f"CAMPAIGN_STATUS_{word}"


async def test_the_deleted_are_hidden_and_final(wire: TikTokWire) -> None:
    id_ = (await wire.campaign())["campaign_id"]
    await set_status(wire, "DELETE", [id_])
    shown = await wire.data("campaign/get/")
    assert id_ not in [c["campaign_id"] for c in shown["list"]]
    deleted = await wire.data("campaign/get/", filtering={"primary_status": "STATUS_DELETE"})
    assert [c["campaign_id"] for c in deleted["list"]] == [id_]
    assert outcome(await set_status(wire, "ENABLE", [id_]))[0] == 40002


@pytest.mark.parametrize(
    ("word", "ids", "code"),
    [
        ("PAUSED", ["1"], 40002),
        ("DISABLE", [], 40002),
        ("DISABLE", ["1"], 40007),
        ("DISABLE", ["1", "1"], 40002),
        ("DISABLE", [str(n) for n in range(21)], 40002),
        ("DISABLE", [1], 40002),
    ],
)
async def test_status_changes_that_are_refused(
    wire: TikTokWire, word: str, ids: list[Any], code: int
) -> None:
    assert outcome(await set_status(wire, word, ids))[0] == code


async def test_one_wrong_id_stops_the_others(wire: TikTokWire) -> None:
    id_ = (await wire.campaign())["campaign_id"]
    assert outcome(await set_status(wire, "DISABLE", [id_, "1"]))[0] == 40007
    assert await wire.sandbox.writes() == []


@pytest.mark.parametrize(("node", "kind"), [("adgroup", "adgroup"), ("ad", "ad")])
async def test_groups_and_ads_are_paused(wire: TikTokWire, node: str, kind: str) -> None:
    id_ = (await wire.data(f"{node}/get/", page_size=1))["list"][0][f"{node}_id"]
    body = {"advertiser_id": US, f"{node}_ids": [id_], "operation_status": "DISABLE"}
    assert outcome(await wire.post(f"{node}/status/update/", **body))[0] == 0
    (row,) = (await wire.data(f"{node}/get/", filtering={f"{node}_ids": [id_]}))["list"]
    assert row["operation_status"] == "DISABLE"
    assert (await wire.sandbox.writes())[0]["object"] == f"{kind}/{id_}"


async def test_a_group_has_no_budget_while_its_campaign_has_one(wire: TikTokWire) -> None:
    id_ = (await wire.data("adgroup/get/", page_size=1))["list"][0]["adgroup_id"]
    reply = await wire.post("adgroup/update/", advertiser_id=US, adgroup_id=id_, budget=60)
    assert outcome(reply)[0] == 40002


async def test_part_of_a_batch_may_fail(wire: TikTokWire) -> None:
    ids = [c["campaign_id"] for c in (await wire.data("campaign/get/"))["list"]][:2]
    await wire.sandbox.control("POST", "faults", {"kind": "partial_batch", "platform": "tiktok"})
    reply = await set_status(wire, "DISABLE", ids)
    assert outcome(reply)[0] == 20001
    assert reply.json()["data"]["campaign_ids"] == ids[:1]
    assert reply.json()["data"]["errors"][0]["campaign_id"] == ids[1]
    assert len(await wire.sandbox.writes()) == 1


async def test_groups_allow_partial_success_when_asked(wire: TikTokWire) -> None:
    id_ = (await wire.data("adgroup/get/", page_size=1))["list"][0]["adgroup_id"]
    body = {"advertiser_id": US, "adgroup_ids": [id_, "1"], "operation_status": "DISABLE"}
    assert outcome(await wire.post("adgroup/status/update/", **body))[0] == 40007
    reply = await wire.post("adgroup/status/update/", **body, allow_partial_success=True)
    assert outcome(reply)[0] == 20001
    assert reply.json()["data"]["adgroup_ids"] == [id_]


@pytest.mark.parametrize(
    ("kind", "code"), [("rate_limit", 40100), ("server_error", 50000), ("expired_token", 40102)]
)
async def test_planned_faults_come_with_http_200(wire: TikTokWire, kind: str, code: int) -> None:
    await wire.sandbox.control("POST", "faults", {"kind": kind, "platform": "tiktok"})
    assert outcome(await wire.get("campaign/get/", advertiser_id=US))[0] == code
    assert outcome(await wire.get("campaign/get/", advertiser_id=US))[0] == 0


async def test_lies_and_stale_reads(wire: TikTokWire) -> None:
    before = (await wire.campaign())["budget"]
    await wire.sandbox.control("POST", "faults", {"kind": "lying_success", "platform": "tiktok"})
    assert outcome(await update(wire, budget=99.0))[0] == 0
    assert (await wire.campaign())["budget"] == before
    await update(wire, budget=98.0)
    await wire.sandbox.control("POST", "faults", {"kind": "stale_read", "platform": "tiktok"})
    assert (await wire.campaign())["budget"] == before
    assert (await wire.campaign())["budget"] == 98.0


async def test_a_restarted_market_remembers_tiktok(tmp_path: Path) -> None:
    config = sandbox_config(path=tmp_path / "log.jsonl")
    async with open_wire(Market(config)) as opened:
        wire = TikTokWire(opened)
        await update(wire, budget=77.0)
        id_ = (await wire.data("adgroup/get/", page_size=1))["list"][0]["adgroup_id"]
        body = {"advertiser_id": US, "adgroup_ids": [id_], "operation_status": "DISABLE"}
        await wire.post("adgroup/status/update/", **body)
    async with open_wire(Market(config)) as opened:
        again = TikTokWire(opened)
        assert (await again.campaign())["budget"] == 77.0
        (row,) = (await again.data("adgroup/get/", filtering={"adgroup_ids": [id_]}))["list"]
        assert row["operation_status"] == "DISABLE"
