"""Who may call Meta: access tokens, their exchange, and the app secret proof."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from omnify_sandbox.consent import Codes, ConsentPage
from omnify_sandbox.credentials import TokenMint, TokenState
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.market import Market
from omnify_sandbox.meta.errors import MetaProblem, expired_token, invalid, revoked_token

LONG_LIFE = timedelta(seconds=5_184_000)
SHORT_LIFE = timedelta(minutes=90)


class MetaAccess:
    """The given token is a system user's and does not expire; exchanged ones live 60 days."""

    def __init__(self, market: Market, plan: FaultPlan) -> None:
        self._market = market
        self._own = market.credentials["meta"]
        self._mint = TokenMint(market.seed, "EAAL")
        self._plan = plan
        self.codes = Codes(market.now)

    def page(self) -> ConsentPage:
        needed = {"response_type": "code"}
        path = "/v26.0/dialog/oauth"
        return ConsentPage("Meta", path, self._own["app_id"], self.codes, needed=needed)

    def check(self, token: str, proof: str | None) -> None:
        """Raises MetaProblem unless the token lives and the proof, where one is sent, fits it."""
        if not token:
            raise MetaProblem(
                2500, "An active access token must be used to query information about the current user."
            )
        if token != self._own["access_token"]:
            self._check_minted(token)
        if self._plan.is_revoked("meta"):
            raise revoked_token()
        if proof is not None and not hmac.compare_digest(proof.encode(), self.proof(token).encode()):
            raise MetaProblem(
                100, "Invalid appsecret_proof provided in the API argument", type_="GraphMethodException"
            )

    def proof(self, token: str) -> str:
        return hmac.new(self._own["app_secret"].encode(), token.encode(), hashlib.sha256).hexdigest()

    def exchange(self, params: Mapping[str, str]) -> dict[str, Any]:
        """The body of `oauth/access_token`: a code, or a living token for one that lives 60 days."""
        if params.get("client_id") != self._own["app_id"]:
            raise MetaProblem(
                101, "Error validating application. Cannot get application info due to a system error."
            )
        if params.get("client_secret") != self._own["app_secret"]:
            raise MetaProblem(1, "Error validating client secret.")
        if "code" in params and "grant_type" not in params:
            return self._signed_in(params)
        if params.get("grant_type") != "fb_exchange_token":
            raise invalid(f"grant_type {params.get('grant_type')!r} is not supported; use fb_exchange_token")
        self.check(params.get("fb_exchange_token", ""), None)
        return self._minted(LONG_LIFE)

    def _signed_in(self, params: Mapping[str, str]) -> dict[str, Any]:
        """A sign-in's token, which is short."""
        is_good = self.codes.redeem(params["code"], redirect_uri=params.get("redirect_uri", ""))
        if not is_good or self._plan.is_refused("meta"):
            raise invalid("This authorization code has been used, has expired, or is of another address.")
        self._plan.withdrawn.discard("meta")
        return self._minted(SHORT_LIFE)

    def give_back(self) -> dict[str, Any]:
        """The body of `DELETE /me/permissions`: the app's tokens are dead until a person signs in again."""
        self._plan.withdrawn.add("meta")
        return {"success": True}

    def _minted(self, life: timedelta) -> dict[str, Any]:
        token = self._mint.mint(self._market.now(), life)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(life.total_seconds())}

    def _check_minted(self, token: str) -> None:
        state = self._mint.state(token, self._market.now())
        if state is TokenState.EXPIRED:
            raise expired_token(f"{self._market.now():%A, %d-%b-%y %H:%M:%S} UTC")
        if state is TokenState.UNKNOWN:
            raise MetaProblem(190, "Invalid OAuth access token - Cannot parse access token")
