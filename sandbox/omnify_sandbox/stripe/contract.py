"""The methods and parameters that Stripe's API 2026-10-28.endive knows."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson


class Method(NamedTuple):
    """`name` such as `customer.list`; `params` names a model."""

    name: str
    params: str


class Param(NamedTuple):
    """`kinds`: int, str, bool, float, dict, list[X], enum:a,b or a model's name; one must fit."""

    kinds: tuple[str, ...]
    is_required: bool
    may_be_empty: bool


@cache
def _contract() -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/stripe_2026_10_28.json").read_bytes()
    )
    return raw


def version() -> str:
    text: str = _contract()["version"]
    return text


def find_method(verb: str, path: str) -> tuple[Method, str] | None:
    """The method at a path such as `/v1/customers/cus_1`, and the id in it."""
    return _by_shape(verb, path, "") or _by_shape(verb, *_shape(path))


def _shape(path: str) -> tuple[str, str]:
    parts = path.strip("/").split("/")
    if len(parts) == 3:
        return f"/{parts[0]}/{parts[1]}/{{id}}", parts[2]
    return "/" + "/".join(parts), ""


def _by_shape(verb: str, shape: str, id_: str) -> tuple[Method, str] | None:
    found = _methods().get((verb, shape))
    return (found, id_) if found else None


@cache
def _methods() -> dict[tuple[str, str], Method]:
    return {
        (raw["verb"], raw["path"]): Method(name, raw["params"])
        for name, raw in _contract()["methods"].items()
    }


@cache
def model(name: str) -> dict[str, Param]:
    return {field: _param(text) for field, text in _contract()["models"][name].items()}


def is_model(name: str) -> bool:
    return name in _contract()["models"]


def _param(text: str) -> Param:
    kind, *flags = text.split(" ")
    return Param(tuple(kind.split("|")), "required" in flags, "empty" in flags)
