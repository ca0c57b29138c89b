"""One Graph call, whether it came alone or in a batch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import URL
from starlette.requests import Request

from omnify_sandbox.meta.errors import MetaProblem, invalid

_SHARED = ("access_token", "appsecret_proof")


class Call(NamedTuple):
    """`steps`: the path below the version; `root`: the platform's own base address.

    `seen_at`: the past moment that a stale read shows, or None; `is_lie`: answer, but do nothing;
    `is_faulty`: every second operation of a batch fails on Meta's side.
    """

    method: str
    steps: tuple[str, ...]
    params: dict[str, str]
    url: URL
    root: str
    seen_at: datetime | None
    is_lie: bool
    is_faulty: bool = False

    def inner(self, operation: Mapping[str, str]) -> Call:
        """An operation of a batch as a call of its own, with the batch's token."""
        if not {"method", "relative_url"} <= set(operation):
            raise invalid("A batch operation has a method and a relative_url")
        path, _, query = operation["relative_url"].lstrip("/").partition("?")
        params = {name: value for name, value in self.params.items() if name in _SHARED}
        params.update(parse_qsl(query))
        params.update(parse_qsl(operation.get("body", "")))
        steps = split_path(path.split("/", 1)[1] if path.startswith("v2") and "/" in path else path)
        return self._replace(method=operation["method"].upper(), steps=steps, params=params)


def split_path(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.split("/") if step)


async def read_params(request: Request) -> dict[str, str]:
    """Query and form together, as the Graph reads them; a JSON body counts as a form."""
    params = dict(request.query_params)
    bearer = request.headers.get("authorization", "")
    if "access_token" not in params and bearer.lower().startswith("bearer "):
        params["access_token"] = bearer[7:]
    if request.method == "GET":
        return params
    if request.headers.get("content-type", "").startswith("application/json"):
        return params | _json_params(await request.body())
    return params | {name: str(value) for name, value in (await request.form()).items()}


def _json_params(raw: bytes) -> dict[str, str]:
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise MetaProblem(100, "(#100) The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise MetaProblem(100, "(#100) The body must be a JSON object")
    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in body.items()
    }
