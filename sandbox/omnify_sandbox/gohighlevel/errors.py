"""HighLevel's refusals: 400 and 401 carry a text, 422 a list of them."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.faults import FaultKind, Refusal

_WORDS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 422: "Unprocessable Entity"}


class HighLevelProblem(Exception):
    def __init__(self, http: int, message: str | list[str], **more: Any) -> None:
        super().__init__(str(message))
        self.http = http
        self.body = {"statusCode": http, "message": message, **more}
        if http in _WORDS and "error" not in more:
            self.body["error"] = _WORDS[http]


def bad(message: str, **more: Any) -> HighLevelProblem:
    return HighLevelProblem(400, message, **more)


def unauthorized(message: str) -> HighLevelProblem:
    return HighLevelProblem(401, message)


def unprocessable(*messages: str) -> HighLevelProblem:
    return HighLevelProblem(422, list(messages))


def refuse(kind: FaultKind, _path: str) -> Refusal | None:
    """HighLevel's own answer to a planned fault."""
    match kind:
        case FaultKind.RATE_LIMIT:
            problem = HighLevelProblem(429, "Too many requests")
            return Refusal(429, problem.body, {"x-ratelimit-remaining": "0"})
        case FaultKind.SERVER_ERROR:
            return Refusal(500, HighLevelProblem(500, "Internal server error").body, {})
        case FaultKind.EXPIRED_TOKEN:
            return Refusal(401, unauthorized("The token has expired").body, {})
        case _:
            return None
