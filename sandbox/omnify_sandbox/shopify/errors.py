"""Shopify's refusals: most come with HTTP 200 and a list of errors."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.faults import FaultKind, Refusal

# Those of a shop on the Plus plan.
BUCKET, RESTORE = 20_000.0, 1_000.0
_DOCS = "https://shopify.dev/api/usage/rate-limits"
_WRONG_KEY = "[API] Invalid API key or access token (unrecognized login or wrong password)"
UNAUTHORIZED: dict[str, Any] = {"errors": _WRONG_KEY}


def error(message: str, code: str, **extensions: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **extensions}}


def throttled(requested: float, available: float) -> dict[str, Any]:
    return {
        "errors": [error("Throttled", "THROTTLED", documentation=_DOCS)],
        "extensions": cost_shown(requested, None, available),
    }


def too_dear(requested: float, most: int) -> dict[str, Any]:
    message = f"Query cost is {requested:.0f}, which exceeds the single query max cost limit ({most})."
    return {"errors": [error(message, "MAX_COST_EXCEEDED", cost=int(requested), maxCost=most)]}


def cost_shown(requested: float, actual: float | None, available: float) -> dict[str, Any]:
    return {
        "cost": {
            "requestedQueryCost": int(requested),
            "actualQueryCost": None if actual is None else int(actual),
            "throttleStatus": {
                "maximumAvailable": BUCKET,
                "currentlyAvailable": int(available),
                "restoreRate": RESTORE,
            },
        }
    }


def refuse(kind: FaultKind, path: str) -> Refusal | None:
    """Shopify's own answer to a planned fault."""
    match kind:
        case FaultKind.RATE_LIMIT if path.endswith("graphql.json"):
            return Refusal(200, throttled(10, 0), {})
        case FaultKind.RATE_LIMIT:
            return Refusal(
                429, {"errors": "Exceeded 2 calls per second for api client."}, {"retry-after": "2.0"}
            )
        case FaultKind.SERVER_ERROR:
            return Refusal(503, {"errors": "Service Unavailable"}, {"retry-after": "2.0"})
        case FaultKind.EXPIRED_TOKEN:
            return Refusal(401, UNAUTHORIZED, {})
        case _:
            return None


def user_error(payload: str, field: list[str], message: str, code: str) -> dict[str, Any]:
    """A mutation's own refusal, which comes with HTTP 200."""
    return {payload: None, "userErrors": [{"field": field, "message": message, "code": code}]}
