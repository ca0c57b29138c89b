"""The table of consents: addresses, scopes and habits of each platform's sign-in.

Google, LinkedIn, Meta, Shopify, Stripe and HighLevel: their OAuth documentation; TikTok: the
official SDK. PKCE is used where a platform takes it from a server that also has a secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.errors import PlatformForbidden
from omnify_platforms.connections import Connection
from omnify_platforms.consent import App, Consent, Grant
from omnify_platforms.transport import Call

_GOOGLE = "https://www.googleapis.com/auth"
_SHOPIFY_TOLERANCE_S = 90


def _google_revocation(connection: Connection) -> Call:
    """Giving back the refresh token ends the access tokens, too."""
    root = connection.token_url.removesuffix("/token")
    name = "refresh_token" if connection.has("refresh_token") else "access_token"
    return Call(method="POST", path=f"{root}/revoke", form={"token": connection.secret(name)})


def _meta_revocation(connection: Connection) -> Call:
    bearer = {"authorization": f"Bearer {connection.secret('access_token')}"}
    root = connection.token_url.removesuffix("/oauth/access_token")
    return Call(method="DELETE", path=f"{root}/me/permissions", headers=bearer)


def _meta_lengthened(connection: Connection) -> Call:
    """A sign-in gives an hour or two; exchanged, it becomes sixty days."""
    form = {
        "grant_type": "fb_exchange_token",
        "client_id": connection.secret("app_id"),
        "client_secret": connection.secret("app_secret"),
        "fb_exchange_token": connection.secret("access_token"),
    }
    return Call(method="POST", path=connection.token_url, form=form)


def _stripe_revocation(connection: Connection) -> Call:
    form = {name: connection.secret(name) for name in ("client_id", "stripe_user_id")}
    bearer = {"authorization": f"Bearer {connection.secret('client_secret')}"}
    root = connection.token_url.removesuffix("/token")
    return Call(method="POST", path=f"{root}/deauthorize", form=form, headers=bearer)


def _tiktok_grant(reply: Grant) -> Grant:
    """TikTok wraps everything in its envelope."""
    data = reply.get("data")
    return data if isinstance(data, dict) else {}


def _highlevel_grant(reply: Grant) -> Grant:
    names = {"accessToken": "access_token", "refreshToken": "refresh_token", "expiresIn": "expires_in"}
    places = {"locationId": "location_id", "companyId": "company_id"}
    return {(names | places).get(name, name): value for name, value in reply.items()}


def _check_shopify(app: App, answer: Mapping[str, str], now: datetime) -> None:
    """Shopify signs the answer: HMAC-SHA256 in hex over the sorted parameters, with the app's secret."""
    text = "&".join(f"{name}={answer[name]}" for name in sorted(answer) if name != "hmac")
    expected = hmac.new(app["client_secret"].encode(), text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), answer.get("hmac", "").encode()):
        raise _not_shopify("does not carry its signature")
    stamp = answer.get("timestamp", "")
    if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > _SHOPIFY_TOLERANCE_S:
        raise _not_shopify(f"is older than {_SHOPIFY_TOLERANCE_S} s")


def _not_shopify(why: str) -> PlatformForbidden:
    message = f"The answer in Shopify's name {why}; nothing was connected. Start connecting again"
    return PlatformForbidden(message, platform=Platform.SHOPIFY.value)


