"""All of a shop at once: a bulk operation runs at Shopify and leaves a file of JSON lines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

from omnify_core.errors import PlatformError, PlatformRejected
from omnify_platforms import shopify_queries as queries
from omnify_platforms.rows import Row
from omnify_platforms.shopify_asking import SHOPIFY, Asking

# Where Shopify keeps the files, as far as its own documentation shows.
_HOSTS = frozenset({"storage.googleapis.com", "storage.shopifycloud.com"})
_FIRST_WAIT_S, _LONGEST_WAIT_S, _PATIENCE_S = 1.0, 15.0, 1_800.0
_ENDED = {"FAILED", "CANCELED", "CANCELING", "EXPIRED"}


async def bulk_file(asking: Asking, plural: str) -> str:
    """Where the file is; '' where it would be empty. Running it twice does no harm, so it is a query.

    Raises PlatformRejected where Shopify will not run it or does not end it.
    """
    begun = await asking.query(queries.RUN_BULK, query=queries.BULK[plural])
    operation = begun.required("bulkOperationRunQuery.bulkOperation.id")
    waited, wait_s = 0.0, _FIRST_WAIT_S
    while waited < _PATIENCE_S:
        await asking.transport.pause(wait_s)
        waited += wait_s
        state = await asking.query(queries.BULK_STATE, id=operation)
        status = state.required("bulkOperation.status")
        if status == "COMPLETED":
            return state.text("bulkOperation.url")
        if status in _ENDED:
            raise _rejected(f"ended it as {status}")
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
    raise _rejected("has not ended it in half an hour")


async def bulk_rows(asking: Asking, url: str) -> AsyncIterator[Row]:
    """Each object with its line items under `lineItems.nodes`; never more than one in memory."""
    parent: dict[str, Any] | None = None
    async for line in asking.transport.download(url, hosts=_HOSTS):
        thing = _read(line)
        if "__parentId" not in thing:
            if parent is not None:
                yield Row(SHOPIFY, parent)
            parent = thing | {"lineItems": {"nodes": []}}
        elif parent is None or thing["__parentId"] != parent.get("id"):
            raise _broken("a line that belongs to none before it")
        else:
            parent["lineItems"]["nodes"].append(thing)
    if parent is not None:
        yield Row(SHOPIFY, parent)


def _read(line: bytes) -> dict[str, Any]:
    try:
        thing = json.loads(line, parse_float=Decimal)
    except ValueError:
        raise _broken("a line that is no JSON") from None
    if not isinstance(thing, dict):
        raise _broken("a line that is no object")
    return thing


def _rejected(what: str) -> PlatformRejected:
    return PlatformRejected(f"Shopify took a bulk operation and {what}; import again", platform=SHOPIFY.value)


def _broken(what: str) -> PlatformError:
    return PlatformError(
        f"Shopify's file of a bulk operation has {what}; import again", platform=SHOPIFY.value
    )
