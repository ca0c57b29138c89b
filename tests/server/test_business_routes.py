"""CRM, shop and payments over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from omnify_core.clock import FixedClock
from omnify_core.ids import UserId
from omnify_core.people import Actor, Role
from omnify_memory import open_sqlite, stores_on
from omnify_server.http.access import _actor
from omnify_server.http.problems import install_problems
from omnify_server.http.routes.business import business_routes
from tests.builders.business import DANA, NOON, charge, contact, order
from tests.builders.platform_wire import TENANT


class Desk(SimpleNamespace):
    api: httpx.AsyncClient
    role: Role


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        await stores.business.save(TENANT, [order("1"), order("2", minutes=4), contact(), charge()])

        async def tenant(_: object) -> SimpleNamespace:
            return SimpleNamespace(time_zone="UTC")

        held = Desk(role=Role.OWNER, stores=stores)
        app = FastAPI()
        install_problems(app)
        app.include_router(business_routes)
        app.dependency_overrides[_actor] = lambda: Actor(
            tenant_id=TENANT, user_id=UserId("u1"), name="Dana", role=held.role
        )
        people = SimpleNamespace(tenant=tenant)
        own = SimpleNamespace(business=stores.business, audit=stores.audit, people=people)
        app.state.services = SimpleNamespace(stores=own, clock=FixedClock(NOON))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://omnify.test") as held.api:
            yield held


async def test_a_list_goes_on_page_by_page_with_decimal_money_and_without_the_persons_hash(
    desk: Desk,
) -> None:
    first = (await desk.api.get("/api/shop/orders?limit=1")).json()
    second = (await desk.api.get("/api/shop/orders", params={"limit": 1, "after": first["next"]})).json()
    assert [page["items"][0]["native_id"] for page in (first, second)] == ["2", "1"]
    assert second["next"] == ""
    assert first["items"][0]["total"] == {"amount": "120.50", "currency": "USD"}
    for path in ("/api/shop/orders", "/api/crm/contacts", "/api/payments/charges"):
        reply = await desk.api.get(path)
        assert reply.json()["items"]
        assert DANA not in reply.text


async def test_totals_are_of_the_companys_days(desk: Desk) -> None:
    totals = (await desk.api.get("/api/shop/orders/totals?days=2")).json()
    assert totals["items"] == [
        {"day": "2026-11-02", "count": 2, "amount": {"amount": "241.00", "currency": "USD"}}
    ]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/shop/nope", 404, "products, orders, customers"),
        ("/api/shop/orders?since=2026-11-02T00:00:00", 422, "since needs a time zone"),
        ("/api/crm/contacts?limit=0", 422, "limit"),
    ],
)
async def test_what_is_wrong_is_said(desk: Desk, path: str, status: int, says: str) -> None:
    reply = await desk.api.get(path)
    assert reply.status_code == status
    assert says in reply.json()["message"]


async def test_only_an_owner_or_admin_has_a_person_forgotten_and_it_is_audited(desk: Desk) -> None:
    body = {"email": "DANA@example.com"}
    desk.role = Role.ANALYST
    assert (await desk.api.post("/api/people/forget", json=body)).status_code == 403
    assert len((await desk.api.get("/api/crm/contacts")).json()["items"]) == 1
    desk.role = Role.OWNER
    assert (await desk.api.post("/api/people/forget", json=body)).json() == {"records": 3}
    assert (await desk.api.get("/api/crm/contacts")).json()["items"] == []
    (row,) = await desk.stores.audit.rows(TENANT)
    assert row.action == "person.forgotten"
    assert "dana" not in row.model_dump_json().lower()
