"""Checks JSON against the messages of Google Ads v26, both ways, and records what crossed the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from tests.builders.contract_files import contract

Message = dict[str, dict[str, Any]]
# Resources that the contract file does not hold; the sandbox's own table of fields judges their rows.
ELSEWHERE = {"offlineUserDataJob", "languageConstant"}
_NUMBERS = {"int32": int, "double": (int, float), "float": (int, float)}


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Passes everything on, and keeps path, body and answer of each call of the Ads API."""

    inner: httpx.AsyncBaseTransport
    calls: list[tuple[str, Any, Any]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        await response.aread()
        if "/customers/" in request.url.path:
            self.calls.append((request.url.path, json.loads(request.content), json.loads(response.content)))
        return response


@cache
def messages() -> dict[str, Message]:
    """Read once: the file is large."""
    held: dict[str, Message] = contract("google_ads/messages_v26.json")["messages"]
    return held


@cache
def enums() -> dict[str, list[str]]:
    held: dict[str, list[str]] = contract("google_ads/enums_v26.json")
    return held


def faults(name: str, value: Any, *, writes: bool, where: str = "") -> list[str]:
    """What in a message is not as its contract says; `writes`: fields that only Google sets are faults."""
    if not isinstance(value, dict):
        return [f"{where or name}: no message but {value!r}"]
    known = {one["j"]: (path, one) for path, one in messages()[name].items()}
    found = []
    for key, held in value.items():
        place = f"{where}.{key}" if where else key
        if key in ELSEWHERE:
            continue
        if key not in known:
            found.append(f"{place}: not in {name}")
            continue
        _, one = known[key]
        if writes and "OUTPUT_ONLY" in one.get("b", []):
            found.append(f"{place}: only Google sets it")
        items = held if one.get("rep") and isinstance(held, list) else [held]
        if one.get("rep") and not isinstance(held, list):
            found.append(f"{place}: no list")
        found += [fault for item in items for fault in _one(one["t"], item, writes=writes, where=place)]
    return [*found, *_oneofs(name, value, where)]


def _one(kind: str, value: Any, *, writes: bool, where: str) -> list[str]:
    if kind.startswith("enum:"):
        return [] if value in enums()[kind.removeprefix("enum:")] else [f"{where}: no word {value!r}"]
    if kind in messages():
        return faults(kind, value, writes=writes, where=where)
    is_good = {
        "int64": lambda: isinstance(value, str) and value.lstrip("-").isdigit(),
        "string": lambda: isinstance(value, str),
        "bool": lambda: isinstance(value, bool),
    }.get(kind, lambda: not isinstance(value, bool) and isinstance(value, _NUMBERS.get(kind, object)))
    return [] if is_good() else [f"{where}: no {kind} but {value!r}"]


def _oneofs(name: str, value: dict[str, Any], where: str) -> list[str]:
    """Of each group at most one field may be set."""
    groups: dict[str, list[str]] = {}
    for one in messages()[name].values():
        if one.get("oneof") and one["j"] in value:
            groups.setdefault(one["oneof"], []).append(one["j"])
    return [f"{where}: {fields} at once" for fields in groups.values() if len(fields) > 1]
