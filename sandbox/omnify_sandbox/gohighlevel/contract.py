"""The operations that HighLevel's API v3 knows: scopes, queries and bodies."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

VERSION = "v3"


class Field(NamedTuple):
    """`kind`: string, number, boolean, array, array:string, object, any, or enum:a,b."""

    kind: str
    is_required: bool


class Operation(NamedTuple):
    """`name` such as `PUT /contacts/{contactId}`."""

    name: str
    scope: str
    query: dict[str, Field]
    body: dict[str, Field]


@cache
def operations() -> dict[str, Operation]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/gohighlevel_v3.json").read_bytes()
    )
    return {
        name: Operation(name, one["scope"], _fields(one["query"]), _fields(one["body"]))
        for name, one in raw.items()
    }


def _fields(raw: dict[str, str]) -> dict[str, Field]:
    return {name: Field(text.split(" ")[0], text.endswith(" required")) for name, text in raw.items()}
