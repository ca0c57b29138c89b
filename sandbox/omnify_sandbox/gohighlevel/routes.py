"""The HTTP face of HighLevel: versions, scopes, limits, rotating tokens and signed webhooks."""

from __future__ import annotations

import base64
import copy
import hashlib
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
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
from omnify_sandbox.gohighlevel.checking import read_body, read_query
from omnify_sandbox.gohighlevel.contract import VERSION, Operation, operations
from omnify_sandbox.gohighlevel.errors import HighLevelProblem, bad, unauthorized
from omnify_sandbox.gohighlevel.location import Location
from omnify_sandbox.gohighlevel.records import Place, Record, iso
from omnify_sandbox.gohighlevel.service import Call, HighLevelService, Reply
from omnify_sandbox.market import Market
from omnify_sandbox.wire import as_of, is_lie, json_response, new_request_id

_BURST, _BURST_S, _DAILY = 100, 10, 200_000
_TOKEN_LIFE = timedelta(seconds=86_399)


class HighLevelRoutes:
    def __init__(self, market: Market, plan: FaultPlan, people: People, outbox: Outbox) -> None:
        self._market = market
        self._plan = plan
        self._people = people
        self._outbox = outbox
        self._own = market.credentials["gohighlevel"]
        self._codes = Codes(market.now)
        self._mint = TokenMint(market.seed, "eyJhbGciOiJIUzI1NiJ9.")
        self._recorder = Recorder(market, "gohighlevel", self._own["location_id"])
        self._calls: deque[datetime] = deque()
        self._rotations = 0
        self._is_quiet = True

    @cached_property
    def location(self) -> Location:
        """Opened when first asked for; what earlier runs did is done again."""
        opened = datetime.combine(self._market.world.first_day, datetime.min.time(), UTC)
        place = Place(self._market.seed, self._own["location_id"], opened)
        location = Location(place, self._people, self._tell)
        service = HighLevelService(location, self._recorder.note)
        for at, raw in self._recorder.past():
            location.catch_up(at)
            if "rotations" in raw:
                self._rotations = raw["rotations"]
                continue
            with self._recorder.at(at, raw["request_id"]):
                service.answer(Call(raw["operation"], tuple(raw["ids"]), raw["values"], at))
        location.catch_up(self._market.now())
        self._is_quiet = False
        return location

    def routes(self) -> list[Route]:
        return [
            ConsentPage(
                "GoHighLevel",
                "/v2/oauth/chooselocation",
                self._own["client_id"],
                self._codes,
                needed={"response_type": "code"},
            ).route(),
            Route("/oauth/token", self._token, methods=["POST"]),
            Route("/{path:path}", self._endpoint, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    async def _endpoint(self, request: Request) -> Response:
        try:
            self._count()
            found = _find(request.method, f"/{request.path_params['path']}")
            self._check(request.headers)
            values = await _values(request, found[0])
            if values.get("locationId", self._own["location_id"]) != self._own["location_id"]:
                raise HighLevelProblem(403, "The token does not have access to this location.")
            seen = as_of(request, self._market)
            reply = self._answered(found, values, seen=seen, is_lie=is_lie(request))
        except HighLevelProblem as problem:
            reply = Reply(problem.http, problem.body)
        return json_response(reply.status, reply.body, self._limits())

    def _answered(
        self,
        found: tuple[Operation, tuple[str, ...]],
        values: dict[str, Any],
        *,
        seen: datetime | None,
        is_lie: bool,
    ) -> Reply:
        operation, ids = found
        now, location = self._market.now(), self.location
        location.catch_up(now)
        call = Call(operation.name, ids, values, now)
        if operation.name.startswith("GET ") or operation.name.endswith("/search"):
            shown = location.as_seen(seen) if seen else location
            return HighLevelService(shown, _nothing).answer(call)
        if is_lie:
            self._is_quiet = True
            try:
                return HighLevelService(
                    copy.deepcopy(location, {id(self._people): self._people}), _nothing
                ).answer(call)
            finally:
                self._is_quiet = False
        id_ = new_request_id()
        with self._recorder.at(now, id_):
            reply = HighLevelService(location, self._recorder.note).answer(call)
        kept = {"operation": operation.name, "ids": list(ids), "values": values, "request_id": id_}
        self._recorder.keep(kept, now)
        return Reply(reply.status, orjson.loads(orjson.dumps(reply.body)))

    def _count(self) -> None:
        now = self._market.now()
        while self._calls and (now - self._calls[0]).total_seconds() >= _BURST_S:
            self._calls.popleft()
        if len(self._calls) >= _BURST:
            raise HighLevelProblem(429, "Too many requests")
        self._calls.append(now)

    def _limits(self) -> dict[str, str]:
        return {
            "x-ratelimit-limit-daily": str(_DAILY),
            "x-ratelimit-daily-remaining": str(_DAILY - len(self._calls)),
            "x-ratelimit-interval-milliseconds": str(_BURST_S * 1000),
            "x-ratelimit-max": str(_BURST),
            "x-ratelimit-remaining": str(_BURST - len(self._calls)),
        }

    def _check(self, headers: Mapping[str, str]) -> None:
        if headers.get("version") != VERSION:
            raise bad(f"version header is missing or invalid; this sandbox speaks {VERSION}")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("Authentication token not found")
        if self._plan.is_revoked("gohighlevel"):
            raise unauthorized("Invalid JWT")
        if token == self._own["access_token"]:
            return
        state = self._mint.state(token, self._market.now())
        if state is TokenState.EXPIRED:
            raise unauthorized("The token has expired")
        if state is TokenState.UNKNOWN:
            raise unauthorized("Invalid JWT")

    async def _token(self, request: Request) -> Response:
        try:
            return json_response(200, self._granted(await _form(request)))
        except HighLevelProblem as problem:
            return json_response(problem.http, problem.body)

    def _granted(self, raw: bytes) -> Record:
        given = read_body(raw, operations()["POST /oauth/token"].body)
        if (given["clientId"], given["clientSecret"]) != (self._own["client_id"], self._own["client_secret"]):
            raise unauthorized("Invalid client credentials!")
        assert self.location is not None, "rotations of earlier runs are known from here on"
        match given["grantType"]:
            case "authorization_code":
                back = given.get("redirectUri", "")
                if not self._codes.redeem(str(given.get("code", "")), redirect_uri=back):
                    raise bad("Invalid grant: authorization code is invalid", error="invalid_grant")
            case "refresh_token":
                if given.get("refreshToken") != self._refresh() or self._plan.is_revoked("gohighlevel"):
                    raise bad("Invalid grant: refresh token is invalid", error="invalid_grant")
            case other:
                raise bad(f"The sandbox market does not grant by {other}")
        self._rotations += 1
        self._recorder.keep({"rotations": self._rotations}, self._market.now())
        return {
            "accessToken": self._mint.mint(self._market.now(), _TOKEN_LIFE),
            "tokenType": "Bearer",
            "expiresIn": int(_TOKEN_LIFE.total_seconds()),
            "refreshToken": self._refresh(),
            "scope": " ".join(sorted({one.scope for one in operations().values() if one.scope})),
            "userType": given.get("userType", "Location"),
            "locationId": self._own["location_id"],
            "companyId": self._own["company_id"],
            "userId": letters(self._market.seed, "ghl user/0", 20),
        }

    def _refresh(self) -> str:
        """The one that is good now: each is good once."""
        if not self._rotations:
            return str(self._own["refresh_token"])
        return f"eyJ{letters(self._market.seed, f'ghl refresh/{self._rotations}', 64)}"

    def _tell(self, topic: str, record: Record) -> None:
        url = self._outbox.addresses.get("gohighlevel", "")
        if self._is_quiet or not url:
            return
        known = {name: value for name, value in record.items() if name not in ("contact", "searchAfter")}
        id_ = new_request_id()
        body = {
            "type": topic,
            **known,
            "appId": self._own["client_id"],
            "timestamp": iso(self._market.now()),
            "webhookId": id_,
        }
        self._outbox.put(
            Notice("gohighlevel", id_, topic, url, orjson.dumps(body), self._signed, _dated_back)
        )

    def _signed(self, raw: bytes, _at: datetime) -> dict[str, str]:
        key = webhook_key(self._market.seed)
        return {"x-ghl-signature": base64.b64encode(key.sign(raw)).decode()}


def _dated_back(raw: bytes, late: timedelta) -> bytes:
    body = orjson.loads(raw)
    at = datetime.fromisoformat(body["timestamp"]) - late
    return orjson.dumps(body | {"timestamp": iso(at)})


def webhook_key(seed: int) -> Ed25519PrivateKey:
    """The sandbox's own key pair in place of HighLevel's published one."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"sandbox/{seed}/ghl key".encode()).digest())


def _find(verb: str, path: str) -> tuple[Operation, tuple[str, ...]]:
    """The most literal operation that fits. Raises HighLevelProblem 404."""
    parts = path.split("/")
    fitting: list[tuple[int, Operation, tuple[str, ...]]] = []
    for operation in operations().values():
        known_verb, known = operation.name.split(" ")
        steps = known.split("/")
        if known_verb != verb or len(steps) != len(parts):
            continue
        pairs = list(zip(steps, parts, strict=True))
        if all(step == part or (step.startswith("{") and part) for step, part in pairs):
            ids = tuple(part for step, part in pairs if step.startswith("{"))
            fitting.append((len(ids), operation, ids))
    if not fitting:
        raise HighLevelProblem(404, f"Cannot {verb} {path}", error="Not Found")
    _, operation, ids = min(fitting, key=lambda one: one[0])
    return operation, ids


async def _values(request: Request, operation: Operation) -> dict[str, Any]:
    query = read_query(dict(request.query_params), operation.query)
    if request.method == "GET" or not operation.body:
        return query
    return query | read_body(await request.body(), operation.body)


async def _form(request: Request) -> bytes:
    """Form or JSON, as JSON."""
    if "json" in request.headers.get("content-type", ""):
        return await request.body()
    return orjson.dumps({name: str(value) for name, value in (await request.form()).items()})


def _nothing(*_: Any) -> None:
    return None
