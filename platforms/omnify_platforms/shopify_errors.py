"""Shopify's errors: most come under HTTP 200, at the top or inside the mutation's reply."""

from __future__ import annotations

from typing import Any

from omnify_platforms.limiter import Usage
from omnify_platforms.refusals import Answer, Kind, Refusal, kind_of_status

_CODES = {
    "THROTTLED": Kind.RATE,
    "ACCESS_DENIED": Kind.PERMISSION,
    "SHOP_INACTIVE": Kind.PERMISSION,
    "MAX_COST_EXCEEDED": Kind.VALIDATION,
    "INTERNAL_SERVER_ERROR": Kind.TRANSIENT,
    "TIMEOUT": Kind.TRANSIENT,
}
# 402: the shop owes; 423: it is locked.
_STATUSES = {402: Kind.PERMISSION, 423: Kind.PERMISSION, 430: Kind.RATE}
_USER_CODES = {
    "NOT_FOUND": Kind.NOT_FOUND,
    "IDEMPOTENCY_CONCURRENT_REQUEST": Kind.TRANSIENT,  # the other one may come to have happened
}


def shopify_refusal(answer: Answer) -> Refusal | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    request_id = answer.headers.get("x-request-id", "")
    if answer.status >= 400:
        return Refusal(
            kind=_STATUSES.get(answer.status) or kind_of_status(answer.status),
            code=f"HTTP {answer.status}",
            text=_text(body.get("errors") or body.get("error_description")),
            request_id=request_id,
            wait_s=_retry_after_s(answer),
            whole_connection=answer.status in (429, 430),
        )
    errors = body.get("errors")
    if errors:
        first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
        return _graphql(first, body, request_id, fallback=_text(errors))
    return _user_error(body.get("data"), request_id)


def shopify_usage(answer: Answer) -> Usage | None:
    status = _throttle(answer.body)
    if status is None:
        return None
    whole, left, rate = status
    return Usage(1.0 - left / whole, regain_s=0.25 * whole / rate)


def _graphql(first: dict[str, Any], body: dict[str, Any], request_id: str, *, fallback: str) -> Refusal:
    extensions = first.get("extensions")
    code = str(extensions.get("code") or "") if isinstance(extensions, dict) else ""
    kind = _CODES.get(code, Kind.VALIDATION)
    path = first.get("path")
    return Refusal(
        kind=kind,
        code=code or "GraphQL",
        text=str(first.get("message") or fallback),
        field=".".join(str(step) for step in path) if isinstance(path, list) else "",
        request_id=request_id,
        wait_s=_cost_wait_s(body) if kind is Kind.RATE else None,
        whole_connection=kind is Kind.RATE,
    )


def _user_error(data: Any, request_id: str) -> Refusal | None:
    for reply in data.values() if isinstance(data, dict) else ():
        found = reply.get("userErrors") if isinstance(reply, dict) else None
        if found:
            first = found[0]
            code = str(first.get("code") or "userError")
            return Refusal(
                kind=_USER_CODES.get(code, Kind.VALIDATION),
                code=code,
                text=str(first.get("message") or ""),
                field=".".join(str(step) for step in first.get("field") or ()),
                request_id=request_id,
            )
    return None


def _cost_wait_s(body: dict[str, Any]) -> float:
    """Until the bucket holds what the query asked for."""
    status = _throttle(body)
    if status is None:
        return 1.0
    _, left, rate = status
    asked = float(body["extensions"]["cost"].get("requestedQueryCost") or 0)
    return max(0.1, (asked - left) / rate)


def _throttle(body: Any) -> tuple[float, float, float] | None:
    """Size of the bucket, what it holds, and what flows in per second."""
    try:
        status = body["extensions"]["cost"]["throttleStatus"]
        whole, left, rate = (
            float(status[name]) for name in ("maximumAvailable", "currentlyAvailable", "restoreRate")
        )
    except (TypeError, KeyError, ValueError):
        return None
    return (whole, left, rate) if whole > 0 and rate > 0 else None


def _retry_after_s(answer: Answer) -> float | None:
    try:
        return float(answer.headers["retry-after"])
    except (KeyError, ValueError):
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value or "")
