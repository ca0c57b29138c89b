"""The names that TikTok's Business API v1.3 knows: parameters, fields, metrics, codes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson


class Param(NamedTuple):
    """`kind`: str, int, float, bool, list[str], list[int], object, or the name of a model."""

    kind: str
    is_required: bool


class Endpoint(NamedTuple):
    method: str
    params: dict[str, Param]


@cache
def _contract() -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/tiktok_v13.json").read_bytes()
    )
    return raw


@cache
def endpoint(path: str) -> Endpoint | None:
    """The endpoint at a path below the version such as 'campaign/get/'; None where v1.3 has none here."""
    raw = _contract()["endpoints"].get(path)
    return Endpoint(raw["method"], _params(raw["params"])) if raw else None


@cache
def model(name: str) -> dict[str, Param] | None:
    raw = _contract()["models"].get(name)
    return _params(raw) if raw else None


@cache
def field_names(node: str) -> frozenset[str]:
    """Of campaign, adgroup, ad or advertiser."""
    return frozenset(_contract()["fields"][node])


def metric_kinds() -> dict[str, str]:
    """Each metric's JSON type: most are strings, some are numbers."""
    kinds: dict[str, str] = _contract()["metrics"]
    return kinds


def code(name: str) -> int:
    """The number of an error such as PARAM_ERROR."""
    number: int = _contract()["codes"][name]
    return number


def _params(raw: dict[str, str]) -> dict[str, Param]:
    read = {}
    for name, text in raw.items():
        kind, *flags = text.split()
        read[name] = Param(kind, "required" in flags)
    return read
