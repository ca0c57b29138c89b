"""TikTok's errors: they come under HTTP 200, and one table leads from their codes to our kinds."""

from __future__ import annotations

import re

from omnify_platforms.refusals import Answer, Kind, Refusal, kind_of_status

_FULFILLED = 0
# Nothing renews an advertiser's token, so a token that has ended needs a person like a revoked one.
_RECONNECT = (*range(40102, 40111), 40112, 40114, 40115, 40116, 40120, 40131, 40309)
_PERMISSION = (
    40001, 40003, 40101, 40113, 40117, 40118, 40119, 40121, 40122, *range(40124, 40131), 40301, 70001
)  # fmt: skip
_CODES = {
    20001: Kind.TRANSIENT,  # part of it was done
    40006: Kind.OUTDATED,
    40007: Kind.NOT_FOUND,
    40013: Kind.NOT_FOUND,
    40050: Kind.TRANSIENT,  # this request id was carried out before, or is being so
    40051: Kind.OUTDATED,
    40100: Kind.RATE,
    40132: Kind.RATE,
    40201: Kind.BUSY,
    40202: Kind.BUSY,
    40300: Kind.NOT_FOUND,
    40302: Kind.NOT_FOUND,
    40400: Kind.OUTDATED,
    40904: Kind.POLICY,
    40905: Kind.NOT_FOUND,
    40916: Kind.POLICY,
    41000: Kind.POLICY,
    41001: Kind.OUTDATED,
    41002: Kind.OUTDATED,
    41013: Kind.TRANSIENT,
    61000: Kind.RATE,
}
_CODES |= dict.fromkeys(_RECONNECT, Kind.RECONNECT) | dict.fromkeys(_PERMISSION, Kind.PERMISSION)
_FIRST_OF_TIKTOK = 50000  # from here on it is TikTok that failed
_BLAMED = re.compile(r"([a-z_][\w.\[\]]*): ")


def tiktok_refusal(answer: Answer) -> Refusal | None:
    """What TikTok refused; None where the call was carried out, which only code 0 says."""
    body = answer.body if isinstance(answer.body, dict) else {}
    code = body.get("code")
    if isinstance(code, bool) or not isinstance(code, int):
        return _bare(answer)
    if code == _FULFILLED and answer.status < 400:
        return None
    text = str(body.get("message") or "")
    blamed = _BLAMED.match(text)
    return Refusal(
        kind=_kind(code),
        code=str(code),
        text=text,
        field=blamed.group(1) if blamed else "",
        request_id=str(body.get("request_id") or ""),
        whole_connection=_kind(code) is Kind.RATE,
    )


def _kind(code: int) -> Kind:
    return _CODES.get(code) or (Kind.VALIDATION if 40000 <= code < _FIRST_OF_TIKTOK else Kind.TRANSIENT)


def _bare(answer: Answer) -> Refusal | None:
    """A gateway's answer, without TikTok's envelope."""
    if answer.status >= 400:
        return Refusal(
            kind=kind_of_status(answer.status), code=f"HTTP {answer.status}", whole_connection=True
        )
    return None if answer.body is None else Refusal(kind=Kind.TRANSIENT, code="no code")
