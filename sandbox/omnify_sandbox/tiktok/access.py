"""Who may call TikTok: an app's consent code becomes a token that lasts until it is revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from omnify_core.campaigns import Platform
from omnify_sandbox.consent import Codes, ConsentPage
from omnify_sandbox.faults import FaultPlan
from omnify_sandbox.market import Market
from omnify_sandbox.tiktok.errors import TikTokProblem, invalid, no_permission
from omnify_sandbox.tiktok.params import Params

_SCOPES = [1, 2, 3, 4, 5]


class TikTokAccess:
    def __init__(self, market: Market, plan: FaultPlan) -> None:
        self._own = market.credentials["tiktok"]
        self._held = market.advertiser.held(Platform.TIKTOK)
        self._plan = plan
        self._is_code_used = False
        self.codes = Codes(lambda: datetime.now(UTC))

    def page(self) -> ConsentPage:
        own_id, codes = self._own["app_id"], self.codes
        return ConsentPage("TikTok", "/portal/auth", own_id, codes, id_name="app_id", code_name="auth_code")

    def token(self, params: Params) -> dict[str, Any]:
        """The data of `oauth2/access_token`: the consent code is good once."""
        self._check_app(params)
        code = params["auth_code"]
        is_first = code == self._own["auth_code"] and not self._is_code_used
        is_good = is_first or self.codes.redeem(code, redirect_uri=None)
        if self._plan.is_revoked("tiktok") or not is_good:
            raise TikTokProblem("AUTH_CODE_ERROR", "Auth_code is incorrect, expired or has been used.")
        self._is_code_used = self._is_code_used or is_first
        return {
            "access_token": self._own["access_token"],
            "advertiser_ids": list(self._held),
            "scope": _SCOPES,
        }

    def advertisers(self, params: Params) -> dict[str, Any]:
        """The data of `oauth2/advertiser/get`."""
        self._check_app(params)
        held = self._held.items()
        return {"list": [{"advertiser_id": id_, "advertiser_name": one.name} for id_, one in held]}

    def check(self, token: str) -> None:
        """Raises TikTokProblem unless the header `Access-Token` holds a live token."""
        if not token:
            raise TikTokProblem("EMPTY_ACCESS_TOKEN", "Access token is empty.")
        if token != self._own["access_token"] or self._plan.is_revoked("tiktok"):
            raise TikTokProblem("INVALID_ACCESS_TOKEN", "Access token is incorrect or has been revoked.")

    def _check_app(self, params: Params) -> None:
        if params["app_id"] != self._own["app_id"] or params["secret"] != self._own["secret"]:
            raise invalid("app_id or secret is incorrect.")


def own_advertiser(params: Params, held: Collection[str]) -> str:
    """The advertiser that a call names."""
    advertiser = params.get("advertiser_id")
    if advertiser is None:
        raise invalid("advertiser_id: Missing data for required field.")
    if advertiser not in held:
        raise no_permission(str(advertiser))
    return str(advertiser)
