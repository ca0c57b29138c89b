"""The simulated market under the server's own port, so that a demo needs one port only."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from omnify_core.errors import NotFound
from omnify_server.http.access import WithServices

sandbox_proxy = APIRouter(include_in_schema=False)

_HOP_BY_HOP = {"host", "connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"}


@sandbox_proxy.api_route("/sandbox/{path:path}", methods=["GET", "POST", "DELETE", "PUT", "PATCH"])
async def forward(path: str, request: Request, services: WithServices) -> Response:
    """Passes a request on to the sandbox, which checks its own credentials."""
    if services.sandbox is None:
        raise NotFound("there is no sandbox market here")
    kept = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP | {"cookie"}}
    query = f"?{request.url.query}" if request.url.query else ""
    reply = await services.http.request(
        request.method,
        f"{services.sandbox.url}/{path}{query}",
        headers=kept,
        content=await request.body(),
    )
    if path.startswith("_control/"):
        await services.refresh_clock()
    headers = {name: value for name, value in reply.headers.items() if name not in _HOP_BY_HOP}
    return Response(reply.content, reply.status_code, headers)
