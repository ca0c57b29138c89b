"""The money policy over HTTP: versioned, audited, refused by the field's name, in force at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_server.seeding import ANALYST_EMAIL
from tests.builders.house import House, open_house

MOVE = "Move 100 a day from the worst Meta campaign to the best Google one"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def policy(house: House) -> dict[str, Any]:
    return dict((await house.api.get("/api/policy")).json())


async def test_a_new_version_is_in_force_at_once_kept_in_history_and_audited(house: House) -> None:
    before = await policy(house)
    changed = await house.api.put("/api/policy", json={**before, "blocked": ["raise_budget"]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["version"] == before["version"] + 1
    run = await house.ask(MOVE)
    card = (await house.api.get(f"/api/approvals/{run['change_set_ids'][0]}")).json()
    assert card["status"] == "denied"
    assert "blocked" in [finding["rule"] for finding in card["verdict"]["findings"] if not finding["passed"]]
    history = (await house.api.get("/api/policy/history")).json()["items"]
    assert [one["version"] for one in history] == [before["version"] + 1, before["version"]]
    rows = await house.services.stores.audit.rows((await house.services.stores.people.tenants())[0].id)
    (row,) = [row for row in rows if row.action == "policy.changed"]
    assert row.facts["changes"] == {"blocked": [["remove"], ["raise_budget"]]}


async def test_the_second_of_two_editors_is_told(house: House) -> None:
    before = await policy(house)
    assert (await house.api.put("/api/policy", json={**before, "min_days": 7})).status_code == 200
    late = await house.api.put("/api/policy", json={**before, "min_days": 9})
    assert late.status_code == 409
    assert (await policy(house))["min_days"] == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("daily_cap_total", "lots"),
        ("daily_cap_total", "-5"),
        ("max_step_share", "0"),
        ("allowed_weekdays", [7]),
        ("rates", {"day": "2026-11-01", "source": "typed", "per_unit": {"EUR": "0"}}),
    ],
)
async def test_a_limit_that_makes_no_sense_is_named(house: House, field: str, value: object) -> None:
    refused = await house.api.put("/api/policy", json={**await policy(house), field: value})
    assert refused.status_code == 422, refused.text
    named = "amount" if value == "lots" else field
    assert named in refused.text


async def test_who_may_not_change_it_may_look(house: House) -> None:
    body = {"email": ANALYST_EMAIL, "password": house.services.keys.demo_password}
    token = (await house.anyone.post("/api/auth/login", json=body)).json()["access_token"]
    analyst = {"Authorization": f"Bearer {token}"}
    before = await policy(house)
    assert (await house.anyone.get("/api/policy", headers=analyst)).status_code == 200
    refused = await house.anyone.put("/api/policy", json={**before, "min_days": 7}, headers=analyst)
    assert refused.status_code == 403
    nothing = await house.api.put("/api/policy", json=before)
    assert nothing.status_code == 422
