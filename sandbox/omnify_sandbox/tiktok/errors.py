"""TikTok's refusals: HTTP is 200 whatever happened, the code tells."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.faults import FaultKind, Refusal
from omnify_sandbox.tiktok.contract import code
from omnify_sandbox.wire import new_request_id


class TikTokProblem(Exception):
    """`name`: of the code, such as PARAM_ERROR. `data`: what comes along, where anything was done."""

    def __init__(self, name: str, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code(name)
        self.message = message
        self.data = data or {}

    def body(self, request_id: str) -> dict[str, Any]:
        return envelope(self.code, self.message, request_id, self.data)


def envelope(number: int, message: str, request_id: str, data: Any) -> dict[str, Any]:
    return {"code": number, "message": message, "request_id": request_id, "data": data}


def invalid(message: str) -> TikTokProblem:
    return TikTokProblem("PARAM_ERROR", message)


def no_permission(advertiser: str) -> TikTokProblem:
    return TikTokProblem("PERMISSION_ERROR", f"No permission to operate advertiser {advertiser}")


def not_served(what: str) -> TikTokProblem:
    return TikTokProblem("UNSUPPORTED_IN_SANDBOX", f"The sandbox market does not {what}")


def refuse(kind: FaultKind, _path: str) -> Refusal | None:
    """TikTok's own answer to a planned fault; no header gives a hint."""
    problems = {
        FaultKind.RATE_LIMIT: (
            "REQUEST_TOO_FREQUENT",
            "Due to too many requests, requests from App are temporarily restricted.",
        ),
        FaultKind.SERVER_ERROR: ("SYS_ERROR", "System error"),
        FaultKind.EXPIRED_TOKEN: ("ACCESS_TOKEN_EXPIRE", "Access token expired"),
    }
    if kind not in problems:
        return None
    return Refusal(200, TikTokProblem(*problems[kind]).body(new_request_id()), {})
