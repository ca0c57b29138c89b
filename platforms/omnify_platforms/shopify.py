"""Shopify: products, orders and customers of one shop, by the Admin GraphQL API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessAccount, BusinessCapabilities
from omnify_core.clock import Clock
from omnify_core.errors import PlatformRejected, Unsupported
from omnify_core.legs import AnyLeg, FieldLeg
from omnify_core.platform_ports import Health, Look
from omnify_platforms import shopify_queries as queries
from omnify_platforms import shopify_rows as rows
from omnify_platforms.connections import Connection
from omnify_platforms.health import health_of
from omnify_platforms.rows import Row
from omnify_platforms.shopify_asking import SHOPIFY, Asking, missing
from omnify_platforms.shopify_bulk import bulk_file, bulk_rows
from omnify_platforms.shopify_errors import shopify_refusal, shopify_usage
from omnify_platforms.shopify_looks import ShopifyLooks
from omnify_platforms.shopify_writes import ShopifyWrites
from omnify_platforms.transport import Call, Transport, Wire

_LISTS = {
    Kind.PRODUCT: ("products", "product", queries.PRODUCTS, queries.PRODUCT),
    Kind.ORDER: ("orders", "order", queries.ORDERS, queries.ORDER),
    Kind.SHOP_CUSTOMER: ("customers", "customer", queries.CUSTOMERS, queries.CUSTOMER),
}
_BULK_ABOVE = 2_500
"""From so many orders or customers on, the first import is one bulk operation instead of pages."""


class Shopify:
    """One shop. Products are always read whole: a product does not say when its stock changed."""

    platform = SHOPIFY
    capabilities = BusinessCapabilities(
        kinds=tuple(_LISTS),
        changes=("inventory", "marketing_activity"),
        dry_runs=("inventory", "marketing_activity"),
        idempotent=("inventory", "marketing_activity"),
        renewal="access lasts an hour and renews itself; each renewal ends the one before",
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._shop = connection.secret("shop")
        self._asking = Asking(transport, self._shop)
        self._looks = ShopifyLooks(self._asking)
        self._writes = ShopifyWrites(self._asking)
        self._clock = clock
        self._currency = ""

    async def accounts(self) -> list[BusinessAccount]:
        row = Row(SHOPIFY, (await self._asking.query(queries.SHOP)).raw("shop"))
        self._currency = row.required("currencyCode")
        return [
            BusinessAccount(
                platform=SHOPIFY,
                account_id=self._shop,
                name=row.text("name"),
                currency=self._currency,
                time_zone=row.text("ianaTimezone"),
            )
        ]

    async def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        plural, _, query, _ = _list(kind)
        if since is None and (url := await self._bulk_file(plural)):
            async for row in bulk_rows(self._asking, url):
                yield await self._record_of(kind, row)
            return
        variables: dict[str, Any] = {}
        if since is not None and kind is not Kind.PRODUCT:
            variables["filter"] = f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"
        while True:
            reply = await self._asking.query(query, **variables)
            for row in reply.rows(f"{plural}.nodes"):
                yield await self._record_of(kind, row)
            if reply.raw(f"{plural}.pageInfo.hasNextPage") is not True:
                return
            variables["after"] = reply.required(f"{plural}.pageInfo.endCursor")

    async def record(self, kind: Kind, native_id: str) -> AnyRecord:
        _, name, _, query = _list(kind)
        found = (await self._asking.query(query, id=rows.gid(_NOUNS[kind], native_id))).raw(name)
        if found is None:
            raise missing(f"{name} {native_id}")
        return await self._record_of(kind, Row(SHOPIFY, found))

    async def look(self, leg: FieldLeg) -> Look:
        return await self._looks.look(leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        return await self._looks.dry_run(leg)

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        await self._writes.write(leg, key=key)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _bulk_file(self, plural: str) -> str:
        """'' where pages do: few objects, or Shopify does not run it now."""
        if plural not in queries.BULK:
            return ""
        counted = await self._asking.query(queries.COUNTS[plural])
        if counted.count(f"{plural}Count.count") <= _BULK_ABOVE:
            return ""
        try:
            return await bulk_file(self._asking, plural)
        except PlatformRejected:
            return ""

    async def _record_of(self, kind: Kind, row: Row) -> AnyRecord:
        now = self._clock.now()
        if kind is Kind.ORDER:
            lines = row.rows("lineItems.nodes")
            if row.raw("lineItems.pageInfo.hasNextPage") is True:
                after = row.required("lineItems.pageInfo.endCursor")
                lines += await self._rest(queries.LINES, "order.lineItems", row.required("id"), after)
            return rows.order_of(row, self._shop, now, lines)
        if kind is Kind.PRODUCT:
            if not self._currency:
                await self.accounts()
            return rows.product_of(row, self._shop, now, await self._variants(row), self._currency)
        return rows.customer_of(row, self._shop, now)

    async def _variants(self, row: Row) -> list[Row]:
        """Read again, with more places each, where the page did not hold all."""
        found = row.rows("variants.nodes")
        more = [row.raw("variants.pageInfo.hasNextPage")]
        more += [one.raw("inventoryItem.inventoryLevels.pageInfo.hasNextPage") for one in found]
        if True not in more:
            return found
        return await self._rest(queries.VARIANTS, "product.variants", row.required("id"), None)

    async def _rest(self, query: str, path: str, global_id: str, after: str | None) -> list[Row]:
        found: list[Row] = []
        while True:
            reply = await self._asking.query(query, id=global_id, after=after)
            found += reply.rows(f"{path}.nodes")
            if reply.raw(f"{path}.pageInfo.hasNextPage") is not True:
                return found
            after = reply.required(f"{path}.pageInfo.endCursor")


_NOUNS = {Kind.PRODUCT: "Product", Kind.ORDER: "Order", Kind.SHOP_CUSTOMER: "Customer"}


def _list(kind: Kind) -> tuple[str, str, str, str]:
    if kind not in _LISTS:
        raise Unsupported(f"Shopify has no {kind.value} records")
    return _LISTS[kind]


def _sign(call: Call, connection: Connection) -> Call:
    own = {"x-shopify-access-token": connection.secret("access_token")}
    return replace(call, headers=dict(call.headers) | own)


def _renewal(connection: Connection) -> Call:
    names = ("client_id", "client_secret", "refresh_token")
    form = {name: connection.secret(name) for name in names} | {"grant_type": "refresh_token"}
    return Call(method="POST", path=connection.token_url, form=form)


WIRE = Wire(
    platform=SHOPIFY,
    version="admin/api/2026-10",
    refusal=shopify_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(minutes=5),
    usage=shopify_usage,
    # The bucket of points is what counts; this only spreads the calls.
    rate_per_s=15.0,
    burst=30,
)
