"""The names that Google Ads API v26 knows: fields with types, enums, error codes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson


class Field(NamedTuple):
    """`kind` is a proto type such as int64, double, bool, string, message or `enum:Name`."""

    kind: str
    is_repeated: bool
    is_read_only: bool
    is_output_only: bool = False


@cache
def _contract() -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/google_v26.json").read_bytes()
    )
    return raw


@cache
def field(path: str) -> Field | None:
    """The field at a snake_case path such as 'campaign.status'; None where v26 has none."""
    text = _contract()["fields"].get(path)
    if text is None:
        return None
    kind, *flags = text.split()
    is_output = "output_only" in flags
    return Field(kind, "repeated" in flags, is_output or "immutable" in flags, is_output)


@cache
def has_below(path: str) -> bool:
    """Whether the path is that of a message, which has fields below."""
    return any(held.startswith(f"{path}.") for held in _contract()["fields"])


def element_of(path: str) -> str | None:
    """The message that a repeated field is made of; None where the market takes none there."""
    return _ELEMENTS.get(path.rpartition(".")[2])


def enum_names(kind: str) -> list[str]:
    names: list[str] = _contract()["enums"].get(kind.removeprefix("enum:"), [])
    return names


def error_codes(family: str) -> list[str]:
    """The codes of an error enum such as 'QueryError'."""
    codes: list[str] = _contract()["errors"][family]
    return codes


def camel(snake: str) -> str:
    head, *rest = snake.split("_")
    return head + "".join(part.capitalize() for part in rest)


def snake(text: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in text)


@cache
def first_steps(message: str) -> frozenset[str]:
    """Names of a message's own fields, sub-messages included."""
    head = f"{message}."
    return frozenset(p.removeprefix(head).split(".")[0] for p in _contract()["fields"] if p.startswith(head))


_ELEMENTS = {
    "headlines": "AdTextAsset",
    "long_headlines": "AdTextAsset",
    "descriptions": "AdTextAsset",
    "videos": "AdVideoAsset",
    "logo_images": "AdImageAsset",
    "target_restrictions": "TargetRestriction",
    "user_identifiers": "UserIdentifier",
}
