"""The HTTP face of Stripe: keys, versions, idempotency, and Connect's OAuth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_sandbox.business.people import People
from omnify_sandbox.business.webhooks import Outbox
from omnify_sandbox.consent import Codes, ConsentPage
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.market import Market
from omnify_sandbox.stripe.account import Asked, Reply, StripeAccount
from omnify_sandbox.stripe.contract import version
from omnify_sandbox.stripe.errors import StripeProblem, invalid, request_id, unauthorized
from omnify_sandbox.wire import as_of, is_lie, json_response


class StripeRoutes:
    def __init__(self, market: Market, plan: FaultPlan, people: People, outbox: Outbox) -> None:
        self._market = market
        self._plan = plan
        self._people = people
        self._outbox = outbox
        self._own = market.credentials["stripe"]
        self._codes = Codes(market.now)

    @cached_property
    def account(self) -> StripeAccount:
        """Opened when first asked for: months of billing are played then."""
        return StripeAccount(self._market, self._people, self._outbox)

    def routes(self) -> list[Route]:
        return [
            ConsentPage(
                "Stripe",
                "/oauth/authorize",
                self._own["client_id"],
                self._codes,
                needed={"response_type": "code"},
            ).route(),
            Route("/oauth/token", self._token, methods=["POST"]),
            Route("/oauth/deauthorize", self._deauthorize, methods=["POST"]),
            Route("/{path:path}", self._endpoint, methods=["GET", "POST", "DELETE"]),
        ]

    async def _endpoint(self, request: Request) -> Response:
        raw = (await request.body()).decode() if request.method == "POST" else request.url.query
        try:
            self._check(request.headers)
            asked = Asked(
                request.method,
                f"/{request.path_params['path']}".rstrip("/"),
                parse_qsl(raw, keep_blank_values=True),
                request.headers.get("idempotency-key", ""),
            )
            reply = self.account.answer(asked, seen=as_of(request, self._market), is_lie=is_lie(request))
        except StripeProblem as problem:
            id_ = request_id()
            reply = Reply(problem.http, problem.body(id_), {"request-id": id_})
        return json_response(reply.status, reply.body, {**reply.headers, "stripe-version": version()})

    def _check(self, headers: Mapping[str, str]) -> None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if not key:
            raise unauthorized("You did not provide an API key.")
        known = (self._own["access_token"], self._own["client_secret"])
        if scheme.lower() != "bearer" or key not in known or self._plan.is_revoked("stripe"):
            raise unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")
        named = headers.get("stripe-account", self._own["account_id"])
        if named != self._own["account_id"]:
            raise StripeProblem(
                403,
                "invalid_request_error",
                f"The provided key does not have access to account '{named}' (or that account does not "
                "exist).",
                code="account_invalid",
            )
        wanted = headers.get("stripe-version", version())
        if wanted != version():
            raise invalid(f"Invalid Stripe API version: {wanted}; this sandbox speaks {version()}.")

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        secret = form.get("client_secret") or request.headers.get("authorization", "").partition(" ")[2]
        if secret != self._own["client_secret"]:
            return _oauth_refusal("invalid_client", "No such API key", 401)
        match form.get("grant_type"):
            case "authorization_code":
                if not self._codes.redeem(form.get("code", ""), redirect_uri=None):
                    message = f"Authorization code does not exist: {form.get('code')}"
                    return _oauth_refusal("invalid_grant", message)
                self._plan.withdrawn.discard("stripe")
                return json_response(200, self._grant("read_write"))
            case "refresh_token":
                is_known = form.get("refresh_token") == self._own["refresh_token"]
                if not is_known or self._plan.is_revoked("stripe"):
                    return _oauth_refusal("invalid_grant", "Refresh token does not exist")
                return json_response(200, self._grant(form.get("scope", "read_write")))
            case other:
                return _oauth_refusal("unsupported_grant_type", f"Grant type {other} is not supported")

    async def _deauthorize(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("client_id") != self._own["client_id"]:
            return _oauth_refusal("invalid_client", "No such application", 401)
        if form.get("stripe_user_id") != self._own["account_id"]:
            return _oauth_refusal("invalid_client", "This application is not connected to that account")
        self._plan.withdrawn.add("stripe")
        return json_response(200, {"stripe_user_id": self._own["account_id"]})

    def _grant(self, scope: str) -> dict[str, Any]:
        return {
            "access_token": self._own["access_token"],
            "livemode": False,
            "refresh_token": self._own["refresh_token"],
            "scope": scope,
            "stripe_publishable_key": self._own["publishable_key"],
            "stripe_user_id": self._own["account_id"],
            "token_type": "bearer",
        }


def _oauth_refusal(error: str, description: str, status: int = 400) -> Response:
    return json_response(status, {"error": error, "error_description": description})
