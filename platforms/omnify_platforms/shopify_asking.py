"""Asking a shop by GraphQL."""

from __future__ import annotations

from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.errors import PlatformNotFound
from omnify_platforms.rows import Row
from omnify_platforms.transport import Call, Transport

SHOPIFY = Platform.SHOPIFY


class Asking:
    """`query` is repeated while that can help, `mutate` is sent once."""

    def __init__(self, transport: Transport, shop: str) -> None:
        self.transport = transport
        self.shop = shop

    async def query(self, text: str, **variables: Any) -> Row:
        """The reply's `data`. Also for what may safely be sent again."""
        reply = Row(SHOPIFY, await self.transport.read(self._call(text, variables)))
        return Row(SHOPIFY, reply.raw("data"))

    async def mutate(self, text: str, **variables: Any) -> None:
        await self.transport.write(self._call(text, variables))

    def _call(self, text: str, variables: dict[str, Any]) -> Call:
        body = {"query": text, "variables": variables}
        return Call(method="POST", path="/graphql.json", account=self.shop, body=body)


def missing(what: str) -> PlatformNotFound:
    return PlatformNotFound(
        f"Shopify has no {what}; import the shop anew and use what it lists", platform=SHOPIFY.value
    )
