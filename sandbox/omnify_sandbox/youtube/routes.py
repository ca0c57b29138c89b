"""The HTTP face of YouTube: Google Ads for its campaigns, Data and Analytics for its channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_core.campaigns import Platform
from omnify_sandbox.google.access import GoogleAccess
from omnify_sandbox.google.routes import GoogleRoutes
from omnify_sandbox.market import Market
from omnify_sandbox.wire import json_response
from omnify_sandbox.youtube.analytics import report
from omnify_sandbox.youtube.channel import ChannelView
from omnify_sandbox.youtube.data import METHODS
from omnify_sandbox.youtube.errors import YouTubeProblem, unauthenticated
from omnify_sandbox.youtube.query import Query

_REPORTS = "v2/reports"


class YouTubeRoutes:
    def __init__(self, market: Market, access: GoogleAccess, page_rows: int) -> None:
        self._market = market
        self._access = access
        self._ads = GoogleRoutes(market, access, page_rows, Platform.YOUTUBE)

    def routes(self) -> list[Route]:
        own = [Route(f"/{path}", self._guarded(path), methods=["GET"]) for path in (*METHODS, _REPORTS)]
        return [*own, *self._ads.routes()]

    def _guarded(self, path: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return json_response(200, self._answer(path, request))
            except YouTubeProblem as problem:
                return json_response(problem.http, problem.body())

        return endpoint

    def _answer(self, path: str, request: Request) -> Any:
        refusal = unauthenticated(self._access.token_state(request.headers))
        if refusal is not None:
            raise refusal
        query, stage = Query(path, request.query_params), self._market.on(Platform.YOUTUBE)
        if path == _REPORTS:
            return report(stage, query)
        return METHODS[path](ChannelView(stage), query)
