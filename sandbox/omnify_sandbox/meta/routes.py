"""The HTTP face of Meta's Graph."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_sandbox.market import Market
from omnify_sandbox.meta.access import MetaAccess
from omnify_sandbox.meta.call import Call, read_params, split_path
from omnify_sandbox.meta.errors import MetaProblem
from omnify_sandbox.meta.graph import Graph
from omnify_sandbox.meta.objects import MetaObjects
from omnify_sandbox.meta.pictures import picture
from omnify_sandbox.meta.usage import Usage
from omnify_sandbox.wire import as_of, is_faulty_batch, is_lie, json_response, new_request_id, root_url

VERSIONS = ("v26.0", "v25.0")


class MetaRoutes:
    def __init__(self, market: Market, access: MetaAccess) -> None:
        self._market = market
        self._access = access
        self._graph = Graph(market, access)
        self._usage = Usage(market)

    def routes(self) -> list[Route]:
        return [
            Route("/pictures/{creative}.png", self._picture, methods=["GET"]),
            self._access.page().route(),
            Route("/{version}", self._endpoint, methods=["GET", "POST", "DELETE"]),
            Route("/{version}/{path:path}", self._endpoint, methods=["GET", "POST", "DELETE"]),
        ]

    async def _endpoint(self, request: Request) -> Response:
        trace = f"A{new_request_id()}"
        path: str = request.path_params.get("path", "")
        try:
            _check_version(request.path_params["version"])
            call = Call(
                method=request.method,
                steps=split_path(path),
                params=await read_params(request),
                url=request.url,
                root=root_url(request),
                seen_at=as_of(request, self._market),
                is_lie=is_lie(request),
                is_faulty=is_faulty_batch(request),
            )
            status, body = 200, self._graph.answer(call, trace)
        except MetaProblem as problem:
            status, body = problem.http, problem.body(trace)
        headers = {"x-fb-trace-id": trace, "facebook-api-version": VERSIONS[0], **self._usage.headers(path)}
        return json_response(status, body, headers)

    async def _picture(self, request: Request) -> Response:
        objects, id_ = MetaObjects(self._market, None, str), request.path_params["creative"]
        if id_ not in objects.by_creative:
            return Response(status_code=404)
        held = objects.by_creative[id_]
        shown = objects.fields("AdCreative", held)
        brand = objects.accounts[shown["account_id"]].brand.name
        return Response(picture(shown["title"], brand, int(id_)), media_type="image/png")


def _check_version(version: str) -> None:
    if version not in VERSIONS:
        raise MetaProblem(
            2635,
            "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest "
            f"version: {VERSIONS[0]}.",
        )
