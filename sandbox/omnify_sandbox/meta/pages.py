"""Cursor paging: `paging.next` exists only while there is more."""

from __future__ import annotations

import base64
from typing import Any

from omnify_sandbox.meta.call import Call
from omnify_sandbox.meta.errors import invalid

_DEFAULT_LIMIT, _MAX_LIMIT = 25, 1000


def paged(call: Call, rows: list[Any]) -> dict[str, Any]:
    """The page that `after` or `before` and `limit` ask for."""
    params = call.params
    limit = _limit(params.get("limit"))
    start = _offset(params["after"]) if params.get("after") else 0
    if params.get("before"):
        start = max(0, _offset(params["before"]) - 1 - limit)
    page = rows[start : start + limit]
    reply: dict[str, Any] = {"data": page}
    if page:
        after = _cursor(start + len(page))
        paging: dict[str, Any] = {"cursors": {"before": _cursor(start + 1), "after": after}}
        if start + len(page) < len(rows):
            paging["next"] = str(call.url.remove_query_params("before").include_query_params(after=after))
        if start > 0:
            before = call.url.remove_query_params("after").include_query_params(before=_cursor(start + 1))
            paging["previous"] = str(before)
        reply["paging"] = paging
    if params.get("summary") in ("true", "1"):
        reply["summary"] = {"total_count": len(rows)}
    return reply


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isdigit() or int(text) < 1:
        raise invalid(f"Param limit must be an integer above 0, got {text!r}")
    return min(int(text), _MAX_LIMIT)


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"QVFI{place}".encode()).decode()


def _offset(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        return int(text.removeprefix("QVFI"))
    except ValueError:
        raise invalid("Invalid cursors values: this cursor cannot be used") from None
