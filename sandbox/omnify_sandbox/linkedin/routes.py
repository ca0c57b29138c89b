"""The HTTP face of LinkedIn's Marketing API."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_core.campaigns import Platform
from omnify_sandbox.linkedin.access import LinkedInAccess
from omnify_sandbox.linkedin.call import read_call
from omnify_sandbox.linkedin.errors import LinkedInProblem
from omnify_sandbox.linkedin.resources import Resources
from omnify_sandbox.market import Market
from omnify_sandbox.wire import json_response, new_request_id


class LinkedInRoutes:
    def __init__(self, market: Market, access: LinkedInAccess) -> None:
        self._market = market
        self._access = access

    def routes(self) -> list[Route]:
        return [
            self._access.page().route(),
            Route("/oauth/v2/accessToken", self._token, methods=["POST"]),
            Route("/oauth/v2/introspectToken", self._introspect, methods=["POST"]),
            Route("/rest/{path:path}", self._endpoint, methods=["GET", "POST", "DELETE"]),
        ]

    async def _token(self, request: Request) -> Response:
        return json_response(*self._access.token(dict(await request.form())))

    async def _introspect(self, request: Request) -> Response:
        return json_response(*self._access.introspect(dict(await request.form())))

    async def _endpoint(self, request: Request) -> Response:
        request_id = new_request_id()
        headers = {"x-li-uuid": request_id, "x-restli-protocol-version": "2.0.0"}
        is_legacy = "/creatives" in request.url.path
        try:
            self._access.check(request.headers)
            stage = self._market.on(Platform.LINKEDIN)
            reply = Resources(stage).answer(await read_call(request, stage), request_id)
        except LinkedInProblem as problem:
            return json_response(problem.status, problem.body(is_legacy=is_legacy), headers)
        if reply.made:
            headers["x-restli-id"] = reply.made
        if reply.body is None:
            return Response(status_code=reply.status, headers=headers)
        return json_response(reply.status, reply.body, headers)
