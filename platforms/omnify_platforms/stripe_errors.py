"""Stripe's errors: the code where there is one, else the type, else HTTP."""

from __future__ import annotations

from omnify_platforms.refusals import Answer, Kind, Refusal, kind_of_status

_CODES = {
    "resource_missing": Kind.NOT_FOUND,
    "rate_limit": Kind.RATE,
    "lock_timeout": Kind.BUSY,  # another request holds the object; this one did nothing
    # An earlier request under this key is on its way: it may come to have happened.
    "idempotency_key_in_use": Kind.TRANSIENT,
    "account_invalid": Kind.RECONNECT,
    "platform_api_key_expired": Kind.RECONNECT,
}
_TYPES = {"idempotency_error": Kind.VALIDATION, "card_error": Kind.VALIDATION, "api_error": Kind.TRANSIENT}
# A key or a Connect token cannot be renewed by us.
_STATUSES = {401: Kind.RECONNECT, 402: Kind.VALIDATION, 409: Kind.TRANSIENT}


def stripe_refusal(answer: Answer) -> Refusal | None:
    if answer.status < 400:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    said = body.get("error")
    error = said if isinstance(said, dict) else {}
    code, type_ = str(error.get("code") or ""), str(error.get("type") or "")
    kind = _CODES.get(code) or _STATUSES.get(answer.status) or _TYPES.get(type_)
    return Refusal(
        kind=kind or kind_of_status(answer.status),
        code=str(error.get("decline_code") or code or type_ or f"HTTP {answer.status}"),
        text=str(error.get("message") or ""),
        field=str(error.get("param") or ""),
        request_id=answer.headers.get("request-id", ""),
        whole_connection=kind is Kind.RATE,
    )
