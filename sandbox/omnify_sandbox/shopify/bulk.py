"""Bulk operations: a query without pages, run in the background into lines of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from graphql import GraphQLError, parse
from graphql.language import DocumentNode, FieldNode, visit
from graphql.language.ast import ArgumentNode, IntValueNode, NameNode
from graphql.language.visitor import Visitor

from omnify_sandbox.shopify.connections import ALL, Node
from omnify_sandbox.shopify.shelves import gid, stamp

_TAKES = timedelta(seconds=4)
_KEPT = timedelta(days=7)
_AT_ONCE, _DEPTH = 5, 2
Run = Callable[[DocumentNode], Node]


class BulkOperations:
    """`run` answers a document in full; `address` is where results are fetched."""

    def __init__(self, now: Callable[[], datetime], run: Run, address: Callable[[], str]) -> None:
        self._now = now
        self._run = run
        self._address = address
        self._held: dict[str, Node] = {}
        self.texts: dict[str, str] = {}

    def get(self, id_: str) -> Node | None:
        operation = self._held.get(id_)
        return operation and self._shown(operation)

    def latest(self) -> Node | None:
        return self._shown(list(self._held.values())[-1]) if self._held else None

    def start(self, query: str, now: datetime) -> Node:
        running = [one for one in map(self._shown, self._held.values()) if one["status"] == "RUNNING"]
        if len(running) >= _AT_ONCE:
            return _refused(
                "A bulk query operation for this app and shop is already in progress.", "LIMIT_REACHED"
            )
        try:
            document, depth = _unpaged(parse(query))
        except GraphQLError as problem:
            return _refused(f"Invalid bulk query: {problem.message}", "INVALID")
        if not 1 <= depth <= _DEPTH + 1:
            return _refused(
                "Bulk queries must contain at least one connection, nested two deep at most.", "INVALID"
            )
        number = len(self._held) + 1
        operation: Node = {
            "id": gid("BulkOperation", number),
            "status": "CREATED",
            "type": "QUERY",
            "errorCode": None,
            "createdAt": stamp(now),
            "completedAt": None,
            "objectCount": "0",
            "rootObjectCount": "0",
            "fileSize": None,
            "url": None,
            "partialDataUrl": None,
            "query": query,
            "_at": now,
            "_document": document,
        }
        self._held[operation["id"]] = operation
        return {"bulkOperation": operation, "userErrors": []}

    def cancel(self, id_: str, now: datetime) -> Node:
        operation = self.get(id_)
        if operation is None:
            return _refused("Bulk operation does not exist", "INVALID")
        if operation["status"] in ("CREATED", "RUNNING"):
            operation |= {"status": "CANCELED", "completedAt": stamp(now)}
        return {"bulkOperation": operation, "userErrors": []}

    def text(self, id_: str) -> str | None:
        """The result while it is kept."""
        operation = self.get(gid("BulkOperation", int(id_))) if id_.isdigit() else None
        return self.texts.get(operation["id"]) if operation and operation["url"] else None

    def _shown(self, operation: Node) -> Node:
        age = self._now() - operation["_at"]
        if operation["status"] == "CREATED" and age > timedelta(0):
            operation["status"] = "RUNNING"
        if operation["status"] == "RUNNING" and age >= _TAKES:
            self._finish(operation)
        if operation["status"] == "COMPLETED" and age > _KEPT:
            operation |= {"status": "EXPIRED", "url": None}
        return operation

    def _finish(self, operation: Node) -> None:
        answer = self._run(operation["_document"])
        operation["completedAt"] = stamp(operation["_at"] + _TAKES)
        if answer.get("errors"):
            operation |= {"status": "FAILED", "errorCode": "INTERNAL_SERVER_ERROR"}
            return
        lines = [line for root in answer["data"].values() for line in _lines(root, "")]
        text = "".join(orjson.dumps(line).decode() + "\n" for line in lines)
        self.texts[operation["id"]] = text
        operation |= {
            "status": "COMPLETED",
            "objectCount": str(len(lines)),
            "rootObjectCount": str(sum("__parentId" not in line for line in lines)),
            "fileSize": str(len(text)),
            "url": f"{self._address()}/bulk/{operation['id'].rpartition('/')[2]}.jsonl" if lines else None,
        }


def _unpaged(document: DocumentNode) -> tuple[DocumentNode, int]:
    """With all nodes of every connection, and how deep these are nested."""
    watch = _Connections()
    whole: DocumentNode = visit(document, watch)
    return whole, watch.deepest


class _Connections(Visitor):
    """Knows a connection by its `edges` or `nodes`."""

    def __init__(self) -> None:
        super().__init__()
        self.deepest = 0
        self._depth = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if not _is_connection(node):
            return
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        if not _is_connection(node):
            return None
        self._depth -= 1
        paging = ("first", "last", "after", "before")
        others = [one for one in node.arguments or () if one.name.value not in paging]
        everything = ArgumentNode(name=NameNode(value="first"), value=IntValueNode(value=str(ALL)))
        return FieldNode(
            alias=node.alias,
            name=node.name,
            arguments=(*others, everything),
            directives=node.directives,
            selection_set=node.selection_set,
        )


def _is_connection(node: FieldNode) -> bool:
    inner = node.selection_set.selections if node.selection_set else ()
    return any(isinstance(one, FieldNode) and one.name.value in ("edges", "nodes") for one in inner)


def _lines(value: Any, parent: str) -> Iterator[Node]:
    """Each object of a connection as a line of its own; children name their parent."""
    nodes = _nodes(value)
    if nodes is None:
        if isinstance(value, dict):
            yield value
        return
    for node in nodes:
        below = {name: inner for name, inner in node.items() if _nodes(inner) is not None}
        line = {name: inner for name, inner in node.items() if name not in below}
        yield line | ({"__parentId": parent} if parent else {})
        for inner in below.values():
            yield from _lines(inner, str(node.get("id", "")))


def _nodes(value: Any) -> list[Node] | None:
    if not isinstance(value, dict) or not {"edges", "nodes"} & set(value):
        return None
    return list(value.get("nodes") or [edge["node"] for edge in value.get("edges", [])])


def _refused(message: str, code: str) -> Node:
    return {"bulkOperation": None, "userErrors": [{"field": ["query"], "message": message, "code": code}]}
