"""Strict reading of parameters: unknown names, missing ones and wrong types are refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson

from omnify_sandbox.tiktok.contract import Param, model
from omnify_sandbox.tiktok.errors import invalid

Params = dict[str, Any]


def read_query(raw: Mapping[str, str], known: Mapping[str, Param]) -> Params:
    """Of a GET: everything comes as text, lists and objects as JSON."""
    return checked({name: _from_text(name, text, known) for name, text in raw.items()}, known)


def read_body(raw: bytes, known: Mapping[str, Param]) -> Params:
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise invalid("Request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise invalid("Request body must be a JSON object.")
    return checked(body, known)


def checked(values: Params, known: Mapping[str, Param], where: str = "") -> Params:
    """The values, all of them known and of their type."""
    for name in values:
        if name not in known:
            raise invalid(f"{where}{name}: Unknown field.")
    for name, param in known.items():
        if param.is_required and name not in values:
            raise invalid(f"{where}{name}: Missing data for required field.")
    for name, value in values.items():
        _check(f"{where}{name}", value, known[name].kind)
    return values


def _from_text(name: str, text: str, known: Mapping[str, Param]) -> Any:
    kind = known[name].kind if name in known else "str"
    if kind == "str":
        return text
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid(f"{name}: {_COMPLAINTS.get(kind, 'Not a valid JSON value.')}") from None


_COMPLAINTS = {
    "str": "Not a valid string.",
    "int": "Not a valid integer.",
    "float": "Not a valid number.",
    "bool": "Not a valid boolean.",
    "object": "Invalid input type.",
}


def _check(where: str, value: Any, kind: str) -> None:
    if kind.startswith("list["):
        if not isinstance(value, list):
            raise invalid(f"{where}: Not a valid list.")
        for place, item in enumerate(value):
            _check(f"{where}.{place}", item, kind[5:-1])
        return
    members = model(kind)
    if members is not None:
        if not isinstance(value, dict):
            raise invalid(f"{where}: Invalid input type.")
        checked(value, members, f"{where}.")
        return
    if not _fits(value, kind):
        raise invalid(f"{where}: {_COMPLAINTS.get(kind, 'Invalid input type.')}")


def _fits(value: Any, kind: str) -> bool:
    match kind:
        case "str":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and math.isfinite(value)
        case _:
            return isinstance(value, dict)
