"""Google Ads' errors: one table from its codes to our kinds."""

from __future__ import annotations

from typing import Any

from omnify_platforms.refusals import Answer, Kind, Refusal, kind_of_status

# Codes first, then their family. Google says a retry after TRANSIENT_ERROR may find the write done.
_CODES = {
    "OAUTH_TOKEN_EXPIRED": Kind.EXPIRED,
    "OAUTH_TOKEN_INVALID": Kind.EXPIRED,
    "CUSTOMER_NOT_FOUND": Kind.NOT_FOUND,
    "CLIENT_CUSTOMER_ID_INVALID": Kind.VALIDATION,
    "NOT_ADS_USER": Kind.PERMISSION,
    "DEVELOPER_TOKEN_INVALID": Kind.PERMISSION,
    "ORGANIZATION_NOT_APPROVED": Kind.PERMISSION,
    "ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN": Kind.PERMISSION,
    "ACCESS_PROHIBITED": Kind.PERMISSION,
    "RESOURCE_NOT_FOUND": Kind.NOT_FOUND,
    "CAMPAIGN_BUDGET_REMOVED": Kind.NOT_FOUND,
    "CONCURRENT_MODIFICATION": Kind.BUSY,
    "OPERATION_NOT_PERMITTED_FOR_CONTEXT": Kind.PERMISSION,
}
_FAMILIES = {
    "authenticationError": Kind.RECONNECT,
    "authorizationError": Kind.PERMISSION,
    "operationAccessDeniedError": Kind.PERMISSION,
    "quotaError": Kind.RATE,
    "internalError": Kind.TRANSIENT,
    "policyFindingError": Kind.POLICY,
    "policyViolationError": Kind.POLICY,
    "policyValidationParameterError": Kind.POLICY,
}
# OAuth's own errors come from the token endpoint, as plain words.
_OAUTH = {
    "invalid_grant": Kind.RECONNECT,
    "invalid_client": Kind.RECONNECT,
    "unauthorized_client": Kind.RECONNECT,
}


def google_refusal(answer: Answer) -> Refusal | None:
    """What Google refused; None where the call was carried out."""
    body = answer.body[0] if isinstance(answer.body, list) and answer.body else answer.body
    body = body if isinstance(body, dict) else {}
    error = body.get("error") or body.get("partialFailureError")
    if isinstance(error, str):
        return _oauth_refusal(error, body, answer.status)
    if not isinstance(error, dict):
        return None if answer.status < 400 else _bare(answer, {})
    failure = _failure(error)
    errors = [item for item in failure.get("errors") or [] if isinstance(item, dict)]
    return _detailed(answer, failure, errors) if errors else _bare(answer, error)


def _detailed(answer: Answer, failure: dict[str, Any], errors: list[dict[str, Any]]) -> Refusal:
    first = errors[0]
    family, code = next(iter((first.get("errorCode") or {"unknownError": "UNKNOWN"}).items()))
    kind = _CODES.get(code) or _FAMILIES.get(family)
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    quota = (first.get("details") or {}).get("quotaErrorDetails") or {}
    return Refusal(
        kind=kind or (Kind.VALIDATION if answer.status < 500 else Kind.TRANSIENT),
        code=f"{family}.{code}",
        text=f"{first.get('message', '')}{more}",
        field=_field(first),
        request_id=str(failure.get("requestId") or answer.headers.get("request-id", "")),
        wait_s=_seconds(quota.get("retryDelay")),
        whole_connection=quota.get("rateScope") != "ACCOUNT",
    )


def _bare(answer: Answer, error: dict[str, Any]) -> Refusal:
    """Without details: observed for 401 and for errors of Google's front end."""
    return Refusal(
        kind=kind_of_status(answer.status),
        code=str(error.get("status") or f"HTTP {answer.status}"),
        text=str(error.get("message", "")),
        request_id=answer.headers.get("request-id", ""),
        wait_s=_seconds(answer.headers.get("retry-after")),
        whole_connection=True,
    )


def _oauth_refusal(error: str, body: dict[str, Any], status: int) -> Refusal:
    kind = _OAUTH.get(error) or kind_of_status(status)
    return Refusal(kind=kind, code=error, text=str(body.get("error_description", "")))


def _failure(error: dict[str, Any]) -> dict[str, Any]:
    for detail in error.get("details") or []:
        if isinstance(detail, dict) and "errors" in detail:
            return detail
    return {}


def _field(error: dict[str, Any]) -> str:
    """`operations[0].update.amount_micros`, in Google's own spelling."""
    steps = (error.get("location") or {}).get("fieldPathElements") or []
    names = (
        f"{step.get('fieldName', '')}[{step['index']}]" if "index" in step else str(step.get("fieldName", ""))
        for step in steps
        if isinstance(step, dict)
    )
    return ".".join(names)


def _seconds(duration: Any) -> float | None:
    """A protobuf duration ('30s') or a Retry-After ('30')."""
    try:
        return max(0.0, float(str(duration).rstrip("s"))) if duration else None
    except ValueError:
        return None
