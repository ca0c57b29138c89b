"""Every platform's consent: an ad platform's lies beside its adapter, the others' are here.

From the platforms' OAuth documentation. PKCE is used where a platform takes it from a server that
also has a secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.errors import PlatformForbidden
from omnify_platforms.connected import ADAPTERS
from omnify_platforms.connections import Connection
from omnify_platforms.consent import App, Consent, Grant
from omnify_platforms.transport import Call

_SHOPIFY_TOLERANCE_S = 90


def _stripe_revocation(connection: Connection) -> Call:
    form = {name: connection.secret(name) for name in ("client_id", "stripe_user_id")}
    bearer = {"authorization": f"Bearer {connection.secret('client_secret')}"}
    root = connection.token_url.removesuffix("/token")
    return Call(method="POST", path=f"{root}/deauthorize", form=form, headers=bearer)


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


_TABLE: tuple[Consent, ...] = (
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
CONSENTS: dict[Platform, Consent] = {platform: plug.consent for platform, plug in ADAPTERS.items()} | {
    consent.platform: consent for consent in _TABLE
}


def secrets_of(consent: Consent, app: App, grant: Grant) -> dict[str, Any]:
    """What a connection keeps beside its tokens."""
    own = {name: app[name] for name in consent.app_names if app.get(name)}
    return own | {name: str(grant[name]) for name in consent.kept if grant.get(name)}
