"""Shopify's side of the market, asked in GraphQL."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from graphql import build_schema, parse, validate

from omnify_sandbox.market import Market
from omnify_sandbox.shopify.routes import schema
from tests.builders.contract_files import contract_text
from tests.builders.sandbox_wire import NOON, SandboxWire, open_wire, sandbox_config

SECONDS = 1 / 86_400
PAGE = "pageInfo { hasNextPage endCursor }"
MONEY = "{ shopMoney { amount currencyCode } }"
ORDERS = f"""query Orders($after: String, $q: String) {{
  orders(first: 40, after: $after, query: $q, sortKey: CREATED_AT) {{
    nodes {{ id name createdAt totalPriceSet {MONEY} customer {{ id numberOfOrders amountSpent {{ amount }} }}
      customerJourneySummary {{ customerOrderIndex firstVisit {{ utmParameters {{ source campaign }} }} }}
      lineItems(first: 3) {{ nodes {{ title quantity variant {{ sku price }} }} }} }}
    {PAGE} }} }}"""
STOCK = """{ inventoryItems(first: 3) { nodes { id inventoryLevels(first: 1) { nodes {
  location { id } quantities(names: ["available"]) { quantity } } } } } }"""
SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { delta quantityAfterChange } }
    userErrors { field message code } } }"""


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def ask(
    wire: SandboxWire, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> dict[str, Any]:
    token = {"X-Shopify-Access-Token": wire.credentials["shopify"]["access_token"], **(headers or {})}
    body = {"query": query, "variables": variables}
    reply = await wire.http.post("/shopify/admin/api/2026-10/graphql.json", json=body, headers=token)
    return dict(reply.json())


async def orders(wire: SandboxWire, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        answer = await ask(wire, ORDERS, after=after, **asked)
        if answer.get("errors"):
            assert answer["errors"][0]["extensions"]["code"] == "THROTTLED", answer
            await wire.control("POST", "advance", {"days": 20 * SECONDS})
            continue
        page = answer["data"]["orders"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def stocked(wire: SandboxWire) -> tuple[str, str, int]:
    item = (await ask(wire, STOCK))["data"]["inventoryItems"]["nodes"][0]
    level = item["inventoryLevels"]["nodes"][0]
    return item["id"], level["location"]["id"], level["quantities"][0]["quantity"]


def setting(item: str, location: str, quantity: int, **more: Any) -> dict[str, Any]:
    change = {"inventoryItemId": item, "locationId": location, "quantity": quantity, **more}
    return {"name": "available", "reason": "correction", "quantities": [change]}


async def test_orders_add_up_come_from_campaigns_and_people_come_back(wire: SandboxWire) -> None:
    found = await orders(wire)
    assert len({order["id"] for order in found}) == len(found) > 200
    for order in found[:50]:
        (line,) = order["lineItems"]["nodes"]
        cents = round(float(line["variant"]["price"]) * 100) * line["quantity"]
        assert order["totalPriceSet"]["shopMoney"]["amount"] == f"{cents / 100:.2f}"
    assert any(order["customerJourneySummary"]["customerOrderIndex"] > 0 for order in found)
    sources = {
        (order["customerJourneySummary"]["firstVisit"]["utmParameters"] or {}).get("source")
        for order in found
    }
    assert {"google", "meta", "tiktok", None} <= sources
    spent: dict[str, float] = {}
    for order in found:
        amount = float(order["totalPriceSet"]["shopMoney"]["amount"])
        spent[order["customer"]["id"]] = spent.get(order["customer"]["id"], 0.0) + amount
    last = found[-1]["customer"]
    assert float(last["amountSpent"]["amount"]) == pytest.approx(spent[last["id"]])


async def test_a_filter_by_day_and_state_chooses(wire: SandboxWire) -> None:
    since = f"{NOON - timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"
    recent = await orders(wire, q=f"created_at:>='{since}' financial_status:paid")
    assert recent
    assert all(order["createdAt"] >= since for order in recent)


async def test_points_run_out_and_come_back(wire: SandboxWire) -> None:
    answers = [await ask(wire, ORDERS) for _ in range(3)]
    shown = answers[0]["extensions"]["cost"]
    assert shown["requestedQueryCost"] > shown["actualQueryCost"] > 40
    assert answers[0]["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 1000
    while "errors" not in answers[-1]:
        assert len(answers) < 200, "points never run out"
        answers.append(await ask(wire, ORDERS))
    assert answers[-1]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answers[-1]["extensions"]["cost"]["actualQueryCost"] is None
    await wire.control("POST", "advance", {"days": 20 * SECONDS})
    assert "errors" not in await ask(wire, ORDERS)
    dear = ORDERS.replace("first: 40", "first: 250").replace("first: 3", "first: 200")
    assert (await ask(wire, dear))["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


@pytest.mark.parametrize(
    "query",
    [
        "{ shop { nmae } }",
        "{ orders { nodes { id } } }",
        "{ orders(first: 251) { nodes { id } } }",
        "{ shop { id }",
        '{ orders(first: 1, after: "zzz") { nodes { id } } }',
        "mutation { tagsAdd(id: 5) { userErrors { message } } }",
    ],
)
async def test_what_graphql_refuses_is_refused_with_200(wire: SandboxWire, query: str) -> None:
    answer = await ask(wire, query)
    assert answer["errors"][0]["message"]
    assert await wire.writes() == []


async def test_stock_is_set_once_per_key_and_only_from_what_it_was(wire: SandboxWire) -> None:
    item, location, held = await stocked(wire)
    given = setting(item, location, held + 5, changeFromQuantity=held)
    first = await ask(wire, SET, input=given, key="k-1")
    assert first["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"][0]["delta"] == 5
    assert (await ask(wire, SET, input=given, key="k-1"))["data"] == first["data"]
    stale = await ask(wire, SET, input=given, key="k-2")
    other = await ask(wire, SET, input=setting(item, location, 1), key="k-1")
    codes = [one["data"]["inventorySetQuantities"]["userErrors"][0]["code"] for one in (stale, other)]
    assert codes == ["CHANGE_FROM_QUANTITY_STALE", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]
    bare = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    assert "@idempotent" in (await ask(wire, bare, input=given))["errors"][0]["message"]
    (write,) = await wire.writes()
    assert (write["before"], write["after"]) == (held, held + 5)
    assert (await stocked(wire))[2] == held + 5


async def test_a_lie_about_stock_changes_nothing(wire: SandboxWire) -> None:
    item, location, held = await stocked(wire)
    lie = await ask(
        wire, SET, {"X-Sandbox-Fault": "lying_success"}, input=setting(item, location, held + 9), key="k"
    )
    assert lie["data"]["inventorySetQuantities"]["userErrors"] == []
    assert (await stocked(wire))[2] == held
    assert await wire.writes() == []


async def test_a_bulk_operation_writes_children_after_their_parents(wire: SandboxWire) -> None:
    query = "{ products { edges { node { id title variants { edges { node { id sku } } } } } } }"
    start = """mutation($q: String!) { bulkOperationRunQuery(query: $q) {
      bulkOperation { id status } userErrors { message code } } }"""
    id_ = (await ask(wire, start, q=query))["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    poll = "query($id: ID!) { bulkOperation(id: $id) { status objectCount rootObjectCount url } }"
    assert (await ask(wire, poll, id=id_))["data"]["bulkOperation"]["url"] is None
    await wire.control("POST", "advance", {"days": 5 * SECONDS})
    done = (await ask(wire, poll, id=id_))["data"]["bulkOperation"]
    assert (done["status"], done["objectCount"], done["rootObjectCount"]) == ("COMPLETED", "48", "12")
    lines = [orjson.loads(line) for line in (await wire.http.get(done["url"])).text.splitlines()]
    assert "__parentId" not in lines[0]
    assert [line["__parentId"] for line in lines[1:4]] == [lines[0]["id"]] * 3
    wrong = (await ask(wire, start, q="{ shop { id } }"))["data"]["bulkOperationRunQuery"]["userErrors"]
    assert wrong[0]["code"] == "INVALID"


async def test_a_sign_in_is_signed_and_its_refresh_token_is_good_once(wire: SandboxWire) -> None:
    own = wire.credentials["shopify"]
    asked = {"client_id": own["client_id"], "redirect_uri": "http://localhost/back", "state": "s"}
    yes = await wire.http.post("/shopify/admin/oauth/authorize", params=asked, data={"answer": "allow"})
    back = dict(httpx.URL(yes.headers["location"]).params)
    text = "&".join(f"{name}={back[name]}" for name in sorted(back) if name != "hmac")
    assert back["hmac"] == hmac.new(own["client_secret"].encode(), text.encode(), hashlib.sha256).hexdigest()
    app = {"client_id": own["client_id"], "client_secret": own["client_secret"]}
    token = "/shopify/admin/oauth/access_token"
    first = (await wire.http.post(token, json={**app, "code": back["code"], "expiring": "1"})).json()
    form = {**app, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert (await wire.http.post(token, data=form)).status_code == 200
    assert (await wire.http.post(token, data=form)).status_code == 400
    minted = {"X-Shopify-Access-Token": first["access_token"]}
    assert (await ask(wire, "{ shop { name } }", minted))["data"]["shop"]["name"]
    await wire.control("POST", "advance", {"days": 0.05})
    assert "Invalid API key" in str((await ask(wire, "{ shop { name } }", minted))["errors"])


async def test_an_order_is_told_with_a_signature_over_the_raw_body(wire: SandboxWire) -> None:
    hook = """mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription:
      {uri: "http://localhost:9/hook"}) { webhookSubscription { id } userErrors { message } } }"""
    await ask(wire, hook)
    await wire.control("POST", "advance", {"days": 2})
    await ask(wire, "{ shop { id } }")
    notice = wire.outbox.waiting[0]
    headers = notice.sign(notice.body, NOON)
    digest = hmac.new(wire.credentials["shopify"]["client_secret"].encode(), notice.body, hashlib.sha256)
    assert headers["x-shopify-hmac-sha256"] == base64.b64encode(digest.digest()).decode()
    told = orjson.loads(notice.body)
    assert isinstance(told["id"], int)
    assert told["admin_graphql_api_id"] == f"gid://shopify/Order/{told['id']}"


async def test_a_restart_keeps_stock_and_keys(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    async with open_wire(Market(sandbox_config(path=path))) as first:
        item, location, held = await stocked(first)
        given = setting(item, location, held + 5)
        before = await ask(first, SET, input=given, key="k-1")
    async with open_wire(Market(sandbox_config(path=path))) as second:
        assert (await stocked(second))[2] == held + 5
        assert (await ask(second, SET, input=given, key="k-1"))["data"] == before["data"]
        assert len(await second.writes()) == 1


def test_whatever_is_valid_here_is_valid_at_shopify() -> None:
    """Our schema is a part of theirs: each of its types and fields is theirs, with the same type."""
    theirs = build_schema(contract_text("shopify/admin_2026-10_subset.graphql"))
    for name, kind in schema().type_map.items():
        for field, ours in getattr(kind, "fields", {}).items() if not name.startswith("__") else ():
            known = theirs.type_map[name].fields[field]  # type: ignore[attr-defined]
            assert str(known.type) == str(ours.type), (name, field)
            assert set(getattr(ours, "args", {})) == set(getattr(known, "args", {}))
    assert validate(theirs, parse(ORDERS)) == validate(theirs, parse(SET)) == []
