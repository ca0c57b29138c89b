"""Refusals of YouTube's own APIs, in their envelope."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.credentials import TokenState
from omnify_sandbox.faults import FaultKind, Refusal
from omnify_sandbox.google import errors as google_errors
from omnify_sandbox.google.access import Unauthenticated


class YouTubeProblem(Exception):
    def __init__(
        self, http: int, message: str, *, reason: str, domain: str = "global", location: str = ""
    ) -> None:
        super().__init__(message)
        self.http = http
        self.message = message
        self.reason = reason
        self.domain = domain
        self.location = location

    def body(self) -> dict[str, Any]:
        one = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            one |= {"location": self.location, "locationType": "parameter"}
        return {"error": {"code": self.http, "message": self.message, "errors": [one]}}


def invalid(message: str, location: str = "", *, domain: str = "global") -> YouTubeProblem:
    return YouTubeProblem(400, message, reason="invalidParameter", domain=domain, location=location)


def missing(message: str, location: str) -> YouTubeProblem:
    return YouTubeProblem(
        400, message, reason="missingRequiredParameter", domain="youtube.parameter", location=location
    )


def unknown_name(name: str) -> YouTubeProblem:
    return YouTubeProblem(
        400,
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. Field '
        f"'{name}' could not be found in request message.",
        reason="invalid",
    )


def not_served(what: str) -> YouTubeProblem:
    return YouTubeProblem(501, f"The sandbox market does not {what}", reason="notImplemented")


def unauthenticated(state: TokenState) -> YouTubeProblem | None:
    """Both APIs tell expired tokens and strangers apart no further."""
    if state is TokenState.VALID:
        return None
    message: str = Unauthenticated.body["error"]["message"]
    return YouTubeProblem(401, message, reason="authError", location="Authorization")


def quota_exceeded() -> YouTubeProblem:
    return YouTubeProblem(
        403,
        "The request cannot be completed because you have exceeded your quota.",
        reason="quotaExceeded",
        domain="youtube.quota",
    )


def refuse(kind: FaultKind, path: str) -> Refusal | None:
    """The answer to a planned fault of the API that the path belongs to."""
    if "/youtube/v3/" not in path and "/v2/reports" not in path:
        return google_errors.refuse(kind, path)
    problems = {
        FaultKind.RATE_LIMIT: quota_exceeded(),
        FaultKind.SERVER_ERROR: YouTubeProblem(500, "Backend Error", reason="backendError"),
        FaultKind.EXPIRED_TOKEN: unauthenticated(TokenState.EXPIRED),
    }
    problem = problems.get(kind)
    return Refusal(problem.http, problem.body(), {}) if problem else None
