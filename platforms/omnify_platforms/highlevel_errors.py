"""HighLevel's errors, by HTTP status: it has no codes of its own."""

from __future__ import annotations

from omnify_platforms.limiter import Usage
from omnify_platforms.refusals import Answer, Refusal, kind_of_status

_DAY_REGAIN_S = 3600.0


def highlevel_refusal(answer: Answer) -> Refusal | None:
    """422 brings a list of messages, each beginning with its field; the others bring one."""
    if answer.status < 400:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    said = body.get("message")
    messages = [str(one) for one in said] if isinstance(said, list) else [str(said or "")]
    is_rate = answer.status == 429
    return Refusal(
        kind=kind_of_status(answer.status),
        code=f"HTTP {answer.status}",
        text="; ".join(messages),
        field=messages[0].split(" ")[0] if answer.status == 422 and isinstance(said, list) else "",
        request_id=str(body.get("traceId") or ""),
        wait_s=_wait_s(answer) if is_rate else None,
        whole_connection=is_rate,
    )


def highlevel_usage(answer: Answer) -> Usage | None:
    """Its burst window, and the day's allowance once that is nearly gone."""
    whole, left = _number(answer, "max"), _number(answer, "remaining")
    if not whole:
        return None
    day, day_left = _number(answer, "limit-daily"), _number(answer, "daily-remaining")
    if day and day_left / day < 0.02:
        return Usage(1.0, _DAY_REGAIN_S)
    return Usage(1.0 - left / whole, _wait_s(answer))


def _wait_s(answer: Answer) -> float:
    return (_number(answer, "interval-milliseconds") or 10_000.0) / 1000.0


def _number(answer: Answer, name: str) -> float:
    text = answer.headers.get(f"x-ratelimit-{name}", "")
    return float(text) if text.isdigit() else 0.0
