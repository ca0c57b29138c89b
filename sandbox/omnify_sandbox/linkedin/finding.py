"""Finders: which objects a search means, and which page of them is shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from omnify_sandbox.linkedin.call import Call
from omnify_sandbox.linkedin.errors import bad_param, unpermitted
from omnify_sandbox.linkedin.objects import Fields
from omnify_sandbox.linkedin.restli import Value, text_of, texts_of

_DEFAULT_PAGE = 100


def matching(
    rows: Sequence[Fields], search: Value, criteria: Mapping[str, Sequence[str] | None]
) -> list[Fields]:
    """The rows that a `search=(status:(values:List(ACTIVE)))` means.

    `criteria`: what may be searched for, with the words that an enum allows.
    """
    if not isinstance(search, dict):
        raise bad_param("search")
    strange = [f"search/{name}" for name in search if name not in criteria]
    if strange:
        raise unpermitted("PARAMETER", strange)
    wanted = {name: _values(name, member, criteria[name]) for name, member in search.items()}
    return [row for row in rows if all(_shown(row.get(name)) in held for name, held in wanted.items())]


def _values(name: str, member: Value, words: Sequence[str] | None) -> set[str]:
    if name == "test" and member in ("true", "false"):
        return {str(member)}
    if not isinstance(member, dict) or set(member) != {"values"}:
        raise bad_param(f"search/{name}")
    values = texts_of(member, "values")
    if words is not None and not set(values) <= set(words):
        raise bad_param(f"search/{name}")
    return {value.rpartition(":")[2] if name == "id" else value for value in values}


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def page(call: Call, rows: list[Fields], *, most: int) -> dict[str, Any]:
    """`elements` and `metadata`, which holds a token while there is more."""
    size = _page_size(call, most)
    if text_of(call.query, "sortOrder", "ASCENDING") not in ("ASCENDING", "DESCENDING"):
        raise bad_param("sortOrder")
    if call.query.get("sortOrder") == "DESCENDING":
        rows = rows[::-1]
    start = _start(text_of(call.query, "pageToken"))
    end = start + size
    metadata = {"nextPageToken": _token(end)} if end < len(rows) else {}
    return {"elements": [project(call, row) for row in rows[start:end]], "metadata": metadata}


def project(call: Call, row: Fields) -> Fields:
    """The row, or the `fields` of it that the call asks for."""
    wanted = text_of(call.query, "fields")
    if not wanted:
        return row
    return {name: row[name] for name in wanted.split(",") if name in row}


def _page_size(call: Call, most: int) -> int:
    text = text_of(call.query, "pageSize", str(_DEFAULT_PAGE))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise bad_param("pageSize", f"pageSize must be a number from 1 to {most}")
    return int(text)


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"li:{start}".encode()).decode().rstrip("=")


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        held, _, start = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise bad_param("pageToken") from None
    if held != "li" or not start.isdigit():
        raise bad_param("pageToken")
    return int(start)
