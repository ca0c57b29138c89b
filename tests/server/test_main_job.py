"""The main job through the real HTTP stack: ask, propose, approve, apply once, read back, audit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from omnify_core.errors import Conflict
from omnify_core.ids import ChangeSetId
from omnify_core.people import Actor, Role
from omnify_server.seeding import DEMO_OWNER, DEMO_TENANT
from tests.builders.house import House, events_of, open_house

OWNER = Actor(tenant_id=DEMO_TENANT, user_id=DEMO_OWNER, name="Demo owner", role=Role.OWNER)
MOVE = "Move 100 a day from the worst Meta campaign to the best Google one"
ENDED = {"done", "failed", "rejected", "expired", "needs_person"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def writes_of(house: House) -> list[dict[str, object]]:
    """What really changed on the platforms, as the sandbox alone knows."""
    return list((await house.control("GET", "writes"))["items"])


async def proposal(house: House) -> dict[str, object]:
    run = await house.ask(MOVE)
    assert run["outcome"] == "proposed", run["reply"]
    found = (await house.api.get(f"/api/approvals/{run['change_set_ids'][0]}")).json()
    assert found["status"] == "proposed"
    return dict(found)


async def test_a_move_is_approved_applied_on_both_platforms_and_audited(house: House) -> None:
    card, before = await proposal(house), await writes_of(house)
    legs = card["legs"]
    assert isinstance(legs, list)
    assert {leg["platform"] for leg in legs} == {"google", "meta"}
    approved = await house.api.post(
        f"/api/approvals/{card['id']}/approve", json={"plan_hash": card["plan_hash"]}
    )
    assert approved.status_code == 200, approved.text
    ended = await house.decided(str(card["id"]), ENDED)
    assert ended["status"] == "done", ended["outcome"]

    assert len(await writes_of(house)) == len(before) + 2, "one effective write per leg"
    await house.shows({leg["entity_id"]: leg["after"] for leg in legs})
    audit = (await house.api.get("/api/audit/verify")).json()
    assert audit["ok"]
    assert audit["rows"] >= 4


async def test_an_edit_by_somebody_else_in_between_stops_the_plan_before_any_write(house: House) -> None:
    card, before = await proposal(house), await writes_of(house)
    legs = card["legs"]
    assert isinstance(legs, list)
    edited = legs[0]
    await house.control(
        "POST",
        "ui-edit",
        {
            "platform": edited["platform"],
            "campaign_id": edited["entity_id"].split(":")[1],
            "daily_budget": "77.00",
        },
    )
    await house.api.post(f"/api/approvals/{card['id']}/approve", json={"plan_hash": card["plan_hash"]})
    ended = await house.decided(str(card["id"]), ENDED)
    assert ended["status"] == "failed"
    assert [write["origin"] for write in (await writes_of(house))[len(before) :]] == ["ui"]


async def test_a_rejected_plan_is_never_applied_and_the_hash_must_match(house: House) -> None:
    card, before = await proposal(house), await writes_of(house)
    path = f"/api/approvals/{card['id']}"
    wrong = await house.api.post(f"{path}/approve", json={"plan_hash": "0" * 64})
    assert wrong.status_code in {409, 422}
    rejected = await house.api.post(
        f"{path}/reject", json={"plan_hash": card["plan_hash"], "reason": "not this week"}
    )
    assert rejected.json()["status"] == "rejected"
    again = await house.api.post(f"{path}/approve", json={"plan_hash": card["plan_hash"]})
    assert again.status_code == 409
    assert await writes_of(house) == before


async def test_two_clicks_cannot_both_win(house: House) -> None:
    card, before = await proposal(house), await writes_of(house)
    body = {"plan_hash": card["plan_hash"]}
    replies = await asyncio.gather(
        *(house.api.post(f"/api/approvals/{card['id']}/approve", json=body) for _ in range(4))
    )
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409]
    await house.decided(str(card["id"]), {"done"})
    assert len(await writes_of(house)) == len(before) + 2


async def test_a_proposal_expires_with_time(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        card = await proposal(house)
        await house.control("POST", "advance", {"days": 2})
        await house.services.refresh_clock()
        with pytest.raises(Conflict, match="expired"):
            await house.services.money.approve(
                OWNER, ChangeSetId(str(card["id"])), plan_hash=str(card["plan_hash"]), via="api"
            )
        path = f"/api/approvals/{card['id']}/approve"
        late = await house.api.post(path, json={"plan_hash": card["plan_hash"]})
        assert late.status_code == 401, "the session of two days ago has ended too"
        assert await writes_of(house) == []


async def test_a_restart_between_proposal_and_approval_loses_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        card = await proposal(house)
    async with open_house(tmp_path) as house:
        found = (await house.api.get(f"/api/approvals/{card['id']}")).json()
        assert found["plan_hash"] == card["plan_hash"]
        await house.api.post(f"/api/approvals/{card['id']}/approve", json={"plan_hash": card["plan_hash"]})
        assert (await house.decided(str(card["id"]), ENDED))["status"] == "done"
        assert len(await writes_of(house)) == 2


async def test_events_cut_twice_are_neither_lost_nor_repeated(house: House) -> None:
    run = await house.ask("How did we do last week across platforms?")
    whole = await events_of(house.api, str(run["id"]))
    numbers = [number for number, _ in whole]
    assert numbers == list(range(1, len(whole) + 1))
    third = len(whole) // 3
    pieces = whole[:third]
    pieces += (await events_of(house.api, str(run["id"]), after=pieces[-1][0]))[:third]
    pieces += await events_of(house.api, str(run["id"]), after=pieces[-1][0])
    assert pieces == whole
    ended = await house.api.get(
        f"/api/chat/runs/{run['id']}/events", headers={"Last-Event-ID": str(len(whole))}
    )
    assert ended.status_code == 204


async def test_nobody_is_told_anything_without_signing_in(house: House) -> None:
    schema = (await house.anyone.get("/openapi.json")).json()
    open_paths = {"/health", "/ready", "/api/status", "/api/auth/login"}
    signed = "/api/webhooks/{platform}/{key}"  # a platform's own signature stands for a session there
    unknown = await house.anyone.post("/api/webhooks/stripe/nobody", json={})
    assert unknown.status_code in {401, 404}, unknown.text
    for path, methods in schema["paths"].items():
        for method in set(methods) - {"parameters"}:
            if path in open_paths or path == signed:
                continue
            reply = await house.anyone.request(method, path.replace("{", "x").replace("}", ""), json={})
            assert reply.status_code == 401, f"{method} {path}: {reply.status_code}"


async def test_a_cookie_from_another_sites_page_cannot_act(house: House) -> None:
    token = house.api.headers["Authorization"].removeprefix("Bearer ")
    cookie = {"Cookie": f"omnify_session={token}"}
    foreign = await house.anyone.post(
        "/api/chat/threads", json={}, headers={**cookie, "Origin": "https://elsewhere.example"}
    )
    own = await house.anyone.post("/api/chat/threads", json={}, headers={**cookie, "Origin": house.url})
    assert (foreign.status_code, own.status_code) == (403, 201)
