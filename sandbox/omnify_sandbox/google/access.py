"""Who may call Google: OAuth refresh, bearer tokens, developer token, customer access."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from omnify_core.campaigns import Platform
from omnify_sandbox.consent import Codes, ConsentPage
from omnify_sandbox.credentials import TokenMint, TokenState
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.google.errors import GoogleProblem, expired_token
from omnify_sandbox.stage import Stage

TOKEN_LIFE = timedelta(seconds=3599)
_ROOT = "https://www.googleapis.com/auth"
_YOUTUBE = f"{_ROOT}/adwords {_ROOT}/youtube.readonly {_ROOT}/yt-analytics.readonly"
_SCOPES = {Platform.GOOGLE: f"{_ROOT}/adwords", Platform.YOUTUBE: _YOUTUBE}
_PREFIXES = {Platform.GOOGLE: "ya29.a0", Platform.YOUTUBE: "ya29.y0"}


class GoogleAccess:
    """Tokens live an hour; a planned fault may say that consent is gone."""

    def __init__(self, market: Stage, plan: FaultPlan, platform: Platform = Platform.GOOGLE) -> None:
        self._market = market
        self._platform = platform
        self._own = market.credentials[platform.value]
        self._mint = TokenMint(market.seed, _PREFIXES[platform])
        self._plan = plan
        self._is_given_back = False
        self.codes = Codes(market.now)

    def page(self) -> ConsentPage:
        needed = {"response_type": "code"}
        path = "/o/oauth2/v2/auth"
        return ConsentPage("Google", path, self._own["client_id"], self.codes, needed=needed)

    def revoke(self, token: str) -> bool:
        """Ends the consent until a person gives it anew."""
        is_ours = bool(token == self._own["refresh_token"])
        self._is_given_back = self._is_given_back or is_ours
        return is_ours

    def refresh(self, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of the token endpoint."""
        if form.get("client_id") != self._own["client_id"]:
            return 401, _oauth("invalid_client", "The OAuth client was not found.")
        if form.get("client_secret") != self._own["client_secret"]:
            return 401, _oauth("invalid_client", "Unauthorized")
        if form.get("grant_type") == "authorization_code":
            return self._first_tokens(form)
        if form.get("grant_type") != "refresh_token":
            return 400, _oauth("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        if (
            self._plan.is_revoked(self._platform.value)
            or self._is_given_back
            or form.get("refresh_token") != self._own["refresh_token"]
        ):
            return 400, _oauth("invalid_grant", "Token has been expired or revoked.")
        return 200, self._access_token()

    def _first_tokens(self, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        code, verifier = str(form.get("code", "")), str(form.get("code_verifier", ""))
        address = str(form.get("redirect_uri", ""))
        is_good = self.codes.redeem(code, redirect_uri=address, verifier=verifier)
        if self._plan.is_revoked(self._platform.value) or not is_good:
            return 400, _oauth("invalid_grant", "Malformed auth code.")
        self._is_given_back = False
        return 200, self._access_token() | {"refresh_token": self._own["refresh_token"]}

    def _access_token(self) -> dict[str, Any]:
        token = self._mint.mint(self._market.now(), TOKEN_LIFE)
        seconds = int(TOKEN_LIFE.total_seconds())
        return {
            "access_token": token,
            "expires_in": seconds,
            "scope": _SCOPES[self._platform],
            "token_type": "Bearer",
        }

    def check(self, headers: Mapping[str, str]) -> None:
        """Raises GoogleProblem unless the caller is signed in with a live token."""
        state = self.token_state(headers)
        if state is TokenState.EXPIRED:
            raise expired_token()
        if state is TokenState.UNKNOWN:
            raise Unauthenticated
        if headers.get("developer-token", self._own["developer_token"]) != self._own["developer_token"]:
            raise GoogleProblem(
                "authenticationError", "DEVELOPER_TOKEN_INVALID", "The developer token is not valid."
            )

    def token_state(self, headers: Mapping[str, str]) -> TokenState:
        """Of the bearer token; unknown where there is none or consent is gone."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return TokenState.UNKNOWN
        state = self._mint.state(token, self._market.now())
        is_over = self._is_given_back or self._plan.is_revoked(self._platform.value)
        is_gone = state is TokenState.VALID and is_over
        return TokenState.UNKNOWN if is_gone else state

    def check_customer(self, customer: str, headers: Mapping[str, str]) -> None:
        """The user signed in manages the manager account and reaches its clients through it only."""
        if not re.fullmatch(r"\d{10}", customer):
            raise GoogleProblem("requestError", "INVALID_CUSTOMER_ID", f"Invalid customer ID '{customer}'.")
        login = headers.get("login-customer-id", "")
        if login and not re.fullmatch(r"\d{10}", login):
            raise GoogleProblem(
                "headerError", "INVALID_LOGIN_CUSTOMER_ID", "The login customer ID must be ten digits."
            )
        advertiser = self._market.advertiser
        manager = advertiser.managers[self._platform]
        is_through_it = login == manager.id and customer in {
            *advertiser.held(self._platform),
            manager.id,
        }
        if not is_through_it and not (customer == manager.id and not login):
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
