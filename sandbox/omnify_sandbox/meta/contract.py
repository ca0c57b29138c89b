"""The names that Meta's Marketing API v26.0 knows: fields, parameters, enums."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@cache
def _nodes() -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/meta_v26.json").read_bytes()
    )
    nodes: dict[str, Any] = raw["nodes"]
    return nodes


def fields_of(node: str) -> dict[str, str]:
    """Field names and types of a node such as 'Campaign'."""
    fields: dict[str, str] = _nodes()[node]["fields"]
    return fields


def enum_of(node: str, name: str) -> list[str]:
    names: list[str] = _nodes()[node]["enums"][name]
    return names


def update_params(node: str) -> dict[str, str]:
    """Parameters of POST on the node, with types."""
    params: dict[str, str] = _nodes()[node]["update"]
    return params


def edge_params(node: str, edge: str) -> dict[str, str]:
    params: dict[str, str] = _nodes()[node]["edges"][edge]
    return params


def create_params(node: str, edge: str) -> dict[str, str]:
    """Parameters of POST on an edge, with types."""
    params: dict[str, str] = _nodes()[node].get("create", {}).get(edge, {})
    return params


def enum_names(node: str, type_: str) -> list[str]:
    """The words that a parameter of a type such as 'status_enum' may have; none where they are not kept."""
    name = "".join(part.capitalize() for part in type_.removesuffix("_enum").split("_"))
    names: list[str] = _nodes()[node]["enums"].get(name, [])
    return names
