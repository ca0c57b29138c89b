"""One Rest.li call: its method, path, query and body."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import orjson
from starlette.requests import Request

from omnify_sandbox.linkedin.errors import LinkedInProblem, bad_param, bad_request, unpermitted
from omnify_sandbox.linkedin.restli import Value, read_query
from omnify_sandbox.stage import Stage
from omnify_sandbox.wire import as_of, is_faulty_batch, is_lie

_PROTOCOLS = ("1.0.0", "2.0.0")
_TUNNEL = "application/x-www-form-urlencoded"
_METHODS = {
    "GET": {"GET", "FINDER", "BATCH_GET", "GET_ALL"},
    "POST": {"CREATE", "PARTIAL_UPDATE", "BATCH_CREATE", "BATCH_PARTIAL_UPDATE", "ACTION"},
    "DELETE": {"DELETE", "BATCH_DELETE"},
}


class Call(NamedTuple):
    """`verb`: Rest.li's method such as FINDER or PARTIAL_UPDATE; `is_named` where a header named it.

    `seen_at`: the past moment that a stale read shows, or None; `is_lie`: answer, but do nothing.
    """

    verb: str
    is_named: bool
    steps: tuple[str, ...]
    query: dict[str, Value]
    body: Any
    is_encoded: bool
    """Whether URNs in the path were percent-encoded."""
    seen_at: datetime | None
    is_lie: bool
    is_faulty: bool

    def permit(self, *names: str) -> None:
        """Refuses query parameters that the call does not know."""
        strange = [name for name in self.query if name not in {*names, "fields"}]
        if strange:
            raise unpermitted("PARAMETER", strange)

    def need(self, verb: str) -> None:
        """Refuses a call that does not name its method in X-RestLi-Method."""
        if not self.is_named:
            raise bad_request(f"X-RestLi-Method: {verb} is required for this request")


async def read_call(request: Request, stage: Stage) -> Call:
    """Raises LinkedInProblem where protocol, query or body are wrong."""
    raw_body = await request.body()
    method, raw_query = _untunnelled(request, raw_body)
    if method == "POST" and not raw_body and "content-length" not in request.headers:
        raise LinkedInProblem(411, "Content-Length is required")
    protocol = request.headers.get("x-restli-protocol-version", "1.0.0")
    if protocol not in _PROTOCOLS:
        raise bad_request(f"Rest.li protocol version {protocol} used is not supported")
    if protocol != "2.0.0" and "(" in raw_query:
        raise bad_param("X-Restli-Protocol-Version", "Structures in the query need protocol version 2.0.0")
    steps = tuple(step for step in request.path_params["path"].split("/") if step)
    query = read_query(raw_query)
    named = request.headers.get("x-restli-method", "").upper()
    verb = named or _implied(method, query)
    if verb not in _METHODS[method]:
        raise bad_request(f"X-RestLi-Method {named} does not fit {method}")
    return Call(
        verb=verb,
        is_named=bool(named),
        steps=steps,
        query=query,
        body=_json(raw_body) if method == "POST" else None,
        is_encoded=b":" not in (request.scope.get("raw_path") or b""),
        seen_at=as_of(request, stage),
        is_lie=is_lie(request),
        is_faulty=is_faulty_batch(request),
    )


def _untunnelled(request: Request, raw_body: bytes) -> tuple[str, str]:
    """Method and raw query; a long query comes as the body of a POST that stands for a GET."""
    query = request.scope["query_string"].decode("latin-1")
    override = request.headers.get("x-http-method-override", "").upper()
    if not override:
        return request.method, query
    is_form = request.headers.get("content-type", "").startswith(_TUNNEL)
    if request.method != "POST" or override != "GET" or not is_form:
        raise bad_request(f"X-HTTP-Method-Override: {override} needs a POST with Content-Type {_TUNNEL}")
    return "GET", raw_body.decode("latin-1")


def _implied(method: str, query: dict[str, Value]) -> str:
    if method == "POST":
        return "CREATE"
    if method == "DELETE":
        return "DELETE"
    if "q" in query:
        return "FINDER"
    return "BATCH_GET" if "ids" in query else "GET"


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise bad_request("Invalid JSON in the request body") from None
