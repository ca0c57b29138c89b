"""The HTTP face of the Google Ads API."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_core.campaigns import Platform
from omnify_sandbox.google.access import GoogleAccess, Unauthenticated
from omnify_sandbox.google.errors import BadPayload, GoogleProblem, failure
from omnify_sandbox.google.gaql import Query, parse
from omnify_sandbox.google.jobs import Jobs
from omnify_sandbox.google.payload import flag, known_only, parse_body
from omnify_sandbox.google.requests import (
    Refused,
    WriteRequest,
    judged,
    read_mixed_request,
    read_request,
    reply_to,
)
from omnify_sandbox.google.search import Row, field_mask, run
from omnify_sandbox.google.writable import COLLECTIONS
from omnify_sandbox.market import Market
from omnify_sandbox.stage import Stage
from omnify_sandbox.wire import as_of, is_faulty_batch, is_lie, json_response, new_request_id

_SEARCH = {"customerId", "query", "pageToken", "pageSize", "validateOnly", "searchSettings"}
_SETTINGS = {"omitResults", "returnSummaryRow", "returnTotalResultsCount"}
_STREAM = {"customerId", "query", "batchSize", "summaryRowSetting"}
Reply = tuple[int, Any]
Handler = Callable[[Request, str], Awaitable[Reply]]


class GoogleRoutes:
    def __init__(
        self,
        market: Market,
        access: GoogleAccess,
        page_rows: int,
        platform: Platform = Platform.GOOGLE,
    ) -> None:
        self._whole_market = market
        self._access = access
        self._page_rows = page_rows
        self._platform = platform

    @property
    def _market(self) -> Stage:
        """Built when it is first asked for."""
        return self._whole_market.on(self._platform)

    def routes(self) -> list[Route]:
        base = "/v26/customers/{customer}"
        writes = [
            Route(f"{base}/{name}:mutate", self._guarded(self._mutate(name)), methods=["POST"])
            for name in COLLECTIONS
        ]
        return [
            Route("/token", self.token, methods=["POST"]),
            Route("/revoke", self._revoke, methods=["POST"]),
            self._access.page().route(),
            Route("/v26/customers:listAccessibleCustomers", self._guarded(self._accessible), methods=["GET"]),
            Route(f"{base}/googleAds:search", self._guarded(self._search), methods=["POST"]),
            Route(
                f"{base}/googleAds:searchStream", self._guarded(self._stream, is_list=True), methods=["POST"]
            ),
            Route(f"{base}/googleAds:mutate", self._guarded(self._mutate_many), methods=["POST"]),
            *writes,
            Route(f"{base}/offlineUserDataJobs:create", self._guarded(self._create_job), methods=["POST"]),
            Route(f"{base}/offlineUserDataJobs/{{job}}:addOperations", self._on_job("add"), methods=["POST"]),
            Route(f"{base}/offlineUserDataJobs/{{job}}:run", self._on_job("run"), methods=["POST"]),
            Route("/{version}/{path:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]

    async def token(self, request: Request) -> Response:
        status, body = self._access.refresh(dict(await request.form()))
        return json_response(status, body, {"cache-control": "no-store"})

    async def _revoke(self, request: Request) -> Response:
        if self._access.revoke(str((await request.form()).get("token", ""))):
            return json_response(200, {})
        return json_response(400, {"error": "invalid_token", "error_description": "Token expired or revoked"})

    def _guarded(
        self, handler: Handler, *, is_list: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Signs in, runs the handler, and turns refusals into Google's envelope."""

        async def endpoint(request: Request) -> Response:
            request_id = new_request_id()
            try:
                self._access.check(request.headers)
                if "customer" in request.path_params:
                    self._access.check_customer(request.path_params["customer"], request.headers)
                status, body = await handler(request, request_id)
            except Unauthenticated as error:
                status, body = 401, error.body
            except BadPayload as error:
                status, body = 400, error.body()
            except GoogleProblem as problem:
                status, body = failure([problem], request_id)
            except Refused as refused:
                status, body = failure(refused.problems, request_id)
            shown = [body] if is_list and status != 200 else body
            return json_response(status, shown, {"request-id": request_id})

        return endpoint

    async def _accessible(self, _request: Request, _request_id: str) -> Reply:
        return 200, {"resourceNames": [f"customers/{self._market.advertiser.managers[self._platform].id}"]}

    async def _search(self, request: Request, _request_id: str) -> Reply:
        body = known_only(parse_body(await request.body()), _SEARCH, "")
        if "pageSize" in body:
            raise GoogleProblem(
                "requestError",
                "PAGE_SIZE_NOT_SUPPORTED",
                "Setting the page size is not supported. Search Responses will have fixed page size of "
                "'10000' rows.",
            )
        settings = known_only(body.get("searchSettings", {}), _SETTINGS, "search_settings")
        query, text = _query(body)
        rows = run(self._market, request.path_params["customer"], query, as_of(request, self._market))
        if flag(body, "validateOnly"):
            return 200, {}
        page, token = self._page(rows, text, str(body.get("pageToken") or ""))
        reply: dict[str, Any] = {} if flag(settings, "omitResults") else {"results": page}
        if not page:
            reply.pop("results", None)
        if token:
            reply["nextPageToken"] = token
        if flag(settings, "returnTotalResultsCount"):
            reply["totalResultsCount"] = str(len(rows))
        return 200, reply | {"fieldMask": field_mask(query), "queryResourceConsumption": str(40 + len(page))}

    async def _stream(self, request: Request, request_id: str) -> Reply:
        body = known_only(parse_body(await request.body()), _STREAM, "")
        query, _ = _query(body)
        rows = run(self._market, request.path_params["customer"], query, as_of(request, self._market))
        size = self._page_rows
        chunks = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
        shared = {"fieldMask": field_mask(query), "requestId": request_id}
        return 200, [({"results": chunk} if chunk else {}) | shared for chunk in chunks]

    def _page(self, rows: list[Row], query: str, token: str) -> tuple[list[Row], str]:
        """One page of rows, and the token of the next; a token belongs to its query."""
        mark = hashlib.blake2b(query.encode(), digest_size=6).hexdigest()
        start = _start_of(token, mark) if token else 0
        end = start + self._page_rows
        following = base64.urlsafe_b64encode(f"{mark}:{end}".encode()).decode() if end < len(rows) else ""
        return rows[start:end], following

    def _mutate(self, name: str) -> Handler:
        async def handler(request: Request, request_id: str) -> Reply:
            write = read_request(COLLECTIONS[name], parse_body(await request.body()))
            return self._write(request, write, request_id)

        return handler

    async def _mutate_many(self, request: Request, request_id: str) -> Reply:
        return self._write(request, read_mixed_request(parse_body(await request.body())), request_id)

    def _write(self, request: Request, write: WriteRequest, request_id: str) -> Reply:
        mutation = judged(self._market, self._client(request), write, is_faulty=is_faulty_batch(request))
        if not write.is_rehearsal and not is_lie(request):
            if mutation.births:
                self._market.create(mutation.births, request_id=request_id)
            if mutation.changes:
                self._market.commit(mutation.changes, request_id=request_id)
        return 200, reply_to(write, mutation, request_id)

    async def _create_job(self, request: Request, request_id: str) -> Reply:
        body = parse_body(await request.body())
        jobs = Jobs(self._market, self._client(request))
        return 200, jobs.create(body, request_id, is_lie=is_lie(request))

    def _on_job(self, verb: Literal["add", "run"]) -> Callable[[Request], Awaitable[Response]]:
        async def handler(request: Request, request_id: str) -> Reply:
            body = parse_body(await request.body())
            jobs = Jobs(self._market, self._client(request))
            act = jobs.add if verb == "add" else jobs.run
            return 200, act(request.path_params["job"], body, request_id, is_lie=is_lie(request))

        return self._guarded(handler)

    def _client(self, request: Request) -> str:
        customer: str = request.path_params["customer"]
        if self._market.advertiser.is_manager(customer):
            raise GoogleProblem(
                "requestError",
                "CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT",
                "The request cannot be executed by a manager account.",
            )
        return customer


def _query(body: dict[str, Any]) -> tuple[Query, str]:
    text = body.get("query")
    if not isinstance(text, str) or not text.strip():
        raise GoogleProblem(
            "requestError", "REQUIRED_FIELD_MISSING", "Required field is missing: query.", path=("query",)
        )
    return parse(text), text


def _start_of(token: str, mark: str) -> int:
    try:
        held, _, start = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        number = int(start)
    except ValueError:
        held, number = "", 0
    if held != mark:
        raise GoogleProblem(
            "requestError", "INVALID_PAGE_TOKEN", "The page token is invalid.", path=("page_token",)
        )
    return number


async def _unknown(request: Request) -> Response:
    """A path or version that the API does not have."""
    version = request.path_params["version"]
    if version.startswith("v") and version != "v26":
        problem = GoogleProblem(
            "requestError", "UNSUPPORTED_VERSION", f"Version {version} is not served; use v26."
        )
        status, body = failure([problem], new_request_id())
        return json_response(status, body)
    return json_response(404, {"error": {"code": 404, "message": "Method not found.", "status": "NOT_FOUND"}})
