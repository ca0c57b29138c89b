"""The names that LinkedIn's Marketing API knows: campaign fields, metrics, error codes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@cache
def _contract() -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(
        files("omnify_sandbox").joinpath("contracts/linkedin_202602.json").read_bytes()
    )
    return raw


def campaign_fields() -> dict[str, dict[str, Any]]:
    """Each field's type, with `values` of an enum, and `flag` where it is read-only or immutable."""
    fields: dict[str, dict[str, Any]] = _contract()["campaign"]
    return fields


def campaign_statuses() -> list[str]:
    values: list[str] = campaign_fields()["status"]["values"]
    return values


def creative_statuses() -> list[str]:
    values: list[str] = _contract()["creativeStatuses"]
    return values


@cache
def metric_names() -> frozenset[str]:
    return frozenset(_contract()["metrics"])


def status_of(code: str) -> int:
    """The HTTP status that comes with an error code; 400 for those that the list does not name."""
    status: int = _contract()["errors"].get(code, 400)
    return status
