"""Memory over HTTP, and what the house remembers by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omnify_server.seeding import ANALYST_EMAIL, DEMO_TENANT
from tests.builders.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def notes(house: House, **params: Any) -> list[dict[str, Any]]:
    return list((await house.api.get("/api/memory", params=params)).json()["items"])


async def test_a_note_is_kept_corrected_found_and_forgotten(house: House) -> None:
    first = (
        await house.api.post("/api/memory", json={"text": "We report in EUR.", "kind": "preference"})
    ).json()
    assert (first["trust"], first["origin"]) == ("stated", "written by Demo owner")
    second = await house.api.post("/api/memory", json={"text": "We report in USD.", "replaces": first["id"]})
    assert second.status_code == 201
    assert [note["text"] for note in await notes(house, query="reporting currency")] == ["We report in USD."]
    assert len(await notes(house, past=True)) == 2
    assert (await house.api.delete(f"/api/memory/{first['id']}")).status_code == 204
    assert len(await notes(house, past=True)) == 1
    assert (await house.api.delete(f"/api/memory/{first['id']}")).status_code == 404


async def test_a_note_about_nothing_and_a_time_without_zone_are_named(house: House) -> None:
    assert "text" in (await house.api.post("/api/memory", json={"text": "  "})).text
    late = {"text": "x", "expires_at": "2027-01-01T00:00:00"}
    assert "expires_at" in (await house.api.post("/api/memory", json=late)).text
    lost = {"text": "x", "replaces": "mem_nothing"}
    assert (await house.api.post("/api/memory", json=lost)).status_code == 404


async def test_only_an_owner_deletes_everything(house: House) -> None:
    await house.api.post("/api/memory", json={"text": "We like tea."})
    body = {"email": ANALYST_EMAIL, "password": house.services.keys.demo_password}
    token = (await house.anyone.post("/api/auth/login", json=body)).json()["access_token"]
    analyst = {"Authorization": f"Bearer {token}"}
    assert (await house.anyone.delete("/api/memory", headers=analyst)).status_code == 403
    assert (await house.api.delete("/api/memory")).json() == {"items": 1}


async def test_a_decision_and_its_reason_are_remembered(house: House) -> None:
    run = await house.ask("Move 100 a day from the worst Meta campaign to the best Google one")
    change_set = (await house.api.get(f"/api/approvals/{run['change_set_ids'][0]}")).json()
    rejection = {"plan_hash": change_set["plan_hash"], "reason": "The Google team is on leave"}
    await house.api.post(f"/api/approvals/{change_set['id']}/reject", json=rejection)
    (note,) = [note for note in await notes(house) if note["kind"] == "decision"]
    assert "rejected by Demo owner" in note["text"]
    assert "The Google team is on leave" in note["text"]
    assert note["trust"] == "observed"


async def test_a_conversation_at_rest_is_consolidated_once(house: House) -> None:
    await house.ask("How did we do last week?")
    assert await house.services.remembering.upkeep(DEMO_TENANT) == 0, "it has only just ended"
    await house.control("POST", "advance", {"days": 0.05})
    await house.services.refresh_clock()
    assert await house.services.remembering.upkeep(DEMO_TENANT) == 1
    assert await house.services.remembering.upkeep(DEMO_TENANT) == 0
    (note,) = [note for note in await notes(house) if note["kind"] == "conversation"]
    assert "How did we do last week?" in note["text"]


async def test_what_was_put_out_of_use_is_deleted_after_a_month(house: House) -> None:
    now = house.services.clock.now()
    for days in (31, 29):
        old = {"text": f"Out for {days} days.", "expires_at": (now - timedelta(days=days)).isoformat()}
        await house.api.post("/api/memory", json=old)
    await house.services.remembering.upkeep(DEMO_TENANT)
    assert [note["text"] for note in await notes(house, past=True)] == ["Out for 29 days."]
