"""Google's refusals, in its envelope."""

from __future__ import annotations

import secrets
from typing import Any

from omnify_sandbox.faults import FaultKind, Refusal

FAILURE = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
_HTTP = {
    "authenticationError": (401, "UNAUTHENTICATED", "Request is missing valid authentication credentials."),
    "authorizationError": (403, "PERMISSION_DENIED", "The caller does not have permission"),
    "quotaError": (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "internalError": (500, "INTERNAL", "Internal error encountered."),
}
_BAD = (400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
_CODES = {"RESOURCE_NOT_FOUND": (404, "NOT_FOUND", "Requested entity was not found.")}
_RPC = {
    "UNAUTHENTICATED": 16,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "INTERNAL": 13,
    "NOT_FOUND": 5,
}

Path = tuple[str | tuple[str, int], ...]


class GoogleProblem(Exception):
    """One GoogleAdsError: exactly one family and code. `path` leads to the field that is wrong."""

    def __init__(
        self,
        family: str,
        code: str,
        message: str,
        *,
        path: Path = (),
        trigger: str = "",
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.family = family
        self.code = code
        self.message = message
        self.path = path
        self.trigger = trigger
        self.details = details

    @property
    def http(self) -> tuple[int, str, str]:
        return _CODES.get(self.code) or _HTTP.get(self.family, _BAD)

    @property
    def rpc_code(self) -> int:
        return _RPC.get(self.http[1], 3)

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"errorCode": {self.family: self.code}, "message": self.message}
        if self.trigger:
            body["trigger"] = {"stringValue": self.trigger}
        if self.path:
            body["location"] = {"fieldPathElements": [_element(step) for step in self.path]}
        if self.details:
            body["details"] = self.details
        return body


class BadPayload(Exception):
    """What the JSON layer refuses before the API sees it: unknown names, wrong types."""

    def __init__(self, field: str, description: str) -> None:
        super().__init__(description)
        self.field = field
        self.description = description

    def body(self) -> dict[str, Any]:
        violation = {"field": self.field, "description": self.description}
        details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
        return {
            "error": {
                "code": 400,
                "message": self.description,
                "status": "INVALID_ARGUMENT",
                "details": details,
            }
        }


def failure(problems: list[GoogleProblem], request_id: str) -> tuple[int, dict[str, Any]]:
    """HTTP status and body; the first problem decides the status."""
    http, status, message = problems[0].http
    errors = [problem.body() for problem in problems]
    details = [{"@type": FAILURE, "errors": errors, "requestId": request_id}]
    return http, {"error": {"code": http, "message": message, "status": status, "details": details}}


def partial_failure(problems: list[GoogleProblem], request_id: str) -> dict[str, Any]:
    errors = [problem.body() for problem in problems]
    message = f"Multiple errors in ‘details’. First error: {problems[0].message}"
    details = [{"@type": FAILURE, "errors": errors, "requestId": request_id}]
    return {"code": problems[0].rpc_code, "message": message, "details": details}


def rate_limited() -> GoogleProblem:
    details = {
        "quotaErrorDetails": {
            "rateScope": "DEVELOPER",
            "rateName": "Requests per service per method",
            "retryDelay": "30s",
        }
    }
    return GoogleProblem(
        "quotaError", "RESOURCE_EXHAUSTED", "Too many requests. Retry in 30 seconds.", details=details
    )


def transient() -> GoogleProblem:
    return GoogleProblem("internalError", "TRANSIENT_ERROR", "A transient error occurred; retry the request.")


def expired_token() -> GoogleProblem:
    return GoogleProblem(
        "authenticationError", "OAUTH_TOKEN_EXPIRED", "The OAuth token has expired; refresh it."
    )


def refuse(kind: FaultKind, _path: str) -> Refusal | None:
    """Google's own answer to a planned fault."""
    problems = {
        FaultKind.RATE_LIMIT: rate_limited,
        FaultKind.SERVER_ERROR: transient,
        FaultKind.EXPIRED_TOKEN: expired_token,
    }
    if kind not in problems:
        return None
    request_id = secrets.token_urlsafe(16)
    return Refusal(*failure([problems[kind]()], request_id), {"request-id": request_id})


def _element(step: str | tuple[str, int]) -> dict[str, Any]:
    if isinstance(step, tuple):
        return {"fieldName": step[0], "index": step[1]}
    return {"fieldName": step}
