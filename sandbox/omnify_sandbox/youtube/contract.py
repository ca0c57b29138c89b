"""The names that YouTube's Data API v3 and Analytics API v2 know: parameters and parts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson


class Param(NamedTuple):
    kind: str
    is_repeated: bool
    is_required: bool


@cache
def _contract() -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/youtube_v3.json").read_bytes()
    )
    return raw


@cache
def params_of(path: str) -> dict[str, Param]:
    """Of a method such as 'youtube/v3/videos'."""
    read = {}
    for name, text in _contract()["methods"][path].items():
        kind, *flags = text.split()
        read[name] = Param(kind, "repeated" in flags, "required" in flags)
    return read


def parts_of(resource: str) -> list[str]:
    parts: list[str] = _contract()["parts"][resource]
    return parts
