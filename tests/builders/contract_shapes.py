"""Checks JSON against the names and types of the platforms' contracts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from omnify_sandbox.google import contract as google
from omnify_sandbox.meta import contract as meta

_ACTION_LISTS = "list<AdsActionStats>"


def google_leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """snake_case GAQL paths and values of a row."""
    if isinstance(value, dict) and google.field(path) is None:
        for name, part in value.items():
            yield from google_leaves(part, f"{path}.{google.snake(name)}".lstrip("."))
    else:
        yield path, value


def google_faults(row: dict[str, Any]) -> list[str]:
    """What in a row is not as v26 writes it."""
    return [f"{path}={value!r}" for path, value in google_leaves(row) if not _is_google(path, value)]


def _is_google(path: str, value: Any) -> bool:
    known = google.field(path)
    if known is None:
        return False
    if known.is_repeated:
        return isinstance(value, list)
    match known.kind:
        case "int64":
            return isinstance(value, str) and re.fullmatch(r"-?\d+", value) is not None
        case "int32":
            return isinstance(value, int)
        case "double":
            return isinstance(value, float)
        case "bool":
            return isinstance(value, bool)
        case kind if kind.startswith("enum:"):
            return value in google.enum_names(kind)
        case _:
            return isinstance(value, str)


def meta_faults(node: str, shown: dict[str, Any]) -> list[str]:
    """What in a node or insights row is not as v26.0 writes it."""
    known = meta.fields_of(node)
    return [f"{n}={v!r}" for n, v in shown.items() if n not in known or not _is_meta(node, known[n], v)]


def _is_meta(node: str, type_: str, value: Any) -> bool:
    match type_:
        case "string":
            return isinstance(value, str)
        case "unsigned int" | "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, float)
        case "datetime":
            return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", value) is not None
        case _ if type_ == _ACTION_LISTS:
            return all(not meta_faults("AdsActionStats", item) for item in value)
        case _ if type_.startswith("list<"):
            return isinstance(value, list)
        case "Status" | "EffectiveStatus" | "ConfiguredStatus" | "BidStrategy" | "BillingEvent":
            return node == "AdCreative" or value in meta.enum_of(node, type_)
        case _:
            return isinstance(value, dict | str)
