"""Connections: slices of a list with cursors, filtered by Shopify's search text."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

Node = dict[str, Any]
_MOST = 250
ALL = 2_000_000_000
"""A page of everything, as bulk operations ask; no client can afford it."""
_TERM = re.compile(r"(\w+):(>=|<=|>|<)?(?:'([^']*)'|\"([^\"]*)\"|(\S+))")
_FIELDS = {
    "created_at": "createdAt",
    "updated_at": "updatedAt",
    "processed_at": "processedAt",
    "financial_status": "displayFinancialStatus",
    "fulfillment_status": "displayFulfillmentStatus",
    "email": "email",
    "name": "name",
    "status": "status",
    "sku": "sku",
    "tag": "tags",
    "title": "title",
    "id": "legacyResourceId",
}
_ORDERS = {
    "CREATED_AT": "createdAt",
    "UPDATED_AT": "updatedAt",
    "PROCESSED_AT": "processedAt",
    "TITLE": "title",
}


def connection(nodes: Callable[[], Sequence[Node]]) -> Callable[..., Node]:
    """A resolver of a connection over nodes that are listed when it is asked."""

    def resolve(_info: Any, **args: Any) -> Node:
        found = [node for node in nodes() if _fits(node, args.get("query") or "")]
        name = _ORDERS.get(str(args.get("sortKey", "ID")), "")
        if name:
            found = sorted(found, key=lambda node: str(node.get(name) or ""))
        return sliced(found[::-1] if args.get("reverse") else found, args)

    return resolve


def sliced(found: list[Node], args: Node) -> Node:
    first: int | None = args.get("first")
    last: int | None = args.get("last")
    if (first is None) == (last is None):
        raise GraphQLError("you must provide one of first or last")
    size = first if first is not None else last
    if not 0 <= (size or 0) <= _MOST and size != ALL:
        raise GraphQLError(f"The amount must be between 0 and {_MOST}")
    ids = [node["id"] for node in found]
    start = _place(ids, args["after"]) + 1 if args.get("after") else 0
    stop = _place(ids, args["before"]) if args.get("before") else len(found)
    if first is not None:
        stop = min(start + first, stop)
    elif last is not None:
        start = max(start, stop - last)
    shown = found[start:stop]
    cursors = [_cursor(node["id"]) for node in shown]
    return {
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, shown, strict=True)],
        "nodes": shown,
        "pageInfo": {
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "hasPreviousPage": start > 0,
            "hasNextPage": stop < len(found),
        },
    }


def count(nodes: Callable[[], Sequence[Node]]) -> Callable[..., Node]:
    def resolve(_info: Any, **args: Any) -> Node:
        limit = args.get("limit") or 10_000
        total = sum(_fits(node, args.get("query") or "") for node in nodes())
        return {"count": min(total, limit), "precision": "EXACT" if total <= limit else "AT_LEAST"}

    return resolve


def _cursor(id_: str) -> str:
    return base64.b64encode(id_.encode()).decode()


def _place(ids: list[str], cursor: str) -> int:
    try:
        return ids.index(base64.b64decode(cursor.encode(), validate=True).decode())
    except ValueError:
        raise GraphQLError("Invalid cursor for current pagination sort.") from None


def _fits(node: Node, text: str) -> bool:
    """All terms; names that Shopify does not search by are ignored, as it does."""
    return all(_holds(node, *term) for term in _TERM.findall(text))


def _holds(node: Node, field: str, operator: str, single: str, double: str, bare: str) -> bool:
    name = _FIELDS.get(field)
    if name is None or name not in node:
        return True
    held, wanted = node[name], single or double or bare
    if isinstance(held, list):
        return wanted.lower() in [str(one).lower() for one in held]
    held = str(held)
    match operator:
        case ">=":
            return held >= wanted
        case "<=":
            return held <= wanted
        case ">":
            return held > wanted
        case "<":
            return held < wanted
        case _:
            return held.lower() == wanted.lower() or (wanted.endswith("*") and held.startswith(wanted[:-1]))
