"""A large shop is read by one bulk operation; its file is fetched from where it may be, without a token."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from omnify_core.business import Kind
from omnify_core.clock import FixedClock
from omnify_core.errors import PlatformError, PlatformUnavailable
from omnify_core.shop import Order
from omnify_platforms import shopify
from omnify_platforms.connected import open_business
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.business_wire import SHOPIFY, TENANT, Desk, customer_node, desk, graphql, read_all
from tests.builders.platform_wire import NOON, FakePace
from tests.builders.sandbox_wire import SandboxWire, open_wire

BULK = "gid://shopify/BulkOperation/7"
OURS = "https://business.test/bulk/7.jsonl"


def counted(number: int, plural: str = "customers") -> httpx.Response:
    return graphql({f"{plural}Count": {"count": number}})


def begun() -> httpx.Response:
    operation = {"id": BULK, "status": "CREATED"}
    return graphql({"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": []}})


def state(status: str, url: str | None = None) -> httpx.Response:
    return graphql({"bulkOperation": {"status": status, "errorCode": None, "url": url}})


def page(*ids: str) -> httpx.Response:
    nodes = [customer_node(one) for one in ids]
    return graphql({"customers": {"nodes": nodes, "pageInfo": {"hasNextPage": False}}})


def lines(*things: object) -> httpx.Response:
    return httpx.Response(200, content="".join(json.dumps(thing) + "\n" for thing in things))


async def customers(at: Desk) -> list[str]:
    return [one.native_id for one in await read_all(at, Kind.SHOP_CUSTOMER)]


async def test_a_large_shop_comes_as_one_file_without_our_token() -> None:
    file = lines(customer_node("191"), customer_node("192"))
    at = desk(SHOPIFY, counted(9_000), begun(), state("RUNNING"), state("COMPLETED", OURS), file)
    assert await customers(at) == ["191", "192"]
    fetched = at.script.asked[-1]
    assert (fetched.method, str(fetched.url)) == ("GET", OURS)
    assert "x-shopify-access-token" not in fetched.headers
    assert at.script.body(1)["variables"]["query"].count("customers") == 1


async def test_a_small_shop_and_a_later_import_come_in_pages() -> None:
    assert await customers(desk(SHOPIFY, counted(12), page("191"))) == ["191"]
    later = desk(SHOPIFY, page("191"))
    assert len(await read_all(later, Kind.SHOP_CUSTOMER, NOON - timedelta(days=2))) == 1


@pytest.mark.parametrize("status", ["FAILED", "CANCELED", "EXPIRED"])
async def test_what_shopify_does_not_finish_comes_in_pages(status: str) -> None:
    at = desk(SHOPIFY, counted(9_000), begun(), state(status), page("191"))
    assert await customers(at) == ["191"]


async def test_where_five_run_already_it_comes_in_pages() -> None:
    error = {"field": ["query"], "message": "already in progress", "code": "LIMIT_REACHED"}
    refused = graphql({"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [error]}})
    assert await customers(desk(SHOPIFY, counted(9_000), refused, page("191"))) == ["191"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/7.jsonl",
        "http://storage.googleapis.com/7.jsonl",
        "https://storage.googleapis.com.evil.example/7.jsonl",
        "https://storage.googleapis.com@evil.example/7.jsonl",
        "http://169.254.169.254/latest",
        "https://business.test:8443/7.jsonl",
        "file:///etc/passwd",
    ],
)
async def test_a_file_is_fetched_from_its_own_host_only(url: str) -> None:
    at = desk(SHOPIFY, counted(9_000), begun(), state("COMPLETED", url))
    with pytest.raises(PlatformError, match="not its own"):
        await customers(at)
    assert len(at.script.asked) == 3


@pytest.mark.parametrize("reply", [httpx.Response(302, headers={"location": OURS}), httpx.Response(404)])
async def test_a_file_that_moved_or_is_gone_is_an_error_and_not_an_empty_shop(reply: httpx.Response) -> None:
    at = desk(SHOPIFY, counted(9_000), begun(), state("COMPLETED", OURS), reply)
    with pytest.raises(PlatformUnavailable):
        await customers(at)
    assert len(at.script.asked) == 4


@pytest.mark.parametrize("broken", [b"not json\n", b"[1]\n", b'{"__parentId":"gid://shopify/Customer/1"}\n'])
async def test_a_broken_file_is_named(broken: bytes) -> None:
    file = httpx.Response(200, content=broken)
    at = desk(SHOPIFY, counted(9_000), begun(), state("COMPLETED", OURS), file)
    with pytest.raises(PlatformError, match="a line that"):
        await customers(at)


class MarketPace(FakePace):
    """Waiting moves the sandbox's own clock, so that its operations end."""

    def __init__(self, wire: SandboxWire) -> None:
        super().__init__()
        self._wire = wire

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await self._wire.control("POST", "advance", {"days": seconds / 86_400})


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


async def test_the_sandbox_gives_the_same_orders_in_bulk_as_in_pages(
    wire: SandboxWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    own = {name: SecretStr(value) for name, value in wire.credentials["shopify"].items()}
    connection = Connection(
        tenant_id=TENANT,
        platform=SHOPIFY,
        base_url="http://localhost/shopify",
        token_url="http://localhost/shopify/admin/oauth/access_token",
        secrets=own,
    )
    clock = FixedClock(datetime(2026, 11, 23, 17, tzinfo=UTC))
    shop = open_business(connection, Means(wire.http, clock, MarketPace(wire)), keep=keep)
    paged = {one.id: one async for one in shop.records(Kind.ORDER, None)}
    monkeypatch.setattr(shopify, "_BULK_ABOVE", 10)
    in_bulk = {one.id: one async for one in shop.records(Kind.ORDER, None)}
    assert len(paged) > 100
    assert paged.items() <= in_bulk.items()
    orders = [one for one in in_bulk.values() if isinstance(one, Order)]
    assert all(one.lines for one in orders)
