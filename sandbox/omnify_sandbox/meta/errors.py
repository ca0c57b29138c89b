"""Meta's refusals, in its envelope; HTTP is mostly 400, the code tells."""

from __future__ import annotations

import re
import secrets
from typing import Any

import orjson

from omnify_sandbox.faults import FaultKind, Refusal


class MetaProblem(Exception):
    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        type_: str = "OAuthException",
        http: int = 400,
        title: str = "",
        user_message: str = "",
        is_transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subcode = subcode
        self.type = type_
        self.http = http
        self.title = title
        self.user_message = user_message
        self.is_transient = is_transient

    def body(self, trace_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.type, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["is_transient"] = self.is_transient
        if self.title:
            error |= {"error_user_title": self.title, "error_user_msg": self.user_message}
        return {"error": error | {"fbtrace_id": trace_id}}


def invalid(
    message: str, *, subcode: int | None = None, title: str = "", user_message: str = ""
) -> MetaProblem:
    """Code 100: a parameter is wrong."""
    return MetaProblem(100, f"(#100) {message}", subcode=subcode, title=title, user_message=user_message)


def no_such_object(verb: str, id_: str) -> MetaProblem:
    return MetaProblem(
        100,
        f"Unsupported {verb} request. Object with ID '{id_}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        subcode=33,
        type_="GraphMethodException",
    )


def expired_token(session_end: str) -> MetaProblem:
    return MetaProblem(
        190,
        f"Error validating access token: Session has expired on {session_end}. The current time is later.",
        subcode=463,
    )


def revoked_token() -> MetaProblem:
    return MetaProblem(
        190,
        "Error validating access token: The session has been invalidated because the user changed their "
        "password or Facebook has changed the session for security reasons.",
        subcode=460,
    )


def rate_limited() -> MetaProblem:
    return MetaProblem(
        80004,
        "There have been too many calls to this ad-account. Wait a bit and try again. For more info, please "
        "refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting.",
        subcode=2446079,
    )


def transient() -> MetaProblem:
    return MetaProblem(
        2, "An unexpected error has occurred. Please retry your request later.", http=500, is_transient=True
    )


def refuse(kind: FaultKind, path: str) -> Refusal | None:
    """Meta's own answer to a planned fault; a rate limit says when calls are welcome again."""
    problems = {
        FaultKind.RATE_LIMIT: rate_limited(),
        FaultKind.SERVER_ERROR: transient(),
        FaultKind.EXPIRED_TOKEN: expired_token("Sunday, 22-Nov-26 10:00:00 PST"),
    }
    if kind not in problems:
        return None
    trace = f"A{secrets.token_urlsafe(16)}"
    headers = {"x-fb-trace-id": trace}
    account = re.search(r"act_(\d+)", path)
    if kind is FaultKind.RATE_LIMIT:
        case = {"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": 1}
        usage = {account[1] if account else "0": [case]}
        headers["x-business-use-case-usage"] = orjson.dumps(usage).decode()
    problem = problems[kind]
    return Refusal(problem.http, problem.body(trace), headers)
