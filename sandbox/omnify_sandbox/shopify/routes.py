"""The HTTP face of Shopify: tokens that rotate, points that run out, and signed answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
from graphql import (
    DocumentNode,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from graphql import GraphQLError as Problem
from graphql.language.ast import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_sandbox.business.ids import letters
from omnify_sandbox.business.people import People
from omnify_sandbox.business.recorder import Recorder
from omnify_sandbox.business.webhooks import Notice, Outbox
from omnify_sandbox.consent import Codes, ConsentPage
from omnify_sandbox.credentials import TokenMint, TokenState
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.market import Market
from omnify_sandbox.shopify.api import SCOPES, Api, Note
from omnify_sandbox.shopify.bulk import BulkOperations
from omnify_sandbox.shopify.connections import Node
from omnify_sandbox.shopify.cost import MOST, Coster, found_cost
from omnify_sandbox.shopify.errors import (
    BUCKET,
    RESTORE,
    UNAUTHORIZED,
    cost_shown,
    error,
    throttled,
    too_dear,
)
from omnify_sandbox.shopify.rest import TOPICS, body_of
from omnify_sandbox.shopify.shop import Shop
from omnify_sandbox.wire import as_of, is_lie, json_response, new_request_id, root_url

VERSION = "2026-10"
_LIFE, _REFRESH_LIFE = timedelta(hours=1), timedelta(days=90)


class Asked(NamedTuple):
    """One GraphQL call. `seen`: the past moment that a stale read shows, or None."""

    query: str
    variables: Node
    name: str | None
    seen: datetime | None
    is_lie: bool


class ShopifyRoutes:
    def __init__(self, market: Market, plan: FaultPlan, people: People, outbox: Outbox) -> None:
        self._market = market
        self._plan = plan
        self._people = people
        self._outbox = outbox
        self._own = market.credentials["shopify"]
        self._recorder = Recorder(market, "shopify", self._own["shop"])
        self._mint = TokenMint(market.seed, "shpat_x")
        self._codes = Codes(market.now)
        self._points, self._points_at = BUCKET, market.now()
        self._rotations = 0
        self._is_quiet = True
        self._root = ""

    @cached_property
    def api(self) -> Api:
        """Opened when first asked for; what earlier runs did is done again."""
        shop, past = self.shop, self._recorder.past()
        api = Api(shop, self.bulk)
        for at, raw in past:
            shop.catch_up(at)
            if "rotations" in raw:
                self._rotations = raw["rotations"]
                continue
            with self._recorder.at(at, raw["request_id"]):
                self._run(
                    api, parse(raw["query"]), raw["variables"], raw["operation"], at, self._recorder.note
                )
        shop.catch_up(self._market.now())
        self._is_quiet = False
        return api

    @cached_property
    def shop(self) -> Shop:
        opened = datetime.combine(self._market.world.first_day, datetime.min.time(), UTC)
        return Shop(self._market.seed, self._own["shop"], self._people, opened, self._tell)

    @cached_property
    def bulk(self) -> BulkOperations:
        def run(document: DocumentNode) -> Node:
            return self._run(self.api, document, {}, None, self._market.now(), _nothing)

        return BulkOperations(self._market.now, run, lambda: self._root)

    def routes(self) -> list[Route]:
        page = ConsentPage(
            "Shopify", "/admin/oauth/authorize", self._own["client_id"], self._codes, sign=self._answered
        )
        return [
            page.route(),
            Route("/admin/oauth/access_token", self._token, methods=["POST"]),
            Route(f"/admin/api/{VERSION}/graphql.json", self._endpoint, methods=["POST"]),
            Route("/bulk/{number}.jsonl", self._file, methods=["GET"]),
        ]

    async def _endpoint(self, request: Request) -> Response:
        self._root = root_url(request)
        headers = {"x-request-id": new_request_id(), "x-shopify-api-version": VERSION}
        if not self._is_known(request.headers):
            return json_response(401, UNAUTHORIZED, headers)
        try:
            body = orjson.loads(await request.body())
            query, variables = body["query"], body.get("variables") or {}
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return json_response(400, {"errors": {"query": "Required parameter missing or invalid"}}, headers)
        seen, lies = as_of(request, self._market), is_lie(request)
        answer = self._answer(Asked(query, variables, body.get("operationName"), seen, lies))
        return json_response(200, answer, headers)

    def _answer(self, asked: Asked) -> Node:
        now, api = self._market.now(), self.api
        self.shop.catch_up(now)
        try:
            document = parse(asked.query)
        except Problem as problem:
            return {"errors": [{"message": problem.message, "locations": _places(problem)}]}
        wrong = validate(schema(), document)
        operation = get_operation_ast(document, asked.name)
        if wrong or operation is None:
            found = wrong or [Problem("An operation name is required")]
            return {
                "errors": [
                    error(one.message, "undefinedField") | {"locations": _places(one)} for one in found
                ]
            }
        requested = Coster(schema(), document, asked.variables).cost(operation)
        if requested > MOST:
            return too_dear(requested, MOST)
        if not self._afford(requested, now):
            return throttled(requested, self._points)
        is_write = operation.operation is OperationType.MUTATION
        carry_out = self._written if is_write else self._looked_up
        answer = carry_out(api, document, asked, now)
        actual = min(requested, found_cost(answer.get("data"))) if answer.get("data") else 0.0
        self._points += requested - actual
        return answer | {"extensions": cost_shown(requested, actual, self._points)}

    def _looked_up(self, api: Api, document: DocumentNode, asked: Asked, now: datetime) -> Node:
        with api.seen(asked.seen) if asked.seen else nullcontext():
            return self._run(api, document, asked.variables, asked.name, now, _nothing)

    def _written(self, api: Api, document: DocumentNode, asked: Asked, now: datetime) -> Node:
        if asked.is_lie:
            self._is_quiet = True
            try:
                with api.trial():
                    return self._run(api, document, asked.variables, asked.name, now, _nothing)
            finally:
                self._is_quiet = False
        id_ = new_request_id()
        with self._recorder.at(now, id_):
            answer = self._run(api, document, asked.variables, asked.name, now, self._recorder.note)
        kept = {
            "query": asked.query,
            "variables": asked.variables,
            "operation": asked.name,
            "request_id": id_,
        }
        self._recorder.keep(kept, now)
        return answer

    def _run(
        self, api: Api, document: DocumentNode, variables: Node, name: str | None, now: datetime, note: Note
    ) -> Node:
        root = api.queries() | api.mutations(now, note)
        result = execute_sync(schema(), document, root, variable_values=variables, operation_name=name)
        answer: Node = {"data": result.data}
        if result.errors:
            answer["errors"] = [
                {
                    "message": one.message,
                    "locations": _places(one),
                    "path": one.path,
                    "extensions": one.extensions,
                }
                for one in result.errors
            ]
        # What is shown is a copy: nodes change on.
        copied: Node = orjson.loads(orjson.dumps(answer))
        return copied

    def _afford(self, requested: float, now: datetime) -> bool:
        passed = (now - self._points_at).total_seconds()
        self._points, self._points_at = min(BUCKET, self._points + passed * RESTORE), now
        if requested > self._points:
            return False
        self._points -= requested
        return True

    def _is_known(self, headers: Mapping[str, str]) -> bool:
        token = headers.get("x-shopify-access-token", "")
        if self._plan.is_revoked("shopify"):
            return False
        is_minted = self._mint.state(token, self._market.now()) is TokenState.VALID
        return token == self._own["access_token"] or is_minted

    async def _file(self, request: Request) -> Response:
        text = self.bulk.text(request.path_params["number"])
        return Response(status_code=404) if text is None else Response(text, media_type="application/jsonl")

    async def _token(self, request: Request) -> Response:
        raw = await request.body()
        is_json = "json" in request.headers.get("content-type", "")
        given = (
            orjson.loads(raw or b"{}") if is_json else {n: str(v) for n, v in (await request.form()).items()}
        )
        status, body = self._granted(given)
        return json_response(status, body)

    def _granted(self, given: Mapping[str, Any]) -> tuple[int, Node]:
        if (given.get("client_id"), given.get("client_secret")) != (
            self._own["client_id"],
            self._own["client_secret"],
        ):
            return 400, _oauth("application_cannot_be_found", "The client is unknown or its secret is wrong.")
        assert self.api is not None, "rotations of earlier runs are known from here on"
        if given.get("grant_type") == "refresh_token":
            if given.get("refresh_token") != self._refresh() or self._plan.is_revoked("shopify"):
                return 400, _oauth("invalid_request", "This refresh token is not valid.")
        elif not self._codes.redeem(str(given.get("code", "")), redirect_uri=None):
            return 400, _oauth("invalid_request", "The authorization code was not found or was already used")
        self._rotations += 1
        self._recorder.keep({"rotations": self._rotations}, self._market.now())
        return 200, {
            "access_token": self._mint.mint(self._market.now(), _LIFE),
            "scope": ",".join(SCOPES),
            "expires_in": int(_LIFE.total_seconds()),
            "refresh_token": self._refresh(),
            "refresh_token_expires_in": int(_REFRESH_LIFE.total_seconds()),
        }

    def _refresh(self) -> str:
        """The one that is good now: each is good once."""
        if not self._rotations:
            return str(self._own["refresh_token"])
        return f"shprt_{letters(self._market.seed, f'shopify refresh/{self._rotations}', 32)}"

    def _answered(self, answer: Mapping[str, str]) -> dict[str, str]:
        """With shop and moment, signed with the app's secret as Shopify does."""
        shown = {**answer, "shop": self._own["shop"], "timestamp": str(int(self._market.now().timestamp()))}
        text = "&".join(f"{name}={shown[name]}" for name in sorted(shown))
        secret = self._own["client_secret"].encode()
        return shown | {"hmac": hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()}

    def _tell(self, topic: str, node: Node) -> None:
        if self._is_quiet:
            return
        for hook in self.api.hooks:
            if hook["topic"] == topic:
                id_ = new_request_id()
                raw = orjson.dumps(body_of(topic, node))
                sign = self._signer(topic, id_)
                self._outbox.put(Notice("shopify", id_, TOPICS[topic], hook["uri"], raw, sign))

    def _signer(self, topic: str, id_: str) -> Any:
        def sign(raw: bytes, at: datetime) -> dict[str, str]:
            digest = hmac.new(self._own["client_secret"].encode(), raw, hashlib.sha256).digest()
            return {
                "x-shopify-topic": TOPICS[topic],
                "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
                "x-shopify-shop-domain": self._own["shop"],
                "x-shopify-api-version": VERSION,
                "x-shopify-webhook-id": id_,
                "x-shopify-event-id": id_[::-1],
                "x-shopify-triggered-at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
            }

        return sign


@cache
def schema() -> GraphQLSchema:
    text = files("omnify_sandbox").joinpath("contracts/shopify_2026_10.graphql").read_text("utf-8")
    return build_schema(text)


def _places(problem: Problem) -> list[Node]:
    return [{"line": place.line, "column": place.column} for place in problem.locations or ()]


def _oauth(name: str, description: str) -> Node:
    return {"error": name, "error_description": description}


def _nothing(*_: Any) -> None:
    return None
