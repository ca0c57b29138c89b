"""LinkedIn's refusals: an older envelope, and a newer one that names the field."""

from __future__ import annotations

from typing import Any, NamedTuple

from omnify_sandbox.faults import FaultKind, Refusal
from omnify_sandbox.linkedin.contract import status_of
from omnify_sandbox.wire import new_request_id

DETAIL = "com.linkedin.common.error.BadRequest"


class InputError(NamedTuple):
    """One wrong input; `path` leads to it, such as `dailyBudget/amount`."""

    code: str
    path: str
    description: str


class LinkedInProblem(Exception):
    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        service_code: int | None = None,
        inputs: tuple[InputError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.service_code = service_code
        self.inputs = inputs

    def body(self, *, is_legacy: bool = False) -> dict[str, Any]:
        """`is_legacy`: as the resources write it that never moved to the newer envelope."""
        body: dict[str, Any] = {"message": self.message, "status": self.status}
        if self.service_code is not None:
            body["serviceErrorCode"] = self.service_code
        if self.code and not is_legacy:
            body["code"] = self.code
        if self.inputs and not is_legacy:
            errors = [
                {
                    "code": one.code,
                    "description": one.description,
                    "input": {"inputPath": {"fieldPath": one.path}},
                }
                for one in self.inputs
            ]
            body |= {"errorDetailType": DETAIL, "errorDetails": {"inputErrors": errors}}
        return body


def bad_input(*inputs: InputError) -> LinkedInProblem:
    """Values that validation refuses, all at once."""
    first = inputs[0]
    if len(inputs) > 1:
        return LinkedInProblem(
            400,
            "Multiple errors occurred during the input validation. Please see errorDetails for more "
            "information.",
            code="MULTIPLE_VALIDATIONS_FAILED",
            inputs=inputs,
        )
    return LinkedInProblem(status_of(first.code), first.description, code=first.code, inputs=inputs)


def body_of(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or not body:
        raise bad_request("The body must be a JSON object")
    return body


def missing(path: str) -> InputError:
    return InputError("MISSING_FIELD", path, f"{path} is required but missing")


def wrong_value(path: str, value: Any) -> InputError:
    return InputError("INVALID_VALUE_FOR_FIELD", path, f"{path} can't be set to {value}")


def no_such_value(path: str, value: Any) -> InputError:
    return InputError("FIELD_VALUE_DOES_NOT_EXIST", path, f"{path} value {value} doesn't exist")


def name_faults(name: Any, most: int = 255) -> list[InputError]:
    if not isinstance(name, str):
        return [wrong_value("name", name)]
    if not name.strip():
        return [InputError("INVALID_VALUE_BLANK_FIELD", "name", "name can't be blank")]
    if len(name) > most:
        why = f"name length {len(name)} can't exceeded maximum {most} length"
        return [InputError("FIELD_LENGTH_TOO_LONG", "name", why)]
    return []


def bad_param(
    name: str, why: str = "Invalid value for param; wrong type or other syntax error"
) -> LinkedInProblem:
    return LinkedInProblem(
        400,
        "Invalid param. Please see errorDetails for more information.",
        code="ILLEGAL_ARGUMENT",
        inputs=(InputError("PARAM_INVALID", name, why),),
    )


def bad_request(message: str) -> LinkedInProblem:
    return LinkedInProblem(400, message, code="ILLEGAL_ARGUMENT")


def unpermitted(where: str, paths: list[str]) -> LinkedInProblem:
    """Unknown names. `where`: PARAMETER or REQUEST_BODY. LinkedIn answers these with 403."""
    shown = ", ".join(f"/{path}" for path in paths)
    return _denied(
        f"Unpermitted fields present in {where}: Data Processing Exception while processing fields [{shown}]"
    )


def no_permission(resource: str) -> LinkedInProblem:
    return _denied(f"Not enough permissions to access: {resource}")


def _denied(message: str) -> LinkedInProblem:
    return LinkedInProblem(403, message, code="ACCESS_DENIED", service_code=100)


def not_found(what: str) -> LinkedInProblem:
    return LinkedInProblem(404, f"Could not find {what}", code="NOT_FOUND")


def missing_version() -> LinkedInProblem:
    return LinkedInProblem(
        400, "A version must be present. Please specify a version.", code="VERSION_MISSING"
    )


def sunset_version(version: str) -> LinkedInProblem:
    return LinkedInProblem(426, f"Requested version {version} is not active", code="NONEXISTENT_VERSION")


def empty_token() -> LinkedInProblem:
    return LinkedInProblem(401, "Empty oauth2_access_token", service_code=401)


def invalid_token() -> LinkedInProblem:
    return LinkedInProblem(401, "Invalid access token", code="INVALID_ACCESS_TOKEN", service_code=65600)


def expired_token() -> LinkedInProblem:
    return LinkedInProblem(
        401, "The token used in the request has expired", code="EXPIRED_ACCESS_TOKEN", service_code=65602
    )


def revoked_token() -> LinkedInProblem:
    return LinkedInProblem(
        401,
        "The token used in the request has been revoked by the user",
        code="REVOKED_ACCESS_TOKEN",
        service_code=65601,
    )


def rate_limited() -> LinkedInProblem:
    return LinkedInProblem(429, "Resource level throttle limit for calls to this resource is reached.")


def transient() -> LinkedInProblem:
    return LinkedInProblem(500, "Internal Error", code="INTERNAL_ERROR")


def refuse(kind: FaultKind, _path: str) -> Refusal | None:
    """LinkedIn's own answer to a planned fault; its rate limit gives no hint when to come back."""
    problems = {
        FaultKind.RATE_LIMIT: rate_limited,
        FaultKind.SERVER_ERROR: transient,
        FaultKind.EXPIRED_TOKEN: expired_token,
    }
    if kind not in problems:
        return None
    problem = problems[kind]()
    return Refusal(problem.status, problem.body(), {"x-li-uuid": new_request_id()})
