"""The HTTP face of TikTok's Business API."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_core.campaigns import Platform
from omnify_sandbox.market import Market
from omnify_sandbox.tiktok.access import TikTokAccess
from omnify_sandbox.tiktok.audiences import Uploads
from omnify_sandbox.tiktok.contract import endpoint
from omnify_sandbox.tiktok.errors import TikTokProblem, envelope, invalid
from omnify_sandbox.tiktok.params import Params, checked, read_body, read_query
from omnify_sandbox.tiktok.service import Call, TikTokService
from omnify_sandbox.tiktok.tasks import ReportTasks
from omnify_sandbox.wire import as_of, is_faulty_batch, is_lie, json_response, new_request_id, root_url

_UPLOAD = "dmp/custom_audience/file/upload/"
_TOKEN, _ADVERTISERS = "oauth2/access_token/", "oauth2/advertiser/get/"


class TikTokRoutes:
    def __init__(self, market: Market, access: TikTokAccess) -> None:
        self._market = market
        self._access = access
        self._tasks = ReportTasks()
        self._uploads = Uploads()

    def routes(self) -> list[Route]:
        return [
            self._access.page().route(),
            Route("/reports/{key}.csv", self._file, methods=["GET"]),
            Route("/open_api/{version}/{path:path}", self._endpoint, methods=["GET", "POST"]),
        ]

    async def _endpoint(self, request: Request) -> Response:
        request_id = new_request_id()
        try:
            data = await self._data(request, request_id)
        except TikTokProblem as problem:
            return json_response(200, problem.body(request_id))
        if isinstance(data, str):
            return Response(data, media_type="text/csv")
        return json_response(200, envelope(0, "OK", request_id, data))

    async def _data(self, request: Request, request_id: str) -> Any:
        path: str = request.path_params["path"]
        if request.path_params["version"] != "v1.3":
            raise TikTokProblem("INVALID_API_VERSION", "The API version is not supported; use v1.3.")
        params = await _params(request, path)
        if path == _TOKEN:
            return self._access.token(params)
        self._access.check(request.headers.get("access-token", ""))
        if path == _ADVERTISERS:
            return self._access.advertisers(params)
        stage = self._market.on(Platform.TIKTOK)
        call = Call(
            path=path,
            params=params,
            request_id=request_id,
            root=root_url(request),
            seen_at=as_of(request, stage),
            is_lie=is_lie(request),
            is_faulty=is_faulty_batch(request),
        )
        return TikTokService(stage, self._tasks, self._uploads).answer(call)

    async def _file(self, request: Request) -> Response:
        text = self._tasks.file(request.path_params["key"], self._market.now())
        return Response(status_code=403) if text is None else Response(text, media_type="text/csv")


async def _form(request: Request) -> Params:
    """Of a file's upload: the file's content and name stand beside the other fields."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise invalid("Content-Type must be multipart/form-data.")
    given: Params = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                given[name] = (await value.read()).decode("utf-8", "replace")
                given.setdefault("file_name", value.filename or "")
            else:
                given[name] = value
    return given


async def _params(request: Request, path: str) -> Params:
    known = endpoint(path)
    if known is None:
        hint = "; all paths end with '/'" if endpoint(f"{path}/") else ""
        raise TikTokProblem("ROUTE_NOT_FOUND", f"Route {path} not found{hint}.")
    if request.method != known.method:
        raise TikTokProblem("APP_METHOD_FORBIDDEN", f"The method of {path} is {known.method}.")
    if request.method == "GET":
        return read_query(dict(request.query_params), known.params)
    if path == _UPLOAD:
        return checked(await _form(request), known.params)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise invalid("Content-Type must be application/json.")
    return read_body(await request.body(), known.params)