_GOOGLE_ADS = Consent(
    platform=Platform.GOOGLE,
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    base_url="https://googleads.googleapis.com",
    scopes=(f"{_GOOGLE}/adwords",),
    also=("developer_token", "login_customer_id"),
    # Without a renewed consent Google sends no refresh token to somebody who said yes before.
    asked={"response_type": "code", "access_type": "offline", "prompt": "consent"},
    has_pkce=True,
    revocation=_google_revocation,
)
_TABLE: tuple[Consent, ...] = (
    _GOOGLE_ADS,
    replace(
        _GOOGLE_ADS,
        platform=Platform.YOUTUBE,
        scopes=(f"{_GOOGLE}/adwords", f"{_GOOGLE}/youtube.readonly", f"{_GOOGLE}/yt-analytics.readonly"),
    ),
    Consent(
        platform=Platform.META,
        authorize_url="https://www.facebook.com/v26.0/dialog/oauth",
        token_url="https://graph.facebook.com/v26.0/oauth/access_token",  # noqa: S106 - an address
        base_url="https://graph.facebook.com",
        scopes=("ads_management", "ads_read", "business_management", "pages_show_list"),
        separator=",",
        id_name="app_id",
        secret_name="app_secret",  # noqa: S106 - a name
        asked={"response_type": "code"},
        sent_as={"app_id": "client_id", "app_secret": "client_secret"},
        exchanged={},
        lengthen=_meta_lengthened,
        revocation=_meta_revocation,
    ),
    Consent(
        platform=Platform.LINKEDIN,
        authorize_url="https://www.linkedin.com/oauth/v2/authorization",
        token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106 - an address
        base_url="https://api.linkedin.com",
        scopes=("r_ads", "rw_ads", "r_ads_reporting"),
        asked={"response_type": "code"},
    ),
    Consent(
        platform=Platform.TIKTOK,
        authorize_url="https://business-api.tiktok.com/portal/auth",
        token_url="https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",  # noqa: S106
        base_url="https://business-api.tiktok.com",
        id_name="app_id",
        secret_name="secret",  # noqa: S106 - a name
        asks_as="app_id",
        code_name="auth_code",
        exchanged={},
        sends_redirect=False,
        is_json=True,
        grant_of=_tiktok_grant,
    ),
    Consent(
        platform=Platform.GOHIGHLEVEL,
        authorize_url="https://marketplace.gohighlevel.com/v2/oauth/chooselocation",
        token_url="https://services.leadconnectorhq.com/oauth/token",  # noqa: S106 - an address
        base_url="https://services.leadconnectorhq.com",
        scopes=(
            "contacts.readonly",
            "contacts.write",
            "opportunities.readonly",
            "opportunities.write",
            "workflows.readonly",
            "campaigns.readonly",
            "locations.readonly",
        ),
        asked={"response_type": "code"},
        sent_as={"client_id": "clientId", "client_secret": "clientSecret", "redirect_uri": "redirectUri"},
        exchanged={"grantType": "authorization_code", "userType": "Location"},
        headers={"version": "v3"},
        grant_of=_highlevel_grant,
        kept=("location_id", "company_id"),
    ),
    Consent(
        platform=Platform.SHOPIFY,
        authorize_url="https://{shop}/admin/oauth/authorize",
        token_url="https://{shop}/admin/oauth/access_token",  # noqa: S106 - an address
        base_url="https://{shop}",
        scopes=(
            "read_products",
            "read_orders",
            "read_customers",
            "read_inventory",
            "write_inventory",
            "read_marketing_events",
            "write_marketing_events",
        ),
        separator=",",
        # Tokens that end and renew: public apps must use them.
        exchanged={"expiring": "1"},
        sends_redirect=False,
        check=_check_shopify,
    ),
    Consent(
        platform=Platform.STRIPE,
        authorize_url="https://connect.stripe.com/oauth/authorize",
        token_url="https://connect.stripe.com/oauth/token",  # noqa: S106 - an address
        base_url="https://api.stripe.com",
        scopes=("read_write",),
        asked={"response_type": "code"},
        sends_redirect=False,
        kept=("stripe_user_id",),
        revocation=_stripe_revocation,
    ),
)
CONSENTS: dict[Platform, Consent] = {consent.platform: consent for consent in _TABLE}


def secrets_of(consent: Consent, app: App, grant: Grant) -> dict[str, Any]:
    """What a connection keeps beside its tokens."""
    own = {name: app[name] for name in consent.app_names if app.get(name)}
    return own | {name: str(grant[name]) for name in consent.kept if grant.get(name)}
