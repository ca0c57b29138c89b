"""Revising a waiting plan and lending the right to approve, over HTTP as the browser does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from omnify_server.seeding import ANALYST_EMAIL
from tests.builders.house import House, open_house

MOVE = "Move 100 a day from the worst Meta campaign to the best Google one"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def test_a_revised_plan_is_approved_by_who_borrowed_the_right(house: House) -> None:
    run = await house.ask(MOVE)
    path = f"/api/approvals/{run['change_set_ids'][0]}"
    card = (await house.api.get(path)).json()
    body = {"plan_hash": card["plan_hash"], "leave_out": [leg["entity_id"] for leg in card["legs"][1:]]}
    revised = (await house.api.post(f"{path}/revise", json=body)).json()
    assert (revised["revision"], len(revised["legs"])) == (2, 1)
    assert revised["plan_hash"] != card["plan_hash"]
    stale = await house.api.post(f"{path}/approve", json={"plan_hash": card["plan_hash"]})
    assert stale.status_code == 409

    sign_in = {"email": ANALYST_EMAIL, "password": house.services.keys.demo_password}
    token = (await house.anyone.post("/api/auth/login", json=sign_in)).json()["access_token"]
    analyst = {"Authorization": f"Bearer {token}"}
    yes = {"plan_hash": revised["plan_hash"]}
    assert (await house.anyone.post(f"{path}/approve", json=yes, headers=analyst)).status_code == 403
    until = (house.services.clock.now() + timedelta(days=1)).isoformat()
    loan = await house.api.post(
        "/api/delegations", json={"to": ANALYST_EMAIL, "until": until, "limit": "100.00"}
    )
    assert loan.status_code == 201, loan.text
    approved = await house.anyone.post(f"{path}/approve", json=yes, headers=analyst)
    assert approved.status_code == 200, approved.text
    assert approved.json()["approval"]["in_name_of"] == "Demo owner"
    done = await house.decided(run["change_set_ids"][0], {"done", "failed"})
    assert done["status"] == "done"
    assert len((await house.control("GET", "writes"))["items"]) == 1

    assert (await house.api.delete(f"/api/delegations/{loan.json()['id']}")).status_code == 204
    assert (await house.api.get("/api/delegations")).json()["items"] == []
    nobody = await house.api.post("/api/delegations", json={"to": "x@y.example", "until": until})
    assert nobody.status_code == 404
