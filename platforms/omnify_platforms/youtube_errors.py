"""YouTube's errors: Google Ads' table, and the reasons of the Data and Analytics APIs beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from omnify_platforms.google_errors import google_refusal
from omnify_platforms.refusals import Answer, Kind, Refusal

# Without a reason here, HTTP judges. A quota of the day comes as 403, like a missing permission.
_REASONS = {
    "quotaExceeded": Kind.RATE,
    "dailyLimitExceeded": Kind.RATE,
    "rateLimitExceeded": Kind.RATE,
    "userRateLimitExceeded": Kind.RATE,
    "authError": Kind.EXPIRED,
    "backendError": Kind.TRANSIENT,
}


def youtube_refusal(answer: Answer) -> Refusal | None:
    """What Google Ads or YouTube refused; None where the call was carried out."""
    found = google_refusal(answer)
    blamed = _first_error(answer.body) if found is not None else {}
    if found is None or "reason" not in blamed:
        return found
    reason = str(blamed["reason"])
    return replace(
        found,
        kind=_REASONS.get(reason, found.kind),
        code=f"{blamed.get('domain') or 'global'}.{reason}",
        field=str(blamed.get("location") or ""),
    )


def _first_error(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    errors = error.get("errors") if isinstance(error, dict) else None
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
