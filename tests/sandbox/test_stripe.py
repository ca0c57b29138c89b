"""Stripe's side of the market, driven by Stripe's own client and by bare HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from omnify_sandbox.market import Market
from tests.builders.contract_files import contract
from tests.builders.sandbox_server import SandboxServer, sandbox_server
from tests.builders.sandbox_wire import NOON, SandboxWire, open_wire, sandbox_config

CREATED = {"name": "Nora Field", "email": "nora@field.example", "metadata[plan]": "team"}


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with sandbox_server() as running:
        yield running


@pytest.fixture(scope="module")
def client(server: SandboxServer) -> stripe.StripeClient:
    return stripe.StripeClient(
        server.credentials["stripe"]["access_token"],
        base_addresses={"api": f"{server.url}/stripe"},
        max_network_retries=2,
    )


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def call(
    wire: SandboxWire, method: str, path: str, headers: dict[str, str] | None = None, **form: Any
) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {wire.credentials['stripe']['access_token']}"}
    sent = {"data": form} if method == "POST" else {"params": form}
    return await wire.http.request(
        method, f"/stripe/v1/{path}", headers={**bearer, **(headers or {})}, **sent
    )


def test_the_official_client_pages_through_everybody_once(client: stripe.StripeClient) -> None:
    listed = client.v1.customers.list({"limit": 100})
    found = [customer.id for customer in listed.auto_paging_iter()]
    assert len(found) == len(set(found)) > 200
    assert client.v1.customers.retrieve(found[-1]).metadata["utm_source"] in ("google", "meta", "direct")


def test_the_official_client_sells_changes_and_ends_a_subscription(
    client: stripe.StripeClient, server: SandboxServer
) -> None:
    before = len(server.writes())
    customer = client.v1.customers.create({"name": "Nora Field", "email": "nora@field.example"})
    starter, team = sorted(client.v1.prices.list().data, key=lambda price: price.unit_amount or 0)[:2]
    sub = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": starter.id}]})
    assert sub.status == "active"
    item = sub["items"].data[0]
    client.v1.subscriptions.update(sub.id, {"items": [{"id": item.id, "price": team.id, "quantity": 2}]})
    client.v1.subscriptions.update(sub.id, {"cancel_at_period_end": True})
    invoices = client.v1.invoices.list({"subscription": sub.id}).data
    assert [invoice.amount_paid for invoice in invoices] == [starter.unit_amount]
    charge = client.v1.charges.list({"customer": customer.id}).data[0]
    txn = client.v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (txn.amount, txn.net) == (charge.amount, charge.amount - txn.fee)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 1_000})
    assert client.v1.charges.retrieve(str(refund.charge)).amount_refunded == 1_000
    assert client.v1.subscriptions.cancel(sub.id).status == "canceled"
    fields = [write["field"] for write in server.writes(before)]
    assert fields == [
        *("created", "created", "items", "cancel_at_period_end", "cancel_at", "canceled_at"),
        *("created", "status"),
    ]


def test_the_official_client_previews_what_a_change_would_cost(
    client: stripe.StripeClient, server: SandboxServer
) -> None:
    customer = client.v1.customers.create({"name": "Ida Field", "email": "ida@field.example"})
    starter, team = sorted(client.v1.prices.list().data, key=lambda price: price.unit_amount or 0)[:2]
    sub = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": starter.id}]})
    item = sub["items"].data[0]
    before = len(server.writes())
    invoices = len(client.v1.invoices.list({"customer": customer.id}).data)
    preview = client.v1.invoices.create_preview(
        {
            "subscription": sub.id,
            "subscription_details": {"items": [{"id": item.id, "price": team.id, "quantity": 2}]},
        }
    )
    assert preview.lines.data[-1].amount == 2 * (team.unit_amount or 0)
    assert preview.total == sum(line.amount for line in preview.lines.data)
    assert len(client.v1.invoices.list({"customer": customer.id}).data) == invoices
    assert len(server.writes()) == before
    with pytest.raises(stripe.InvalidRequestError) as nothing:
        client.v1.invoices.create_preview(
            {"subscription": sub.id, "subscription_details": {"cancel_at_period_end": True}}
        )
    assert nothing.value.code == "invoice_upcoming_none"
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.invoices.create_preview({"subscripton": sub.id})  # type: ignore[typeddict-unknown-key]
    assert unknown.value.code == "parameter_unknown"


def test_the_official_client_pauses_with_a_behaviour_that_stripe_knows(client: stripe.StripeClient) -> None:
    sub = client.v1.subscriptions.list({"status": "active", "limit": 1}).data[0]
    paused = client.v1.subscriptions.update(sub.id, {"pause_collection": {"behavior": "void"}})
    assert paused.pause_collection is not None
    assert paused.pause_collection.behavior == "void"
    with pytest.raises(stripe.InvalidRequestError) as wrong:
        client.v1.subscriptions.update(sub.id, {"pause_collection": {"behavior": "later"}})
    assert wrong.value.param == "pause_collection[behavior]"
    client.v1.subscriptions.update(sub.id, {"pause_collection": ""})


def test_the_official_client_meets_stripes_own_errors(
    client: stripe.StripeClient, server: SandboxServer
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.customers.retrieve("cus_none")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.customers.create({"nmae": "x"})  # type: ignore[typeddict-unknown-key]
    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "nmae")
    stranger = stripe.StripeClient("sk_test_wrong", base_addresses={"api": f"{server.url}/stripe"})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.customers.list()
    server.fault("rate_limit", platform="stripe", times=1)
    assert client.v1.customers.list({"limit": 1}).data


async def test_a_repeated_key_answers_the_same_and_does_nothing_twice(wire: SandboxWire) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await call(wire, "POST", "customers", key, **CREATED)
    again = await call(wire, "POST", "customers", key, **CREATED)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = await call(wire, "POST", "customers", key, name="Somebody else")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    assert len(await wire.writes()) == 1


@pytest.mark.parametrize(
    ("path", "form", "param"),
    [
        ("customers", {"metadata[a]": "1", "adress[city]": "x"}, "adress"),
        ("customers", {"address[town]": "x"}, "address[town]"),
        ("customers", {"balance": "1.50"}, "balance"),
        ("subscriptions", {"customer": "cus_1"}, "items"),
        ("subscriptions", {"customer": "cus_1", "items[0][price]": "price_1"}, "customer"),
        ("prices", {"unit_amount": "100", "product": "prod_1"}, "currency"),
        ("refunds", {"charge": "ch_1"}, "charge"),
    ],
)
async def test_what_stripe_refuses_is_refused_with_its_parameter(
    wire: SandboxWire, path: str, form: dict[str, str], param: str
) -> None:
    reply = await call(wire, "POST", path, **form)
    assert reply.status_code in (400, 404), reply.text
    assert reply.json()["error"]["param"] == param
    assert await wire.writes() == []


async def test_a_lying_success_a_stale_read_and_a_dead_key(wire: SandboxWire) -> None:
    lie = await call(wire, "POST", "customers", {"X-Sandbox-Fault": "lying_success"}, **CREATED)
    assert lie.json()["email"] == CREATED["email"]
    assert (await call(wire, "GET", f"customers/{lie.json()['id']}")).status_code == 404
    made = (await call(wire, "POST", "customers", **CREATED)).json()["id"]
    stale = await call(wire, "GET", f"customers/{made}", {"X-Sandbox-Fault": "stale_read;60"})
    assert stale.status_code == 404
    assert (await call(wire, "GET", f"customers/{made}")).status_code == 200
    await wire.control("POST", "faults", {"kind": "revoked", "platform": "stripe"})
    assert (await call(wire, "GET", "customers")).status_code == 401


async def test_an_event_is_sent_with_a_signature_that_stripes_client_accepts(wire: SandboxWire) -> None:
    form = {"url": "http://localhost:9/hook", "enabled_events[0]": "customer.*"}
    endpoint = (await call(wire, "POST", "webhook_endpoints", **form)).json()
    await call(wire, "POST", "customers", **CREATED)
    (notice,) = wire.outbox.waiting
    signed = notice.sign(notice.body, NOON)["stripe-signature"]
    event = stripe.Webhook.construct_event(  # type: ignore[no-untyped-call]
        notice.body, signed, endpoint["secret"], tolerance=10**9
    )
    assert (event.type, event.data.object.email) == ("customer.created", CREATED["email"])
    moment, _, digest = signed.partition(",v1=")
    expected = hmac.new(endpoint["secret"].encode(), f"{moment[2:]}.".encode() + notice.body, hashlib.sha256)
    assert digest == expected.hexdigest()


async def test_every_object_has_the_fields_of_the_contract_and_no_other(wire: SandboxWire) -> None:
    resources = contract("stripe/resources_2026-10-28.json")
    kinds = {
        "customers": "customer",
        "subscriptions": "subscription",
        "subscription_items": "subscription_item",
        "invoices": "invoice",
        "charges": "charge",
        "balance_transactions": "balance_transaction",
        "events": "event",
        "products": "product",
        "prices": "price",
        "invoice_payments": "invoice_payment",
    }
    for path, kind in kinds.items():
        some = (await call(wire, "GET", "subscriptions")).json()["data"][0]["id"]
        extra = {"subscription": some} if kind == "subscription_item" else {}
        found = (await call(wire, "GET", path, limit=50, **extra)).json()["data"]
        assert found, path
        known = resources[kind]["".join(part.title() for part in kind.split("_"))]
        needed = {name for name, type_ in known.items() if not type_.startswith(("Optional", "ClassVar"))}
        for obj in found:
            extra_fields = set(obj) - set(known) - {"on_behalf_of", "source_transfer_reversal"}
            assert not extra_fields, (kind, extra_fields)
            assert needed <= set(obj), (kind, needed - set(obj))


async def test_connect_signs_in_once_per_code(wire: SandboxWire) -> None:
    own = wire.credentials["stripe"]
    asked = {
        "response_type": "code",
        "client_id": own["client_id"],
        "scope": "read_write",
        "redirect_uri": "http://localhost/back",
        "state": "s-1",
    }
    said_yes = await wire.http.post("/stripe/oauth/authorize", params=asked, data={"answer": "allow"})
    back = httpx.URL(said_yes.headers["location"])
    assert back.params["state"] == "s-1"
    form = {
        "grant_type": "authorization_code",
        "code": back.params["code"],
        "client_secret": own["client_secret"],
    }
    granted = await wire.http.post("/stripe/oauth/token", data=form)
    assert granted.json()["stripe_user_id"] == own["account_id"]
    assert (await wire.http.post("/stripe/oauth/token", data=form)).json()["error"] == "invalid_grant"


async def test_a_month_later_people_have_joined_paid_and_left(wire: SandboxWire) -> None:
    before = (await call(wire, "GET", "balance")).json()
    newest = (await call(wire, "GET", "events", limit=1)).json()["data"][0]
    await wire.control("POST", "advance", {"days": 31})
    topics = set()
    for _ in range(12):
        after = {"ending_before": newest["id"], "limit": 100}
        found = (await call(wire, "GET", "events", **after)).json()
        topics |= {event["type"] for event in found["data"]}
        if not found["has_more"]:
            break
        newest = found["data"][0]
    assert {"customer.created", "invoice.paid", "charge.failed", "customer.subscription.deleted"} <= topics
    later = (await call(wire, "GET", "balance")).json()
    assert later["available"][0]["amount"] > before["available"][0]["amount"]


async def test_a_restart_carries_out_again_what_was_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    async with open_wire(Market(sandbox_config(path=path))) as first:
        made = (await call(first, "POST", "customers", {"Idempotency-Key": "k"}, **CREATED)).json()
        writes = await first.writes()
    async with open_wire(Market(sandbox_config(path=path))) as second:
        assert (await call(second, "GET", f"customers/{made['id']}")).json() == made
        assert [w["object"] for w in await second.writes()] == [w["object"] for w in writes]
        again = await call(second, "POST", "customers", {"Idempotency-Key": "k"}, **CREATED)
        assert again.json()["id"] == made["id"]
    assert json.loads(path.read_text().splitlines()[1])["kind"] == "call"
