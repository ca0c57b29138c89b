"""Strict reading: unknown properties, missing ones and wrong types come back as a list of complaints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from omnify_sandbox.gohighlevel.contract import Field
from omnify_sandbox.gohighlevel.errors import bad, unprocessable

Values = dict[str, Any]


def read_body(raw: bytes, fields: Mapping[str, Field]) -> Values:
    """Raises HighLevelProblem 400 for what is no JSON object, 422 for what does not fit."""
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise bad("Unexpected token in JSON") from None
    if not isinstance(body, dict):
        raise bad("The body must be a JSON object")
    return checked(body, fields)


def read_query(raw: Mapping[str, str], fields: Mapping[str, Field]) -> Values:
    """Numbers and booleans come as text."""
    return checked({name: _from_text(text, fields.get(name)) for name, text in raw.items()}, fields)


def checked(values: Values, fields: Mapping[str, Field]) -> Values:
    wrong = [f"property {name} should not exist" for name in values if name not in fields]
    for name, field in fields.items():
        if name not in values or values[name] is None:
            wrong += [f"{name} should not be empty"] if field.is_required else []
        elif not _fits(values[name], field.kind):
            wrong.append(f"{name} must be {_described(field.kind)}")
    if wrong:
        raise unprocessable(*wrong)
    return values


def plain_contact(values: Values) -> Values:
    """As HighLevel keeps a contact's fields: tags in lower case, a real address. Raises HighLevelProblem."""
    email = values.get("email")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise unprocessable("email must be an email")
    tags = values.get("tags")
    return values if tags is None else values | {"tags": list(dict.fromkeys(tag.lower() for tag in tags))}


def _from_text(text: str, field: Field | None) -> Any:
    if field is None or field.kind not in ("number", "boolean"):
        return text
    if field.kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return int(text) if text.isdigit() else text


def _fits(value: Any, kind: str) -> bool:
    if kind.startswith("enum:"):
        return value in kind[5:].split(",")
    match kind:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "array:string":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case "object":
            return isinstance(value, dict)
        case _:
            return True


def _described(kind: str) -> str:
    if kind.startswith("enum:"):
        return f"one of the following values: {kind[5:].replace(',', ', ')}"
    return {"array": "an array", "array:string": "an array of strings", "object": "an object"}.get(
        kind, f"a {kind}"
    )
