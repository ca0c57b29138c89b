"""Deliveries of platforms: signatures, windows, whose they are, once each, and what they do."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI

from omnify_core.business import Kind
from omnify_core.business_ports import Mark
from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import BadInput, Forbidden, LimitReached, NotFound
from omnify_core.ids import TenantId
from omnify_guardrails.audit import AuditTrail
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_platforms import ConnectedPlatforms, KeyRing
from omnify_server.business_import import BusinessImport
from omnify_server.http.problems import install_problems
from omnify_server.http.routes.webhooks import webhook_routes
from omnify_server.webhooks import Webhooks
from tests.builders.business import DANA, contact, order
from tests.builders.business_wire import HIGHLEVEL, SHOPIFY, STRIPE, connection, stripe_customer
from tests.builders.platform_wire import NOON, TENANT, FakePace, Script, json_reply

SECRET = "whsec_canary"
SIGNER = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = base64.b64encode(SIGNER.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


class Desk(SimpleNamespace):
    hooks: Webhooks
    stores: Stores
    clock: FixedClock
    script: Script
    platforms: ConnectedPlatforms

    async def take(self, platform: Platform, raw: bytes, headers: dict[str, str]) -> str:
        key = self.hooks.address(TENANT, platform).rpartition("/")[2]
        return await self.hooks.take(platform, key, raw, headers)

    async def audited(self) -> list[str]:
        return [row.action for row in await self.stores.audit.rows(TENANT)]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    clock, script = FixedClock(NOON), Script([])
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        http = httpx.AsyncClient(transport=httpx.MockTransport(script), trust_env=False)
        ring = KeyRing({"k": b"v" * 32}, "k")
        platforms = ConnectedPlatforms(stores.connections, ring, http, clock, pace=FakePace())
        await platforms.connect(connection(STRIPE, webhook_secret=SECRET))
        await platforms.connect(connection(SHOPIFY))
        await platforms.connect(connection(HIGHLEVEL, webhook_public_key=PUBLIC.decode()))
        hooks = Webhooks(
            platforms=platforms,
            store=stores.business,
            audit=AuditTrail(stores.audit, clock),
            clock=clock,
            ring=[b"r" * 32, b"o" * 32],
            marked=asyncio.Event(),
        )
        yield Desk(hooks=hooks, stores=stores, clock=clock, script=script, platforms=platforms)


def stripe(event: dict[str, Any], *, secret: str = SECRET, age_s: int = 0) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps({"id": "evt_1", "object": "event", "type": "invoice.paid"} | event).encode()
    stamp = str(int(NOON.timestamp()) - age_s)
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return raw, {"stripe-signature": f"t={stamp},v1={'0' * 64},v1={mac}"}


def shopify(topic: str, body: dict[str, Any], *, delivery: str = "d1") -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    mac = base64.b64encode(hmac.new(b"canary-shop-secret", raw, hashlib.sha256).digest()).decode()
    own = {"x-shopify-topic": topic, "x-shopify-webhook-id": delivery}
    return raw, own | {"x-shopify-hmac-sha256": mac, "x-shopify-shop-domain": "techflow.myshopify.com"}


def highlevel(body: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps({"locationId": "loc1", "webhookId": "w1"} | body).encode()
    return raw, {"x-ghl-signature": base64.b64encode(SIGNER.sign(raw)).decode()}


INVOICE = {"data": {"object": {"object": "invoice", "id": "in_1"}}}


async def test_a_delivery_marks_its_object_once(desk: Desk) -> None:
    assert await desk.take(STRIPE, *stripe(INVOICE)) == "done"
    assert await desk.take(STRIPE, *stripe(INVOICE)) == "duplicate"
    assert desk.hooks.marked.is_set()
    expected = Mark(platform=STRIPE, kind=Kind.INVOICE, native_id="in_1", at=NOON)
    assert await desk.stores.business.take_marks(TENANT, limit=9) == [expected]


async def test_stripes_own_vector_holds_and_any_change_of_it_does_not(desk: Desk) -> None:
    raw, headers = stripe(INVOICE)
    signature = headers["stripe-signature"]
    for body, header in (
        (raw + b" ", signature),
        (raw, ""),
        (raw, signature.replace("v1=", "v0=")),
        (raw, "t=x" + signature[signature.index(",") :]),
        (raw, signature + f",t={int(NOON.timestamp())}"),
    ):
        with pytest.raises(Forbidden):
            await desk.take(STRIPE, body, {"stripe-signature": header})
    with pytest.raises(Forbidden):
        await desk.take(STRIPE, *stripe(INVOICE, secret="whsec_other"))
    assert await desk.stores.business.take_marks(TENANT, limit=9) == []


@pytest.mark.parametrize(("age_s", "is_taken"), [(300, True), (301, False), (-300, True), (-301, False)])
async def test_the_window_is_five_minutes_both_ways(desk: Desk, age_s: int, is_taken: bool) -> None:
    if is_taken:
        assert await desk.take(STRIPE, *stripe(INVOICE, age_s=age_s)) == "done"
    else:
        with pytest.raises(Forbidden, match="too old"):
            await desk.take(STRIPE, *stripe(INVOICE, age_s=age_s))


async def test_thin_events_and_other_accounts_are_refused(desk: Desk) -> None:
    with pytest.raises(BadInput, match="thin"):
        await desk.take(STRIPE, *stripe({"object": "v2.core.event"}))
    with pytest.raises(Forbidden, match="another account"):
        await desk.take(STRIPE, *stripe(INVOICE | {"account": "acct_2"}))
    with pytest.raises(Forbidden, match="another account"):
        await desk.take(HIGHLEVEL, *highlevel({"type": "ContactCreate", "id": "c1", "locationId": "loc2"}))
    raw, headers = shopify("orders/create", {"id": 1})
    with pytest.raises(Forbidden, match="another account"):
        await desk.take(SHOPIFY, raw, headers | {"x-shopify-shop-domain": "other.myshopify.com"})


async def test_the_tenant_is_in_the_address_and_cannot_be_changed_there(desk: Desk) -> None:
    key = desk.hooks.address(TENANT, STRIPE).rpartition("/")[2]
    for wrong in (key.replace(TENANT, "t_other"), key[:-1] + "~", key.rpartition(".")[0], ""):
        with pytest.raises(NotFound):
            await desk.hooks.take(STRIPE, wrong, *stripe(INVOICE))
    with pytest.raises(NotFound):
        await desk.hooks.take(SHOPIFY, key, *shopify("orders/create", {"id": 1}))
    rotated = replace(desk.hooks, ring=[b"n" * 32, *desk.hooks.ring])
    assert await rotated.take(STRIPE, key, *stripe(INVOICE)) == "done"


@pytest.mark.parametrize(
    ("topic", "body", "expected"),
    [
        ("orders/updated", {"id": 820982911946154508}, (Kind.ORDER, "820982911946154508")),
        ("refunds/create", {"id": 5, "order_id": 7}, (Kind.ORDER, "7")),
        ("customers/update", {"id": 191}, (Kind.SHOP_CUSTOMER, "191")),
        ("products/update", {"id": 9}, (Kind.PRODUCT, "9")),
    ],
)
async def test_shopifys_topics_lead_to_their_records(
    desk: Desk, topic: str, body: dict[str, Any], expected: tuple[Kind, str]
) -> None:
    await desk.take(SHOPIFY, *shopify(topic, body))
    marks = await desk.stores.business.take_marks(TENANT, limit=9)
    assert [(one.kind, one.native_id) for one in marks] == [expected]


async def test_shopify_has_a_customer_forgotten_and_a_shop_erased(desk: Desk) -> None:
    business = desk.stores.business
    await business.save(TENANT, [order("1"), order("2", customer_id="shopify:7", person=""), contact()])
    redact = {
        "shop_domain": "techflow.myshopify.com",
        "customer": {"id": 191, "email": "Dana@example.com"},
        "orders_to_redact": [1],
    }
    await desk.take(SHOPIFY, *shopify("customers/redact", redact))
    assert (await business.get(TENANT, order("1").id)).person == ""
    with pytest.raises(NotFound):
        await business.get(TENANT, contact().id)
    await desk.take(SHOPIFY, *shopify("customers/data_request", redact, delivery="d2"))
    shop = {"shop_domain": "techflow.myshopify.com", "shop_id": 1}
    await desk.take(SHOPIFY, *shopify("shop/redact", shop, delivery="d3"))
    with pytest.raises(NotFound):
        await business.get(TENANT, order("2").id)
    assert await desk.audited() == [
        "webhook.person_forgotten",
        "webhook.data_requested",
        "webhook.data_erased",
    ]
    rows = await desk.stores.audit.rows(TENANT)
    assert not [row for row in rows if DANA in row.model_dump_json() or "ana@" in row.model_dump_json()]


async def test_a_redaction_for_another_shop_is_refused_though_its_header_names_ours(desk: Desk) -> None:
    other = {"shop_domain": "other.myshopify.com", "shop_id": 1}
    with pytest.raises(Forbidden, match="another account"):
        await desk.take(SHOPIFY, *shopify("shop/redact", other))


async def test_an_app_that_is_uninstalled_ends_the_connection(desk: Desk) -> None:
    await desk.take(SHOPIFY, *shopify("app/uninstalled", {"id": 1}))
    assert set(await desk.platforms.business(TENANT)) == {STRIPE, HIGHLEVEL}
    with pytest.raises(NotFound, match="not connected"):
        await desk.take(SHOPIFY, *shopify("orders/create", {"id": 1}, delivery="d2"))


async def test_shopifys_signature_is_checked_over_the_raw_body_and_each_delivery_taken_once(
    desk: Desk,
) -> None:
    raw, headers = shopify("orders/updated", {"id": 7})
    signature = headers["x-shopify-hmac-sha256"]
    for body, said in ((raw + b" ", signature), (raw, ""), (raw, signature[:-4] + "AAA=")):
        with pytest.raises(Forbidden, match="signature"):
            await desk.take(SHOPIFY, body, headers | {"x-shopify-hmac-sha256": said})
    with pytest.raises(Forbidden, match="another account"):
        await desk.take(SHOPIFY, raw, headers | {"x-shopify-shop-domain": "other.myshopify.com"})
    assert await desk.stores.business.take_marks(TENANT, limit=9) == []
    assert [await desk.take(SHOPIFY, raw, headers) for _ in range(2)] == ["done", "duplicate"]
    assert len(await desk.stores.business.take_marks(TENANT, limit=9)) == 1


async def test_highlevel_deliveries_of_other_locations_or_of_none_are_refused(desk: Desk) -> None:
    for location in ("loc2", ""):
        with pytest.raises(Forbidden, match="another account"):
            await desk.take(
                HIGHLEVEL, *highlevel({"type": "ContactCreate", "id": "c1", "locationId": location})
            )
    raw, headers = highlevel({"type": "ContactCreate", "id": "c1"})
    assert [await desk.take(HIGHLEVEL, raw, headers) for _ in range(2)] == ["done", "duplicate"]


async def test_highlevels_signature_is_checked_over_the_raw_body(desk: Desk) -> None:
    raw, headers = highlevel({"type": "OpportunityStageUpdate", "id": "o1"})
    for body, signature in ((raw + b"\n", headers["x-ghl-signature"]), (raw, ""), (raw, "no base64")):
        with pytest.raises(Forbidden):
            await desk.take(HIGHLEVEL, body, {"x-ghl-signature": signature})
    assert await desk.take(HIGHLEVEL, raw, headers) == "done"
    (mark,) = await desk.stores.business.take_marks(TENANT, limit=9)
    assert (mark.kind, mark.native_id) == (Kind.OPPORTUNITY, "o1")
    old = {"timestamp": (NOON - timedelta(days=4)).isoformat(), "webhookId": "w9"}
    with pytest.raises(Forbidden, match="too old"):
        await desk.take(HIGHLEVEL, *highlevel({"type": "ContactCreate", "id": "c1"} | old))


async def test_a_deleted_contact_is_dropped(desk: Desk) -> None:
    await desk.stores.business.save(TENANT, [contact()])
    await desk.take(HIGHLEVEL, *highlevel({"type": "ContactDelete", "id": "c1"}))
    with pytest.raises(NotFound):
        await desk.stores.business.get(TENANT, contact().id)


async def test_a_flood_is_bounded_and_passes(desk: Desk) -> None:
    desk.hooks.per_minute = 2
    for _ in range(2):
        await desk.take(STRIPE, *stripe(INVOICE))
    with pytest.raises(LimitReached):
        await desk.take(STRIPE, *stripe(INVOICE))
    desk.clock.move_to(NOON + timedelta(minutes=1))
    assert await desk.take(STRIPE, *stripe(INVOICE)) == "duplicate"


async def test_what_failed_half_way_may_be_delivered_again(desk: Desk) -> None:
    async def broken(tenant: TenantId, *_: object, **__: object) -> int:
        raise LimitReached("the store is full")

    shop = {"shop_domain": "techflow.myshopify.com", "shop_id": 1}
    desk.hooks.store = SimpleNamespace(  # type: ignore[assignment]
        claim_delivery=desk.stores.business.claim_delivery,
        release_delivery=desk.stores.business.release_delivery,
        drop_platform=broken,
    )
    with pytest.raises(LimitReached):
        await desk.take(SHOPIFY, *shopify("shop/redact", shop))
    desk.hooks.store = desk.stores.business
    assert await desk.take(SHOPIFY, *shopify("shop/redact", shop)) == "done"


async def test_marked_objects_are_read_and_those_that_failed_stay_marked(desk: Desk) -> None:
    business = desk.stores.business
    marks = [Mark(platform=STRIPE, kind=Kind.PAYMENT_CUSTOMER, native_id=f"cus_{n}", at=NOON) for n in (1, 2)]
    await business.mark(TENANT, marks)
    desk.script.replies[:] = [
        json_reply(stripe_customer("cus_1")),
        json_reply({"error": {"code": "resource_missing"}}, 404),
    ]
    importing = BusinessImport(desk.platforms, business, desk.clock)
    assert await importing.reread(TENANT) == 2
    assert (await business.get(TENANT, stored_id("cus_1"))).person == DANA
    assert await importing.reread(TENANT) == 0
    await business.mark(TENANT, marks)
    desk.script.replies[:] = [json_reply({"error": {"type": "invalid_request_error"}}, 403)]
    with pytest.raises(Exception, match="permit"):
        await importing.reread(TENANT)
    assert await business.take_marks(TENANT, limit=9) == marks


def stored_id(native_id: str) -> Any:
    return f"stripe:payment_customer:{native_id}"


async def test_over_http_a_wrong_signature_is_403_and_a_large_body_422(desk: Desk) -> None:
    app = FastAPI()
    install_problems(app)
    app.include_router(webhook_routes)
    app.state.services = SimpleNamespace(webhooks=desk.hooks)
    path = desk.hooks.address(TENANT, STRIPE)
    raw, headers = stripe(INVOICE)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://omnify.test") as anyone:
        assert (await anyone.post(path, content=raw, headers=headers)).json() == {"status": "done"}
        assert (await anyone.post(path, content=raw)).status_code == 403
        assert (await anyone.post(path[:-3] + "000", content=raw, headers=headers)).status_code == 404
        assert (await anyone.post(path, content=b"x" * 1_048_577, headers=headers)).status_code == 422
