"""TikTok: audiences of uploaded customers, and the places where ads can be shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.builders.sandbox_tiktok import UK, US, TikTokWire, open_tiktok, outcome
from tests.builders.tiktok_makings import (
    CUSTOMERS,
    USA,
    audience,
    campaign,
    group,
    made,
    upload,
)


@pytest.fixture
async def wire() -> AsyncIterator[TikTokWire]:
    async with open_tiktok() as opened:
        yield opened


async def test_an_audience_is_made_of_a_file_listed_targeted_and_deleted(wire: TikTokWire) -> None:
    id_ = (await audience(wire)).json()["data"]["custom_audience_id"]
    (shown,) = (await wire.data("dmp/custom_audience/list/"))["list"]
    assert (shown["audience_id"], shown["name"], shown["is_valid"]) == (id_, "Customers", True)
    assert 0 < shown["cover_num"] <= 50
    assert (await wire.data("dmp/custom_audience/list/", advertiser_id=UK))["list"] == []
    first = (await campaign(wire)).json()["data"]["campaign_id"]
    assert outcome(await group(wire, first, audience_ids=[id_]))[0] == 0
    reply = await wire.post("dmp/custom_audience/delete/", advertiser_id=US, custom_audience_ids=[id_])
    assert outcome(reply)[0] == 0
    assert (await wire.data("dmp/custom_audience/list/"))["list"] == []


@pytest.mark.parametrize(
    ("content", "changes", "code"),
    [
        (b"jane@example.com", {}, 40062),
        (b"", {}, 40906),
        (CUSTOMERS, {"file_signature": "0"}, 40900),
        (CUSTOMERS, {"calculate_type": "SHA1"}, 40002),
        (CUSTOMERS, {"calculate_type": None}, 40002),
        (CUSTOMERS, {"advertiser_id": "1"}, 40001),
    ],
)
async def test_files_that_tiktok_would_refuse(
    wire: TikTokWire, content: bytes, changes: dict[str, Any], code: int
) -> None:
    assert outcome(await upload(wire, content, **changes))[0] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"file_paths": ["0123456789abcdef"]}, 40905),
        ({"file_paths": []}, 40002),
        ({"calculate_type": "IDFA_MD5"}, 40909),
        ({"custom_audience_name": "x" * 129}, 40002),
        ({"name": "x"}, 40002),
    ],
)
async def test_audiences_that_tiktok_would_refuse(
    wire: TikTokWire, changes: dict[str, Any], code: int
) -> None:
    assert outcome(await audience(wire, **changes))[0] == code
    assert await wire.sandbox.writes() == []


async def test_a_reader_of_the_past_does_not_see_what_was_made(wire: TikTokWire) -> None:
    first, _, _ = await made(wire)
    stale = wire.headers() | {"X-Sandbox-Fault": "stale_read;3600"}
    query = {"advertiser_id": US, "filtering": {"campaign_ids": [first]}}
    assert (await wire.get("campaign/get/", headers=stale, **query)).json()["data"]["list"] == []


async def test_countries_carry_their_iso_codes(wire: TikTokWire) -> None:
    places = ["PLACEMENT_TIKTOK"]
    data = await wire.data(
        "tool/region/", placements=places, objective_type="TRAFFIC", level_range="TO_COUNTRY"
    )
    assert {"region_code": "US", "location_id": USA, "level": "COUNTRY"}.items() <= {
        row["region_code"]: row for row in data["region_info"]
    }["US"].items()
    reply = await wire.get("tool/region/", advertiser_id=US, objective_type="TRAFFIC")
    assert outcome(reply) == (40002, "placements: Missing data for required field.")
