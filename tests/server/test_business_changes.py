"""Changes of CRM records over HTTP: asked for in the chat, approved, seen in the market's own log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from omnify_core.business import person_of
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_core.people import Actor, Role
from omnify_server.demo_tenants import FIRST, ensure_tenants
from tests.builders.business_legs import workflow
from tests.builders.house import House, open_house

ADDRESS = "dana@new.example"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        await ensure_tenants(opened.services)
        yield opened


async def test_a_contact_is_asked_for_approved_and_stands_in_the_crm(house: House) -> None:
    run = await house.ask(f"Add a contact to the CRM: {ADDRESS}, first name: Dana, tags: lead")
    path = f"/api/approvals/{run['change_set_ids'][0]}"
    card = (await house.api.get(path)).json()
    assert ADDRESS in card["legs"][0]["after"]
    assert (await house.control("GET", "writes"))["items"] == []
    await house.api.post(f"{path}/approve", json={"plan_hash": card["plan_hash"]})
    done = await house.decided(run["change_set_ids"][0], {"done", "failed"})
    assert done["status"] == "done", done["outcome"]
    (write,) = (await house.control("GET", "writes"))["items"]
    assert (write["platform"], write["field"]) == ("gohighlevel", "created")
    rows = (await house.api.get("/api/audit", params={"limit": 100})).text
    assert ADDRESS not in rows
    assert ADDRESS not in done["outcome"]
    assert person_of(ADDRESS)[:12] in done["outcome"]


async def unclear(house: House) -> ChangeSet:
    """A workflow's plan whose answer was lost, as the executor leaves it."""
    services = house.services
    people = await services.stores.people.users(FIRST.id)
    owner = next(one for one in people if one.role is Role.OWNER)
    crm = (await services.platforms.business(FIRST.id))[Platform.GOHIGHLEVEL]
    actor = Actor(tenant_id=FIRST.id, user_id=owner.id, name=owner.name, role=owner.role)
    proposed = await services.money.propose(actor, [await workflow(crm)], title="", reason="")
    records = (LegRecord(status=LegStatus.UNKNOWN, attempt=1, sent_at=services.clock.now()),)
    update = {"status": ChangeSetStatus.NEEDS_PERSON, "records": records}
    return await services.stores.change_sets.replace(proposed.model_copy(update=update))


@pytest.mark.parametrize(("happened", "status"), [(True, "done"), (False, "failed")])
async def test_what_no_read_shows_is_settled_by_what_a_person_found(
    house: House, happened: bool, status: str
) -> None:
    path = f"/api/approvals/{(await unclear(house)).id}/settle"
    asked = await house.api.post(path)
    assert asked.status_code == 422, asked.text
    assert "happened" in asked.text
    settled = await house.api.post(path, json={"happened": happened})
    assert settled.status_code == 200, settled.text
    assert settled.json()["status"] == status
    assert "looked" in settled.json()["legs"][0]["note"]
    assert (await house.api.post(path, json={"happened": True})).status_code == 409
