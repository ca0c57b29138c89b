"""Who may call LinkedIn: OAuth tokens, their introspection, and the version that a caller pins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from omnify_sandbox.consent import Codes, ConsentPage
from omnify_sandbox.credentials import TokenMint, TokenState
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.linkedin.errors import (
    bad_request,
    empty_token,
    expired_token,
    invalid_token,
    missing_version,
    revoked_token,
    sunset_version,
)
from omnify_sandbox.stage import Stage

TOKEN_LIFE = timedelta(seconds=5_184_000)
REFRESH_LIFE = timedelta(days=365)
SCOPE = "r_ads,rw_ads,r_ads_reporting"
Reply = tuple[int, dict[str, Any]]


class LinkedInAccess:
    """Access tokens live 60 days. The refresh token stays the same, and its life is not renewed by use."""

    def __init__(self, clock: Stage, plan: FaultPlan) -> None:
        self._clock = clock
        self._own = clock.credentials["linkedin"]
        self._mint = TokenMint(clock.seed, "AQX")
        self._plan = plan
        self.codes = Codes(clock.now)

    def page(self) -> ConsentPage:
        needed = {"response_type": "code"}
        path = "/oauth/v2/authorization"
        return ConsentPage("LinkedIn", path, self._own["client_id"], self.codes, needed=needed)

    def token(self, form: Mapping[str, Any]) -> Reply:
        """HTTP status and body of `accessToken`."""
        refusal = self._refused_client(form)
        if refusal is not None:
            return refusal
        grants = {"refresh_token": "refresh_token", "authorization_code": "code"}
        grant = str(form.get("grant_type", ""))
        if grant not in grants:
            return 400, _oauth("unsupported_grant_type", f"Grant type '{grant}' is not supported")
        given = form.get(grants[grant])
        wanted = self._own["refresh_token"] if grant == "refresh_token" else self._own["authorization_code"]
        is_minted = grant == "authorization_code" and self.codes.redeem(
            str(given), redirect_uri=str(form.get("redirect_uri", ""))
        )
        if self._plan.is_revoked("linkedin") or not (is_minted or given == wanted):
            what = "refresh token" if grant == "refresh_token" else "authorization code"
            return 400, _oauth("invalid_request", f"The provided {what} is invalid or expired")
        return 200, {
            "access_token": self._mint.mint(self._clock.now(), TOKEN_LIFE),
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": self._own["refresh_token"],
            "refresh_token_expires_in": int(REFRESH_LIFE.total_seconds()) - 86_400,
            "scope": SCOPE,
        }

    def introspect(self, form: Mapping[str, Any]) -> Reply:
        refusal = self._refused_client(form)
        if refusal is not None:
            return refusal
        state = self._mint.state(str(form.get("token", "")), self._clock.now())
        if state is TokenState.UNKNOWN:
            return 200, {"active": False}
        is_live = state is TokenState.VALID and not self._plan.is_revoked("linkedin")
        word = "active" if is_live else "expired" if state is TokenState.EXPIRED else "revoked"
        return 200, {
            "active": is_live,
            "client_id": self._own["client_id"],
            "status": word,
            "scope": SCOPE,
            "auth_type": "3L",
        }

    def check(self, headers: Mapping[str, str]) -> None:
        """Raises LinkedInProblem unless token and version are good."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise empty_token()
        state = self._mint.state(token, self._clock.now())
        if state is TokenState.EXPIRED:
            raise expired_token()
        if state is TokenState.UNKNOWN:
            raise invalid_token()
        if self._plan.is_revoked("linkedin"):
            raise revoked_token()
        _check_version(headers.get("linkedin-version", ""), self._clock.today())

    def _refused_client(self, form: Mapping[str, Any]) -> Reply | None:
        for name in ("client_id", "client_secret"):
            if name not in form:
                return 400, _oauth("invalid_request", f'A required parameter "{name}" is missing')
            if form[name] != self._own[name]:
                return 401, _oauth("invalid_client", "Client authentication failed")
        return None


def _check_version(version: str, today: date) -> None:
    """A version is published within its month and lives twelve, to the middle of the last one."""
    if not version:
        raise missing_version()
    match = re.fullmatch(r"(20\d\d)(0[1-9]|1[0-2])(?:\.\d\d)?", version)
    if match is None:
        raise bad_request(f"Invalid version {version}; write it as YYYYMM.")
    published = date(int(match[1]), int(match[2]), 1)
    if published > today or today >= published.replace(year=published.year + 1, day=15):
        raise sunset_version(f"{match[1]}{match[2]}01")


def _oauth(error: str, description: str) -> dict[str, Any]:
    return {"error": error, "error_description": description}
