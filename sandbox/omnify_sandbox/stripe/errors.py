"""Stripe's refusals."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.faults import FaultKind, Refusal
from omnify_sandbox.wire import new_request_id

_DOCS = "https://stripe.com/docs/error-codes/"


class StripeProblem(Exception):
    def __init__(self, http: int, type_: str, message: str, *, code: str = "", param: str = "") -> None:
        super().__init__(message)
        self.http = http
        self._error: dict[str, Any] = {"message": message, "type": type_}
        if code:
            self._error |= {"code": code, "doc_url": _DOCS + code.replace("_", "-")}
        if param:
            self._error["param"] = param

    def body(self, request_id: str) -> dict[str, Any]:
        log = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": {**self._error, "request_log_url": log}}


def invalid(message: str, param: str = "", code: str = "") -> StripeProblem:
    return StripeProblem(400, "invalid_request_error", message, code=code, param=param)


def unknown_param(name: str) -> StripeProblem:
    return invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")


def missing_param(name: str) -> StripeProblem:
    return invalid(f"Missing required param: {name}.", name, "parameter_missing")


def no_such(what: str, id_: str, param: str = "id") -> StripeProblem:
    message = f"No such {what}: '{id_}'"
    return StripeProblem(404, "invalid_request_error", message, code="resource_missing", param=param)


def unauthorized(message: str) -> StripeProblem:
    return StripeProblem(401, "invalid_request_error", message)


def request_id() -> str:
    return f"req_{new_request_id()[:14].replace('-', 'a').replace('_', 'Z')}"


def refuse(kind: FaultKind, _path: str) -> Refusal | None:
    """Stripe's own answer to a planned fault."""
    id_ = request_id()
    headers = {"request-id": id_}
    match kind:
        case FaultKind.RATE_LIMIT:
            problem = StripeProblem(
                429, "invalid_request_error", "Request rate limit exceeded.", code="rate_limit"
            )
            return Refusal(429, problem.body(id_), {**headers, "stripe-should-retry": "true"})
        case FaultKind.SERVER_ERROR:
            problem = StripeProblem(500, "api_error", "Sorry! There was an error while talking to Stripe.")
            return Refusal(500, problem.body(id_), headers)
        case FaultKind.EXPIRED_TOKEN:
            problem = StripeProblem(
                401, "invalid_request_error", "Expired API Key provided: sk_test_***", code="api_key_expired"
            )
            return Refusal(401, problem.body(id_), headers)
        case _:
            return None
