"""LinkedIn's errors: one table from its codes to our kinds."""

from __future__ import annotations

from typing import Any

from omnify_platforms.refusals import Answer, Kind, Refusal, kind_of_status

# The constant code first, then the number, then HTTP. Old endpoints send no constant.
_CODES = {
    "EXPIRED_ACCESS_TOKEN": Kind.EXPIRED,
    "INVALID_ACCESS_TOKEN": Kind.EXPIRED,
    "REVOKED_ACCESS_TOKEN": Kind.RECONNECT,
    "NONEXISTENT_VERSION": Kind.OUTDATED,
    "VERSION_MISSING": Kind.OUTDATED,
    "NO_PERMISSION_ON_ENTITY": Kind.PERMISSION,
    "NO_PERMISSION_ON_FIELD": Kind.PERMISSION,
    "NO_PERMISSION_TO_UPDATE": Kind.PERMISSION,
    "NOT_FOUND": Kind.NOT_FOUND,
    "CONFLICT": Kind.BUSY,
    "TIMEOUT": Kind.TRANSIENT,
    "INTERNAL_ERROR": Kind.TRANSIENT,
    "UNDER_MAINTENANCE": Kind.TRANSIENT,
}
_NUMBERS = {65600: Kind.EXPIRED, 65601: Kind.RECONNECT, 65602: Kind.EXPIRED}
_STATUSES = {409: Kind.BUSY, 426: Kind.OUTDATED}


def linkedin_refusal(answer: Answer) -> Refusal | None:
    """What LinkedIn refused; None where the call was carried out.

    Its throttle answers 429 without any hint of how long: the quota of a day ends at midnight UTC.
    """
    if answer.status < 400:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    if "error" in body:
        return _oauth_refusal(body, answer.status)
    code, number = str(body.get("code") or ""), body.get("serviceErrorCode")
    kind = _CODES.get(code) or (_NUMBERS.get(number) if isinstance(number, int) else None)
    inputs = _input_errors(body)
    return Refusal(
        kind=kind or _STATUSES.get(answer.status) or kind_of_status(answer.status),
        code=code or str(number or f"HTTP {answer.status}"),
        text=_text(body, inputs),
        field=_field(inputs[0]) if inputs else "",
        request_id=answer.headers.get("x-li-uuid", ""),
        whole_connection=answer.status == 429,
    )


def _oauth_refusal(body: dict[str, Any], status: int) -> Refusal:
    """The token endpoint speaks OAuth's own words, and answers 400 or 401 to a dead refresh token."""
    kind = Kind.RECONNECT if 400 <= status < 500 and status != 429 else kind_of_status(status)
    return Refusal(kind=kind, code=str(body["error"]), text=str(body.get("error_description", "")))


def _input_errors(body: dict[str, Any]) -> list[dict[str, Any]]:
    details = body.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, dict) else None
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _text(body: dict[str, Any], inputs: list[dict[str, Any]]) -> str:
    said = [str(body.get("message") or "")] + [str(error.get("description") or "") for error in inputs[:1]]
    more = f" (and {len(inputs) - 1} more)" if len(inputs) > 1 else ""
    return ". ".join(text.rstrip(". ") for text in said if text) + more


def _field(error: dict[str, Any]) -> str:
    step: Any = error
    for name in ("input", "inputPath", "fieldPath"):
        step = step.get(name) if isinstance(step, dict) else None
    return str(step or "")
