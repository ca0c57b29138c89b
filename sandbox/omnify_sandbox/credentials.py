"""The market's credentials, all derived from the seed, and the tokens minted under them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.advertisers.saas import SAAS
from omnify_sandbox.business.ids import letters
from omnify_sandbox.config import SandboxConfig


def credentials(config: SandboxConfig) -> dict[str, Any]:
    """What a client needs to connect; the same for the same seed."""
    return credentials_of(config.seed)


def credentials_of(seed: int, advertiser: Advertiser = SAAS) -> dict[str, Any]:
    """`seed` is the advertiser's own."""
    managers = {platform: manager.id for platform, manager in advertiser.managers.items()}
    return {
        "google": {
            "client_id": f"{_digits(seed, 'google client', 12)}-sandbox.apps.googleusercontent.com",
            "client_secret": f"GOCSPX-{_text(seed, 'google secret', 28)}",
            "refresh_token": f"1//0{_text(seed, 'google refresh', 60)}",
            "developer_token": _text(seed, "developer token", 22),
            "login_customer_id": managers.get(Platform.GOOGLE, ""),
        },
        "meta": {
            "app_id": _digits(seed, "meta app", 15),
            "app_secret": hashlib.md5(  # Meta's app secrets look like this; nothing rests on it
                _secret(seed, "meta secret"), usedforsecurity=False
            ).hexdigest(),
            "access_token": f"EAAS{_text(seed, 'meta system user', 120)}",
        },
        "youtube": {
            "client_id": f"{_digits(seed, 'youtube client', 12)}-sandbox.apps.googleusercontent.com",
            "client_secret": f"GOCSPX-{_text(seed, 'youtube secret', 28)}",
            "refresh_token": f"1//0{_text(seed, 'youtube refresh', 60)}",
            "developer_token": _text(seed, "youtube developer token", 22),
            "login_customer_id": managers.get(Platform.YOUTUBE, ""),
        },
        **_linkedin_and_tiktok(seed),
        **_business(seed, advertiser),
        "control_token": f"sandbox-control-{_text(seed, 'control', 32)}",
    }


def _linkedin_and_tiktok(seed: int) -> dict[str, Any]:
    return {
        "linkedin": {
            "client_id": f"78{_text(seed, 'linkedin client', 12).lower()}",
            "client_secret": f"WPL_AP1.{_text(seed, 'linkedin secret', 24)}",
            "refresh_token": f"AQW{_text(seed, 'linkedin refresh', 160)}",
            "authorization_code": f"AQT{_text(seed, 'linkedin code', 96)}",
        },
        "tiktok": {
            "app_id": _digits(seed, "tiktok app", 19),
            "secret": hashlib.sha256(_secret(seed, "tiktok secret")).hexdigest()[:40],
            "auth_code": hashlib.sha256(_secret(seed, "tiktok code")).hexdigest()[:40],
            "access_token": hashlib.sha256(_secret(seed, "tiktok token")).hexdigest()[:40],
        },
    }


def _business(seed: int, advertiser: Advertiser) -> dict[str, Any]:
    return {
        "stripe": {
            "client_id": f"ca_{letters(seed, 'stripe client', 32)}",
            "client_secret": f"sk_test_51{letters(seed, 'stripe platform', 40)}",
            "publishable_key": f"pk_test_51{letters(seed, 'stripe public', 40)}",
            "access_token": f"sk_test_51{letters(seed, 'stripe account', 40)}",
            "refresh_token": f"rt_{letters(seed, 'stripe refresh', 28)}",
            "account_id": f"acct_1{letters(seed, 'stripe id', 15)}",
            "stripe_user_id": f"acct_1{letters(seed, 'stripe id', 15)}",
        },
        "gohighlevel": {
            "client_id": f"{_digits(seed, 'ghl client', 24)}-sandbox",
            "client_secret": f"{_text(seed, 'ghl secret', 36)}",
            "access_token": f"pit-{letters(seed, 'ghl private integration', 36)}",
            "refresh_token": f"eyJ{letters(seed, 'ghl refresh', 64)}",
            "location_id": letters(seed, "ghl location", 20),
            "company_id": letters(seed, "ghl company", 20),
        },
        "shopify": {
            "client_id": hashlib.sha256(_secret(seed, "shopify client")).hexdigest()[:32],
            "client_secret": f"shpss_{hashlib.sha256(_secret(seed, 'shopify secret')).hexdigest()[:32]}",
            "access_token": f"shpat_{hashlib.sha256(_secret(seed, 'shopify token')).hexdigest()[:32]}",
            "refresh_token": f"shprt_{letters(seed, 'shopify refresh', 32)}",
            "shop": advertiser.trade.shop_domain,
        },
    }


class TokenState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class TokenMint:
    """Bearer tokens that carry their own expiry; nothing to store, the same after a restart."""

    def __init__(self, seed: int, prefix: str) -> None:
        self._key = _secret(seed, f"mint {prefix}")
        self._prefix = prefix

    def mint(self, now: datetime, life: timedelta) -> str:
        expires = f"{int((now + life).timestamp()):x}"
        return f"{self._prefix}{expires}-{self._signature(expires)}"

    def state(self, token: str, now: datetime) -> TokenState:
        if not token.startswith(self._prefix):
            return TokenState.UNKNOWN
        expires, _, signature = token.removeprefix(self._prefix).partition("-")
        if not hmac.compare_digest(signature.encode(), self._signature(expires).encode()):
            return TokenState.UNKNOWN
        is_over = datetime.fromtimestamp(int(expires, 16), UTC) <= now
        return TokenState.EXPIRED if is_over else TokenState.VALID

    def _signature(self, expires: str) -> str:
        digest = hmac.new(self._key, expires.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _secret(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"sandbox/{seed}/{name}".encode()).digest()


def _text(seed: int, name: str, length: int) -> str:
    raw = b"".join(_secret(seed, f"{name}/{i}") for i in range(length // 32 + 1))
    return base64.b64encode(raw, altchars=b"aZ").decode()[:length]


def _digits(seed: int, name: str, length: int) -> str:
    number = int.from_bytes(_secret(seed, name), "big") % (9 * 10 ** (length - 1))
    return str(number + 10 ** (length - 1))
