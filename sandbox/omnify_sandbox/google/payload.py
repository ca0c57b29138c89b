"""Strict reading of Google's JSON bodies: unknown names and wrong types are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from omnify_sandbox.google.contract import Field, camel, enum_names, snake
from omnify_sandbox.google.errors import BadPayload


def parse_body(raw: bytes) -> dict[str, Any]:
    """A JSON object; an empty body is an empty object."""
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise BadPayload("", "Invalid JSON payload received. Unable to parse the body.") from None
    if not isinstance(body, dict):
        raise BadPayload("", "Invalid JSON payload received. The root element must be a message.")
    return body


def known_only(message: Any, names: set[str], where: str) -> dict[str, Any]:
    """The message under lowerCamelCase names; proto names are accepted as well, others refused."""
    if not isinstance(message, dict):
        raise BadPayload(where, f"Invalid value at '{where}': a message is expected.")
    read = {}
    for name, value in message.items():
        plain = camel(name) if "_" in name else name
        if plain not in names:
            at = f" at '{where}'" if where else ""
            raise BadPayload(
                where, f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
            )
        read[plain] = value
    return read


def flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise BadPayload(snake(name), f"Invalid value at '{snake(name)}' (TYPE_BOOL), {_shown(value)}")
    return value


def scalar(value: Any, field: Field, where: str) -> Any:
    """The value of a field as int, float, str, bool or enum name. int64 may be a number or a digit string."""
    if field.kind.startswith("enum:"):
        if not isinstance(value, str) or value not in enum_names(field.kind):
            raise BadPayload(where, f"Invalid value at '{where}' (TYPE_ENUM), {_shown(value)}")
        return value
    if field.kind not in _TYPES:
        return value
    name, accepts, convert = _TYPES[field.kind]
    if not accepts(value):
        raise BadPayload(where, f"Invalid value at '{where}' ({name}), {_shown(value)}")
    return convert(value)


def _is_whole(value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number or (isinstance(value, str) and re.fullmatch(r"-?\d+", value) is not None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_Scalar = tuple[str, Callable[[Any], bool], Callable[[Any], Any]]
_TYPES: dict[str, _Scalar] = {
    "int64": ("TYPE_INT64", _is_whole, int),
    "int32": ("TYPE_INT64", _is_whole, int),
    "double": ("TYPE_DOUBLE", _is_number, float),
    "float": ("TYPE_FLOAT", _is_number, float),
    "string": ("TYPE_STRING", lambda value: isinstance(value, str), str),
    "bool": ("TYPE_BOOL", lambda value: isinstance(value, bool), bool),
}


def mask_paths(mask: Any, where: str) -> list[str]:
    """snake_case paths of a JSON field mask, which is one comma string in lowerCamelCase."""
    if not isinstance(mask, str):
        raise BadPayload(where, f"Invalid value at '{where}' (FieldMask), {_shown(mask)}")
    paths = [path.strip() for path in mask.split(",") if path.strip()]
    for path in paths:
        if "_" in path:
            raise BadPayload(
                where,
                f"Invalid value at '{where}' (type.googleapis.com/google.protobuf.FieldMask), \"{mask}\": "
                "paths must be lowerCamelCase.",
            )
    return [snake(path) for path in paths]


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()
