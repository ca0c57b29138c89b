"""What all platforms share on the wire: JSON replies, request ids, and faults that reach handlers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from omnify_sandbox.stage import Stage


def json_response(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(body), status, headers=dict(headers or {}), media_type="application/json; charset=UTF-8"
    )


def new_request_id() -> str:
    return secrets.token_urlsafe(16)


def is_lie(request: Request) -> bool:
    """Answer as if the write had been carried out, and do not carry it out."""
    return bool(request.scope.get("sandbox.lie", False))


def as_of(request: Request, market: Stage) -> datetime | None:
    """The moment in the past that a stale read shows; None for a fresh one."""
    age_s = request.scope.get("sandbox.stale_s")
    return None if age_s is None else market.now() - timedelta(seconds=age_s)


def is_faulty_batch(request: Request) -> bool:
    """Let a part of the operations fail."""
    return bool(request.scope.get("sandbox.partial", False))


def root_url(request: Request) -> str:
    """The platform's own base address, wherever the sandbox is mounted."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
