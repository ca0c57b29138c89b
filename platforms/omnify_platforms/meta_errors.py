"""Meta's errors and usage headers: one table from its codes to our kinds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from omnify_platforms.limiter import Usage
from omnify_platforms.refusals import Answer, Kind, Refusal, kind_of_status

# (code, subcode) first, then the code alone.
_SUBCODES = {
    (190, 458): Kind.RECONNECT,  # the person removed our app
    (190, 459): Kind.RECONNECT,  # a checkpoint: not expired, renewing does not help
    (190, 460): Kind.RECONNECT,  # the password was changed
    (190, 464): Kind.RECONNECT,  # the person is not confirmed
    (190, 467): Kind.RECONNECT,  # invalidated
    (100, 33): Kind.NOT_FOUND,
}
_CODES = {
    1: Kind.TRANSIENT,
    2: Kind.TRANSIENT,
    3: Kind.PERMISSION,
    4: Kind.RATE,
    10: Kind.PERMISSION,
    17: Kind.RATE,
    32: Kind.RATE,
    100: Kind.VALIDATION,
    102: Kind.RECONNECT,
    190: Kind.EXPIRED,
    368: Kind.POLICY,
    613: Kind.RATE,
    803: Kind.NOT_FOUND,
} | dict.fromkeys(range(200, 300), Kind.PERMISSION)
_CODES |= dict.fromkeys(range(80000, 80015), Kind.RATE)
_OF_THE_WHOLE_APP = {4, 17, 32}
_USAGE_HEADERS = ("x-business-use-case-usage", "x-ad-account-usage", "x-app-usage")
_SHARES = ("call_count", "total_cputime", "total_time", "acc_id_util_pct")


def meta_refusal(answer: Answer) -> Refusal | None:
    """What Meta refused; None where the call was carried out. HTTP says little: mostly 400."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return None if answer.status < 400 else _bare(answer)
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    titles = (error.get("message"), error.get("error_user_title"), error.get("error_user_msg"))
    usage = meta_usage(answer)
    return Refusal(
        kind=_kind(code, subcode, is_transient=error.get("is_transient") is True, status=answer.status),
        code=f"{code}/{subcode}" if subcode else str(code),
        text=". ".join(str(title).rstrip(".") for title in titles if title),
        field=_field(error.get("error_data")),
        request_id=str(error.get("fbtrace_id") or answer.headers.get("x-fb-trace-id", "")),
        wait_s=usage.regain_s if usage and usage.regain_s else None,
        whole_connection=code in _OF_THE_WHOLE_APP,
    )


def meta_usage(answer: Answer) -> Usage | None:
    """The fullest of the allowances that Meta reports, percentages as shares."""
    entries = [entry for name in _USAGE_HEADERS for entry in _entries(answer.headers.get(name))]
    if not entries:
        return None
    used = max(float(entry.get(name) or 0) for entry in entries for name in _SHARES)
    regain_s = max(_regain_s(entry) for entry in entries)
    return Usage(used_share=used / 100, regain_s=regain_s)


def _kind(code: int, subcode: int, *, is_transient: bool, status: int) -> Kind:
    known = _SUBCODES.get((code, subcode)) or _CODES.get(code)
    if is_transient and known not in (Kind.RATE, Kind.EXPIRED):
        return Kind.TRANSIENT
    return known or kind_of_status(status)


def _bare(answer: Answer) -> Refusal:
    return Refusal(
        kind=kind_of_status(answer.status),
        code=f"HTTP {answer.status}",
        request_id=answer.headers.get("x-fb-trace-id", ""),
        whole_connection=True,
    )


def _field(error_data: Any) -> str:
    """Meta blames fields in error_data, an object or its JSON text."""
    data = _decoded(error_data) if isinstance(error_data, str) else error_data
    specs = data.get("blame_field_specs") if isinstance(data, dict) else None
    if not (isinstance(specs, list) and specs):
        return ""
    first = specs[0]
    return ".".join(str(step) for step in first) if isinstance(first, list) else str(first)


def _entries(header: str | None) -> Iterator[dict[str, Any]]:
    """The usage objects of a header; the business header holds lists of them by business or account."""
    value = _decoded(header or "")
    if not isinstance(value, dict):
        return
    lists = [item for item in value.values() if isinstance(item, list)]
    for entry in [entry for items in lists for entry in items] or [value]:
        if isinstance(entry, dict):
            yield entry


def _regain_s(entry: dict[str, Any]) -> float:
    # The business header counts in minutes, the ad-account header in seconds.
    minutes, seconds = entry.get("estimated_time_to_regain_access"), entry.get("reset_time_duration")
    return float(minutes or 0) * 60 or float(seconds or 0)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
