"""Who may call Google: OAuth refresh, bearer tokens, developer token, customer access."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from omnify_sandbox.credentials import TokenMint, TokenState, credentials_of
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.google.errors import GoogleProblem, expired_token
from omnify_sandbox.market import Market
from omnify_sandbox.portfolio import GOOGLE_CUSTOMERS, GOOGLE_MANAGER

TOKEN_LIFE = timedelta(seconds=3599)
SCOPE = "https://www.googleapis.com/auth/adwords"


class GoogleAccess:
    """Tokens live an hour; a planned fault may say that consent is gone."""

    def __init__(self, market: Market, plan: FaultPlan) -> None:
        self._market = market
        self._own = credentials_of(market.seed)["google"]
        self._mint = TokenMint(market.seed, "ya29.a0")
        self._plan = plan

    def refresh(self, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of the token endpoint."""
        if form.get("client_id") != self._own["client_id"]:
            return 401, _oauth("invalid_client", "The OAuth client was not found.")
        if form.get("client_secret") != self._own["client_secret"]:
            return 401, _oauth("invalid_client", "Unauthorized")
        if form.get("grant_type") != "refresh_token":
            return 400, _oauth("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        if self._plan.is_revoked("google") or form.get("refresh_token") != self._own["refresh_token"]:
            return 400, _oauth("invalid_grant", "Token has been expired or revoked.")
        token = self._mint.mint(self._market.now(), TOKEN_LIFE)
        seconds = int(TOKEN_LIFE.total_seconds())
        return 200, {"access_token": token, "expires_in": seconds, "scope": SCOPE, "token_type": "Bearer"}

    def check(self, headers: Mapping[str, str]) -> None:
        """Raises GoogleProblem unless the caller is signed in with a live token."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        state = self._mint.state(token, self._market.now())
        if state is TokenState.EXPIRED:
            raise expired_token()
        if state is TokenState.UNKNOWN or self._plan.is_revoked("google"):
            raise Unauthenticated
        if headers.get("developer-token", self._own["developer_token"]) != self._own["developer_token"]:
            raise GoogleProblem(
                "authenticationError", "DEVELOPER_TOKEN_INVALID", "The developer token is not valid."
            )

    def check_customer(self, customer: str, headers: Mapping[str, str]) -> None:
        """The user signed in manages the manager account and reaches its clients through it only."""
        if not re.fullmatch(r"\d{10}", customer):
            raise GoogleProblem("requestError", "INVALID_CUSTOMER_ID", f"Invalid customer ID '{customer}'.")
        login = headers.get("login-customer-id", "")
        if login and not re.fullmatch(r"\d{10}", login):
            raise GoogleProblem(
                "headerError", "INVALID_LOGIN_CUSTOMER_ID", "The login customer ID must be ten digits."
            )
        is_through_manager = login == GOOGLE_MANAGER and customer in {*GOOGLE_CUSTOMERS, GOOGLE_MANAGER}
        if not is_through_manager and not (customer == GOOGLE_MANAGER and not login):
            raise GoogleProblem(
                "authorizationError",
                "USER_PERMISSION_DENIED",
                "User doesn't have permission to access customer. Note: If you're accessing a client "
                "customer, the manager's customer id must be set in the 'login-customer-id' header.",
            )


class Unauthenticated(Exception):
    """No usable token: refused before the API looks at the request, without details."""

    body: ClassVar[dict[str, Any]] = {
        "error": {
            "code": 401,
            "message": "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
            "cookie or other valid authentication credential. See "
            "https://developers.google.com/identity/sign-in/web/devconsole-project.",
            "status": "UNAUTHENTICATED",
        }
    }


def _oauth(error: str, description: str) -> dict[str, Any]:
    return {"error": error, "error_description": description}
